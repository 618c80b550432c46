"""Whom the practice software asks for, in the whole window: looked for, compared, never opened by itself."""

import logging

import pytest
from PySide6.QtWidgets import QLineEdit

from desktop.domain.errors import Code, Failure
from desktop.domain.patient_call import Origin, PatientCall
from desktop.domain.texts import Language
from desktop.services.session import RecordState, SessionState
from desktop.ui.widgets.message import Message
from tests.ui.desk.conftest import ANNE, KLEIN, PAUL, WEBER, Bench

BY_TICKET = PatientCall(Origin.TICKET, ANNE.matricule.digits)
BY_LINK = PatientCall(Origin.LINK, ANNE.matricule.digits)
FOR_PAUL = PatientCall(Origin.TICKET, PAUL.matricule.digits)


def call(bench: Bench, asked: PatientCall | Failure) -> None:
    bench.office.calls.take(asked)
    bench.settle()


def said(bench: Bench) -> str:
    """What is asked or told of a call, "" for nothing."""
    return " ".join(
        m.accessibleName() for m in bench.shell.findChildren(Message, "call-asked") if m.isVisible()
    )


def answer(bench: Bench, button: str) -> None:
    bench.click(f"call-asked-{button}")
    bench.settle()


def on_screen(bench: Bench) -> str:
    return "" if (patient := bench.desks.record.patient) is None else patient.id


def test_a_ticket_leads_to_the_identity_page_and_no_further(bench: Bench) -> None:
    """The code is asked for as always."""
    bench.log_in()
    call(bench, BY_TICKET)
    assert bench.shell.page() == "identity" and on_screen(bench) == ANNE.id and said(bench) == ""
    assert bench.record_state() is RecordState.CODE_NEEDED and bench.desks.record.record is None


def test_a_link_asks_first(bench: Bench) -> None:
    """Any page of the web can hold one."""
    bench.log_in()
    call(bench, BY_LINK)
    assert "demandé par un lien" in said(bench) and ANNE.matricule.grouped() in said(bench)
    assert bench.shell.page() == "home" and on_screen(bench) == ""
    answer(bench, "act")
    assert bench.shell.page() == "identity" and on_screen(bench) == ANNE.id and said(bench) == ""


def test_a_link_that_is_waved_away_is_forgotten(bench: Bench) -> None:
    bench.log_in()
    call(bench, BY_LINK)
    answer(bench, "close")
    assert said(bench) == "" and on_screen(bench) == ""
    assert ANNE.matricule.grouped() not in bench.words_in_widgets()


def test_before_the_login_it_waits_and_names_nobody(bench: Bench) -> None:
    call(bench, BY_TICKET)
    assert "dès que votre session est ouverte" in said(bench)
    assert ANNE.matricule.grouped() not in bench.words_in_widgets()
    assert bench.session() is SessionState.SIGNED_OUT, "a call never logs in"
    bench.log_in()
    assert bench.shell.page() == "identity" and on_screen(bench) == ANNE.id and said(bench) == ""


def test_a_wrong_pin_does_not_lose_it(bench: Bench) -> None:
    call(bench, BY_TICKET)
    bench.card.refusals = [Failure.of(Code.PIN_WRONG)]
    bench.insert(WEBER)
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.SIGNED_OUT and said(bench) != ""
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE and on_screen(bench) == ANNE.id


def test_what_the_locked_user_asked_opens_for_nobody_else(bench: Bench) -> None:
    """CF-014: it was asked for by whoever was here."""
    bench.log_in()
    bench.pull()
    bench.settle()
    assert bench.session() is SessionState.LOCKED
    call(bench, BY_TICKET)
    assert said(bench) != "" and on_screen(bench) == ""
    bench.insert(KLEIN, events=6)
    bench.settle()
    assert bench.session() is SessionState.SIGNED_OUT and said(bench) == ""
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE
    assert bench.shell.page() == "home" and on_screen(bench) == ""


def test_an_unlock_by_the_same_user_follows_it(bench: Bench) -> None:
    bench.log_in()
    bench.pull()
    bench.settle()
    call(bench, BY_TICKET)
    bench.unlock()
    assert bench.shell.page() == "identity" and on_screen(bench) == ANNE.id


def test_a_question_does_not_outlive_a_lock(bench: Bench) -> None:
    """CF-017: it names somebody."""
    bench.log_in()
    call(bench, BY_LINK)
    assert ANNE.matricule.grouped() in bench.words_in_widgets(), "positive control"
    bench.pull()
    bench.settle()
    assert said(bench) == "" and ANNE.matricule.grouped() not in bench.words_in_widgets()
    bench.unlock()
    assert said(bench) == "" and on_screen(bench) == ""


def test_a_form_that_was_begun_is_kept_and_the_user_decides(bench: Bench) -> None:
    """CF-146."""
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Texte jamais perdu")
    call(bench, FOR_PAUL)
    assert "logiciel du cabinet" in said(bench) and "brouillon" in said(bench)
    assert bench.shell.page() == "deposit" and on_screen(bench) == ANNE.id
    answer(bench, "act")
    assert bench.shell.page() == "identity" and on_screen(bench) == PAUL.id
    assert bench.desks.record.record is None and bench.record_state() is RecordState.CODE_NEEDED
    bench.open_record()
    bench.record_view().deposit_requested.emit(None)
    bench.settle()
    assert bench.title_field().text() == "Texte jamais perdu"


def test_who_says_yes_leaves_the_open_patient_also_for_nobody(bench: Bench) -> None:
    """CF-146: the search is what one sees then, and the form was kept."""
    bench.log_in()
    bench.open_record()
    bench.start_deposit("Texte jamais perdu")
    call(bench, PatientCall(Origin.TICKET, name="Inconnu Jean"))
    answer(bench, "act")
    assert bench.shell.page() == "home" and bench.desks.record.is_left
    assert bench.find_a(QLineEdit, "search-field").text() == "Inconnu Jean"


def test_behind_the_outbox_an_open_patient_is_not_left_unasked(bench: Bench) -> None:
    """CF-146."""
    bench.log_in()
    bench.open_record()
    bench.shell.page_chosen.emit("outbox")
    call(bench, FOR_PAUL)
    assert said(bench) != "" and bench.shell.page() == "outbox" and on_screen(bench) == ANNE.id


def test_a_patient_who_stands_open_is_led_to_without_a_question(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.shell.page_chosen.emit("outbox")
    call(bench, BY_LINK)
    assert bench.shell.page() == "outbox" and said(bench) == "", "a link moves nothing"
    call(bench, BY_TICKET)
    assert bench.shell.page() == "record" and said(bench) == ""


def test_an_open_panel_is_not_left_by_a_call(bench: Bench) -> None:
    """Nothing switches under a question that is being read."""
    bench.log_in()
    bench.shell.show_security()
    call(bench, BY_TICKET)
    assert bench.shell.page() == "home" and on_screen(bench) == "" and said(bench) != ""


def test_an_unknown_person_leaves_the_search_filled(bench: Bench) -> None:
    bench.log_in()
    call(bench, PatientCall(Origin.TICKET, name="Inconnu Jean"))
    assert bench.shell.page() == "home" and on_screen(bench) == ""
    assert bench.find_a(QLineEdit, "search-field").text() == "Inconnu Jean"
    assert bench.find_a(Message, "search-message").what() != ""


def test_nobody_answers_for_ten_minutes(bench: Bench) -> None:
    call(bench, BY_TICKET)
    assert bench.office.calls._limit.isActive() and bench.office.calls._limit.interval() == 600_000
    bench.office.calls._limit.timeout.emit()
    assert said(bench) == ""
    bench.log_in()
    assert bench.shell.page() == "home"


def test_the_newest_call_is_the_one(bench: Bench) -> None:
    call(bench, BY_TICKET)
    call(bench, FOR_PAUL)
    bench.log_in()
    assert on_screen(bench) == PAUL.id


@pytest.mark.parametrize(
    "code", [Code.CALL_UNREADABLE, Code.CALL_USED, Code.CALL_UNSAFE, Code.CALL_NOT_ALLOWED]
)
def test_a_refused_call_costs_one_sentence(bench: Bench, code: Code) -> None:
    call(bench, BY_LINK)
    call(bench, Failure.of(code))
    assert said(bench) == "", "the newest is told, alone"
    message = bench.find_a(Message, "call-refused")
    before = message.accessibleName()
    assert message.isVisible() and code.value in before
    bench.shell.language_chosen.emit(Language.DE)
    assert code.value in message.accessibleName() and message.accessibleName() != before
    bench.log_in()
    assert bench.shell.page() == "home"


def test_the_question_speaks_the_language_in_force(bench: Bench) -> None:
    bench.log_in()
    call(bench, BY_LINK)
    bench.shell.language_chosen.emit(Language.EN)
    assert "asked for by a link" in said(bench)


def test_one_log_line_names_what_is_not_read(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """CF-145."""
    with caplog.at_level(logging.INFO, "dsp.call"):
        call(bench, PatientCall(Origin.LINK, ANNE.matricule.digits, ignored=("code",)))
    told = [record.getMessage() for record in caplog.records if record.name == "dsp.call"]
    assert told == ["a parameter of a call is not read: code"]
    assert ANNE.matricule.digits not in caplog.text
