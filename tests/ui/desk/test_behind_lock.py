"""While locked the window knows nobody; after the unlock the screen is as it was (CF-014, CF-017)."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QLineEdit

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.store import RecentPatient
from desktop.services.session import Event, RecordState, SessionState
from desktop.ui.bind.record_binding import RecordBinding
from tests.fakes.store import IN_MEMORY
from tests.ui.desk.conftest import ANNE, Bench
from tests.waiting import LIMIT_S

TITLE = "Bilan sanguin secret"
WORDS = ("Muller", "MULLER", ANNE.matricule.digits, ANNE.matricule.grouped(), TITLE)


def _search(bench: Bench) -> None:
    field = bench.find_a(QLineEdit, "search-field")
    field.setText("Muller")
    bench.click("search-button")
    bench.settle()
    bench.office._patients.go_home()
    bench.settle()


def _read(bench: Bench) -> None:
    bench.open_record()
    bench.record_view().open_document("d1")
    bench.settle()


def _deposit(bench: Bench) -> None:
    _read(bench)
    bench.start_deposit(f"{TITLE} de Muller")


SCREENS: dict[str, Callable[[Bench], object]] = {
    "search": _search, "identity": Bench.identify, "record": _read, "deposit": _deposit,
}  # fmt: skip
screens = pytest.mark.parametrize("show", SCREENS.values(), ids=SCREENS)


@screens
def test_cf017_no_widget_and_no_desk_knows_anybody(bench: Bench, show: Callable[[Bench], object]) -> None:
    bench.log_in()
    show(bench)
    assert [word for word in WORDS if word in bench.words_in_widgets()], "the positive control"
    bench.pull()
    bench.settle()
    assert bench.session() is SessionState.LOCKED
    assert [word for word in WORDS if word in bench.words_in_widgets()] == []
    assert bench.desks.record.patient is None and bench.desks.record.record is None
    (binding,) = (c for c in bench.desks.record.children() if isinstance(c, RecordBinding))
    assert binding._view is None


@screens
def test_the_unlock_brings_it_back(bench: Bench, show: Callable[[Bench], object]) -> None:
    bench.log_in()
    show(bench)
    page, state, patient = bench.shell.page(), bench.record_state(), bench.desks.record.patient
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.shell.page() == page and bench.record_state() is state
    assert bench.desks.record.patient == patient
    assert patient is None or patient.name in bench.visible()


def test_the_same_row_is_chosen_and_nothing_is_read(bench: Bench) -> None:
    """CF-062: a document that was shown is not read again by an unlock."""
    bench.log_in()
    bench.open_record()
    bench.record_view().open_document("d2")
    bench.settle()
    reads = bench.platform.asked.count("read_document")
    bench.pull()
    bench.settle()
    bench.unlock()
    row = bench.record_view().list.current()
    assert row is not None and row.id == "d2"
    assert bench.platform.asked.count("read_document") == reads


def test_own_documents_come_back_without_a_mandate(bench: Bench) -> None:
    """CF-026: no right and no kept list says whose they are."""
    bench.log_in()
    bench.identify()
    bench.click("own-documents")
    bench.settle()
    assert bench.shell.page() == "record"
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.shell.page() == "record" and ANNE.name in bench.visible()


@pytest.mark.parametrize("show", [Bench.identify, _read, _deposit])
def test_a_session_that_keeps_nothing_goes_home_and_says_so(
    bench: Bench, show: Callable[[Bench], object]
) -> None:
    bench.vault.state = IN_MEMORY
    bench.log_in()
    show(bench)
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.session() is SessionState.ACTIVE and bench.shell.page() == "home"
    assert bench.record_state() is RecordState.NONE and bench.desks.record.patient is None
    assert Code.SCREEN_NOT_KEPT in bench.visible()


def test_a_session_that_keeps_nothing_says_nothing_where_nothing_was_open(bench: Bench) -> None:
    bench.vault.state = IN_MEMORY
    bench.log_in()
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.shell.page() == "home" and Code.SCREEN_NOT_KEPT not in bench.visible()


def test_cf031_the_end_of_a_mandate_names_nobody(bench: Bench) -> None:
    bench.log_in()
    _read(bench)
    bench.desks.record.refresh_recent()
    bench.settle()
    bench.desks.record.end(Failure(Code.MANDATE_ENDED))
    bench.desks.record.refresh_recent()  # as the rights' own look does
    bench.settle()
    assert bench.shell.page() == "record" and Code.MANDATE_ENDED in bench.visible()
    assert [word for word in WORDS if word in bench.words_in_widgets()] == []
    assert bench.desks.record.patient is None
    bench.pull()
    bench.settle()
    bench.unlock()
    assert bench.shell.page() == "record" and Code.MANDATE_ENDED in bench.visible()
    bench.click("record-ended-close")
    bench.settle()
    assert bench.shell.page() == "home" and bench.record_state() is RecordState.NONE


@pytest.mark.parametrize("end", [Event.LOCK_ASKED, Event.LOGOUT])
def test_a_list_that_was_read_before_the_end_is_not_told_after_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, end: Event
) -> None:
    """It would stand on the home page, behind the lock or before the next user's first list."""
    bench.log_in()
    bench.open_record()
    bench.office._patients.go_home()
    bench.settle()
    assert ANNE.name in bench.visible(), "the positive control"
    read, recent = threading.Event(), bench.store.recent_patients

    def reading(day: date) -> Result[tuple[RecentPatient, ...]]:
        try:
            return recent(day)
        finally:
            read.set()

    monkeypatch.setattr(bench.store, "recent_patients", reading)
    bench.desks.record.refresh_recent()
    assert read.wait(LIMIT_S)
    bench.desks.machine.fire(end)
    bench.settle()
    assert [word for word in WORDS if word in bench.words_in_widgets()] == []
    assert bench.office._patients._recents == ()
