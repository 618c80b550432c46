"""Documents: search, read, level, annonce (contract §5). Hidden documents leave no hole (CF-027)."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.record import Level
from desktop.simulator import fhir_out, json_patch, rules
from desktop.simulator import wire_names as names
from desktop.simulator.access import Access, access, facts
from desktop.simulator.audit import Act, Action, write
from desktop.simulator.calls import Answer, Call, Caller, in_record, patient_of, reference_id, signed_in, told
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.tables import Content, Document, Organization, Patient, Practitioner
from desktop.simulator.world import ResultPage, World

_PARAMETERS = frozenset(
    ("patient", "status", "_count", "_sort", "_lastUpdated", "identifier", "author", "relatesto", "type")
    + ("category", "date", "_page", "_format")
)
_LARGEST_PAGE = 200
_MOST_PAGES = 2000


def search(call: Call) -> Answer:
    """ITI-67; with a session token only ``author`` = me is allowed (author view, CF-026)."""
    parameters = call.parameters()
    unknown = set(parameters) - _PARAMETERS
    if unknown:
        raise Refused("request_invalid", detail=f"unknown parameter {sorted(unknown)[0]}")
    with call.world.database() as database:
        caller = signed_in(call, database)
        if "_page" in parameters:
            return _next_page(call, database, caller, parameters["_page"][0])
        one = {name: values[0] for name, values in parameters.items()}
        patient = patient_of(database, reference_id(one.get("patient", caller.patient_id), "Patient"))
        found = _allowed(call, database, caller, patient, one.get("author", ""))
        rows = _matching(_visible(database, found, patient), parameters, author_only=not caller.patient_id)
        rows.sort(key=lambda d: (d.registered, d.id), reverse=one.get("_sort", "-date").startswith("-"))
        quiet = "identifier" in one or ("_lastUpdated" in one and not rows)
        if not quiet:  # looking whether a deposit arrived, or whether anything is new, shows no title
            actor = caller.actor(found, as_author=not caller.patient_id)
            write(database, call.world.clock.now(), actor, Act(Action.LIST, patient.id))
        page = ResultPage(caller.person.id, patient.id, tuple(d.id for d in rows), _count(one), len(rows))
        query = urlencode([(n, v) for n, values in parameters.items() for v in values])
        return _page(call, database, patient, page, f"{call.world.base_url}/DocumentReference?{query}", rows)


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
        row = database.scalar(select(Document).where(Document.locator == call.path["locator"]))
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
        content = database.get(Content, row.id)
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
    call: Call, database: Database, caller: Caller, id: str
) -> tuple[Document, Patient, Access]:
    """A document that this caller may know of; "not found" for a hidden one (CF-045)."""
    row = database.get(Document, id)
    if row is None:
        raise Refused("not_found")
    patient = patient_of(database, row.patient_id)
    found = access(database, caller.person, patient, call.world.clock.now())
    if row.author_id != caller.person.id and caller.patient_id != patient.id:
        raise Refused("not_found")
    told(caller, patient.id, rules.see(found.viewer, found.record, facts(row)))
    told(caller, patient.id, rules.see(found.viewer, found.record, facts(_latest(database, row))))
    return row, patient, found


def set_level(database: Database, row: Document, to: Level, now: datetime) -> None:
    """Change the level of a document and of all its former versions: a level protects the content."""
    current: Document | None = row
    while current is not None:
        current.level = to.value
        current.version += 1
        current.updated = now
        current = database.get(Document, current.replaces) if current.replaces else None


def shaper(world: World, database: Database) -> fhir_out.DocumentShaper:
    """A shaper that knows the directory, read once: names never change while the platform runs."""
    if world.shaper is None:
        people = {p.id: p for p in database.scalars(select(Practitioner))}
        places = {o.id: o for o in database.scalars(select(Organization))}
        world.shaper = fhir_out.DocumentShaper(world.base_url, people, places)
    return world.shaper


def document_answer(
    world: World, database: Database, row: Document, patient: Patient, status: int = 200
) -> Answer:
    """One DocumentReference with its ETag."""
    resource = shaper(world, database).document(row, patient)
    return Answer(resource, status, headers={"ETag": f'W/"{row.version}"'})


def _allowed(call: Call, database: Database, caller: Caller, patient: Patient, author: str) -> Access:
    if caller.patient_id:
        return in_record(call, database, caller, patient)
    if not author or reference_id(author, "Practitioner") != caller.person.id:
        raise Refused("no_mandate", rules.Lock.MANDAT.value)
    return access(database, caller.person, patient, call.world.clock.now())


def _visible(database: Database, found: Access, patient: Patient) -> list[Document]:
    rows = list(database.scalars(select(Document).where(Document.patient_id == patient.id)))
    successor = {d.replaces: d for d in rows if d.replaces}

    def visible(row: Document) -> bool:
        head: Document | None = row
        while head is not None:
            if rules.see(found.viewer, found.record, facts(head)) is not None:
                return False
            head = successor.get(head.id)
        return True

    return [d for d in rows if visible(d)]


def _latest(database: Database, row: Document) -> Document:
    while (follower := database.scalar(select(Document).where(Document.replaces == row.id))) is not None:
        row = follower
    return row


def _matching(
    rows: Iterable[Document], parameters: dict[str, list[str]], *, author_only: bool
) -> list[Document]:
    """Each parameter narrows; a disabled document stays in the current list (CF-054)."""
    kept = list(rows)
    for name, values in parameters.items():
        for value in values:
            kept = [d for d in kept if _matches(d, name, value)]
    if author_only and "author" not in parameters:
        return []
    return kept


def _matches(row: Document, name: str, value: str) -> bool:
    match name:
        case "status":
            return ("superseded" if row.superseded else "current") in value.split(",")
        case "identifier":
            return row.unique_id == value.rpartition("|")[2]
        case "author":
            return row.author_id == reference_id(value, "Practitioner")
        case "relatesto":
            return row.replaces == reference_id(value, "DocumentReference")
        case "type":
            return row.category == value.rpartition("|")[2]
        case "_lastUpdated":
            return _compared(row.updated, value)
        case "date":
            return _compared(row.registered, value)
        case _:
            return True


def _compared(moment: datetime, value: str) -> bool:
    operator, text = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    try:
        other = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("request_invalid", detail="date") from None
    other = other if other.tzinfo else other.replace(tzinfo=UTC)
    match operator:
        case "ge":
            return moment >= other
        case "gt":
            return moment > other
        case "le":
            return moment <= other
        case "lt":
            return moment < other
        case "eq":
            return moment.date() == other.date() if len(text) == 10 else moment == other
        case _:
            raise Refused("request_invalid", detail="date prefix")


def _count(one: dict[str, str]) -> int:
    text = one.get("_count", "50")
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise Refused("request_invalid", detail="_count")
    return min(int(text), _LARGEST_PAGE)


def _next_page(call: Call, database: Database, caller: Caller, token: str) -> Answer:
    page = call.world.pages.get(token)
    if page is None or page.practitioner_id != caller.person.id:
        raise Refused("not_found")
    patient = patient_of(database, page.patient_id)
    if caller.patient_id:
        found = in_record(call, database, caller, patient)
    else:
        found = access(database, caller.person, patient, call.world.clock.now())
    own_only = not caller.patient_id
    rows = list(database.scalars(select(Document).where(Document.id.in_(page.ids[: page.count]))))
    shown = [
        d for d in rows
        if rules.see(found.viewer, found.record, facts(d)) is None
        and (not own_only or d.author_id == caller.person.id)
    ]  # fmt: skip
    order = {id: i for i, id in enumerate(page.ids)}
    shown.sort(key=lambda d: order[d.id])
    return _page(call, database, patient, page, f"{call.url}?_page={token}", shown)


def _page(
    call: Call, database: Database, patient: Patient, page: ResultPage, self_url: str, rows: list[Document]
) -> Answer:
    world = call.world
    next_url = ""
    rest = page.ids[page.count :]
    if rest:
        token = secrets.token_urlsafe(16)
        while len(world.pages) > _MOST_PAGES:
            del world.pages[next(iter(world.pages))]
        world.pages[token] = ResultPage(page.practitioner_id, page.patient_id, rest, page.count, page.total)
        next_url = f"{world.base_url}/DocumentReference?_page={token}"
    shape = shaper(world, database)
    entries = [
        (f"{world.base_url}/DocumentReference/{d.id}", shape.document(d, patient)) for d in rows[: page.count]
    ]
    return Answer(fhir_out.bundle(entries, total=page.total, self_url=self_url, next_url=next_url))


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
