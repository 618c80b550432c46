"""ITI-67: lists of documents, page by page (contract §5). Hidden documents leave no hole (CF-027)."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator import fhir_out, rules
from desktop.simulator.access import Access, access, facts
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, Requester, in_record, patient_of, reference_id, signed_in
from desktop.simulator.documents import shaper
from desktop.simulator.outcomes import Refused
from desktop.simulator.tables import DocumentRow, PatientRow
from desktop.simulator.traced import Action
from desktop.simulator.world import ResultPage

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
        asked = (caller.person.id, caller.patient_id, tuple(sorted((n, *v) for n, v in parameters.items())))
        cache_control, now = call.headers.get("cache-control", ""), call.world.clock.now()
        rows = call.world.intake.searched(asked, rows, cache_control, now)
        rows.sort(key=lambda d: (d.registered, d.id), reverse=one.get("_sort", "-date").startswith("-"))
        quiet = "identifier" in one or ("_lastUpdated" in one and not rows)
        if not quiet:  # looking whether a deposit arrived, or whether anything is new, shows no title
            actor = caller.actor(found, as_author=not caller.patient_id)
            write(database, call.world.clock.now(), actor, Act(Action.LIST, patient.id))
        page = ResultPage(caller.person.id, patient.id, tuple(d.id for d in rows), _count(one), len(rows))
        query = urlencode([(n, v) for n, values in parameters.items() for v in values])
        return _page(call, database, patient, page, f"{call.world.base_url}/DocumentReference?{query}", rows)


def _allowed(call: Call, database: Database, caller: Requester, patient: PatientRow, author: str) -> Access:
    if caller.patient_id:
        return in_record(call, database, caller, patient)
    if not author or reference_id(author, "Practitioner") != caller.person.id:
        raise Refused("no_mandate", rules.Lock.MANDAT.value)
    return access(database, caller.person, patient, call.world.clock.now())


def _visible(database: Database, found: Access, patient: PatientRow) -> list[DocumentRow]:
    rows = list(database.scalars(select(DocumentRow).where(DocumentRow.patient_id == patient.id)))
    successor = {d.replaces: d for d in rows if d.replaces}

    def visible(row: DocumentRow) -> bool:
        head: DocumentRow | None = row
        while head is not None:
            if rules.see(found.viewer, found.record, facts(head)) is not None:
                return False
            head = successor.get(head.id)
        return True

    return [d for d in rows if visible(d)]


def _matching(
    rows: Iterable[DocumentRow], parameters: dict[str, list[str]], *, author_only: bool
) -> list[DocumentRow]:
    """Each parameter narrows; a disabled document stays in the current list (CF-054)."""
    kept = list(rows)
    for name, values in parameters.items():
        for value in values:
            kept = [d for d in kept if _matches(d, name, value)]
    if author_only and "author" not in parameters:
        return []
    return kept


def _matches(row: DocumentRow, name: str, value: str) -> bool:
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


def _next_page(call: Call, database: Database, caller: Requester, token: str) -> Answer:
    page = call.world.pages.get(token)
    if page is None or page.practitioner_id != caller.person.id:
        raise Refused("not_found")
    patient = patient_of(database, page.patient_id)
    if caller.patient_id:
        found = in_record(call, database, caller, patient)
    else:
        found = access(database, caller.person, patient, call.world.clock.now())
    own_only = not caller.patient_id
    rows = list(database.scalars(select(DocumentRow).where(DocumentRow.id.in_(page.ids[: page.count]))))
    shown = [
        d for d in rows
        if rules.see(found.viewer, found.record, facts(d)) is None
        and (not own_only or d.author_id == caller.person.id)
    ]  # fmt: skip
    order = {id: i for i, id in enumerate(page.ids)}
    shown.sort(key=lambda d: order[d.id])
    return _page(call, database, patient, page, f"{call.url}?_page={token}", shown)


def _page(
    call: Call,
    database: Database,
    patient: PatientRow,
    page: ResultPage,
    self_url: str,
    rows: list[DocumentRow],
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
