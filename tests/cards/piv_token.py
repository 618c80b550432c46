"""OpenSC on the emulated PIV card: pcscd, virtual reader, module, all of them the real ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.emulator.real_chain import RealChain
from tests.cards.operations import Bench
from tests.cards.table import Operation
from tests.cards.token import Token
from tests.reader.workstation import Folder, Workstation
from tests.unit.smartcard.card_factory import PIN, PUK, card
from tests.waiting import LIMIT_S

PACKAGES = ("opensc-pkcs11", "pcscd", "vsmartcard-vpcd")
NO_SECRET = "OpenSC lets PIV's login key on a curve sign only: the cache is kept in memory"


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Bench]:
    """The card in the first of two readers; another of its kind lies beside them."""
    cards = Folder(folder / "cards")
    for name in ("one", "other"):
        cards.add(card(name, kind))
    chain = RealChain(cards.path, settle_ms=500)
    chain.start()
    os.environ.update(chain.environment())
    station = Workstation(cards, chain, CardDeadlines(read=LIMIT_S, work=LIMIT_S))

    def swap() -> None:
        station.pull()
        station.insert("other")

    try:
        station.wait(lambda s: s.service_running and len(s.readers) == 2 and not s.occupied())
        station.insert("one")
        yield Bench(
            station.port, PIN, PUK, pull=station.pull, put=lambda: station.insert("one"), swap=swap,
        )  # fmt: skip
    finally:
        station.close()
        for name in chain.environment():
            os.environ.pop(name, None)
        chain.stop()


TOKENS = (
    Token("OpenSC, emulated PIV card, RSA-2048", PACKAGES, partial(opened, "rsa"), emulated="the card"),
    Token(
        "OpenSC, emulated PIV card, EC P-256", PACKAGES, partial(opened, "ec"),
        {Operation.CACHE_SECRET: NO_SECRET}, emulated="the card",
    ),
)  # fmt: skip
