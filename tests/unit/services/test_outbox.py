"""The outbox: nothing twice, nothing lost, "Sent" only when proven (CF-010, CF-031, CF-058, CF-079)."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desktop.domain.deposit import Deposit, Draft, OutboxRow, OutboxState, PiledDocument
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, Level, Mandate, MandateKind
from desktop.services import draft_pile
from desktop.services.outbox import OutboxService, next_wait
from desktop.services.outbox_rows import OutboxRows
from tests.fakes import FakeClock, FakePlatform, Fault, open_store
from tests.fakes.store import IN_MEMORY
from tests.samples.practice import CONTENT, NOW, deposit, document, mandate, patient


class Desk:
    def __init__(self) -> None:
        self.clock, self.store = FakeClock(), open_store()
        self.platform = FakePlatform(self.clock).sign_in()
        self.mandate_is(mandate())
        self.service = self.fresh()

    def fresh(self) -> OutboxService:
        return OutboxService(self.platform, self.store, self.clock, lambda: 0.0)

    def asked_again(self) -> int:
        """A minute later: what was sent can be found by now, and what is not found is not there."""
        self.clock.advance(60)
        return self.pumped()

    def pumped(self) -> int:
        sent = self.service.pump()
        assert not isinstance(sent, Failure)
        return sent

    def mandate_is(self, now: Mandate | None) -> None:
        """The right that the author has now; the token of a former one is gone with it."""
        self.platform.mandates = {} if now is None else {"p1": now}

    @property
    def rows(self) -> dict[str, tuple[OutboxRow, bytes]]:
        return self.store.shelf().rows

    @property
    def drafts(self) -> dict[str, tuple[Draft, bytes | None]]:
        return self.store.shelf().drafts

    def row(self, number: int = 1) -> OutboxRow:
        return self.rows[f"urn:uuid:{number}"][0]


@pytest.fixture(params=["kind", "strict"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """At a platform that makes all easy, and at one that does no more than the standards ask."""
    made = Desk()
    made.platform.strict = request.param == "strict"
    made.store.enqueue(deposit(), CONTENT)
    yield made
    assert made.platform.broken == []


def test_sent_only_after_the_platform_proved_it(desk: Desk) -> None:
    """CF-058."""
    states = []
    assert desk.service.pump(lambda row: states.append(row.state)) == 1
    assert states == [OutboxState.SENDING, OutboxState.VERIFYING, OutboxState.SENT]
    assert desk.row().document_id == "doc-1"


def test_cf058_offline_keeps_the_row_and_sends_later(desk: Desk) -> None:
    desk.platform.faults = [Fault.OFFLINE]
    desk.service.pump()
    assert desk.row().state is OutboxState.RETRYABLE
    desk.service.pump()
    assert not desk.platform.published, "tried before its time"
    desk.clock.advance(6)
    desk.service.pump()
    assert desk.row().state is OutboxState.SENT


def test_lost_answer_is_asked_for_before_anything_is_sent_again(desk: Desk) -> None:
    """CF-079."""
    desk.platform.faults = [None, None, Fault.LOST]
    desk.service.pump()
    assert desk.row().state is OutboxState.UNKNOWN
    desk.clock.advance(60)
    desk.service.pump()
    assert desk.row().state is OutboxState.SENT
    assert desk.platform.arrivals == ["urn:uuid:1"]


@pytest.mark.parametrize("shown", [OutboxState.SENDING, OutboxState.VERIFYING, None])
def test_cf079_killed_while_sending_is_not_sent_twice(desk: Desk, shown: OutboxState | None) -> None:
    """Before a byte left, once the platform took it, and once it was proved but not written."""

    def changed(row: OutboxRow) -> None:
        if row.state is shown:
            raise KeyboardInterrupt

    desk.store.crash_before = lambda row: shown is None and row.state is OutboxState.SENT
    with pytest.raises(KeyboardInterrupt):
        desk.service.pump(changed)
    assert desk.row().state is OutboxState.SENDING
    desk.store.crash_before = lambda row: False
    desk.service = desk.fresh()
    desk.service.recover()
    assert desk.row().state is OutboxState.UNKNOWN
    desk.service.pump()
    desk.asked_again()
    assert desk.row().state is OutboxState.SENT
    assert desk.platform.arrivals == ["urn:uuid:1"]


@pytest.mark.parametrize("letters", [1, 3])
def test_what_was_proven_is_on_the_disk_before_the_next_letter_leaves(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, letters: int
) -> None:
    """With a wait for the disk for each, and one at the end; a power cut in between costs a look-up."""
    for number in range(2, letters + 1):
        desk.store.enqueue(deposit(number), CONTENT)
    durable = desk.store.update_outbox
    written: list[str] = []

    def note(kind: str, write: Callable[..., object], row: OutboxRow, expected: OutboxState) -> object:
        written.append(f"{kind} {row.deposit.unique_id[-1]} {row.state}")
        return write(row, expected)

    monkeypatch.setattr(desk.store, "update_outbox", partial(note, "on disk:", durable))
    monkeypatch.setattr(desk.store, "update_outbox_soon", partial(note, "soon:", durable))
    assert desk.pumped() == letters
    if letters == 1:
        assert written == ["on disk: 1 sending", "on disk: 1 sent"]
        return
    steps = [step for n in (1, 2, 3) for step in (f"on disk: {n} sending", f"soon: {n} sent")]
    assert written == [*steps, "on disk: 3 sent"]


def test_an_act_of_the_user_meanwhile_does_not_settle_what_the_pump_owes_the_disk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own write was on the disk before the pump's came, and its thread went on after it."""
    desk.store.enqueue(deposit(2), CONTENT)
    rows = OutboxRows(desk.store, desk.clock)
    durable, on_disk = desk.store.update_outbox, list[str]()
    sent, cancelled = (
        OutboxRow(deposit(number), state)
        for number, state in ((1, OutboxState.SENT), (2, OutboxState.TERMINAL))
    )

    def write(row: OutboxRow, expected: OutboxState) -> Failure | None:
        written = durable(row, expected)
        on_disk.append(row.deposit.unique_id)
        if row.state is OutboxState.TERMINAL:
            rows.change(desk.row(1), sent)
        return written

    monkeypatch.setattr(desk.store, "update_outbox", write)
    monkeypatch.setattr(desk.store, "update_outbox_soon", durable)
    with rows.in_a_row():
        rows.change(desk.row(2), cancelled)
    assert on_disk == ["urn:uuid:2", "urn:uuid:1"], "what was proven is on the disk at the pump's end"


def test_cf031_ended_mandate_holds_the_row(desk: Desk) -> None:
    desk.mandate_is(None)
    desk.service.pump()
    assert desk.row().state is OutboxState.HELD and not desk.platform.published


def test_cf031_never_sent_under_another_right(desk: Desk) -> None:
    desk.mandate_is(mandate(id="another"))
    desk.service.pump()
    assert desk.row().state is OutboxState.HELD and not desk.platform.published


def test_cf031_wider_mandate_that_began_since_holds_the_row_and_is_named(desk: Desk) -> None:
    """The platform opens by the wider one: the document is confirmed again, or waits until it is over."""
    wider = mandate(id="wider", kind=MandateKind.MEDECIN_REFERENT)
    desk.platform.listed_too["p1"] = (mandate(),)
    desk.mandate_is(wider)
    desk.service.pump()
    assert desk.row().failure == Failure(Code.OTHER_RIGHT) and desk.row().lost_its_right()
    assert not desk.platform.published and desk.row().may_be_taken_back()
    desk.mandate_is(mandate())
    desk.service.wake("p1")
    assert desk.pumped() == 1, "the confirmed right is the one that opens again"


@pytest.mark.parametrize("mandate_now", [None, mandate(id="another")])
def test_lost_answer_is_resolved_after_the_mandate_ended(desk: Desk, mandate_now: Mandate | None) -> None:
    desk.platform.faults = [None, None, Fault.LOST]
    desk.service.pump()
    desk.mandate_is(mandate_now)
    desk.clock.advance(60)
    assert desk.service.pump() == 1
    assert desk.row().state is OutboxState.SENT and desk.platform.arrivals == ["urn:uuid:1"]


def test_nothing_arrived_and_the_mandate_ended_is_held_not_unknown(desk: Desk) -> None:
    desk.store.update_outbox(OutboxRow(deposit(), OutboxState.UNKNOWN, attempts=1))
    desk.mandate_is(None)
    desk.service.pump()
    assert desk.row().state is OutboxState.UNKNOWN, "one answer proves nothing"
    desk.asked_again()
    assert desk.row().state is OutboxState.HELD and not desk.platform.published
    assert desk.service.cancel(desk.row()) is None


def test_held_row_asks_for_nothing_until_somebody_wakes_it(desk: Desk) -> None:
    """An hour of the timer: no token, no access that the doctor did not ask for."""
    desk.mandate_is(mandate(id="another"))
    for _ in range(720):
        desk.clock.advance(5)
        desk.service.pump()
    assert desk.row().state is OutboxState.HELD
    assert desk.platform.asked == ["my_mandates"]
    desk.service.wake("p9")
    desk.service.wake(held=False)
    desk.service.pump()
    assert len(desk.platform.asked) == 1, "another patient, or the platform that is back, wakes nothing"
    desk.mandate_is(mandate())
    desk.service.wake("p1")
    assert desk.service.pump() == 1


@pytest.mark.parametrize("fault", [Fault.OFFLINE, Fault.LOST])
def test_rows_that_fail_wait_longer_each_time(desk: Desk, fault: Fault) -> None:
    if fault is Fault.LOST:
        desk.store.update_outbox(OutboxRow(deposit(), OutboxState.UNKNOWN, attempts=1))
    for _ in range(720):
        desk.platform.faults = [fault]
        desk.clock.advance(5)
        desk.service.pump()
    assert desk.row().attempts == (fault is Fault.LOST) and len(desk.platform.asked) <= 12
    desk.platform.faults = []
    desk.service.pump()
    assert desk.row().state is not OutboxState.SENT, "its time has not come"
    desk.service.wake(held=False)
    desk.service.pump()
    desk.asked_again()
    assert desk.row().state is OutboxState.SENT, "the platform is back"


@pytest.mark.parametrize("code", [Code.RECORD_CLOSED, Code.NOT_ENTITLED, Code.PATIENT_NOT_FOUND])
def test_question_that_is_refused_leaves_the_outcome_unknown(desk: Desk, code: Code) -> None:
    desk.store.update_outbox(OutboxRow(deposit(), OutboxState.UNKNOWN, attempts=1))
    desk.platform.answers["find_published"] = Failure(code)
    desk.service.pump()
    assert desk.row().state is OutboxState.UNKNOWN and desk.row().failure == Failure(code)


def test_lock_before_anything_was_sent_is_no_unknown_outcome(desk: Desk) -> None:
    desk.platform.answers["my_mandates"] = Failure(Code.CANCELLED)
    desk.service.pump()
    assert desk.row().state is OutboxState.RETRYABLE


def test_refusal_is_final_and_says_why(desk: Desk) -> None:
    desk.platform.faults = [None, None, Fault.REFUSED]
    desk.service.pump()
    assert desk.row().state is OutboxState.TERMINAL
    assert desk.row().failure == Failure(Code.DEPOSIT_REFUSED)
    desk.clock.advance(3600)
    assert desk.service.pump() == 0


def test_other_bytes_on_the_platform_are_never_called_sent(desk: Desk) -> None:
    desk.platform.published["urn:uuid:1"] = document(deposit(sha1="00" * 20), "other")
    desk.store.update_outbox(OutboxRow(deposit(), OutboxState.UNKNOWN, attempts=1))
    desk.service.pump()
    assert desk.row().state is OutboxState.TERMINAL
    assert desk.row().failure == Failure(Code.DIGEST_MISMATCH)
    desk.service.retry(desk.row())
    desk.service.pump()
    assert desk.row().state is OutboxState.TERMINAL, "asked once more, and not sent"
    assert desk.platform.arrivals == []


def _lose(desk: Desk, fault: Fault = Fault.LOST) -> None:
    """One sending whose answer does not come."""
    desk.platform.faults = [None, None, fault]
    desk.service.pump()
    assert desk.row().state is OutboxState.UNKNOWN


def test_cf079_second_sending_only_after_two_answers_that_lie_a_settle_apart(desk: Desk) -> None:
    _lose(desk, Fault.DAMAGED)
    for _ in range(11):
        desk.clock.advance(5)
        desk.service.wake()
        desk.service.pump()
        assert desk.row().state is OutboxState.UNKNOWN and desk.row().attempts == 1
    desk.clock.advance(5)
    desk.service.pump()
    assert desk.row().attempts == 1, "the first answer came five seconds after the sending"
    assert desk.row().next_try is not None, "and the next is asked for in time"
    desk.clock.advance(5)
    assert desk.pumped() == 1 and desk.platform.sendings == ["urn:uuid:1"] * 2


def test_cf079_a_platform_that_answers_late_is_asked_once_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says late it may have seen at once: that is no settle time after the first answer."""
    _lose(desk, Fault.DAMAGED)
    find = desk.platform.find_published

    def late(deposit: Deposit) -> Result[Document | None]:
        found = find(deposit)
        desk.clock.advance(40)
        return found

    monkeypatch.setattr(desk.platform, "find_published", late)
    for _ in range(2):
        desk.service.wake()
        desk.service.pump()
        assert desk.row().state is OutboxState.UNKNOWN and desk.row().attempts == 1
        desk.clock.advance(20)
    desk.service.wake()
    assert desk.pumped() == 1 and desk.row().attempts == 2


def test_clock_that_is_set_does_not_shorten_the_wait(desk: Desk) -> None:
    _lose(desk, Fault.DAMAGED)
    desk.service.wake()
    desk.service.pump()
    desk.clock.set(desk.clock.now() + timedelta(days=1))
    desk.service.wake()
    desk.service.pump()
    assert desk.row().state is OutboxState.UNKNOWN and desk.row().attempts == 1
    desk.clock.set(desk.clock.now() - timedelta(days=2))
    desk.clock.advance(60)
    assert desk.pumped() == 1, "nor does one that is set back make it endless"


def test_after_a_restart_both_answers_are_asked_for_anew(desk: Desk) -> None:
    _lose(desk, Fault.DAMAGED)
    desk.asked_again()
    desk.service = desk.fresh()
    desk.service.recover()
    desk.asked_again()
    assert desk.row().attempts == 1 and desk.row().state is OutboxState.UNKNOWN
    assert desk.asked_again() == 1


def test_failed_look_up_is_no_answer(desk: Desk) -> None:
    _lose(desk, Fault.DAMAGED)
    desk.platform.faults = [Fault.OFFLINE]
    desk.asked_again()
    desk.clock.advance(60)
    desk.service.pump()
    assert desk.row().attempts == 1 and desk.row().state is OutboxState.UNKNOWN
    assert desk.asked_again() == 1


def test_refused_at_first_is_asked_for_once(desk: Desk) -> None:
    desk.platform.faults = [None, None, Fault.REFUSED]
    desk.service.pump()
    assert desk.platform.asked[-1] == "find_published"
    assert (desk.row().state, desk.row().refusal) == (OutboxState.TERMINAL, None)


def test_what_stands_is_never_called_refused(desk: Desk) -> None:
    """A row of a store that was put back: the platform has had it since yesterday, and refuses it."""
    desk.platform.published["urn:uuid:1"] = document(deposit(), "d-yesterday")
    desk.platform.faults = [None, None, Fault.REFUSED]
    assert desk.pumped() == 1
    assert (desk.row().state, desk.row().document_id) == (OutboxState.SENT, "d-yesterday")


@pytest.mark.parametrize("restarted", [False, True])
def test_second_refusal_is_told_after_two_answers_and_never_sent_a_third_time(
    desk: Desk, *, restarted: bool
) -> None:
    _lose(desk, Fault.DAMAGED)
    desk.asked_again()
    desk.platform.faults = [None, None, None, Fault.REFUSED]
    desk.asked_again()
    assert desk.row().state is OutboxState.UNKNOWN and len(desk.platform.sendings) == 2
    assert desk.row().refusal == Failure(Code.DEPOSIT_REFUSED)
    if restarted:
        desk.service = desk.fresh()
        desk.service.recover()
        desk.asked_again()
    desk.asked_again()
    assert desk.row().state is OutboxState.TERMINAL and len(desk.platform.sendings) == 2
    assert (desk.row().failure, desk.row().refusal) == (Failure(Code.DEPOSIT_REFUSED), None)


def test_refusal_that_could_not_be_checked_stays_unknown(desk: Desk) -> None:
    desk.platform.faults = [None, None, Fault.REFUSED, Fault.OFFLINE]
    desk.service.pump()
    assert desk.row().state is OutboxState.UNKNOWN
    desk.asked_again()
    desk.asked_again()
    assert desk.row().failure == Failure(Code.DEPOSIT_REFUSED) and len(desk.platform.sendings) == 1


def test_damaged_on_the_way_is_asked_for_and_sent_again(desk: Desk) -> None:
    desk.platform.faults = [None, None, Fault.DAMAGED]
    desk.service.pump()
    assert desk.row().state is OutboxState.UNKNOWN
    desk.asked_again()
    desk.asked_again()
    assert desk.row().state is OutboxState.SENT
    assert desk.platform.arrivals == ["urn:uuid:1"] and desk.platform.sendings == ["urn:uuid:1"] * 2


def test_damaged_again_and_again_ends_and_keeps_everything(desk: Desk) -> None:
    for _ in range(10):
        desk.platform.faults = [None, None, *([None] if desk.row().attempts else []), Fault.DAMAGED]
        desk.service.pump()
        desk.clock.advance(3600)
    assert desk.row().state is OutboxState.TERMINAL and desk.row().attempts == 3
    assert desk.row().failure == Failure(Code.DIGEST_MISMATCH)
    assert desk.row().deposit == deposit() and desk.store.outbox_content("urn:uuid:1") == CONTENT
    desk.service.retry(desk.row())
    desk.platform.faults = []
    desk.service.pump()
    assert desk.row().state is OutboxState.SENT, "the user may ask again at any time"


def test_damaged_in_the_store_is_never_sent(desk: Desk) -> None:
    desk.rows["urn:uuid:1"] = (desk.row(), b"0123456780")
    desk.service.pump()
    assert desk.row().state is OutboxState.TERMINAL
    assert desk.row().failure == Failure(Code.STORE_DAMAGED)
    assert not desk.platform.published


def test_full_disk_sends_nothing_that_it_could_not_note(desk: Desk) -> None:
    """CF-079."""
    told: list[OutboxRow] = []
    desk.store.full_writes = [True, True]
    desk.service.pump(told.append)
    assert not desk.platform.published and desk.row().attempts == 0
    assert told[-1].failure == Failure(Code.DISK_FULL) and told[-1].state is OutboxState.RETRYABLE
    rows = desk.service.rows()
    assert not isinstance(rows, Failure) and rows == (told[-1],), "the list says it too"
    desk.clock.advance(6)
    desk.service.pump()
    assert desk.row().state is OutboxState.SENT
    assert desk.platform.arrivals == ["urn:uuid:1"]


def test_full_disk_after_sending_never_sends_again(desk: Desk) -> None:
    desk.store.full_writes = [False, True, True]
    assert desk.service.pump() == 1
    assert desk.row().state is OutboxState.SENDING, "the proof could not be written"
    desk.store.full_writes = [True] * 20
    for _ in range(10):
        desk.clock.advance(3600)
        desk.service.pump()
    rows = desk.service.rows()
    assert not isinstance(rows, Failure) and rows[0].state is OutboxState.SENT
    desk.store.full_writes = []
    desk.service.pump()
    assert desk.row().state is OutboxState.SENT and desk.row().document_id == "doc-1"
    assert desk.platform.arrivals == ["urn:uuid:1"]


def test_row_that_fell_back_to_queued_is_asked_for_first(desk: Desk) -> None:
    """A store that lost its last writes (a copy put back) does not make this run send twice."""
    desk.service.pump()
    desk.rows["urn:uuid:1"] = (OutboxRow(deposit(), OutboxState.QUEUED), CONTENT)
    desk.service.pump()
    desk.asked_again()
    assert desk.row().state is OutboxState.SENT
    assert desk.platform.arrivals == ["urn:uuid:1"]


@pytest.mark.parametrize("state", OutboxState)
def test_cancel_only_while_nothing_is_on_the_way(desk: Desk, state: OutboxState) -> None:
    desk.store.update_outbox(OutboxRow(deposit(), state))
    shown = OutboxRow(deposit(), OutboxState.QUEUED)  # the list of a moment ago
    may = state in (OutboxState.QUEUED, OutboxState.HELD, OutboxState.RETRYABLE)
    assert (desk.service.cancel(shown) is None) is may
    assert desk.row().state is (OutboxState.TERMINAL if may else state)
    assert isinstance(desk.service.cancel(OutboxRow(deposit(2), OutboxState.QUEUED)), Failure)


def test_cancelled_while_another_is_sent_stays_cancelled(desk: Desk) -> None:
    desk.store.enqueue(deposit(2), CONTENT)

    def changed(row: OutboxRow) -> None:
        if row.deposit.unique_id == "urn:uuid:1" and row.state is OutboxState.SENDING:
            assert desk.service.cancel(desk.row(2)) is None

    assert desk.service.pump(changed) == 1
    assert desk.row(2).failure == Failure(Code.CANCELLED) and desk.platform.arrivals == ["urn:uuid:1"]


@pytest.mark.parametrize("call", ["open_record", "find_published"])
def test_cancelled_while_the_platform_is_asked_is_not_sent(desk: Desk, call: str) -> None:
    desk.store.update_outbox(OutboxRow(deposit(), OutboxState.RETRYABLE))
    order = ["my_mandates", "open_record"] if call == "open_record" else ["find_published"]
    desk.platform.meanwhile = [None] * (len(order) - 1) + [lambda: desk.service.cancel(desk.row())]
    told: list[OutboxRow] = []
    assert desk.service.pump(told.append) == 0 and not told
    assert desk.row().failure == Failure(Code.CANCELLED) and not desk.platform.published


def test_sent_is_never_called_cancelled_by_an_old_list(desk: Desk) -> None:
    old = desk.row()
    desk.service.pump()
    assert isinstance(desk.service.cancel(old), Failure) and isinstance(desk.service.retry(old), Failure)
    assert desk.row().state is OutboxState.SENT


@pytest.mark.parametrize("state", OutboxState)
def test_removed_is_really_gone(desk: Desk, state: OutboxState) -> None:
    desk.store.update_outbox(OutboxRow(deposit(), state))
    may = not state.is_pending()
    assert (desk.service.remove(desk.row()) is None) is may
    assert (desk.rows == {}) is may


ENDED = Failure(Code.MANDATE_ENDED)


@pytest.mark.parametrize(
    ("row", "may"),
    [
        (OutboxRow(deposit(), OutboxState.TERMINAL, Failure(Code.DEPOSIT_REFUSED)), True),
        (OutboxRow(deposit(), OutboxState.TERMINAL, Failure(Code.CANCELLED)), True),
        (OutboxRow(deposit(), OutboxState.TERMINAL, Failure(Code.STORE_DAMAGED)), False),
        (OutboxRow(deposit(), OutboxState.HELD, ENDED), True),
        (OutboxRow(deposit(), OutboxState.HELD, Failure(Code.SESSION_ENDED)), False),
        (OutboxRow(deposit(), OutboxState.UNKNOWN, ENDED), False),
        (OutboxRow(deposit(), OutboxState.QUEUED), False),
        (OutboxRow(deposit(), OutboxState.SENT), False),
    ],
)
def test_what_will_never_go_becomes_the_draft(desk: Desk, row: OutboxRow, *, may: bool) -> None:
    """CF-031: unsent drafts stay local."""
    desk.store.update_outbox(row)
    assert (desk.service.take_back(desk.row()) is None) is may
    assert (desk.rows == {}) is may
    if may:
        draft, content = desk.drafts["p1"]
        (back,) = draft_pile.unpack_pile(content or b"") or ()
        assert (draft.patient, draft.title) == (deposit().patient, deposit().title)
        assert (back.content, back.title, back.category) == (CONTENT, "Lettre", "rapport-medical")
        assert (back.created, back.level) == (deposit().created, deposit().level)


@pytest.mark.parametrize("piled", [True, False])
def test_taken_back_stands_behind_what_was_being_written(desk: Desk, *, piled: bool) -> None:
    desk.store.update_outbox(OutboxRow(deposit(replaces="d0"), OutboxState.HELD, ENDED))
    plain = PiledDocument("radiologie", "Radio", None, Level.STANDARD, False, "r.pdf", b"pdf")
    first = draft_pile.identified(plain)
    former = Draft(patient(), "radiologie", "Radio", None, Level.STANDARD, "r.pdf", NOW)
    kept = draft_pile.drafted(patient(), [first], NOW) if piled else former
    desk.drafts["p1"] = (kept, draft_pile.pack_pile([first]) if piled else b"pdf")
    assert desk.service.take_back(desk.row()) is None
    found = draft_pile.restored(*desk.drafts["p1"])
    assert found[0] == first and len(found) == 2
    assert (found[1].content, found[1].replaces) == (CONTENT, "d0")


def test_refused_document_that_the_form_still_holds_is_not_there_twice(desk: Desk) -> None:
    desk.store.update_outbox(OutboxRow(deposit(), OutboxState.TERMINAL, Failure(Code.DEPOSIT_REFUSED)))
    held = PiledDocument("rapport-medical", "Corrigé", None, Level.STANDARD, False, "r.pdf", CONTENT)
    kept = Draft(patient(), "rapport-medical", "Corrigé", None, Level.STANDARD, "r.pdf", NOW)
    desk.drafts["p1"] = (kept, draft_pile.pack_pile([held]))
    assert desk.service.take_back(desk.row()) is None
    assert draft_pile.restored(*desk.drafts["p1"]) == (draft_pile.identified(held),)


def test_taking_back_never_loses_a_document(desk: Desk) -> None:
    desk.store.update_outbox(OutboxRow(deposit(), OutboxState.HELD, ENDED))
    full = [PiledDocument(title=str(number)) for number in range(draft_pile.MOST)]
    kept = Draft(patient(), "", "0", None, Level.STANDARD, "", NOW)
    desk.drafts["p1"] = (kept, draft_pile.pack_pile(full))
    assert desk.service.take_back(desk.row()) == Failure.of(Code.PILE_FULL, most=draft_pile.MOST)
    desk.drafts.clear()
    desk.rows["urn:uuid:1"] = (desk.row(), b"other")
    assert desk.service.take_back(desk.row()) == Failure(Code.STORE_DAMAGED)
    assert desk.row().state is OutboxState.HELD


@pytest.mark.parametrize(
    ("call", "state"),
    [(0, OutboxState.RETRYABLE), (1, OutboxState.RETRYABLE), (2, OutboxState.UNKNOWN)],
)
def test_exception_of_one_row_stops_none_behind_it(desk: Desk, call: int, state: OutboxState) -> None:
    for number in (2, 3):
        desk.store.enqueue(deposit(number), CONTENT)
    desk.platform.meanwhile = [*[None] * call, lambda: 1 / 0]
    assert desk.service.pump() == 2
    assert (desk.row().state, desk.row().failure) == (state, Failure(Code.DEPOSIT_STEP_FAILED))
    assert desk.row(2).state is desk.row(3).state is OutboxState.SENT
    desk.asked_again()
    desk.asked_again()
    assert desk.row().state is OutboxState.SENT, "it is taken up again"


def test_listener_that_raises_stops_nothing(desk: Desk) -> None:
    desk.store.enqueue(deposit(2), CONTENT)

    def changed(row: OutboxRow) -> None:
        if row.deposit.unique_id == "urn:uuid:1":
            raise ValueError(row)

    desk.service.pump(changed)
    assert desk.row(2).state is OutboxState.SENT and desk.row().failure is not None


@pytest.mark.parametrize("tries", [-5, 10**18])
def test_numbers_of_a_row_are_bounded(desk: Desk, tries: int) -> None:
    far = desk.clock.now() + timedelta(days=400)
    desk.store.update_outbox(OutboxRow(deposit(), OutboxState.RETRYABLE, next_try=far, tries=tries))
    assert timedelta(seconds=5) <= next_wait(tries, 0) <= timedelta(minutes=10)
    assert desk.service.pump() == 1, "no wait is as long: the clock was set back"


@pytest.fixture
def fleeting(desk: Desk) -> Desk:
    """A session whose store does not outlive a lock."""
    desk.store.vault.said = IN_MEMORY
    return desk


@pytest.mark.parametrize("fault", [Fault.OFFLINE, Fault.CUT])
@pytest.mark.parametrize("call", [0, 1])
def test_session_that_keeps_nothing_sends_now_or_says_not_deposited(
    fleeting: Desk, fault: Fault, call: int
) -> None:
    fleeting.platform.faults = [*[None] * call, fault]
    fleeting.service.pump()
    row = fleeting.row()
    assert row.state is OutboxState.GIVEN_UP and row.failure is not None and row.next_try is None
    fleeting.asked_again()
    fleeting.service.wake()
    fleeting.asked_again()
    assert not fleeting.platform.sendings, "what was called not deposited is never sent"
    assert fleeting.service.take_back(row) is None and fleeting.rows == {}


def test_session_that_keeps_nothing_holds_no_row(fleeting: Desk) -> None:
    fleeting.mandate_is(None)
    fleeting.service.pump()
    assert fleeting.row().state is OutboxState.GIVEN_UP
    assert fleeting.row().failure == Failure(Code.NO_MANDATE)


def test_session_that_keeps_nothing_still_asks_for_a_lost_answer(fleeting: Desk) -> None:
    _lose(fleeting)
    fleeting.asked_again()
    assert fleeting.row().state is OutboxState.SENT


def test_waits_double_up_to_ten_minutes() -> None:
    waits = [next_wait(n, 0) for n in range(12)]
    assert waits[0] == timedelta(seconds=5) and waits[-1] == timedelta(minutes=10)
    assert waits == sorted(waits)
    assert next_wait(3, 1) == next_wait(3, 0) * 1.25


NUMBERS = st.integers(1, 3)
FAULTS = st.lists(st.sampled_from([None, Fault.OFFLINE, Fault.LOST, Fault.CUT, Fault.DAMAGED]), max_size=7)
MANDATES = st.sampled_from([mandate(), mandate(id="another"), None])


class AnyFault(RuleBasedStateMachine):
    """Faults, a full disk, kills, cancellations and ends of mandates in any order and at any moment."""

    strict = False

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.desk.platform.strict = self.strict
        self.count = 0
        self.cancelled: set[str] = set()
        self.removed: set[str] = set()
        self.taken: set[str] = set()

    @rule()
    @precondition(lambda self: self.count < 3)
    def confirm(self) -> None:
        self.count += 1
        content = b"document %d" % self.count
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        made = deposit(self.count, sha1=sha1, size=len(content))
        kept = self.desk.drafts.get("p1")
        self.desk.store.enqueue(made, content, kept and kept[0])

    @rule(
        faults=FAULTS,
        full=st.lists(st.booleans(), max_size=7),
        cancels=st.lists(st.none() | NUMBERS, max_size=7),
    )
    def pump(self, faults: list[Fault | None], full: list[bool], cancels: list[int | None]) -> None:
        desk = self.desk
        desk.platform.faults, desk.store.full_writes = faults, full
        desk.platform.meanwhile = [None if n is None else partial(self.cancel, n) for n in cancels]
        desk.service.pump()
        desk.platform.faults, desk.store.full_writes, desk.platform.meanwhile = [], [], []

    @rule(now=MANDATES, at=st.integers(0, 5))
    def mandate_changes_during_a_pump(self, now: Mandate | None, at: int) -> None:
        self.desk.platform.meanwhile = [*[None] * at, partial(self.desk.mandate_is, now)]
        self.desk.service.pump()
        self.desk.platform.meanwhile = []

    @rule(now=MANDATES)
    def mandate_changes(self, now: Mandate | None) -> None:
        self.desk.mandate_is(now)

    @rule(state=st.sampled_from([OutboxState.SENDING, OutboxState.VERIFYING, OutboxState.SENT]))
    def killed(self, state: OutboxState) -> None:
        self.desk.store.crash_before = lambda row: row.state is state
        with contextlib.suppress(KeyboardInterrupt):
            self.desk.service.pump()
        self.desk.store.crash_before = lambda row: False
        self.desk.service = self.desk.fresh()
        self.desk.service.recover()

    @rule(full=st.lists(st.booleans(), max_size=3))
    def locked_and_unlocked(self, full: list[bool]) -> None:
        self.desk.store.full_writes = full
        self.desk.service.recover()
        self.desk.store.full_writes = []
        self.desk.service.wake()

    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        if self._known(number) and self.desk.service.cancel(self._listed(number)) is None:
            assert _name(number) not in self.desk.platform.published, "what arrived is never called cancelled"
            self.cancelled.add(_name(number))

    @rule(number=NUMBERS)
    def retried(self, number: int) -> None:
        if self._known(number) and self.desk.service.retry(self._listed(number)) is None:
            self.cancelled.discard(_name(number))

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        if self._known(number) and self.desk.service.remove(self._listed(number)) is None:
            self.removed.add(_name(number))

    @rule(number=NUMBERS)
    def take_back(self, number: int) -> None:
        if self._known(number) and self.desk.service.take_back(self._listed(number)) is None:
            assert _name(number) not in self.desk.platform.published, "a second deposit was advised"
            self.taken.add(_name(number))

    @rule(held=st.booleans())
    def woken(self, held: bool) -> None:
        self.desk.service.wake(held=held)

    @rule(seconds=st.sampled_from([1, 10, 1000]))
    def waits(self, seconds: int) -> None:
        self.desk.clock.advance(seconds)

    @invariant()
    def nothing_twice(self) -> None:
        """Nor sent again without asking, nor under another right: the platform's fake watches over that."""
        arrivals = self.desk.platform.arrivals
        assert len(arrivals) == len(set(arrivals)) and self.desk.platform.broken == []

    @invariant()
    def refused_is_true(self) -> None:
        for row in self._rows():
            if row.state is OutboxState.TERMINAL:
                assert row.deposit.unique_id not in self.desk.platform.published, "called refused wrongly"

    @invariant()
    def cancelled_is_never_sent(self) -> None:
        assert not self.cancelled & set(self.desk.platform.published)

    @invariant()
    def nothing_disappears(self) -> None:
        """A row goes when the user removes it, once it is over, or takes it back: then it is in the draft."""
        gone = self.removed | self.taken
        assert set(self.desk.rows) == {_name(n + 1) for n in range(self.count)} - gone
        _draft, content = self.desk.drafts.get("p1", (None, None))
        assert len(draft_pile.unpack_pile(content or b"") or ()) == len(self.taken)

    @invariant()
    def sent_is_true(self) -> None:
        for row in self._rows():
            if row.state is OutboxState.SENT:
                assert row.deposit.unique_id in self.desk.platform.published

    def teardown(self) -> None:
        """The platform answers: no outcome stays unknown, whatever the mandate; with it back, all goes."""
        self._until_quiet()
        for row in self._rows():
            assert row.state in (OutboxState.SENT, OutboxState.TERMINAL, OutboxState.HELD), row
        self.desk.mandate_is(mandate())
        self.desk.service.wake()
        self._until_quiet()
        for row in self._rows():
            if row.state is OutboxState.TERMINAL and row.failure != Failure(Code.CANCELLED):
                assert row.failure == Failure(Code.DIGEST_MISMATCH) and row.attempts >= 3
                assert row.deposit.unique_id not in self.desk.platform.published
                self.desk.service.retry(row)
        self.desk.service.pump()
        for row in self._rows():
            assert (row.state is OutboxState.SENT) is (row.deposit.unique_id not in self.cancelled), row
        written = {unique_id: row for unique_id, (row, _) in self.desk.rows.items()}
        assert written == {row.deposit.unique_id: row for row in self._rows()}, "all is written"

    def _until_quiet(self) -> None:
        for _ in range(4):
            self.desk.clock.advance(3600)
            self.desk.service.pump()

    def _rows(self) -> tuple[OutboxRow, ...]:
        rows = self.desk.service.rows()
        assert not isinstance(rows, Failure)
        return rows

    def _known(self, number: int) -> bool:
        return _name(number) in self.desk.rows

    def _listed(self, number: int) -> OutboxRow:
        """What an old list may still show."""
        return OutboxRow(deposit(number), OutboxState.QUEUED)


def _name(number: int) -> str:
    return deposit(number).unique_id


class AnyFaultStrictly(AnyFault):
    """The same at a platform that refuses what it has, and finds it a minute later."""

    strict = True


TestAnyFault = AnyFault.TestCase
TestAnyFault.settings = settings(max_examples=100, stateful_step_count=30)
TestAnyFaultStrictly = AnyFaultStrictly.TestCase
TestAnyFaultStrictly.settings = TestAnyFault.settings
