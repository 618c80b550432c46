"""Readers whose name no slot of PKCS#11, or no converter of pyscard, has room for: tries are known, nothing
stays logged in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.card import CardProof, CardTasks, SlotState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.emulator.real_chain import RealChain
from tests.reader.workstation import PIN, Folder, Workstation, card

NAME = "HID Global OMNIKEY 3x21 Smart Card Reader [OMNIKEY 3x21 Smart Card Reader]"
FRENCH = "Lecteur de carte à puce n° 1 – Sécurité sociale"
FRENCH_AND_LONG = f"{FRENCH} [clé Gemalto à clavier protégé, façade]"
LOGIN = CardTasks(b"h.p", None)


@pytest.fixture(params=[NAME, FRENCH, FRENCH_AND_LONG], ids=["long", "french", "french-and-long"])
def far(
    tmp_path: Path, chain: RealChain, deadlines: CardDeadlines, request: pytest.FixtureRequest
) -> Iterator[Workstation]:
    """*chain* first: where it cannot be had, this one cannot either."""
    folder = Folder(tmp_path / "cards")
    folder.add(card())
    long_named = RealChain(folder.path, name=request.param)
    long_named.start()
    try:
        station = Workstation(folder, long_named, deadlines)
        station.wait(lambda s: len(s.readers) == 2)
        yield station
        station.close()
    finally:
        long_named.stop()


@pytest.mark.parametrize("reader", [0, 1])
def test_a_card_in_a_reader_of_a_long_name(far: Workstation, reader: int) -> None:
    """A counter that can be read is one that no verified PIN hides: the card was logged out."""
    far.insert(reader=reader)
    found = far.card()
    assert found.reader == far.seen[-1].readers[reader].name
    assert len(found.reader.encode()) > 64 or not found.reader.isascii()
    assert found.pin.tries_left == 3
    wrong = far.port.perform(found, Secret(bytearray(b"000000")), LOGIN)
    assert wrong == Failure.of(Code.PIN_WRONG, tries_left=2)
    assert isinstance(far.port.perform(far.card(), Secret(bytearray(PIN)), LOGIN), CardProof)
    assert far.card().pin.tries_left == 3
    far.pull(reader)
    assert all(one.slot is SlotState.EMPTY for one in far.seen[-1].readers)
