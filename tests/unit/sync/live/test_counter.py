"""The counter against the platform: found, held, handed over once, told to the next pharmacy, undone."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop.domain.account import Account
from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Result
from desktop.domain.local_time import local_day
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId, parse_qr_text
from desktop.domain.prescription.lifecycle import LineState, OrdonnanceState
from desktop.domain.prescription.standing import Dispense, DispenseState
from desktop.domain.texts import Language
from desktop.features.counter.domain.act import (
    CounterAct,
    FoundBy,
    LineWork,
    begun,
    handed_over,
    refused,
    released,
)
from desktop.features.counter.domain.act import Decision as Decided
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.domain.delivery import Delivery, Report
from desktop.features.counter.feature import COUNTER
from desktop.features.counter.service.composing import delivery
from desktop.features.counter.service.reserving import hold, release, reserve
from desktop.features.counter.service.undoing import undo
from desktop.features.counter.wire import CounterWire
from desktop.simulator.minimal_data import plain_pdf
from desktop.simulator.prescription.seeds import code as code_of
from desktop.simulator.prescription.seeds import qr_text
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.sync.live.doctor import MATRICULES, Doctor, Make, failed, good
from tests.waiting import until

PHARMACY = "Pharmacie du Cygne"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One of its own: what a counter reports, and undoes, stands among the documents of its patients."""
    with running_simulator(
        tmp_path_factory.mktemp("counter"), cards="weber,kieffer,thill,wiltgen"
    ) as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


@dataclass
class Pharmacist:
    """At his counter."""

    doctor: Doctor
    wire: CounterWire

    def find(self, key: str) -> CounterAct:
        wanted = parse_qr_text(qr_text(code_of(key)))
        assert isinstance(wanted, OrdonnanceCode)
        return begun(good(self.wire.by_code(wanted)), FoundBy.CODE, local_day(now()))

    def held(self, key: str) -> CounterAct:
        return good(reserve(self.wire, self.find(key), now())).act

    def delivery(self, act: CounterAct) -> Delivery:
        pdf = plain_pdf("Dispensation")
        ids = uuid.uuid4().urn, uuid.uuid4().urn
        report = Report(*ids, "Dispensation", Language.FR, "Sandra Thill", pdf)
        return delivery(act, ACCOUNT, PHARMACY, now(), report, lambda: uuid.uuid4().urn)

    def undo(self, one: Dispense, reason: str) -> Result[Dispense]:
        return undo(self.wire, one, reason, "back", ACCOUNT, now(), lambda *_: plain_pdf("Dispensation"))


ACCOUNT = Account("Sandra Thill", "", "", "Pharmacien", Profile.PHARMACIEN, "ps-thill")


def now() -> datetime:
    return datetime.now(UTC)


def half(act: CounterAct, number: int) -> CounterAct:
    """Half of what is left of a line goes over the counter."""
    work = act.work(number)
    assert work is not None and work.line.left is not None
    return act.with_work(handed_over(work, work.line.left / 2))


@pytest.fixture
def counter(doctor: Make) -> Iterator[Pharmacist]:
    """Sandra Thill's; what she holds and handed over today is taken back."""
    made = doctor("thill")
    pharmacist = Pharmacist(made, CounterWire(made.platform.kit(COUNTER.wire_calls, COUNTER.refusals)))
    yield pharmacist
    made.simulator.control.clear_faults()
    for one in good(pharmacist.wire.day(now() - timedelta(hours=1))):
        if one.state is DispenseState.HANDED_OVER:
            good(pharmacist.undo(one, "fin de l'essai"))


@pytest.fixture
def other(doctor: Make) -> Pharmacist:
    """Yves Wiltgen's, of another pharmacy."""
    made = doctor("wiltgen")
    return Pharmacist(made, CounterWire(made.platform.kit(COUNTER.wire_calls, COUNTER.refusals)))


def test_cf078_a_code_opens_one_ordonnance_with_one_trace(counter: Pharmacist) -> None:
    act = counter.find("tour")
    assert [w.line.line.number for w in act.lines] == [1, 2, 3] and act.standing.may_practise is True
    assert act.standing.ordonnance.patient.born is not None and act.standing.signed
    assert act.lines[2].line.state is LineState.DELIVERED
    [elsewhere] = [d for d in act.standing.dispenses if d.line == act.lines[2].line.id]
    assert elsewhere.pharmacy == "Pharmacie de la Sûre" and elsewhere.serials == ()
    assert [t["action"] for t in counter.doctor.traces("rx-find")][-1:] == ["rx-find"]
    assert not counter.doctor.traces("open-record")


def test_cf110_a_typed_code_asks_the_birth_date(counter: Pharmacist) -> None:
    act = counter.find("suspended")
    wanted, born = OrdonnanceId(act.code), act.standing.ordonnance.patient.born
    assert born is not None
    refused_ = counter.wire.by_identifier(wanted, born + timedelta(days=1))
    assert failed(refused_) is CounterCode.SECOND_FACTOR
    assert good(counter.wire.by_identifier(wanted, born)).ordonnance.code == act.code
    for _ in range(5):
        last = counter.wire.by_identifier(wanted, date(1900, 1, 1))
    assert failed(last) is CounterCode.BLOCKED
    assert failed(counter.wire.by_identifier(wanted, born)) is CounterCode.BLOCKED
    assert counter.find("suspended").code == act.code  # the QR still opens it


def test_cf075_cf077_one_and_a_half_lines_stand_as_both_sides_tell(
    counter: Pharmacist, other: Pharmacist
) -> None:
    act = counter.held("tour")
    assert all(act.lines[n].line.lease and act.lines[n].mine for n in (0, 1))
    whole = act.lines[0].line.left
    assert whole is not None
    act = half(act.with_work(handed_over(act.lines[0], whole)), 2)
    found = good(counter.wire.deliver(counter.delivery(act)))
    assert sorted(one.quantity.value for one in found) == [Decimal(45), Decimal(180)]
    told = other.find("tour")
    assert [w.line.state for w in told.lines] == [LineState.DELIVERED, LineState.PARTIAL, LineState.DELIVERED]
    assert told.standing.state is OrdonnanceState.PARTLY_EXECUTED
    rest = other.held("tour")
    assert [w.mine for w in rest.lines] == [False, True, False] and rest.lines[1].line.left == 45
    assert release(other.wire, rest) is None


def test_cf076_two_counters_never_hold_one_line(counter: Pharmacist, other: Pharmacist) -> None:
    mine = counter.held("tour")
    theirs = good(reserve(other.wire, replace_states(other.find("tour")), now()))
    assert [number for number, _ in theirs.refusals] == [1, 2]
    assert {why.code for _, why in theirs.refusals} == {CounterCode.RESERVED}
    assert theirs.refusals[0][1].facts["pharmacy"] == PHARMACY
    assert release(counter.wire, mine) is None
    assert other.held("tour").lines[0].mine


def test_cf109_a_lease_ends_with_its_session(counter: Pharmacist, other: Pharmacist) -> None:
    """Contract §8.3: a lock and a logout free all lines at once, not after ten minutes."""
    mine = counter.held("tour")
    assert [w.mine for w in mine.lines] == [True, True, False]
    assert [_is_held(w) for w in other.find("tour").lines] == [True, True, False]
    counter.doctor.lock()
    until("the lines are free", lambda: not any(_is_held(w) for w in other.find("tour").lines))
    theirs = other.held("tour")
    assert [w.mine for w in theirs.lines] == [True, True, False]
    counter.doctor.log_in()
    again = good(hold(counter.wire, mine, now()))
    assert not [w for w in again.act.lines if w.mine], "no token of an old session holds anything"
    assert release(other.wire, theirs) is None


def _is_held(work: LineWork) -> bool:
    return work.line.state is LineState.RESERVED


def replace_states(act: CounterAct) -> CounterAct:
    """As if it had been read before the other one reserved."""
    lines = tuple(
        replace(one, line=replace(one.line, state=LineState.ACTIVE, lease=None))
        if one.line.state is LineState.RESERVED
        else one
        for one in act.lines
    )
    return replace(act, lines=lines)


def test_cf109_what_was_given_back_is_held_again_over_what_it_is_by_now(counter: Pharmacist) -> None:
    """Its version changed by that: it is read anew before it is asked for."""
    act = counter.held("tour")
    assert release(counter.wire, act) is None
    again = good(hold(counter.wire, released(act), now()))
    assert again.refusals == () and [w.mine for w in again.act.lines] == [True, True, False]


def test_cf107_the_same_delivery_twice_stands_once(counter: Pharmacist) -> None:
    """An answer is lost, the same bytes are sent again: one entry, found by its identifier."""
    act = half(counter.held("tour"), 1)
    sent = counter.delivery(act)
    first = good(counter.wire.deliver(sent))
    assert good(counter.wire.arrived(sent.identifiers)) == first
    assert good(counter.wire.deliver(sent)) == first
    assert counter.find("tour").lines[0].line.delivered == 90


def test_a_lost_answer_is_unknown_and_asking_tells(counter: Pharmacist) -> None:
    act = half(counter.held("tour"), 1)
    sent = counter.delivery(act)
    counter.doctor.simulator.control.fault("lost_answer", "^POST /$", times=1)
    answer = counter.wire.deliver(sent)
    assert failed(answer) is CounterCode.UNKNOWN
    assert {one.identifier for one in good(counter.wire.arrived(sent.identifiers))} == {*sent.identifiers}


def test_more_than_the_rest_and_a_lost_lease_are_refused_whole(counter: Pharmacist) -> None:
    act = counter.held("tour")
    whole = act.lines[0].line.left
    assert whole is not None
    too_much = act.with_work(handed_over(act.lines[0], whole + 1))
    assert failed(counter.wire.deliver(counter.delivery(too_much))) is CounterCode.QUANTITY
    assert release(counter.wire, act) is None
    late = counter.wire.deliver(counter.delivery(half(act, 1)))
    assert failed(late) is CounterCode.LEASE_LOST
    assert counter.find("tour").lines[0].line.delivered == 0


def test_cf103_an_s_line_needs_its_paper_form(counter: Pharmacist) -> None:
    act = half(counter.held("narcotic"), 1)
    assert act.lines[0].outlook.paper_form
    assert failed(counter.wire.deliver(counter.delivery(act))) is CounterCode.PAPER_FORM
    named = act.with_work(replace(act.lines[0], paper_form="2026-004711"))
    assert len(good(counter.wire.deliver(counter.delivery(named)))) == 1


def test_a_refusal_gives_the_line_back_to_the_others(counter: Pharmacist, other: Pharmacist) -> None:
    act = counter.held("magistral")
    act = act.with_work(refused(act.lines[0], "matière première manquante", Decided.REFUSE))
    sent = replace(counter.delivery(act), report=None)
    [told] = good(counter.wire.deliver(sent))
    assert told.state is DispenseState.REFUSED and told.reason == "matière première manquante"
    assert release(counter.wire, act) is None
    assert other.find("magistral").lines[0].line.state is LineState.ACTIVE


def test_cf116_the_same_day_is_undone_and_both_entries_stand(counter: Pharmacist) -> None:
    act = half(counter.held("tour"), 1)
    [made] = good(counter.wire.deliver(counter.delivery(act)))
    undone = good(counter.undo(made, "mauvaise boîte"))
    assert undone.state is DispenseState.UNDONE
    day = good(counter.wire.day(now() - timedelta(hours=1)))
    told = next(one for one in day if one.identifier == made.identifier)
    whose = act.standing.ordonnance.patient
    assert (told.patient, told.ordonnance) == (whose.name, act.code)
    assert counter.find("tour").lines[0].line.left == 180


def test_cf116_what_else_its_report_tells_of_keeps_a_valid_one(counter: Pharmacist) -> None:
    """CF-077: a version without the undone line stands in the place of the report."""
    act = half(half(counter.held("tour"), 1), 2)
    first, second = good(counter.wire.deliver(counter.delivery(act)))
    assert first.report and first.report == second.report
    due = counter.wire.undo(first, "mauvaise boîte", "back", None)
    assert failed(due) is CounterCode.REPORT_DUE
    assert {one.state for one in good(counter.wire.arrived((first.identifier,)))} == {
        DispenseState.HANDED_OVER
    }
    assert good(counter.undo(first, "mauvaise boîte")).state is DispenseState.UNDONE
    told = {one.identifier: one for one in good(counter.wire.day(now() - timedelta(hours=1)))}
    new = told[second.identifier].report
    assert told[first.identifier].report == first.report != new


def test_who_is_no_pharmacist_finds_nothing(doctor: Make) -> None:
    made = doctor("weber")
    weber = Pharmacist(made, CounterWire(made.platform.kit(COUNTER.wire_calls, COUNTER.refusals)))
    wanted = parse_qr_text(qr_text(code_of("tour")))
    assert isinstance(wanted, OrdonnanceCode)
    assert failed(weber.wire.by_code(wanted)) is Code.NOT_ENTITLED
