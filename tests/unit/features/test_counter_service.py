"""Reserving, sending once, asking about lost answers, papers (CF-076, CF-077, CF-107, CF-109, CF-111)."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.ordonnance import Product
from desktop.domain.prescription.standing import Context, Dispense, DispenseState, Lease, Substitution
from desktop.domain.texts import Language
from desktop.features.counter.domain.act import (
    CounterAct,
    Decision,
    FoundBy,
    LineWork,
    ReadBox,
    begun,
    handed_over,
    refused,
    with_box,
)  # fmt: skip
from desktop.features.counter.domain.batches import divided, shares
from desktop.features.counter.domain.boxes import BoxFinding, BoxVerdict, SubstitutionCause
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.domain.delivery import Delivery, Insurance
from desktop.features.counter.feature import COUNTER
from desktop.features.counter.service.composing import contexts, count_of, delivery
from desktop.features.counter.service.confirming import confirm
from desktop.features.counter.service.delivering import Deliveries
from desktop.features.counter.service.kept_rows import ParkedAct
from desktop.features.counter.service.papers import label_data, report_data
from desktop.features.counter.service.parking import Parking
from desktop.features.counter.service.products import Products
from desktop.features.counter.service.reserving import hold, release, renew, reserve
from desktop.kernel.feature import add_words
from desktop.scanning.reading import read_scan
from desktop.scanning.self_test import PROVEN
from desktop.scanning.separators import ScannerSettings
from tests.fakes import FakeKept
from tests.fakes.clock import FakeClock
from tests.fakes.counter import DOWN, MINE, FakeCounter
from tests.fakes.store import FakeVault
from tests.samples.counter import (
    ACCESS,
    CODE,
    METFORMIN,
    PHARMACIST,
    RAMIPRIL,
    SIGNED_BY_WEBER,
    box_text,
    gtin,
    line,
    standing,
    standing_line,
)  # fmt: skip
from tests.samples.practice import NOW

TODAY = local_day(NOW)
KNOWN_SCANNER = ScannerSettings(proven=PROVEN)  # its signs come as they are meant


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def port(clock: FakeClock) -> FakeCounter:
    add_words((COUNTER,))
    made = FakeCounter(clock)
    made.put(standing(), ACCESS)
    return made


@pytest.fixture
def rows() -> Iterator[FakeKept]:
    vault = FakeVault()
    vault.holder = "H1"
    made = FakeKept(COUNTER.kept, vault)
    yield made
    made.close()


def held(port: FakeCounter) -> CounterAct:
    found = port.by_code(OrdonnanceCode(OrdonnanceId(CODE), ACCESS))
    assert not isinstance(found, Failure)
    reserved = reserve(port, begun(found, FoundBy.CODE, TODAY), NOW)
    assert not isinstance(reserved, Failure)
    return replace(reserved.act, compared=True, signature=SIGNED_BY_WEBER)


def half(act: CounterAct) -> CounterAct:
    return act.with_work(handed_over(act.lines[0], Decimal(90)))


def sent_of(act: CounterAct) -> Delivery:
    return delivery(act, PHARMACIST, MINE, NOW, None, lambda: uuid.uuid4().urn)


# -- leases


def test_cf076_what_another_holds_costs_the_others_nothing(port: FakeCounter) -> None:
    port.reserved_by["l1"] = Failure.of(CounterCode.RESERVED, pharmacy="Lion")
    told = reserve(port, begun(port.stands[CODE], FoundBy.CODE, TODAY), NOW)
    assert not isinstance(told, Failure)
    assert [n for n, _ in told.refusals] == [1] and [w.mine for w in told.act.lines] == [False, True]


def test_what_fails_halfway_is_given_back(port: FakeCounter) -> None:
    """The first line was reserved, then the platform was gone: nothing is held unseen."""
    port.reserved_by["l2"] = Failure(Code.PLATFORM_ERROR)
    told = reserve(port, begun(port.stands[CODE], FoundBy.CODE, TODAY), NOW)
    assert isinstance(told, Failure) and told.code is Code.PLATFORM_ERROR
    assert port.calls[-1] == "release l1"


def test_only_what_ends_soon_is_renewed(port: FakeCounter, clock: FakeClock) -> None:
    act = held(port)
    port.calls.clear()
    clock.advance(7 * 60)
    assert not isinstance(renew(port, act, clock.now()), Failure) and port.calls == []
    clock.advance(60)
    told = renew(port, act, clock.now())
    assert port.calls == ["reserve l1", "reserve l2"] and not isinstance(told, Failure)
    lease = told.act.lines[0].line.lease
    assert lease is not None and lease.until == clock.now() + timedelta(minutes=10)


def test_cf109_a_line_that_changed_is_read_anew_before_it_is_held(port: FakeCounter) -> None:
    act = held(port)
    assert release(port, act) is None
    changed = Failure(Code.CHANGED_ELSEWHERE)
    port.reserved_by["l1"] = changed
    told = hold(port, act, NOW)
    assert port.calls.count("find") == 2 and not isinstance(told, Failure)
    assert told.refusals == ((1, changed),)


def test_cf109_a_line_that_another_pharmacy_gave_back_is_ours_before_its_lease_would_have_ended(
    port: FakeCounter,
) -> None:
    free = held(port)
    assert release(port, free) is None
    line = free.lines[0].line
    elsewhere = replace(
        line, lease=Lease("Pharmacie du Lion", NOW + timedelta(minutes=9)), state=LineState.RESERVED
    )
    seen = free.with_lines((elsewhere,), NOW.date())
    told = hold(port, seen, NOW)
    assert not isinstance(told, Failure) and told.act.lines[0].mine


# -- sent once


def test_cf107_a_lost_answer_is_asked_for_by_its_identifier(port: FakeCounter, rows: FakeKept) -> None:
    act = half(held(port))
    sent, ticks = sent_of(act), [0.0]
    deliveries = Deliveries(port, rows, lambda: ticks[0])
    port.lost = port.lags = True
    told = deliveries.send(sent, act)
    assert isinstance(told, Failure) and told.code is CounterCode.UNKNOWN
    assert deliveries.pending() == (sent,)
    told = deliveries.ask(sent)
    assert isinstance(told, Failure) and told.code is CounterCode.NOT_YET and told.facts["seconds"] == 60
    port.lags = False
    found = deliveries.ask(sent)
    assert not isinstance(found, Failure) and {one.identifier for one in found} == {*sent.identifiers}
    assert deliveries.pending() == () and Parking(rows).waiting() == ()
    assert len(port.deliveries) == 1


def test_no_is_believed_when_it_was_said_twice(port: FakeCounter, rows: FakeKept) -> None:
    """CF-079: the settle time apart; then the act goes on."""
    act, ticks = half(held(port)), [0.0]
    sent, deliveries = sent_of(act), Deliveries(port, rows, lambda: ticks[0])
    port.lost = port.swallowed = True
    deliveries.send(sent, act)
    assert _code(deliveries.ask(sent)) is CounterCode.NOT_YET
    ticks[0] = 59.0
    assert _code(deliveries.ask(sent)) is CounterCode.NOT_YET
    ticks[0] = 60.0
    assert _code(deliveries.ask(sent)) is CounterCode.NOT_RECORDED
    assert deliveries.pending() == ()
    waiting = Parking(rows).waiting()
    assert not isinstance(waiting, Failure) and [one.act for one in waiting] == [act]


def test_a_refusal_leaves_nothing_pending(port: FakeCounter, rows: FakeKept) -> None:
    act = half(held(port))
    port.refusal = Failure(CounterCode.QUANTITY)
    deliveries = Deliveries(port, rows)
    assert _code(deliveries.send(sent_of(act), act)) is CounterCode.QUANTITY
    assert deliveries.pending() == ()


def test_what_could_not_be_noted_does_not_leave(port: FakeCounter, rows: FakeKept) -> None:
    act = half(held(port))
    rows._vault.holder = None
    assert _code(Deliveries(port, rows).send(sent_of(act), act)) is Code.STORE_LOCKED
    assert port.deliveries == []


def test_nobody_who_cannot_be_asked_is_guessed_of(port: FakeCounter, rows: FakeKept) -> None:
    act = half(held(port))
    deliveries = Deliveries(port, rows)
    port.lost = True
    deliveries.send(sent_of(act), act)
    port.failure = DOWN
    assert _code(deliveries.ask(sent_of(act))) is Code.OFFLINE
    assert deliveries.pending() != ()


def _code(told: Result[object]) -> object:
    assert isinstance(told, Failure)
    return told.code


# -- what is sent, and written


def test_only_touched_lines_are_told_with_their_own_tokens(port: FakeCounter) -> None:
    act = half(held(port))
    sent = sent_of(act.with_work(refused(act.lines[1], "rupture de stock", Decision.FORBID)))
    assert [one.state for one in sent.dispenses] == [DispenseState.HANDED_OVER, DispenseState.REFUSED]
    assert dict(sent.tokens) == {"l1": "token-1", "l2": "token-2"}
    first, second = sent.dispenses
    assert first.handed_over == NOW and second.handed_over is None and second.final
    assert second.contexts == () and second.quantity.value == 0
    assert len({*sent.identifiers}) == 2


def _contexts(act: CounterAct, work: LineWork) -> tuple[Context, ...]:
    return contexts(act, work, shares(work)[0])


def test_the_circumstances_follow_from_what_was_done(port: FakeCounter) -> None:
    act = half(held(port))
    assert _contexts(act, act.lines[0]) == (Context.PARTIAL,)
    whole = handed_over(act.lines[0], Decimal(180))
    assert _contexts(act, whole) == (Context.ORDINARY,)
    noted = replace(whole, substitution=Substitution("G", "moins cher", patient_informed=True))
    assert _contexts(act, noted) == (Context.ORDINARY,), "the prescribed brand goes over after all"
    swapped = ReadBox(BoxCode(gtin(1)), METFORMIN, BoxVerdict((BoxFinding.SUBSTITUTE,)))
    noted = replace(noted, boxes=(swapped,), cause=SubstitutionCause.GENERIC)
    assert _contexts(replace(act, receiver="Lia"), noted) == (Context.GENERIC, Context.PROXY)
    assert _contexts(act, replace(noted, cause=SubstitutionCause.SHORTAGE)) == (Context.SHORTAGE,)
    assert Context.NARCOTIC in _contexts(act, replace(whole, paper_form="1"))
    assert _contexts(act, replace(act.lines[0], owing=True)) == (Context.PARTIAL, Context.OWING)


def _two_batches(act: CounterAct) -> CounterAct:
    """180 of the first line: 60 of one batch, of which two boxes were read, and 120 of another."""
    work = act.lines[0]
    for batch, serial in (("A12C", "SERIAL-77"), ("B77", "SERIAL-78"), ("A12C", "SERIAL-79")):
        code = read_scan(box_text(1, batch=batch, serial=serial), KNOWN_SCANNER, TODAY)
        assert isinstance(code, BoxCode)
        work = with_box(work, ReadBox(code, METFORMIN, BoxVerdict((BoxFinding.MATCHES,))))
    parted = divided(work, (Decimal(60), Decimal(120)))
    assert parted is not None
    return act.with_work(parted)


def test_each_batch_of_a_line_is_told_as_a_delivery_of_its_own(port: FakeCounter) -> None:
    """Contract §8.3: who recalls a batch finds how much of it went to whom."""
    act = _two_batches(held(port))
    sent = sent_of(act).dispenses
    told = [(one.line, one.batch, one.quantity.value, one.contexts) for one in sent]
    assert told == [
        ("l1", "A12C", Decimal(60), (Context.ORDINARY,)),
        ("l1", "B77", Decimal(120), (Context.ORDINARY,)),
    ]
    assert [one.serials for one in sent] == [("SERIAL-77", "SERIAL-79"), ("SERIAL-78",)]
    assert len({one.identifier for one in sent}) == count_of(act) == 2


@pytest.mark.parametrize("language", Language)
def test_each_batch_is_on_the_papers_and_no_serial_number(port: FakeCounter, language: Language) -> None:
    act = _two_batches(held(port))
    rows = _lines(report_data(act, PHARMACIST, MINE, NOW, language))
    unit = {"fr": "comprimés", "de": "Tabletten", "lb": "Tabletten", "en": "tablets"}[language.value]
    assert [row["quantity"] for row in rows] == [f"60 {unit}", f"120 {unit}"]
    assert ["A12C" in str(row["box"]) for row in rows] == [True, False] and "B77" in str(rows[1]["box"])
    labels = _lines(label_data(act, PHARMACIST, MINE, NOW))
    assert [str(one["batch"])[-4:].strip() for one in labels] == ["A12C", "A12C", "B77"], "one a box"
    assert "SERIAL" not in repr(rows) + repr(labels)


def test_an_act_of_several_batches_comes_back_as_it_was(port: FakeCounter, rows: FakeKept) -> None:
    act, parking = _two_batches(held(port)), Parking(rows)
    assert parking.park(ParkedAct(act, NOW)) is None
    waiting = parking.waiting()
    assert isinstance(waiting, tuple)
    [found] = waiting
    assert found.act == act and found.act.lines[0].portions == (Decimal(60), Decimal(120))


def test_cf104_what_is_handed_over_outside_the_insurance_says_so(port: FakeCounter) -> None:
    act = half(held(port))
    outside = act.with_work(replace(act.lines[0], insurance=Insurance.OUTSIDE))
    assert [one.outside_insurance for one in sent_of(outside).dispenses] == [True]
    assert [one.outside_insurance for one in sent_of(act).dispenses] == [False]


@pytest.mark.parametrize("language", Language)
def test_no_serial_number_in_what_the_patient_gets(port: FakeCounter, language: Language) -> None:
    """CF-077, domain §C.7."""
    code = read_scan(box_text(1, serial="SERIAL-77"), KNOWN_SCANNER, TODAY)
    act = held(port)
    read = ReadBox(code, METFORMIN, BoxVerdict((BoxFinding.MATCHES,)))  # type: ignore[arg-type]
    act = act.with_work(with_box(act.lines[0], read))
    written = repr(report_data(act, PHARMACIST, MINE, NOW, language))
    labels = repr(label_data(act, PHARMACIST, MINE, NOW))
    assert "SERIAL-77" not in written and "SERIAL-77" not in labels
    assert "A12C" in written and "Metformine 850" in written and MINE in written
    assert "Schmit" not in labels and "SCHMIT" not in labels and "J.S. 1947" in labels
    assert "Ramipril" not in written  # untouched
    assert sent_of(act).dispenses[0].serials == ("SERIAL-77",)  # the platform alone is told


def test_cf111_a_free_text_line_is_handed_over_and_called_so(port: FakeCounter) -> None:
    told = standing(standing_line(line(1, Product("Crème à l'urée"), 1)))
    act = begun(told, FoundBy.CODE, TODAY)
    act = act.with_work(handed_over(act.lines[0], Decimal(1)))
    [row] = _lines(report_data(act, PHARMACIST, MINE, NOW, Language.FR))
    assert row["flags"] == ["non codé"] and row["product"] == "Crème à l'urée"


def _lines(data: Mapping[str, object]) -> list[Mapping[str, object]]:
    lines = data["lines"]
    assert isinstance(lines, list)
    return lines


def test_a_report_that_cannot_be_written_sends_nothing(port: FakeCounter, rows: FakeKept) -> None:
    act, failure = half(held(port)), Failure(Code.UNEXPECTED)
    told = confirm(act, PHARMACIST, MINE, NOW, lambda *_: failure, Deliveries(port, rows), str)
    assert told is failure and port.deliveries == []


def test_a_confirmed_act_has_its_report_and_a_refusal_has_none(port: FakeCounter, rows: FakeKept) -> None:
    act = held(port)
    only = act.with_work(refused(act.lines[1], "rupture de stock", Decision.REFUSE))
    deliveries = Deliveries(port, rows)
    for one in (half(act), only):
        told = confirm(one, PHARMACIST, MINE, NOW, lambda *_: b"%PDF", deliveries, lambda: uuid.uuid4().urn)
        assert not isinstance(told, Failure)
    first, second = port.deliveries
    assert first.report is not None and first.report.pdf == b"%PDF" and second.report is None


# -- kept


def test_a_product_number_is_learnt(rows: FakeKept) -> None:
    products = Products(rows)
    assert products.known("1") is None
    products.learn("1", RAMIPRIL)
    assert products.known("1") == RAMIPRIL and products.known("2") is None


def test_an_act_comes_back_as_it_was(port: FakeCounter, rows: FakeKept) -> None:
    """CF-014: with its boxes, reasons, signature and alerts."""
    parking, act = Parking(rows), half(held(port))
    parking.park(ParkedAct(act, NOW))
    assert parking.waiting() == (ParkedAct(act, NOW),)
    parking.over(act)
    assert parking.waiting() == ()


# -- nothing of it is lost


def test_cf079_a_refusal_that_nobody_could_look_up_is_not_believed(
    port: FakeCounter, rows: FakeKept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A retry on the way may have been refused, of what was taken; the box stays at the counter."""
    act, deliveries = half(held(port)), Deliveries(port, rows)
    port.refusal = Failure(CounterCode.QUANTITY)
    with monkeypatch.context() as deaf:
        deaf.setattr(port, "arrived", lambda _: DOWN)
        assert _code(deliveries.send(sent_of(act), act)) is CounterCode.UNKNOWN
    pending = deliveries.pending()
    assert not isinstance(pending, Failure) and len(pending) == 1


def test_what_never_left_is_not_called_unknown(port: FakeCounter, rows: FakeKept) -> None:
    act, deliveries = half(held(port)), Deliveries(port, rows)
    port.failure = DOWN
    assert _code(deliveries.send(sent_of(act), act)) is Code.OFFLINE
    assert deliveries.pending() == ()


def test_one_that_cannot_be_asked_for_is_nothing_to_those_behind_it(
    port: FakeCounter, rows: FakeKept, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, deliveries = half(held(port)), Deliveries(port, rows)
    first, second = sent_of(act), replace(sent_of(act), confirmed_at=NOW + timedelta(seconds=1))
    port.lost, port.swallowed = True, True
    deliveries.send(first, act)
    port.swallowed = False
    deliveries.send(second, act)
    known = port.arrived

    def arrived(identifiers: tuple[str, ...]) -> Result[tuple[Dispense, ...]]:
        if identifiers == first.identifiers:
            raise RuntimeError
        return known(identifiers)

    monkeypatch.setattr(port, "arrived", arrived)
    found = deliveries.ask_all()
    assert isinstance(found, tuple) and {one.identifier for one in found} == {*second.identifiers}
    assert _code(deliveries.ask_all()) is Code.UNEXPECTED, "it is asked for again"
    assert deliveries.pending() == (first,)


def test_the_soonest_to_ask_again_is_told(port: FakeCounter, rows: FakeKept) -> None:
    act, ticks = half(held(port)), [0.0]
    deliveries = Deliveries(port, rows, lambda: ticks[0])
    port.lost = port.swallowed = True
    deliveries.send(sent_of(act), act)
    deliveries.ask_all()
    ticks[0] = 20.0
    deliveries.send(replace(sent_of(act), confirmed_at=NOW + timedelta(seconds=1)), act)
    held_back = deliveries.ask_all()
    assert isinstance(held_back, Failure) and held_back.facts["seconds"] == 40


def test_own_work_that_cannot_be_read_is_counted_and_stays(port: FakeCounter, rows: FakeKept) -> None:
    act, deliveries = half(held(port)), Deliveries(port, rows)
    port.lost = port.swallowed = True
    sent = sent_of(act)
    deliveries.send(sent, act)
    assert deliveries.unreadable() == 0
    rows.write(lambda r: r.execute("INSERT INTO counter_delivery VALUES ('x', 'c', 'p', '0', X'7B')"))
    rows.write(lambda r: r.execute("INSERT INTO counter_parked VALUES ('x', 'no time', X'7B')"))
    spoil = "INSERT INTO counter_parked SELECT 'y', 'no time', content FROM counter_parked WHERE code <> 'x'"
    rows.write(lambda r: r.execute(spoil))
    assert deliveries.unreadable() == 3
    assert deliveries.pending() == (sent,)
    waiting = Parking(rows).waiting()
    assert isinstance(waiting, tuple) and [one.act.code for one in waiting] == [CODE]
