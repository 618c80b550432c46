"""New terms at an unlock: the same holder reads them, and everything is as it was (CF-017, CF-020)."""

from dataclasses import replace

from desktop.services.session import RecordState, SessionState
from desktop.ui.views.terms import TermsView
from tests.ui.desk.conftest import KLEIN, WEBER, Bench

TITLE = "Bilan sanguin secret"


def _asked_at_unlock(bench: Bench) -> None:
    bench.pull()
    bench.settle()
    bench.platform.terms = "9"
    bench.unlock()
    assert bench.session() is SessionState.TERMS_AT_UNLOCK and bench.shell.page() == "terms"
    assert TITLE not in bench.visible() and "MULLER" not in bench.visible()


def _in_step(bench: Bench) -> bool:
    """Desk and machine know of the same patient."""
    known = bench.desks.record.patient is not None
    return known == (bench.record_state() is not RecordState.NONE)


def _accept(bench: Bench) -> None:
    bench.find_a(TermsView, "terms-view").accepted.emit("9")
    bench.settle()


def test_record_comes_back_after_new_terms(bench: Bench) -> None:
    """CF-020."""
    bench.log_in()
    bench.open_record()
    _asked_at_unlock(bench)
    _accept(bench)
    assert bench.session() is SessionState.ACTIVE and bench.shell.page() == "record"
    assert TITLE in bench.visible() and _in_step(bench)
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "home" and bench.desks.record.record is None and _in_step(bench)


def test_deposit_comes_back_after_new_terms(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Texte jamais perdu")
    _asked_at_unlock(bench)
    _accept(bench)
    assert bench.shell.page() == "deposit" and bench.title_field().text() == "Texte jamais perdu"


def test_terms_that_are_not_accepted_leave_nothing(bench: Bench) -> None:
    """CF-020."""
    bench.log_in()
    bench.open_record()
    _asked_at_unlock(bench)
    bench.find_a(TermsView, "terms-view").declined.emit()
    bench.settle()
    assert bench.session() is SessionState.SIGNED_OUT and bench.shell.page() == "login"
    assert bench.desks.record.patient is None and _in_step(bench)


def test_card_pulled_over_the_terms_locks_and_keeps_the_screen(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    _asked_at_unlock(bench)
    bench.pull()
    bench.settle()
    assert bench.session() is SessionState.LOCKED and bench.shell.page() == "lock"
    bench.unlock(WEBER, events=8)
    _accept(bench)
    assert bench.shell.page() == "record" and TITLE in bench.visible() and _in_step(bench)


def test_cf014_another_card_over_the_terms_finds_nothing(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    _asked_at_unlock(bench)
    bench.pull()
    bench.settle()
    bench.insert(KLEIN, events=8)
    assert bench.session() is SessionState.SIGNED_OUT and bench.desks.record.patient is None
    assert "MULLER" not in bench.words_in_widgets()


def test_leaving_a_patient_whom_the_machine_does_not_know_clears_the_desk(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    desk, machine = bench.desks.record, bench.desks.machine
    machine._situation = replace(machine.situation, record=RecordState.NONE)
    bench.shell.back_asked.emit()
    bench.settle()
    assert bench.shell.page() == "home" and TITLE not in bench.words_in_widgets()
    assert desk.patient is None and desk.record is None
