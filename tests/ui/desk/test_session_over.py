"""Whoever hears first that the session is over: the content goes at once (CF-014, CF-019)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QAction

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.record import Level
from desktop.domain.texts import failure_text
from desktop.services.session import RecordState, SessionState
from desktop.ui.record.record_view import RECHECK_MS
from tests.samples.practice import CONTENT, deposit, mandate
from tests.ui.desk.conftest import ANNE, Bench, letter

TITLE = "Bilan sanguin secret"


def test_cf031_an_open_record_asks_after_its_right_twice_a_minute(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    timer = bench.record_view()._recheck_timer
    assert timer.isActive()
    assert RECHECK_MS <= 30_000
    asked = len(bench.platform.asked)
    timer.timeout.emit()
    bench.settle()
    assert "read_mandate" in bench.platform.asked[asked:]


def _recheck(bench: Bench) -> None:
    bench.record_view().recheck()


def _read(bench: Bench) -> None:
    bench.record_view().open_document("d1")


def _versions(bench: Bench) -> None:
    bench.record_view().viewer.bar.versions.trigger()


def _lift(bench: Bench) -> None:
    viewer = bench.record_view().viewer
    viewer.bar.lift.trigger()
    viewer.message.act_requested.emit()


def _accesses(bench: Bench) -> None:
    bench.find_a(QAction, "user-accesses").trigger()


def _send(bench: Bench) -> None:
    bench.store.shelf().rows["urn:uuid:7"] = (OutboxRow(deposit(7), OutboxState.QUEUED), CONTENT)
    bench.desks.outbox.pump()


ACTS: list[tuple[Callable[[Bench], None], str]] = [
    (_recheck, "read_mandate"), (_read, "report_local_read"), (_read, "read_document"),
    (_versions, "versions"), (_lift, "lift_annonce"), (_accesses, "my_traces"), (_send, "open_record"),
]  # fmt: skip
acts = pytest.mark.parametrize(("act", "call"), ACTS, ids=[call for _, call in ACTS])


@pytest.fixture
def reading(bench: Bench) -> Bench:
    """A doctor who has a document of an open record before him."""
    secret = replace(letter(1, TITLE, own=False), level=Level.ANNONCE)
    bench.platform.records["p1"] = (secret,)
    bench.log_in()
    bench.open_record()
    _read(bench)
    bench.settle()
    assert TITLE in bench.visible() and bench.store.shelf().bodies
    return bench


def _perform(bench: Bench, act: Callable[[Bench], None], call: str, code: Code) -> None:
    if call == "read_document":
        bench.store.shelf().bodies.clear()
    bench.platform.answers[call] = Failure(code)
    act(bench)
    bench.settle()


@acts
def test_cf019_a_suspended_doctor_sees_nothing_and_is_told(
    reading: Bench, act: Callable[[Bench], None], call: str
) -> None:
    _perform(reading, act, call, Code.PRACTICE_SUSPENDED)
    assert reading.session() is SessionState.SIGNED_OUT and reading.shell.page() == "login"
    assert TITLE not in reading.words_in_widgets() and ANNE.name not in reading.words_in_widgets()
    assert failure_text(Failure(Code.PRACTICE_SUSPENDED)).split("\xa0")[0] in reading.visible()
    assert reading.desks.record.record is None
    assert "pages wiped" in reading.log


@acts
def test_a_session_that_the_platform_ended_is_locked(
    reading: Bench, act: Callable[[Bench], None], call: str
) -> None:
    _perform(reading, act, call, Code.SESSION_ENDED)
    assert reading.session() is SessionState.LOCKED and reading.shell.page() == "lock"
    assert TITLE not in reading.visible()
    reading.platform.answers.clear()
    reading.desks.session.read_again()
    reading.settle()
    reading.pin()
    reading.settle()
    assert reading.session() is SessionState.ACTIVE


def test_cf019_what_was_being_written_stays(reading: Bench) -> None:
    reading.start_deposit("Texte jamais perdu")
    _perform(reading, _recheck, "read_mandate", Code.PRACTICE_SUSPENDED)
    draft, _ = reading.store.shelf().drafts["p1"]
    assert draft.title == "Texte jamais perdu" and "Texte jamais perdu" not in reading.words_in_widgets()


def test_session_that_ended_before_an_unlock_brought_the_record_back_is_locked_again(reading: Bench) -> None:
    reading.pull()
    reading.settle()
    reading.platform.answers["open_record"] = Failure(Code.SESSION_ENDED)
    reading.unlock()
    assert reading.session() is SessionState.LOCKED and TITLE not in reading.visible()


@pytest.mark.parametrize("code", [Code.RECORD_CLOSED, Code.NO_MANDATE])
def test_cf031_a_right_that_is_gone_ends_the_record_at_the_next_recheck(reading: Bench, code: Code) -> None:
    _perform(reading, _recheck, "read_mandate", code)
    assert reading.session() is SessionState.ACTIVE and TITLE not in reading.visible()
    assert reading.record_state() is RecordState.ENDED


def test_own_documents_stay_where_only_a_mandate_is_missing(bench: Bench) -> None:
    """CF-026: former versions may need a mandate, the author's own list does not."""
    bench.log_in()
    bench.identify()
    bench.identity_view().own_documents_asked.emit()
    bench.settle()
    bench.record_view().open_document("d2")
    bench.settle()
    for code in (Code.NO_MANDATE, Code.MANDATE_ENDED):
        _perform(bench, _versions, "versions", code)
        assert "Lettre de suivi" in bench.visible()
    _perform(bench, _versions, "versions", Code.PRACTICE_SUSPENDED)
    assert bench.session() is SessionState.SIGNED_OUT and "Lettre de suivi" not in bench.words_in_widgets()


def test_old_failure_of_a_deposit_that_goes_again_ends_nothing(bench: Bench) -> None:
    bench.platform.mandates["p1"] = mandate()
    row = OutboxRow(deposit(7), OutboxState.HELD, failure=Failure(Code.SESSION_ENDED))
    bench.store.shelf().rows["urn:uuid:7"] = (row, CONTENT)
    bench.log_in()
    assert bench.session() is SessionState.ACTIVE and "urn:uuid:7" in bench.platform.published


def test_cf019_after_a_suspension_the_pulled_cable_opens_nothing(reading: Bench) -> None:
    """Another patient's document could be read from the cache."""
    _perform(reading, _recheck, "read_mandate", Code.PRACTICE_SUSPENDED)
    reading.platform.set_network(NetworkState.OFFLINE)
    reading.desks.session.read_again()
    reading.settle()
    reading.pin()
    reading.settle()
    assert reading.session() is SessionState.SIGNED_OUT
    assert (
        failure_text(Failure.of(Code.SHUT_OUT_BEFORE, reason="DSP-311")).split("\xa0")[0] in reading.visible()
    )
    assert "account" in reading.store.shelf().settings, "else nothing would open anyway"
