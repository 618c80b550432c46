"""ALD statements between platform and store: the draft, one sending, and what a lost answer leaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.referent import Mark, StatementState
from desktop.features.ald.domain import AldCode, Answer, Draft, Form, Item, Person, Receipt, Sent, SignedForm
from desktop.features.ald.feature import ALD
from desktop.features.ald.service import AldService, Mine, Standing
from tests.fakes import FakeClock, FakeKept
from tests.fakes.features import FakeAld
from tests.fakes.store import FakeVault

NOW = datetime(2026, 6, 10, 8, tzinfo=UTC)
VALIDATED = date(2021, 2, 3)
ANNE = Person("p1", "MULLER Anne", date(1993, 5, 12))
DIABETES = Item(8, Answer.STILL, "2014", kind="2")


@pytest.fixture
def port() -> FakeAld:
    return FakeAld()


@pytest.fixture
def rows() -> Iterator[FakeKept]:
    vault = FakeVault()
    vault.holder = "H1"
    made = FakeKept(ALD.kept, vault)
    yield made
    made.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(port: FakeAld, rows: FakeKept, clock: FakeClock) -> AldService:
    return AldService(port, rows, clock.monotonic)


def good(result: "Result[Standing]") -> Standing:
    assert not isinstance(result, Failure), result
    return result


def read(service: AldService, now: datetime = NOW) -> Standing:
    return good(service.read(ANNE, VALIDATED, now))


def mine(service: AldService) -> Mine:
    found = service.mine()
    assert not isinstance(found, Failure)
    return found


def draft_of(service: AldService, *items: Item) -> Draft:
    begun = read(service).draft
    assert begun is not None
    return replace(begun, form=replace(begun.form, items=items))


def send(service: AldService, draft: Draft) -> Result[Sent]:
    """Signed, then sent."""
    content = service.compose(draft, NOW)
    if isinstance(content, Failure):
        return content
    return service.send(draft, SignedForm(content, b"jws", NOW), NOW)


def sent(state: StatementState, at: datetime, *items: Item, accepted: date | None = None) -> Sent:
    return Sent(Form(f"urn:{at}", VALIDATED, VALIDATED, items), state, at, accepted=accepted)


def test_what_is_begun_is_not_kept_before_it_is_changed(service: AldService) -> None:
    standing = read(service)
    assert standing.draft is not None and standing.draft.form.first == VALIDATED
    assert standing.draft.form.last == date(2023, 2, 2)
    assert standing.due is not None and standing.due.mark is Mark.LATE
    assert mine(service) == Mine((), ())


def test_a_draft_comes_back_as_it_was_left(service: AldService, port: FakeAld) -> None:
    """Every field, typed nonsense too."""
    odd = Item(31, None, "jadis", "Sarcoïdose ; x", "", long=True)
    draft = draft_of(service, DIABETES, odd)
    assert service.keep(draft) is None
    assert read(service).draft == draft
    port.failure = Failure(Code.OFFLINE)
    assert isinstance(service.read(ANNE, VALIDATED, NOW), Failure)
    away = good(service.kept_draft(ANNE, NOW))
    assert away.draft == draft and away.statements is None
    other = replace(ANNE, patient_id="p2")
    assert good(service.kept_draft(other, NOW)).draft is None, "another patient's is his own"
    assert service.throw_away(draft) is None and mine(service).drafts == ()


def test_two_drafts_of_one_patient_stand_side_by_side(service: AldService) -> None:
    """A store that was found again brings one: the last written is shown, the other is not lost."""
    first, second = draft_of(service, DIABETES), draft_of(service, Item(12))
    service.keep(first)
    service.keep(replace(second, saved=NOW + timedelta(minutes=1)))
    found = read(service).draft
    assert found is not None and found.form == second.form
    assert len(mine(service).drafts) == 2


def test_sending_takes_the_draft_away_and_keeps_what_was_sent(service: AldService, port: FakeAld) -> None:
    draft = draft_of(service, DIABETES)
    assert isinstance(send(service, draft), Sent)
    kept = mine(service)
    assert kept.drafts == () and [k.person for k in kept.sent] == [ANNE]
    assert kept.sent[0].sent.form == draft.form and len(port.sendings) == 1
    standing = read(service)
    assert standing.draft is None and standing.waiting is not None


def test_the_receipt_is_kept_as_the_platform_tells_it(service: AldService, port: FakeAld) -> None:
    send(service, draft_of(service, DIABETES))
    receipt = Receipt("CNS-1", NOW + timedelta(hours=5))
    port.stands = (replace(port.stands[0], state=StatementState.RECEIVED, receipt=receipt),)
    read(service)
    assert mine(service).sent[0].sent == port.stands[0]


def test_what_was_not_sent_from_here_is_not_kept_here(service: AldService, port: FakeAld) -> None:
    port.stands = (sent(StatementState.ACCEPTED, NOW - timedelta(days=30), DIABETES, accepted=VALIDATED),)
    standing = read(service)
    assert standing.statements == port.stands and mine(service).sent == ()
    assert standing.draft is not None and standing.draft.form.items == (replace(DIABETES, answer=None),)


def test_cf097_what_is_incomplete_does_not_leave(service: AldService, port: FakeAld) -> None:
    assert send(service, draft_of(service, Item(8, Answer.STILL))) == Failure(AldCode.INCOMPLETE)
    assert port.sendings == []


def test_cf093_refused_the_text_stays_and_may_be_sent_again(service: AldService, port: FakeAld) -> None:
    draft = draft_of(service, DIABETES)
    port.failure = Failure.of(Code.MANDATE_ENDED, lock="mandat", status=403)
    assert send(service, draft) == port.failure
    assert mine(service).drafts == (draft,)
    port.failure = None
    assert isinstance(send(service, draft), Sent)


def test_a_lost_answer_is_asked_for_and_never_sent_twice(service: AldService, port: FakeAld) -> None:
    """CF-079: what arrived all the same is found by our identifier."""
    draft = draft_of(service, DIABETES)
    port.lost = True
    assert send(service, draft) == Failure(AldCode.UNKNOWN)
    (open_one,) = mine(service).drafts
    assert open_one.sending == NOW, "on the disk: a crash now changes nothing"
    assert send(service, open_one) == Failure(AldCode.UNKNOWN)
    found = service.ask(open_one)
    assert isinstance(found, Sent) and len(port.sendings) == 1
    assert mine(service).drafts == () and len(mine(service).sent) == 1


def test_a_lost_sending_that_did_not_arrive_may_go_again(
    service: AldService, port: FakeAld, clock: FakeClock
) -> None:
    draft = draft_of(service, DIABETES)
    port.failure = Failure(AldCode.UNKNOWN)
    send(service, draft)
    port.failure = None
    asked = mine(service).drafts[0]
    assert service.ask(asked) == Failure.of(AldCode.NOT_YET, seconds=60)
    clock.advance(59)
    assert service.ask(asked) == Failure.of(AldCode.NOT_YET, seconds=1), "one answer proves nothing (CF-079)"
    assert mine(service).drafts == (asked,) and service.compose(asked, NOW) == Failure(AldCode.UNKNOWN)
    clock.advance(1)
    assert service.ask(asked) == Failure(AldCode.NOT_ARRIVED)
    (back,) = mine(service).drafts
    assert back.sending is None and isinstance(send(service, back), Sent)
    assert [form.identifier for form in port.sendings] == [draft.form.identifier] * 2, "under one identifier"


def test_what_a_lagging_search_does_not_know_is_not_sent_again(
    service: AldService, port: FakeAld, clock: FakeClock
) -> None:
    """CF-079: the server took it, and its search knows of it half a minute later."""
    port.lost = port.lags = True
    send(service, draft_of(service, DIABETES))
    (open_one,) = mine(service).drafts
    assert service.ask(open_one) == Failure.of(AldCode.NOT_YET, seconds=60)
    port.lags = False
    clock.advance(30)
    assert isinstance(service.ask(open_one), Sent) and len(port.sendings) == 1


def test_a_second_sending_begins_the_wait_anew(service: AldService, port: FakeAld, clock: FakeClock) -> None:
    draft = draft_of(service, DIABETES)
    port.failure = Failure(AldCode.UNKNOWN)
    send(service, draft)
    for again in range(2):
        port.failure = None
        (open_one,) = mine(service).drafts
        assert service.ask(open_one) == Failure.of(AldCode.NOT_YET, seconds=60), again
        clock.advance(60)
        assert service.ask(open_one) == Failure(AldCode.NOT_ARRIVED)
        port.failure = Failure(AldCode.UNKNOWN)
        send(service, mine(service).drafts[0])


def test_refused_because_the_first_stands_it_is_found(service: AldService, port: FakeAld) -> None:
    """A platform without If-None-Exist: the statement that waits is the first sending of this one."""
    draft = draft_of(service, DIABETES)
    port.lost = port.lags = True
    send(service, draft)
    port.wait = timedelta(0)
    assert service.ask(draft) == Failure(AldCode.NOT_ARRIVED)
    port.lags = False
    port.send = lambda *_: Failure(AldCode.PENDING)  # type: ignore[method-assign]
    again = service.send(draft, SignedForm(b"", b"jws", NOW), NOW)
    assert isinstance(again, Sent) and mine(service).drafts == () and len(mine(service).sent) == 1


def test_reading_the_list_settles_a_lost_answer_too(service: AldService, port: FakeAld) -> None:
    port.lost = True
    send(service, draft_of(service, DIABETES))
    standing = read(service)
    assert standing.waiting is not None and mine(service).drafts == ()


def test_asking_without_the_platform_changes_nothing(service: AldService, port: FakeAld) -> None:
    port.lost = True
    send(service, draft_of(service, DIABETES))
    port.failure = Failure(Code.OFFLINE)
    (open_one,) = mine(service).drafts
    assert service.ask(open_one) == Failure(Code.OFFLINE)
    assert mine(service).drafts == (open_one,)


@pytest.mark.parametrize(("hours", "mark"), [(23, Mark.LATE), (25, Mark.AWAITED)])
def test_without_a_receipt_for_a_day_an_answer_is_awaited(
    service: AldService, port: FakeAld, hours: int, mark: Mark
) -> None:
    """Domain §B.3: never « fait »."""
    port.stands = (sent(StatementState.SENT, NOW - timedelta(hours=hours)),)
    due = read(service).due
    assert due is not None and due.mark is mark


def test_a_draft_that_cannot_be_noted_is_not_sent(service: AldService, port: FakeAld) -> None:
    draft = draft_of(service, DIABETES)
    service._rows._vault.holder = None  # type: ignore[attr-defined]
    assert send(service, draft) == Failure(Code.STORE_LOCKED)
    assert port.sendings == []


def test_cf079_a_refusal_that_nobody_could_look_up_is_not_believed(
    service: AldService, port: FakeAld, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = draft_of(service, DIABETES)
    monkeypatch.setattr(port, "find", lambda _: Failure(Code.OFFLINE))
    port.failure = Failure(AldCode.PENDING)
    assert send(service, draft) == Failure(AldCode.UNKNOWN)
    (open_one,) = mine(service).drafts
    assert open_one.sending == NOW


def test_a_second_hand_sends_nothing_while_the_first_is_out(service: AldService, port: FakeAld) -> None:
    """A page that was left knows nothing of what it sent; the store does."""
    draft = draft_of(service, DIABETES)
    content = service.compose(draft, NOW)
    assert isinstance(content, bytes)
    port.lost = port.lags = True
    signed = SignedForm(content, b"jws", NOW)
    assert service.send(draft, signed, NOW) == Failure(AldCode.UNKNOWN)
    assert service.send(draft, signed, NOW) == Failure(AldCode.UNKNOWN) and len(port.sendings) == 1


def test_a_damaged_row_costs_only_itself_and_is_counted(service: AldService, rows: FakeKept) -> None:
    kept = draft_of(service, DIABETES)
    service.keep(kept)
    other = replace(kept, form=replace(kept.form, identifier="urn:other"), saved=NOW)
    service.keep(other)
    rows.write(lambda r: r.execute("UPDATE ald_drafts SET items = '[[' WHERE identifier = 'urn:other'"))
    found = mine(service)
    assert (found.drafts, found.unreadable) == ((kept,), 1)
    assert (read(service).draft, read(service).unreadable) == (kept, 1)
    rows.write(lambda r: r.execute("UPDATE ald_drafts SET saved = 'never'"))
    assert mine(service).unreadable == 2 and read(service).draft != kept
