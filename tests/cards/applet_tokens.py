"""Behaviour of Java Card applets that are no package: played over SoftHSM2 (:mod:`applet_child`).

As they were seen through OpenSC: IsoApplet's tries are known in the module's memory alone; SmartPGP refuses a
wrong PIN as « not logged in », and has two PINs in two slots, of 6 to 127 characters.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.cards.operations import Bench, exchanged
from tests.cards.other_child import OtherChild
from tests.cards.soft_tokens import PACKAGES, Shape, SoftHsm, made
from tests.cards.token import SOFT, Token
from tests.unit.smartcard.card_factory import PIN, PUK, pair
from tests.unit.smartcard.test_softhsm import MODULE

LONG = b"a pass phrase of thirty letters"  # within 6 and 127, beyond what most cards take


def _applet(folder: Path, *, forgets: bool, wrong: str, lengths: tuple[int, int]) -> Path:
    file = folder / "applet.json"
    file.write_text(json.dumps({"forgets": forgets, "wrong": wrong, "lengths": lengths}))
    return file


def _port(store: SoftHsm, file: Path) -> OtherChild:
    return OtherChild("tests.cards.applet_child", MODULE, {**store.environment, "APPLET": str(file)})


@contextmanager
def iso_applet(folder: Path) -> Iterator[Bench]:
    """One PIN, of 4 to 15 characters, whose tries the next child knows nothing of."""
    store, other = (made(folder / name, name, Shape()) for name in ("one", "other"))
    file = _applet(folder, forgets=True, wrong="PinIncorrect", lengths=(4, 15))
    port = _port(store, file)
    try:
        yield Bench(port, PIN, PUK, new=b"fifteen letters", swap=exchanged(store.tokens, other.tokens))
    finally:
        port.close()


def _two_pins(folder: Path, name: str) -> SoftHsm:
    """The login's pair in one slot, the signature's in the other; a PIN each."""
    store = SoftHsm(folder)
    for label, purpose in ((f"{name} (User PIN)", "auth"), (f"{name} (User PIN (sig))", "sign")):
        store.add_token(label)
        store.add_pair(label, pair(f"Dr {name} {purpose}", "rsa", purpose), ("--id", "01"), ("--id", "01"))
    return store


@contextmanager
def smart_pgp(folder: Path, *, forgets: bool) -> Iterator[Bench]:
    """Two PINs in two slots; a wrong one is « not logged in »."""
    store, other = (_two_pins(folder / name, name) for name in ("one", "other"))
    file = _applet(folder, forgets=forgets, wrong="UserNotLoggedIn", lengths=(6, 127))
    port = _port(store, file)
    try:
        yield Bench(
            port, PIN, PUK, new=LONG, signature_pin=LONG + b"?",
            swap=exchanged(store.tokens, other.tokens),
        )  # fmt: skip
    finally:
        port.close()


TOKENS = (
    Token(
        "IsoApplet's behaviour: tries in the module's memory alone, PIN of 4 to 15",
        PACKAGES, iso_applet, SOFT, emulated="the applet",
    ),
    Token(
        "SmartPGP's behaviour: wrong PIN as « not logged in », two PINs of 6 to 127",
        PACKAGES, partial(smart_pgp, forgets=False), SOFT, emulated="the applet",
    ),
    Token(
        "both: wrong PIN as « not logged in », tries in the module's memory alone",
        PACKAGES, partial(smart_pgp, forgets=True), SOFT, emulated="the applet",
    ),
)  # fmt: skip
