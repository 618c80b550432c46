"""The historique in the window: for whom it is there, when it is read, and that it goes (CF-014, CF-061)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QAbstractButton

from desktop.domain.account import NetworkState
from desktop.domain.errors import Code, Failure
from desktop.domain.record import MandateKind
from desktop.domain.texts import failure_text
from desktop.domain.trace import Trace
from desktop.features.history.domain import Choice, Period
from desktop.features.history.feature import HISTORY_FEATURE
from desktop.features.history.view import HistoryView
from desktop.services.session import SessionState
from tests.fakes import FakeKept
from tests.fakes.features import FakeHistory
from tests.samples.practice import NOW, mandate
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, Bench

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
