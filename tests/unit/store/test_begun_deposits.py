"""Deposits that were begun, told without a word being asked of the platform."""

from dataclasses import replace

from desktop.domain.deposit import PiledDocument
from desktop.domain.record import Patient
from desktop.services.deposit import BegunDeposits, DepositService
from desktop.store.sqlcipher import Connection
from desktop.store.store import Store
from tests.fakes import FakeClock, FakePdf
from tests.samples.practice import CONTENT, deposit, other_patient, patient
from tests.unit.store.conftest import ok

ANNE, PAUL = patient(), other_patient(2, "Schmit")


def _begin(store: Store, clock: FakeClock) -> DepositService:
    """Two documents of one patient, one of another an hour later."""
    service = DepositService(FakePdf(), store, clock)
    ok(service.keep_draft(ANNE, _documents("urn:uuid:a", "urn:uuid:b")))
    clock.advance(3600)
    ok(service.keep_draft(PAUL, _documents("urn:uuid:c")))
    return service


def _documents(*names: str) -> tuple[PiledDocument, ...]:
    return tuple(PiledDocument(title=name, content=b"letter", unique_id=name) for name in names)


def _told(service: DepositService) -> list[tuple[Patient, int]]:
    return [(one.patient, one.count) for one in ok(service.begun())]


def test_the_newest_first_and_how_many(store: Store) -> None:
    service = _begin(store, FakeClock())
    assert _told(service) == [(PAUL, 1), (ANNE, 2)]
    first: BegunDeposits = ok(service.begun())[0]
    assert first.saved_at > ok(service.begun())[1].saved_at


def test_what_is_in_the_outbox_is_begun_no_more(store: Store) -> None:
    """A draft may still name it: it was written before the row was."""
    service = _begin(store, FakeClock())
    drafts = {draft.patient.id: draft for draft in ok(store.drafts())}
    for name in ("urn:uuid:a", "urn:uuid:c"):
        row = replace(deposit(1), unique_id=name, submission_id=f"{name}s")
        patient_id = ANNE.id if name == "urn:uuid:a" else PAUL.id
        ok(store.enqueue(replace(row, patient=drafts[patient_id].patient), CONTENT, drafts[patient_id]))
    assert _told(service) == [(ANNE, 1)]


def test_one_that_nobody_can_read_hides_no_other(store: Store) -> None:
    service = _begin(store, FakeClock())

    def tear(c: Connection) -> None:
        c.execute("UPDATE drafts SET data = ? WHERE patient_id = ?", (b"\xff\x00", PAUL.id))

    ok(store._write_durably(tear))
    assert _told(service) == [(ANNE, 2)]


def test_a_form_that_was_emptied_is_none(store: Store) -> None:
    service = _begin(store, FakeClock())
    ok(store.drop_draft(ANNE.id))
    assert _told(service) == [(PAUL, 1)]
