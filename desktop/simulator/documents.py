"""One document: read, level, annonce (contract §5). What is hidden is not found (CF-045)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.record import Level
from desktop.simulator import fhir_out, json_patch, rules
from desktop.simulator import wire_names as names
from desktop.simulator.access import Access, access, facts
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, Requester, patient_of, signed_in, told
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.tables import ContentRow, DocumentRow, OrganizationRow, PatientRow, PractitionerRow
from desktop.simulator.traced import Action
from desktop.simulator.world import World


def read_metadata(call: Call) -> Answer:
    """One DocumentReference."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        row, patient, _ = seen_document(call, database, caller, call.path["id"])
        return document_answer(call.world, database, row, patient)


def read_content(call: Call) -> Answer:
    """ITI-68: the bytes; one traced access each (CF-060)."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        row = database.scalar(select(DocumentRow).where(DocumentRow.locator == call.path["locator"]))
        if row is None:
            raise Refused("not_found")
        _, patient, found = seen_document(call, database, caller, row.id)
        as_author = row.author_id == caller.person.id and found.mandate is None
        action = Action.READ_OLD if row.superseded else Action.READ
        act = Act(action, patient.id, row.id, str(row.version))
        refusal = rules.read(found.viewer, found.record, facts(row))
        if refusal is not None:
            refused = Act(action, patient.id, row.id, str(row.version), reason=refusal.code)
            write(database, call.world.clock.now(), caller.actor(found, as_author=as_author), refused)
            database.commit()
        told(caller, patient.id, refusal)
        content = database.get(ContentRow, row.id)
        assert content is not None
        write(database, call.world.clock.now(), caller.actor(found, as_author=as_author), act)
        return Answer(content.data, content_type=row.content_type, headers={"Cache-Control": "no-store"})


def change_level(call: Call) -> Answer:
    """PATCH with a JSON patch that may touch ``securityLabel`` only, under If-Match (CF-045, CF-046)."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        row, patient, found = seen_document(call, database, caller, call.path["id"])
        if call.if_match() != str(row.version):
            raise Refused("changed_elsewhere")
        before = shaper(call.world, database).document(row, patient)
        to = _patched_level(before, call.json())
        told(caller, patient.id, rules.change_level(found.viewer, found.record, facts(row), to))
        if to.value != row.level:
            change = f"{row.level}→{to.value}"
            set_level(database, row, to, call.world.clock.now())
            act = Act(Action.LEVEL, patient.id, row.id, str(row.version), change)
            write(database, call.world.clock.now(), caller.actor(found), act)
        return document_answer(call.world, database, row, patient)


def lift_annonce(call: Call) -> Answer:
    """The statement that the patient was accompanied; the level becomes Standard (CF-044)."""
    parameters = as_dicts(as_dict(call.json()).get("parameter"))
    statement = next((as_text(p.get("valueString")) for p in parameters if p.get("name") == "statement"), "")
    if not statement.strip():
        raise Refused("request_invalid", detail="statement")
    with call.world.database() as database:
        caller = signed_in(call, database)
        row, patient, found = seen_document(call, database, caller, call.path["id"])
        if call.headers.get("if-match") and call.if_match() != str(row.version):
            raise Refused("changed_elsewhere")
        told(caller, patient.id, rules.lift_annonce(found.viewer, found.record, facts(row)))
        set_level(database, row, Level.STANDARD, call.world.clock.now())
        act = Act(Action.LIFT, patient.id, row.id, str(row.version), "annonce→standard")
        write(database, call.world.clock.now(), caller.actor(found), act)
        return document_answer(call.world, database, row, patient)


def seen_document(
    call: Call, database: Database, caller: Requester, id: str
) -> tuple[DocumentRow, PatientRow, Access]:
    """A document that this caller may know of; "not found" for a hidden one (CF-045)."""
    row = database.get(DocumentRow, id)
    if row is None:
        raise Refused("not_found")
    patient = patient_of(database, row.patient_id)
    found = access(database, caller.person, patient, call.world.clock.now())
    if row.author_id != caller.person.id and caller.patient_id != patient.id:
        raise Refused("not_found")
    told(caller, patient.id, rules.see(found.viewer, found.record, facts(row)))
    told(caller, patient.id, rules.see(found.viewer, found.record, facts(_latest(database, row))))
    return row, patient, found


def set_level(database: Database, row: DocumentRow, to: Level, now: datetime) -> None:
    """Change the level of a document, of its former versions, and of their data: it protects the content."""
    current: DocumentRow | None = row
    while current is not None:
        for part in (current, *data_of(database, current)):
            part.level = to.value
            part.version += 1
            part.updated = now
        current = database.get(DocumentRow, current.replaces) if current.replaces else None


def data_of(database: Database, row: DocumentRow) -> Sequence[DocumentRow]:
    """The structured data that are beside a document (contract §9)."""
    return database.scalars(select(DocumentRow).where(DocumentRow.transforms == row.id)).all()


def shaper(world: World, database: Database) -> fhir_out.DocumentShaper:
    """A shaper that knows the directory, read once: names never change while the platform runs."""
    if world.shaper is None:
        people = {p.id: p for p in database.scalars(select(PractitionerRow))}
        places = {o.id: o for o in database.scalars(select(OrganizationRow))}
        world.shaper = fhir_out.DocumentShaper(world.base_url, people, places)
    return world.shaper


def document_answer(
    world: World, database: Database, row: DocumentRow, patient: PatientRow, status: int = 200
) -> Answer:
    """One DocumentReference with its ETag."""
    resource = shaper(world, database).document(row, patient)
    return Answer(resource, status, headers={"ETag": f'W/"{row.version}"'})


def _latest(database: Database, row: DocumentRow) -> DocumentRow:
    while (
        follower := database.scalar(select(DocumentRow).where(DocumentRow.replaces == row.id))
    ) is not None:
        row = follower
    return row


def _patched_level(before: dict[str, Any], operations: Any) -> Level:
    try:
        after = json_patch.apply(before, operations)
    except json_patch.TestFailed:
        raise Refused("changed_elsewhere", detail="test") from None
    except json_patch.BadPatch:
        raise Refused("request_invalid", detail="patch") from None
    if {**after, "securityLabel": None} != {**before, "securityLabel": None}:
        raise Refused("request_invalid", detail="only securityLabel can be modified", status=422)
    return level_of(after.get("securityLabel"))


def level_of(labels: Any) -> Level:
    """The level that ``securityLabel`` says; raises Refused when it says none of ours."""
    codes = {
        (as_text(coding.get("system")), as_text(coding.get("code")))
        for label in as_dicts(labels)
        for coding in as_dicts(label.get("coding"))
    }
    if codes == {(names.CONFIDENTIALITY, "N"), (names.LABEL, "annonce")}:
        return Level.ANNONCE
    for code, level in (("N", Level.STANDARD), ("R", Level.CONFIDENTIEL), ("V", Level.PRIVE)):
        if codes == {(names.CONFIDENTIALITY, code)}:
            return level
    raise Refused("request_invalid", detail="securityLabel", status=422)
