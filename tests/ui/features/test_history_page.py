"""The historique in the window: for whom it is there, when it is read, and that it goes (CF-014, CF-061)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QAbstractButton

from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.record import Level, MandateKind
from desktop.domain.texts import failure_text
from desktop.domain.trace import Trace
from desktop.features.history.domain import Choice, Period
from desktop.features.history.feature import HISTORY_FEATURE
from desktop.features.history.view import HistoryView
from desktop.services.session import SessionState
from desktop.ui.widgets.badged_cell import BADGES
from tests.fakes import FakeKept
from tests.fakes.features import FakeHistory
from tests.samples.practice import NOW, mandate
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, Bench, letter

READER = "Infirmière Jo Reuter"


@pytest.fixture
def port() -> FakeHistory:
    fake = FakeHistory()
    fake.traces = tuple(
        Trace(
            id=f"t{n}", when=NOW - timedelta(days=days), who=READER if n else "titulaire",
            function="Infirmier" if n else "", role="cercle-medical" if n else "titulaire", action="read",
            change="", software="x", patient_id=patient, document_id="d1", succeeded=True, refusal="",
        )
        for n, (days, patient) in enumerate([(1, "p1"), (2, "p1"), (500, "p1"), (3, "p2")])
    )  # fmt: skip
    return fake


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakeHistory) -> Bench:
    """Anne's médecin référent, Paul's by consultation."""
    made = make_bench(
        plug=lambda made: (HISTORY_FEATURE.over(port, FakeKept(HISTORY_FEATURE.kept, made.vault)),)
    )
    standing = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    made.platform.mandates["p1"] = standing
    return made


def tab(bench: Bench) -> QAbstractButton | None:
    return bench.shell.findChild(QAbstractButton, "tab-history")


def open_history(bench: Bench) -> HistoryView:
    found = tab(bench)
    assert found is not None and found.isVisible()
    found.click()
    bench.settle()
    assert bench.shell.page() == "history"
    return bench.find_a(HistoryView, "history-view")


def test_cf061_it_is_there_for_the_medecin_referent_and_reads_once(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    assert tab(bench) is None
    bench.open_record()
    assert port.readings == [], "nothing is read that nobody asked for (CF-062)"
    view = open_history(bench)
    assert view.rows.rowCount() == 2
    assert READER in view.rows.data(view.rows.index(1, 1)) and ANNE.name in bench.visible()
    assert [patient for patient, _ in port.readings] == ["p1"]
    bench.shell.set_page("record")
    bench.settle()
    open_history(bench)
    assert len(port.readings) == 1, "coming back is no reading (CF-060)"


@pytest.mark.parametrize("kind", list(MandateKind))
def test_cf061_by_kind_of_mandate(bench: Bench, kind: MandateKind) -> None:
    bench.platform.mandates["p1"] = mandate(kind=kind)
    bench.log_in()
    bench.open_record()
    standing = kind in (MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL)
    assert (tab(bench) is not None) is standing


def test_cf061_not_for_the_next_patient(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    view.chosen.emit(Choice(Period.WEEK))
    bench.open_record(PAUL)
    assert tab(bench) is None
    assert READER not in bench.words_in_widgets() and view.rows.rowCount() == 0
    assert view.period.currentData() is Period.YEAR, "the next patient is looked at afresh"


def test_a_wider_period_is_read_and_a_narrower_one_is_not(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    view.chosen.emit(Choice(Period.WEEK))
    bench.settle()
    assert len(port.readings) == 1 and view.rows.rowCount() == 2
    view.chosen.emit(Choice(Period.EVERYTHING))
    bench.settle()
    assert len(port.readings) == 2 and view.rows.rowCount() == 3
    view.chosen.emit(Choice(Period.YEAR))
    bench.settle()
    assert len(port.readings) == 2 and view.rows.rowCount() == 2


def test_a_wider_period_that_could_not_be_read_is_not_pretended(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    port.failure = Failure(Code.TIMEOUT)
    view.chosen.emit(Choice(Period.EVERYTHING))
    bench.settle()
    assert view.period.currentData() is Period.YEAR and view.rows.rowCount() == 2
    assert failure_text(Failure(Code.TIMEOUT)) in bench.visible()


def test_f5_reads_again_and_not_while_it_reads(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    port.held = True
    port.gate.shut()
    for _ in range(3):
        view.refresh_asked.emit()
    port.gate.open()
    bench.settle()
    assert len(port.readings) == 2


def test_cf014_empty_after_a_lock_and_read_again_after_it(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    reader = view.person.itemData(1)
    view.chosen.emit(Choice(person=reader))
    bench.pull()
    assert READER not in bench.words_in_widgets(), "at once"
    bench.settle()
    assert bench.session() is SessionState.LOCKED and view.rows.rowCount() == 0
    assert READER not in bench.words_in_widgets()
    bench.unlock()
    assert bench.shell.page() == "history" and len(port.readings) == 2
    assert READER in bench.words_in_widgets()
    assert view.person.currentData() is None and view.rows.rowCount() == 2, "no name was kept for the filter"


def test_an_answer_that_comes_after_the_lock_is_shown_nowhere(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    port.held = True
    port.gate.shut()
    found = tab(bench)
    assert found is not None
    found.click()
    bench.qtbot.waitUntil(lambda: len(port.readings) == 1)
    bench.pull()
    port.gate.open()
    bench.settle()
    assert READER not in bench.words_in_widgets()


def test_cf014_another_doctor_sees_nothing_of_it(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    open_history(bench)
    bench.pull()
    bench.settle()
    bench.log_in(KLEIN)
    assert READER not in bench.words_in_widgets() and tab(bench) is None


def test_cf019_a_suspended_doctor_is_logged_out(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    port.failure = Failure(Code.PRACTICE_SUSPENDED)
    view.refresh_asked.emit()
    bench.settle()
    assert bench.session() is SessionState.SIGNED_OUT and bench.shell.page() == "login"
    assert READER not in bench.words_in_widgets()


def test_a_session_that_ended_is_locked(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    port.failure = Failure(Code.SESSION_ENDED)
    view.refresh_asked.emit()
    bench.settle()
    assert bench.session() is SessionState.LOCKED and READER not in bench.words_in_widgets()


def test_offline_it_says_so_and_asks_nobody(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    bench.pull()
    bench.settle()
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.unlock()
    assert bench.shell.page() == "record"
    view = open_history(bench)
    assert port.readings == [] and "hors ligne" in bench.visible()
    view.refresh_asked.emit()
    bench.settle()
    assert port.readings == []


def test_a_refusal_by_the_platform_is_shown(bench: Bench, port: FakeHistory) -> None:
    """CF-061: the platform refuses too, whatever the client offers."""
    bench.log_in()
    bench.open_record()
    port.failure = Failure(Code.NOT_ENTITLED)
    view = open_history(bench)
    assert view.rows.rowCount() == 0
    assert failure_text(Failure(Code.NOT_ENTITLED)) in bench.visible()


def test_f1_tells_its_key_and_what_it_is(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    open_history(bench)
    bench.shell.show_keys()
    words = bench.visible()
    assert "F5" in words and "cercle médical de confiance" in words


def test_another_patients_lines_never_stand_in_it(bench: Bench, port: FakeHistory) -> None:
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    assert {t.patient_id for t in view._model.rows} == {"p1"}
    assert replace(port.traces[3]).patient_id == "p2"


def documents(view: HistoryView) -> list[str]:
    return [str(view.rows.data(view.rows.index(row, 4))) for row in range(view.rows.rowCount())]


def open_while_the_list_is_held(bench: Bench) -> HistoryView:
    bench.platform.held = {"documents"}
    bench.platform.gate.shut()
    bench.identify(ANNE)
    bench.identity_view().open_asked.emit()
    bench.qtbot.waitUntil(lambda: tab(bench) is not None)
    bench.click("tab-history")
    view = bench.find_a(HistoryView, "history-view")
    bench.qtbot.waitUntil(lambda: view.rows.rowCount() == 2)
    return view


def test_a_list_that_is_on_its_way_is_waited_for(bench: Bench, port: FakeHistory) -> None:
    """A document whose list is not there yet is not called « hors de votre liste »; its title fills in."""
    first, second, *rest = port.traces
    port.traces = (first, replace(second, document_id="d9"), *rest)
    bench.log_in()
    view = open_while_the_list_is_held(bench)
    assert documents(view) == ["titre pas encore connu"] * 2
    bench.platform.gate.open()
    bench.settle()
    assert documents(view) == ["Bilan sanguin secret", "document hors de votre liste"]
    assert len(port.readings) == 1, "names are no reading (CF-060)"


def test_a_list_of_an_earlier_opening_says_nothing_of_what_came_since(
    bench: Bench, port: FakeHistory
) -> None:
    bench.log_in()
    bench.open_record()
    bench.desks.record.close()
    bench.settle()
    bench.platform.records["p1"] += (letter(9, "Nouvelle radiographie", own=False),)
    port.traces = tuple(replace(trace, document_id="d9") for trace in port.traces)
    view = open_while_the_list_is_held(bench)
    assert documents(view) == ["titre pas encore connu"] * 2
    bench.platform.gate.open()
    bench.settle()
    assert documents(view) == ["Nouvelle radiographie"] * 2


def test_cf044_a_lifted_annonce_loses_its_badge(bench: Bench, port: FakeHistory) -> None:
    masked = replace(letter(1, "Bilan sanguin secret", own=False), level=Level.ANNONCE)
    bench.platform.records["p1"] = (masked,)
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    place = view.rows.index(0, 4)
    assert view.rows.data(place, BADGES) == (("masqué au patient", "warning"),)
    bench.record_view().viewer.changed.emit(replace(masked, level=Level.STANDARD))
    bench.settle()
    assert view.rows.data(place, BADGES) == () and documents(view)[0] == "Bilan sanguin secret"


def test_a_longer_period_that_is_chosen_while_a_shorter_is_read_is_read_too(
    bench: Bench, port: FakeHistory
) -> None:
    """Else the screen would say « depuis le début » over the lines of a year."""
    bench.log_in()
    bench.open_record()
    view = open_history(bench)
    port.held = True
    port.gate.shut()
    view.refresh_asked.emit()
    bench.qtbot.waitUntil(lambda: len(port.readings) == 2)
    view.chosen.emit(Choice(Period.EVERYTHING))
    port.gate.open()
    bench.settle()
    assert len(port.readings) == 3 and view.rows.rowCount() == 3
    assert view.period.currentData() is Period.EVERYTHING
