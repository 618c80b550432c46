"""While locked the window knows nobody; after the unlock the screen is as it was (CF-014, CF-017)."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QLineEdit

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.platform import LocalRead
from desktop.ports.store import RecentPatient
from desktop.services.session import Event, RecordState, SessionState
from desktop.ui.bind.record_binding import RecordBinding
from desktop.ui.record.page_view import Fit, PagePlace
from desktop.ui.record.record_view import RecordView
from tests.answers import present
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


def _read_deep(bench: Bench) -> PagePlace:
    """Read « d2 » in the whole window, some way down at a zoom of one's own."""
    bench.pdf.sizes *= 3
    bench.open_record()
    view = bench.record_view()
    with bench.qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document("d2", large=True)
    view.viewer.pages.zoom_to(1.7)
    view.viewer.pages.go_to(1)
    bench.settle()
    return present(view.viewer.pages.place())


def _lock_and_unlock(bench: Bench) -> None:
    bench.pull()
    bench.settle()
    bench.unlock()


def _noted(monkeypatch: pytest.MonkeyPatch, bench: Bench) -> list[str]:
    """The documents whose reading from this computer is noted from now on."""
    noted, queue = list[str](), bench.store.queue_local_read

    def note(trace: LocalRead) -> Result[None]:
        noted.append(trace.document_id)
        return queue(trace)

    monkeypatch.setattr(bench.store, "queue_local_read", note)
    return noted


def test_the_same_document_page_and_zoom(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """From this computer, and noted as the read that it is (CF-060): the platform is not asked (CF-062)."""
    bench.log_in()
    place = _read_deep(bench)
    fetched, noted = bench.platform.asked.count("read_document"), _noted(monkeypatch, bench)
    _lock_and_unlock(bench)
    view = bench.record_view()
    bench.qtbot.waitUntil(lambda: view.viewer.pages.place() is not None)
    again = present(view.viewer.pages.place())
    assert present(view.viewer.document()).id == "d2" and present(view.list.current()).id == "d2"
    assert not view.list.isVisible() and view.viewer.bar.is_large
    assert (again.page, again.zoom, again.fit) == (place.page, place.zoom, place.fit) == (1, 1.7, Fit.NONE)
    assert bench.platform.asked.count("read_document") == fetched
    assert noted == ["d2"]


def test_what_is_not_kept_waits_for_its_reader(bench: Bench) -> None:
    """CF-062: nothing is fetched by an unlock; opened by hand, it is where it was."""
    bench.log_in()
    _read_deep(bench)
    fetched = bench.platform.asked.count("read_document")
    bench.pull()
    bench.settle()
    for shelf in bench.vault.shelves.values():
        shelf.bodies.clear()
    bench.unlock()
    view = bench.record_view()
    bench.qtbot.waitUntil(lambda: view.list.current() is not None)
    bench.settle()
    assert present(view.list.current()).id == "d2" and not view.reading.open
    assert bench.platform.asked.count("read_document") == fetched
    with bench.qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document("d2")
    assert (view.viewer.pages.page(), view.viewer.pages.zoom()) == (1, 1.7)


def test_behind_the_lock_stand_an_id_and_numbers(bench: Bench) -> None:
    bench.log_in()
    _read_deep(bench)
    bench.pull()
    bench.settle()
    (binding,) = (c for c in bench.desks.record.children() if isinstance(c, RecordBinding))
    kept = present(binding._read_behind_lock)
    assert kept.document_id == "d2" and kept.large
    assert not [word for word in WORDS if word in repr(kept)]
    bench.desks.session.log_out()
    bench.settle()
    assert binding._read_behind_lock is None, "another holder's screen knows nothing of it"


def test_a_document_that_was_closed_stays_closed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.log_in()
    _read_deep(bench)
    bench.record_view().close_document()
    bench.settle()
    noted = _noted(monkeypatch, bench)
    _lock_and_unlock(bench)
    assert not bench.record_view().reading.open and noted == []


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


def _hold_back(monkeypatch: pytest.MonkeyPatch, owner: object, call: str) -> threading.Event:
    """*call* of *owner* answers only once the event is set."""
    answers, real = threading.Event(), getattr(owner, call)

    def held(*given: object) -> object:
        assert answers.wait(LIMIT_S)
        return real(*given)

    monkeypatch.setattr(owner, call, held)
    return answers


def test_who_types_before_it_comes_back_keeps_the_keys(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.log_in()
    _read_deep(bench)
    bench.pull()
    bench.settle()
    read_on = RecordView._read_on

    def once_typed(view: RecordView) -> None:
        view.filters.words.setFocus()
        read_on(view)

    monkeypatch.setattr(RecordView, "_read_on", once_typed)
    bench.unlock()
    view = bench.record_view()
    bench.qtbot.waitUntil(lambda: view.list.current() is not None)
    bench.settle()
    bench.qtbot.keyClicks(present(view.window().focusWidget()), "sang")
    assert view.filters.words.text() == "sang" and not view.reading.open


def test_pages_that_come_late_take_no_focus(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for with the list, then the user went on to the filter."""
    bench.log_in()
    bench.open_record()
    view = bench.record_view()
    view.list.setFocus()
    answers = _hold_back(monkeypatch, bench.platform, "read_document")
    view.open_document("d2")
    view.filters.words.setFocus()
    with bench.qtbot.waitSignal(view.viewer.first_page_shown):
        answers.set()
    assert view.window().focusWidget() is view.filters.words


def test_pages_take_the_focus_from_where_they_were_asked(bench: Bench) -> None:
    """Positive control."""
    bench.log_in()
    bench.open_record()
    view = bench.record_view()
    view.list.setFocus()
    with bench.qtbot.waitSignal(view.viewer.first_page_shown):
        view.open_document("d2")
    assert view.window().focusWidget() is view.viewer.pages
