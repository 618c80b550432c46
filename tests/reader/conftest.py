"""The real chain: pcscd, virtual readers, OpenSC, emulator. Never skips where CI is set."""

import os
from collections.abc import Iterator

import pytest

from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.emulator import real_chain
from desktop.smartcard.pause import PAUSE_AT
from tests.reader.workstation import Folder, Workstation, card
from tests.waiting import LIMIT_S


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real_chain.RealChain]:
    """One private service for all tests: pcsc-lite's client library remembers one socket a process."""
    reason = real_chain.available()
    if reason is not None:
        if os.environ.get("CI"):
            pytest.fail(f"the reader tests cannot run: {reason}")
        pytest.skip(reason)
    folder = Folder(tmp_path_factory.mktemp("chain") / "cards")
    chain = real_chain.RealChain(folder.path, settle_ms=500)
    chain.start()
    os.environ.update(chain.environment())
    yield chain
    for name in chain.environment():
        del os.environ[name]
    chain.stop()


@pytest.fixture
def deadlines() -> CardDeadlines:
    return CardDeadlines(read=LIMIT_S, work=LIMIT_S)


@pytest.fixture
def station(chain: real_chain.RealChain, deadlines: CardDeadlines) -> Iterator[Workstation]:
    folder = Folder(chain.cards)
    folder.add(card())
    station = Workstation(folder, chain, deadlines)
    station.wait(lambda s: s.service_running and len(s.readers) == 2 and not s.occupied())
    yield station
    (folder.path / PAUSE_AT).unlink(missing_ok=True)
    for reader in (0, 1):
        folder.pull(reader)
    chain.start_service()
    station.close()
