"""ALD statements against the platform: sent once, read back as they were, judged by the same rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.card_image import load_card
from desktop.domain.errors import Code, Result
from desktop.domain.local_time import local_day
from desktop.domain.referent import StatementState
from desktop.features.ald.domain import (
    AldCode,
    Answer,
    Course,
    Form,
    Item,
    Sent,
    SignedForm,
    gaps,
    partial_date,
    written,
)
from desktop.features.ald.feature import ALD
from desktop.features.ald.wire import AldWire
from tests.samples.signed import detached, now
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Doctor, Make, failed, good

BORN = date(1948, 11, 2)
WHOLE = (
    Item(8, Answer.STILL, "05.2014", "sous insuline", "1"),
    Item(31, Answer.UNSURE, "2019", "Sarcoïdose « pulmonaire »", long=True, course=Course.PROGRESSIVE),
    Item(32, Answer.OVER, "03.02.2001", "BPCO ; goutte"),
)
items = st.builds(
    Item,
    code=st.sampled_from([1, 8, 12, 31, 32]),
    answer=st.sampled_from(list(Answer)),
    since=st.sampled_from(["", "2014", "05.2014"]),
    text=st.sampled_from(["", "BPCO", "BPCO ; goutte"]),
    kind=st.sampled_from(["1", "2"]),
    long=st.booleans(),
    course=st.sampled_from([None, *Course]),
)


class Own(AldWire):
    """A doctor's own, with the signature key of his card."""

    def __init__(self, doctor: Doctor) -> None:
        super().__init__(doctor.platform.kit(ALD.wire_calls, ALD.refusals))
        self.key = doctor.signature_key


@pytest.fixture
def referent(doctor: Make, simulator: Simulator) -> Iterator[tuple[Doctor, Own]]:
    """The médecin référent of p-2; what he leaves on its way is decided."""
    made = doctor("kieffer")
    good(made.platform.open_record(made.patient(2), None))
    yield made, Own(made)
    simulator.control.clear_faults()
    decide(simulator)


def decide(simulator: Simulator) -> None:
    """The CNS returns what waits."""
    states = simulator.control.state()["features"]["ald"]["statements"].values()
    if {"envoye", "recu"} & set(states):
        simulator.control.act("return-statement", patient="p-2", reason="à corriger")


def form(*found: Item) -> Form:
    return Form(uuid4().urn, date(2024, 12, 15), date(2026, 12, 14), found)


def signed(wire: Own, patient_id: str, sent: Form) -> SignedForm:
    at = now()
    content = wire.compose(patient_id, sent, at)
    return SignedForm(content, detached(content, wire.key, at), at)


def send(wire: Own, sent: Form) -> Result[Sent]:
    return wire.send("p-2", signed(wire, "p-2", sent))


def test_one_that_the_login_s_key_signed_is_refused(referent: tuple[Doctor, Own]) -> None:
    """What the platform judges: tests/unit/simulator/test_signatures.py."""
    made, wire = referent
    before = len(made.traces("ald-send"))
    wire.key = load_card(made.simulator.folder / "cards" / "kieffer.json").authentication
    assert failed(send(wire, form(*WHOLE))) is Code.SIGNATURE_REFUSED
    assert len(made.traces("ald-send")) == before


def test_what_is_sent_is_read_back_word_for_word(referent: tuple[Doctor, Own], simulator: Simulator) -> None:
    _, wire = referent
    mine = form(*WHOLE)
    sent = good(send(wire, mine))
    assert (sent.form, sent.state, sent.receipt) == (mine, StatementState.SENT, None)
    simulator.control.act("receive-statement", patient="p-2")
    received = good(wire.statements("p-2"))[0]
    assert received.form == mine and received.receipt is not None and received.receipt.number
    simulator.control.act("accept-statement", patient="p-2")
    accepted = good(wire.statements("p-2"))[0]
    assert (accepted.state, accepted.accepted) == (StatementState.ACCEPTED, local_day(datetime.now(UTC)))
    assert accepted.receipt == received.receipt


def test_returned_tells_why(referent: tuple[Doctor, Own], simulator: Simulator) -> None:
    _, wire = referent
    good(send(wire, form(*WHOLE)))
    simulator.control.act("return-statement", patient="p-2", reason="La date manque.")
    assert good(wire.statements("p-2"))[0].returned == "La date manque."


def test_sent_twice_it_stands_once(referent: tuple[Doctor, Own]) -> None:
    """If-None-Exist: the same identifier is answered with what stands."""
    made, wire = referent
    mine = form(*WHOLE)
    before = len(made.traces("ald-send"))
    assert good(send(wire, mine)) == good(send(wire, mine))
    assert len(made.traces("ald-send")) == before + 1, "CF-060"
    assert [s.form for s in good(wire.statements("p-2"))].count(mine) == 1


@pytest.mark.parametrize("fault", ["lost_answer", "maintenance"])
def test_a_lost_answer_is_found_by_our_identifier(
    referent: tuple[Doctor, Own], simulator: Simulator, fault: str
) -> None:
    _, wire = referent
    mine = form(*WHOLE)
    simulator.control.fault(fault, path="/QuestionnaireResponse")
    assert failed(send(wire, mine)) is AldCode.UNKNOWN
    simulator.control.clear_faults()
    found = good(wire.find(mine.identifier))
    assert (found.form if found else None) == (mine if fault == "lost_answer" else None)
    assert good(wire.find(uuid4().urn)) is None


def test_what_certainly_did_not_leave_is_no_lost_answer(doctor: Make) -> None:
    made = doctor("kieffer")  # no record is open: there is no token
    wire = Own(made)
    assert failed(send(wire, form(*WHOLE))) is Code.NO_MANDATE


def test_one_that_waits_keeps_the_next_one_back(referent: tuple[Doctor, Own]) -> None:
    _, wire = referent
    good(send(wire, form(*WHOLE)))
    assert failed(send(wire, form(*WHOLE))) is AldCode.PENDING


def test_cf071_the_platform_refuses_anybody_else(doctor: Make) -> None:
    other = doctor()
    opened = other.opened(1)
    wire = Own(other)
    assert failed(wire.statements(opened.id)) is Code.NOT_ENTITLED
    assert failed(wire.send(opened.id, signed(wire, opened.id, form(*WHOLE)))) is Code.NOT_ENTITLED


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(items, unique_by=lambda item: item.code, min_size=1, max_size=3))
def test_cf097_client_and_platform_judge_alike(
    referent: tuple[Doctor, Own], simulator: Simulator, found: list[Item]
) -> None:
    """What the form lets through is taken and comes back; what it holds back would have been refused."""
    _, wire = referent
    decide(simulator)
    mine = form(*found)
    if gaps(mine.items, BORN, local_day(datetime.now(UTC))):
        assert failed(send(wire, mine)) in (AldCode.INCOMPLETE, Code.PLATFORM_ERROR)
        return
    back = good(send(wire, mine)).form
    assert back == replace(mine, items=tuple(map(_as_sent, mine.items)))


def _as_sent(item: Item) -> Item:
    """Without what is not asked of its number."""
    lasting = item.code == 31 and item.answer is not Answer.OVER
    return replace(
        item,
        since=written(partial_date(item.since)),
        kind=item.kind if item.code == 8 else "",
        long=item.long and lasting,
        course=item.course if lasting else None,
    )
