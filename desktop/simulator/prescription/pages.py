"""What a search of ordonnances answers, page by page: lines, and beside them what belongs to them."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator.calls import Answer, Call, Requester, signed_in
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription import shapes
from desktop.simulator.prescription.acting import lines_of
from desktop.simulator.prescription.drafts import signed_bytes
from desktop.simulator.prescription.tables import DispenseTable, LineTable, OrdonnanceTable
from desktop.simulator.tables import PatientRow, PractitionerRow
from desktop.simulator.world import ResultPage

_COUNT, _LARGEST, _MOST_PAGES = 50, 200, 2000
_KIND = "MedicationRequest"


def nothing(call: Call) -> Answer:
    """Nobody's."""
    return Answer(shapes.searchset(call.world, _KIND, (), (), 0, ""))


def first_page(call: Call, database: Database, caller: Requester, rows: Sequence[OrdonnanceTable]) -> Answer:
    """The lines of *rows*, those of one ordonnance together and in their order; ``_count`` counts lines."""
    text = call.parameters().get("_count", [str(_COUNT)])[0]
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise Refused("request_invalid", detail="_count")
    place = {row.code: number for number, row in enumerate(rows)}
    lines = sorted(lines_of(database, list(place)), key=lambda line: (place[line.code], line.number))
    ids = tuple(line.id for line in lines)
    page = ResultPage(caller.person.id, caller.patient_id, ids, min(int(text), _LARGEST), len(ids))
    return _page(call, database, caller, page)


def rest(call: Call, database: Database, token: str) -> Answer:
    """The page that ``next`` named: of who asked, by the same right."""
    caller = signed_in(call, database)
    page = call.world.pages.get(token)
    if page is None or (page.practitioner_id, page.patient_id) != (caller.person.id, caller.patient_id):
        raise Refused("not_found")
    return _page(call, database, caller, page)


def _page(call: Call, database: Database, caller: Requester, page: ResultPage) -> Answer:
    world, now = call.world, call.world.clock.now()
    shown, left = page.ids[: page.count], page.ids[page.count :]
    found = {line.id: line for line in database.scalars(select(LineTable).where(LineTable.id.in_(shown)))}
    lines = [found[id] for id in shown if id in found]
    next_url = ""
    if left:
        token = secrets.token_urlsafe(16)
        while len(world.pages) > _MOST_PAGES:
            del world.pages[next(iter(world.pages))]
        world.pages[token] = ResultPage(page.practitioner_id, page.patient_id, left, page.count, page.total)
        next_url = f"{world.base_url}/{_KIND}?_page={token}"
    matches = [shapes.line(world, database, line, now) for line in lines]
    beside = _beside(call, database, caller, lines)
    return Answer(shapes.searchset(world, _KIND, matches, beside, page.total, next_url))


def _beside(
    call: Call, database: Database, caller: Requester, lines: Sequence[LineTable]
) -> list[shapes.Resource]:
    codes = list(dict.fromkeys(line.code for line in lines))
    rows = [database.get_one(OrdonnanceTable, code) for code in codes]
    told = [shapes.binary(row, signed_bytes(call.world, database, row)) for row in rows]
    for id in dict.fromkeys(row.patient_id for row in rows):
        told.append(shapes.patient(database.get_one(PatientRow, id)))
    for id in dict.fromkeys(row.practitioner_id for row in rows):
        told.append(shapes.prescriber(database.get_one(PractitionerRow, id)))
    query = select(DispenseTable).where(DispenseTable.line_id.in_([line.id for line in lines]))
    for dispense in database.scalars(query.order_by(DispenseTable.received, DispenseTable.id)):
        told.append(shapes.dispense(database, dispense, caller.person.organization_id))
    return told
