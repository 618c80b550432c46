"""Other programs at the card, and cards that take their time (pcscd, virtual reader, OpenSC)."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.card import CardProof, CardTasks
from desktop.domain.card_image import load_card
from desktop.domain.errors import Code
from desktop.domain.secret import Secret
from desktop.qa.readers import SILENT_MS
from desktop.smartcard import pkcs11_card
from desktop.smartcard.child_card import CardDeadlines
from tests.answers import code_of
from tests.reader.workstation import PIN, Workstation, card
from tests.waiting import LIMIT_S, until

LOGIN = CardTasks(b"header.payload", None)
SLOW_MS = 500


def secret(value: bytes) -> Secret:
    return Secret(bytearray(value))


@contextmanager
def transaction(folder: Path) -> Iterator[None]:
    """As long as another program has one on the card."""
    sign = folder / "in-transaction"
    command = [sys.executable, "-m", "tests.reader.transaction_client", str(sign)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        until("the other program's transaction", sign.exists)
        yield
    finally:
        other.communicate(timeout=LIMIT_S)
    assert other.returncode == 0


def test_a_transaction_that_does_not_end_is_another_program_s(station: Workstation, tmp_path: Path) -> None:
    """However long it is: the card is not called silent, and no PIN is handed over."""
    station.insert()
    info = station.card()
    patient = station.port._deadlines
    with transaction(tmp_path):
        station.port._deadlines = replace(patient, shared=1.0)
        pin = secret(PIN)
        assert code_of(station.port.perform(info, pin, LOGIN)) is Code.CARD_BUSY
        assert not pin
        assert code_of(station.port.cards()) is Code.CARD_BUSY
        assert load_card(station.folder.card_path("gp")).pin_tries == 3
    station.port._deadlines = patient
    assert isinstance(station.port.perform(station.card(), secret(PIN), LOGIN), CardProof)


def test_a_transaction_that_ends_in_time_is_waited_for(station: Workstation, tmp_path: Path) -> None:
    station.insert()
    info = station.card()
    with transaction(tmp_path):
        answer = station.begin(lambda: station.port.perform(info, secret(PIN), LOGIN))
    assert isinstance(answer(), CardProof)


def test_a_card_that_is_silent_is_no_other_program_s(station: Workstation) -> None:
    """What it left unanswered keeps it from everybody: said as it is, the second time too."""
    station.insert()
    info = station.card()
    patient = station.port._deadlines
    station.slow(SILENT_MS)
    station.port._deadlines = replace(patient, work=3.0, shared=1.0)
    for _ in range(2):
        assert code_of(station.port.perform(info, secret(PIN), LOGIN)) is Code.CARD_TIMEOUT
    station.port._deadlines = patient
    station.pull()
    station.insert()
    assert isinstance(station.port.perform(station.card(), secret(PIN), LOGIN), CardProof)


def test_half_a_second_a_command_ends_in_a_login(station: Workstation) -> None:
    """In the time that the program gives a card, and with one reading: the child that read it signs."""
    station.insert(delay_ms=SLOW_MS)
    station.port._deadlines = CardDeadlines()
    info = station.card()
    (standby,) = station.port._children.values()
    reader = standby.child().pid
    answer = station.begin(lambda: station.port.perform(info, secret(PIN), LOGIN))
    assert present_pid(station) == reader
    assert isinstance(answer(), CardProof)


@pytest.mark.parametrize("work", ["perform", "change_pin"])
def test_a_child_that_is_kept_finds_a_swap_that_no_reader_saw(
    station: Workstation, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    """Its module answers from its memory of the first card: the second hears no PIN that was meant for it."""
    monkeypatch.setattr(pkcs11_card, "_SLOW_S", 0.0)
    station.folder.add(card("other"))
    station.insert()
    info = station.card()
    assert station.port._kept, "the child that read is the one that is asked"
    station.swap_unseen("other")
    if work == "perform":
        answer: object = station.port.perform(info, secret(b"000000"), LOGIN)
    else:
        answer = station.port.change_pin(info, secret(b"000000"), secret(b"765432"))
    assert code_of(answer) is Code.CARD_SWAPPED
    assert [load_card(station.folder.card_path(id)).pin_tries for id in ("gp", "other")] == [3, 3]
    assert isinstance(station.port.perform(station.card(), secret(PIN), LOGIN), CardProof)


def test_a_child_that_is_kept_signs_on_the_card_that_it_read(
    station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control: the same card is no other one."""
    monkeypatch.setattr(pkcs11_card, "_SLOW_S", 0.0)
    station.insert()
    assert isinstance(station.port.perform(station.card(), secret(PIN), LOGIN), CardProof)


def present_pid(station: Workstation) -> int:
    """Of the child at work."""
    child = station.port._running
    assert child is not None
    return child.pid
