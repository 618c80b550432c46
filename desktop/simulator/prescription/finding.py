"""Who finds an ordonnance, and by what (contract §8.2, CF-078, CF-110)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session as Database

from desktop.domain.prescription.identifier import OrdonnanceId, parse_identifier
from desktop.domain.record import Level
from desktop.simulator import rules
from desktop.simulator import wire_names as names
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, Requester, in_record, patient_of, reference_id, signed_in
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription import pages
from desktop.simulator.prescription.acting import RxAction, lines_of, moment, pharmacist, same, trace
from desktop.simulator.prescription.issuing import access_hash
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.prescription.signed import CODE_SYSTEM
from desktop.simulator.prescription.standing import leased, state_of
from desktop.simulator.prescription.tables import DispenseTable, OrdonnanceTable, TryTable
from desktop.simulator.searching import first
from desktop.simulator.tables import DocumentRow, PatientRow

TRIES = 5
BLOCKED = timedelta(hours=1)
_RECENT = timedelta(days=90)
_OPEN = frozenset({"active", "partielle", "reservee", "suspendue"})
_KNOWN = frozenset(
    (
        "group-identifier",
        "access-code",
        "birthdate",
        "lease",
        "delivery",
        "patient:identifier",
        "requester",
        "authored",
    )
    + ("patient", "_count", "_page", "_format")
)


def search(call: Call) -> Answer:
    """``MedicationRequest/_search``: each way of finding is one of the parameters."""
    given = call.parameters()
    if set(given) - _KNOWN:
        raise Refused("request_invalid", detail=f"unknown parameter {sorted(set(given) - _KNOWN)[0]}")
    with call.world.database() as database:
        if "_page" in given:
            return pages.rest(call, database, given["_page"][0])
        if "group-identifier" in given:
            return _by_code(call, database)
        if "delivery" in given:
            return _by_delivery(call, database)
        if "patient:identifier" in given:
            return _by_matricule(call, database)
        if "requester" in given:
            return _mine(call, database)
        return _of_the_patient(call, database)


def _by_code(call: Call, database: Database) -> Answer:
    given = call.parameters()
    system, _, typed = first(call, "group-identifier").rpartition("|")
    code = parse_identifier(typed)
    if system not in ("", CODE_SYSTEM) or not isinstance(code, OrdonnanceId):
        raise Refused("request_invalid", detail="group-identifier")
    row = database.get(OrdonnanceTable, code.value)
    if not {"access-code", "birthdate"} & given.keys():
        return _again(call, database, row)
    caller = pharmacist(call, database, RxAction.FIND)
    if "access-code" in given:
        digest = access_hash(first(call, "access-code").strip().upper())
        if row is None or not same(row.access_hash, digest):
            return pages.nothing(call)
    else:
        _check_birth_date(call, database, caller, code.value, row)
        if row is None:
            return pages.nothing(call)
    trace(call, database, caller, RxAction.FIND, patient_id=row.patient_id, document_id=row.document_id)
    return pages.first_page(call, database, caller, [row])


def _check_birth_date(
    call: Call, database: Database, caller: Requester, code: str, row: OrdonnanceTable | None
) -> None:
    """The second factor of a typed code; five wrong ones block it for an hour for everybody (CF-110).

    A code that is nobody's is answered as one with another birth date: nobody learns which codes exist.
    """
    now = call.world.clock.now()
    known = database.get(TryTable, code)
    if known is not None and known.until is not None and now < known.until:
        raise refused("rx_blocked", until=known.until)
    if known is not None and now >= (known.until or known.last + BLOCKED):
        database.delete(known)
        database.flush()
        known = None
    patient = database.get(PatientRow, row.patient_id) if row is not None else None
    if patient is not None and patient.birth_date.isoformat() == first(call, "birthdate"):
        if known is not None:
            database.delete(known)
        return
    if known is None:
        known = TryTable(code=code, wrong=0, last=now, until=None)
        database.add(known)
    known.wrong, known.last = known.wrong + 1, now
    if known.wrong >= TRIES:
        known.until = now + BLOCKED
    problem = "rx_blocked" if known.until else "rx_second_factor"
    patient_id = patient.id if patient is not None else ""
    trace(call, database, caller, RxAction.FIND, patient_id=patient_id, reason=problem)
    database.commit()  # the try counts although the request ends here
    if known.until:
        raise refused("rx_blocked", until=known.until)
    raise refused("rx_second_factor", tries_left=TRIES - known.wrong)


def _again(call: Call, database: Database, row: OrdonnanceTable | None) -> Answer:
    """Who holds a line, or delivered by that lease, or wrote it: nothing new is told, nothing traced."""
    caller = signed_in(call, database)
    token = call.parameters().get("lease", [""])[0]
    mine = row is not None and row.practitioner_id == caller.person.id
    if row is None or not (mine or _holds(call, database, caller, row, token)):
        raise Refused("not_entitled", rules.Lock.HABILITATION.value)
    return pages.first_page(call, database, caller, [row])


def _holds(call: Call, database: Database, caller: Requester, row: OrdonnanceTable, token: str) -> bool:
    if not token:
        return False
    now, pharmacy = call.world.clock.now(), caller.person.organization_id
    held = any(
        line.lease_pharmacy == pharmacy and same(line.lease_token, token) and leased(call.world, line, now)
        for line in lines_of(database, [row.code])
    )
    by_it = select(DispenseTable.id).where(
        DispenseTable.code == row.code,
        DispenseTable.lease_token == token,
        DispenseTable.pharmacy == pharmacy,
        DispenseTable.received > now - timedelta(days=1),
    )
    return held or database.scalar(by_it.limit(1)) is not None


def _by_delivery(call: Call, database: Database) -> Answer:
    """Whose pharmacy delivered today is told no more than he was then; nothing is traced."""
    caller = pharmacist(call, database, RxAction.FIND)
    own = select(DispenseTable).where(
        DispenseTable.identifier == first(call, "delivery").rpartition("|")[2],
        DispenseTable.pharmacy == caller.person.organization_id,
        DispenseTable.received > call.world.clock.now() - timedelta(days=1),
    )
    made = database.scalar(own)
    if made is None:
        raise Refused("not_entitled", rules.Lock.HABILITATION.value)
    return pages.first_page(call, database, caller, [database.get_one(OrdonnanceTable, made.code)])


def _by_matricule(call: Call, database: Database) -> Answer:
    """Open ones and those of the last 90 days; what is not Standard is found by its code alone."""
    caller = pharmacist(call, database, RxAction.LIST)
    system, _, matricule = first(call, "patient:identifier").rpartition("|")
    if system != names.MATRICULE:
        raise Refused("request_invalid", detail="patient:identifier")
    patient = database.scalar(select(PatientRow).where(PatientRow.matricule == matricule))
    if patient is None:
        return pages.nothing(call)
    trace(call, database, caller, RxAction.LIST, patient_id=patient.id)
    now = call.world.clock.now()
    found = [
        row for row in _rows(database, OrdonnanceTable.patient_id == patient.id)
        if _level(database, row) is Level.STANDARD
        and (row.authored > now - _RECENT or _is_open(call, database, row, now))
    ]  # fmt: skip
    return pages.first_page(call, database, caller, found)


def _mine(call: Call, database: Database) -> Answer:
    """The prescriber's own, without a mandate and without a trace in any record."""
    caller = signed_in(call, database)
    if reference_id(first(call, "requester"), "Practitioner") != caller.person.id:
        raise Refused("not_entitled", rules.Lock.HABILITATION.value)
    given = call.parameters()
    query = OrdonnanceTable.practitioner_id == caller.person.id
    for since in given.get("authored", []):
        query &= OrdonnanceTable.authored >= moment(since)
    if "patient" in given:
        query &= OrdonnanceTable.patient_id == reference_id(first(call, "patient"), "Patient")
    trace(call, database, caller, RxAction.MINE)
    return pages.first_page(call, database, caller, _rows(database, query))


def _of_the_patient(call: Call, database: Database) -> Answer:
    """By his token: who may read their documents."""
    caller = signed_in(call, database)
    patient = patient_of(database, reference_id(first(call, "patient"), "Patient"))
    found = in_record(call, database, caller, patient)
    rows = [
        row for row in _rows(database, OrdonnanceTable.patient_id == patient.id)
        if rules.read(found.viewer, found.record, _facts(database, row)) is None
    ]  # fmt: skip
    write(database, call.world.clock.now(), caller.actor(found), Act(RxAction.LIST, patient.id))
    return pages.first_page(call, database, caller, rows)


def _rows(database: Database, query: ColumnElement[bool]) -> Sequence[OrdonnanceTable]:
    newest = (OrdonnanceTable.authored.desc(), OrdonnanceTable.code)
    return database.scalars(select(OrdonnanceTable).where(query).order_by(*newest)).all()


def _is_open(call: Call, database: Database, row: OrdonnanceTable, now: datetime) -> bool:
    return any(state_of(call.world, line, now) in _OPEN for line in lines_of(database, [row.code]))


def _level(database: Database, row: OrdonnanceTable) -> Level:
    return _facts(database, row).level


def _facts(database: Database, row: OrdonnanceTable) -> rules.DocumentFacts:
    document = database.get(DocumentRow, row.document_id) if row.document_id else None
    level = Level(document.level) if document is not None else Level.STANDARD
    disabled = document is not None and document.disabled
    return rules.DocumentFacts(row.practitioner_id, row.category, level, disabled)
