"""Levels, annonce and the traces of each act."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import Code, Result
from desktop.domain.record import Document, Level
from desktop.features.accesses.feature import ACCESSES
from desktop.features.accesses.wire import AccessesWire
from desktop.ports.platform import LocalRead
from desktop.ports.wire_call import Right, WireCall
from desktop.services.documents import DocumentService
from desktop.sync.audit_events import AuditEvent
from desktop.sync.wire_kit import UndeclaredCallError
from tests.fakes import open_store
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import PDF, Doctor, Make, Sender, code, deposit, failed, good


def test_level_change_and_conflict(sender: Sender) -> None:
    """Under If-Match; the stale row is refused."""
    made, patient, mandate = sender
    found = good(made.platform.publish(deposit(patient, mandate), PDF)).id
    before = next(d for d in made.listed(patient) if d.id == found)
    after = good(made.platform.change_level(before, Level.CONFIDENTIEL))
    assert after.level is Level.CONFIDENTIEL
    assert after.version_tag != before.version_tag
    assert failed(made.platform.change_level(before, Level.CONFIDENTIEL)) is Code.CHANGED_ELSEWHERE
    back = good(made.platform.change_level(after, Level.STANDARD))
    assert back.level is Level.STANDARD
    assert failed(made.platform.change_level(back, Level.ANNONCE)) is Code.NOT_ENTITLED  # CF-043


def test_annonce_is_lifted_with_a_statement(sender: Sender) -> None:
    """CF-044."""
    made, patient, mandate = sender
    found = good(made.platform.publish(deposit(patient, mandate, level=Level.ANNONCE), PDF)).id
    row = next(d for d in made.listed(patient) if d.id == found)
    assert row.level is Level.ANNONCE
    lifted = good(made.platform.lift_annonce(row, "La patiente a été accompagnée."))
    assert lifted.level is Level.STANDARD


CHANGES = ("change_level", "lift_annonce")
ROUTES = {"change_level": "^PATCH /DocumentReference/", "lift_annonce": "lift-annonce$"}


def _change(made: Doctor, which: str, row: Document) -> Result[Document]:
    if which == "lift_annonce":
        return made.platform.lift_annonce(row, "La patiente a été accompagnée.")
    return made.platform.change_level(row, Level.CONFIDENTIEL)


def _deposited(sender: Sender, which: str) -> Document:
    made, patient, mandate = sender
    level = Level.ANNONCE if which == "lift_annonce" else Level.STANDARD
    found = good(made.platform.publish(deposit(patient, mandate, level=level), PDF)).id
    return next(d for d in made.listed(patient) if d.id == found)


@pytest.mark.parametrize("which", CHANGES)
@pytest.mark.parametrize(("fault", "value"), [("lost_answer", 0), ("cut", 5)])
def test_cf044_a_level_that_was_changed_is_done_although_its_answer_was_lost(
    sender: Sender, simulator: Simulator, which: str, fault: str, value: int
) -> None:
    """Called a failure it would be tried again, and then refused as changed by somebody else."""
    row = _deposited(sender, which)
    simulator.control.fault(fault, ROUTES[which], times=1, value=value)
    after = good(_change(sender[0], which, row))
    assert after.level is (Level.STANDARD if which == "lift_annonce" else Level.CONFIDENTIEL)
    assert after.version_tag != row.version_tag


@pytest.mark.parametrize("which", CHANGES)
@pytest.mark.parametrize(("fault", "value"), [("drop", 0), ("status", 502), ("status", 504)])
def test_cf044_a_level_that_stands_as_before_is_not_called_changed(
    sender: Sender, simulator: Simulator, which: str, fault: str, value: int
) -> None:
    made, patient, _ = sender
    row = _deposited(sender, which)
    simulator.control.fault(fault, ROUTES[which], times=1, value=value)
    assert failed(_change(made, which, row)) is Code.LEVEL_UNCONFIRMED
    assert next(d for d in made.listed(patient) if d.id == row.id).level is row.level


@pytest.mark.parametrize("which", CHANGES)
def test_cf044_a_level_that_nobody_could_read_back_is_unconfirmed(
    sender: Sender, simulator: Simulator, which: str
) -> None:
    """The change stands at the platform, and yet nothing is said of it."""
    row = _deposited(sender, which)
    simulator.control.fault("lost_answer", ROUTES[which], times=1)
    simulator.control.fault("drop", "^GET /DocumentReference/")
    assert failed(_change(sender[0], which, row)) is Code.LEVEL_UNCONFIRMED
    simulator.control.clear_faults()
    listed = next(d for d in sender[0].listed(sender[1]) if d.id == row.id)
    assert listed.level is not row.level


def test_my_traces(doctor: Make) -> None:
    made = doctor()
    patient = made.opened(1)
    document = next(d for d in made.listed(patient) if d.id == "d-1")
    good(made.platform.read_document(document))
    accesses = AccessesWire(made.platform.kit(ACCESSES.wire_calls, {}))
    traces = good(accesses.my_traces(datetime.now(UTC) - timedelta(minutes=5)))
    found = next(t for t in traces if t.document_id == "d-1")
    assert found.action == "read"
    assert (found.patient_id, found.software, found.succeeded) == ("p-1", "0.1.0", True)
    assert found.who == "Dr Claire Weber"
    assert list(traces) == sorted(traces, key=lambda t: t.when, reverse=True)


def test_history_for_mr_only(doctor: Make) -> None:
    """CF-061."""
    referent = doctor("kieffer")
    patient = referent.patient(2)
    good(referent.platform.open_record(patient, None))
    assert good(_history(referent, patient.id))
    other = doctor()
    opened = other.opened(1)
    assert failed(_history(other, opened.id)) is Code.NOT_ENTITLED


def _history(doctor: Doctor, patient_id: str) -> Result[tuple[AuditEvent, ...]]:
    search = WireCall("GET", "AuditEvent", Right.RECORD)
    fields = {"patient": f"Patient/{patient_id}", "date": "ge2014-01-01T00:00:00Z"}
    return doctor.platform.kit((search,), {}).search(search, fields, AuditEvent, patient_id)


def test_cf069_a_feature_asks_what_it_declared_and_nothing_else(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    declared = WireCall("GET", "AuditEvent", Right.SESSION)
    kit = made.platform.kit((declared,), {})
    before = simulator.control.state()["requests"]
    for other in (
        WireCall("POST", "AuditEvent", Right.SESSION),
        WireCall("GET", "Patient", Right.SESSION),
        WireCall("GET", "AuditEvent", Right.RECORD),
    ):
        with pytest.raises(UndeclaredCallError):
            kit.search(other, {}, AuditEvent, "p-1")
        with pytest.raises(UndeclaredCallError):
            kit.fetch(other, "p-1")
    assert simulator.control.state()["requests"] == before


def test_local_read_is_reported_once(doctor: Make) -> None:
    """CF-060: the same id twice is one trace."""
    made = doctor()
    patient = made.patient(1)
    mandate = good(made.platform.open_record(patient, code(1)))
    read = LocalRead(f"urn:uuid:{uuid.uuid4()}", patient.id, "d-1", mandate.id, datetime.now(UTC))
    before = len(made.traces("read"))
    for _ in range(2):
        assert made.platform.report_local_read(read) is None
    (trace,) = made.traces("read")[before:]
    assert (trace["document"], trace["mandate"]) == ("d-1", mandate.id)


def test_a_refused_trace_lets_the_others_pass(doctor: Make, simulator: Simulator) -> None:
    """CF-060: one that the platform will not have is kept, and stops no other."""
    made = doctor()
    patient = made.patient(1)
    mandate = good(made.platform.open_record(patient, code(1)))
    store = open_store()
    ids = [f"urn:uuid:{uuid.uuid4()}" for _ in range(3)]
    for name in ids:
        store.queue_local_read(LocalRead(name, patient.id, "d-1", mandate.id, datetime.now(UTC)))
    before = len(made.traces("read"))
    simulator.control.fault("status", "POST /AuditEvent$", times=1, value=422)
    assert DocumentService(made.platform, store, made.clock).report_pending() == 2
    assert len(made.traces("read")) == before + 2 and list(store.shelf().reads) == ids[:1]
