"""The médecin référent's list (contract §9): declarations, their dates, counts of what stands in the records.

Dates and counts, never a title. It keeps nothing of its own: documents are counted from those that are there,
declarations and ALD statements are read where their own pages read them (``simulator/referent.py``).
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from desktop.domain.catalog import RESUME_PRESTATIONS
from desktop.domain.local_time import local_day
from desktop.domain.record import DspState, Level
from desktop.simulator import fhir_out, rules
from desktop.simulator.access import times
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, Requester, signed_in
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.feature import FhirRoute, SimulatedFeature, no_seed, no_state
from desktop.simulator.loading import document_row
from desktop.simulator.mandates import MandateState
from desktop.simulator.outcomes import Refused
from desktop.simulator.referent import (
    REFERENTS,
    DeclarationTable,
    StatementTable,
    closed_once,
    declaration_part,
    end_of,
    mandates_of,
    part,
    standing,
    value,
)
from desktop.simulator.seed_data import SeedDocument
from desktop.simulator.tables import DocumentRow, MandateRow, PatientRow, TraceRow
from desktop.simulator.traced import Action, TracedAction
from desktop.simulator.world import ResultPage

SHOWN_AFTER_THE_END = timedelta(days=90)
_LARGEST_PAGE, _MOST_PAGES = 500, 500
_DOUBLE_LAB, _DOUBLE_IMAGE = timedelta(days=30), timedelta(days=90)  # domain §B.3
_WITHIN = {"resultats-biologie": _DOUBLE_LAB, "imagerie": _DOUBLE_IMAGE}


class WorklistAction(TracedAction):
    """What traces name."""

    LIST = "mr-worklist", "E"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is counted for all patients of one doctor in a handful of queries.

    ``documents`` is None while nobody can know them all: what is not all there is not counted.
    """

    patients: Mapping[str, PatientRow]
    documents: Mapping[str, Sequence[DocumentRow]] | None
    visits: Mapping[str, datetime]
    mandates: Mapping[str, MandateRow]
    statements: Mapping[str, Sequence[StatementTable]]
    closed: frozenset[str]


def my_patients(call: Call) -> Answer:
    """``GET Group/mr-patients``: the first page is the act and its one trace, the others follow ``next``."""
    refused = False
    with call.world.database() as database:
        caller = signed_in(call, database)
        parameters = call.parameters()
        now = call.world.clock.now()
        if "_page" in parameters:
            return _next_page(call, database, caller, parameters["_page"][0], now)
        refused = caller.person.profession not in REFERENTS
        reason = rules.NOT_ENTITLED.code if refused else ""
        write(database, now, caller.actor(), Act(WorklistAction.LIST, reason=reason))
        if not refused:
            ids = tuple(row.id for row in _listed(database, caller.person.id, now))
            page = ResultPage(caller.person.id, "", ids, _size(parameters), len(ids))
            return _page(call, database, page, now)
    raise Refused.by(rules.NOT_ENTITLED)  # after the trace was written


def _next_page(call: Call, database: Database, caller: Requester, token: str, now: datetime) -> Answer:
    page = call.world.pages.get(token)
    if page is None or page.practitioner_id != caller.person.id:
        raise Refused("not_found")
    return _page(call, database, page, now)


def _page(call: Call, database: Database, page: ResultPage, now: datetime) -> Answer:
    world = call.world
    shown, rest = page.ids[: page.count], page.ids[page.count :]
    next_url = ""
    if rest:
        token = secrets.token_urlsafe(16)
        while len(world.pages) > _MOST_PAGES:
            del world.pages[next(iter(world.pages))]
        world.pages[token] = ResultPage(page.practitioner_id, "", rest, page.count, page.total)
        next_url = f"{world.base_url}/Group/mr-patients?_page={token}"
    rows = {row.id: row for row in database.scalars(select(DeclarationTable)
            .where(DeclarationTable.id.in_(shown)))}  # fmt: skip
    members = [rows[id] for id in shown]
    facts = _facts(database, page.practitioner_id, members)
    if world.filling.is_set():
        facts = replace(facts, documents=_with_planned(facts.documents or {}, facts.patients, world.planned))
    group = _group(members, facts, page, now)
    url = f"{world.base_url}/Group/mr-patients"
    return Answer(fhir_out.bundle([(url, group)], total=1, self_url=url, next_url=next_url))


def _group(
    rows: Sequence[DeclarationTable], facts: _Facts, page: ResultPage, now: datetime
) -> dict[str, Any]:
    group: dict[str, Any] = {
        "resourceType": "Group",
        "id": "mr-patients",
        "type": "person",
        "actual": True,
        "quantity": page.total,
    }
    if rows:
        group["contained"] = [fhir_out.patient(facts.patients[row.patient_id]) for row in rows]
        group["member"] = [
            {"entity": {"reference": f"#{row.patient_id}"}, "extension": _told(row, facts, page, now)}
            for row in rows
        ]
    return group


def _listed(database: Database, practitioner_id: str, now: datetime) -> list[DeclarationTable]:
    """The last declaration of each patient, by name; those that ended are listed for a while."""
    query = (
        select(DeclarationTable, PatientRow)
        .join(PatientRow, PatientRow.id == DeclarationTable.patient_id)
        .where(DeclarationTable.practitioner_id == practitioner_id)
        .order_by(PatientRow.family, PatientRow.given, PatientRow.id)
    )
    last: dict[str, DeclarationTable] = {}
    for row, _ in database.execute(query):
        former = last.get(row.patient_id)
        if former is None or (former.begun(), former.id) < (row.begun(), row.id):
            last[row.patient_id] = row
    since = local_day(now) - SHOWN_AFTER_THE_END
    return [row for row in last.values() if row.ended is None or row.ended >= since]


def _facts(database: Database, practitioner_id: str, rows: Sequence[DeclarationTable]) -> _Facts:
    ids = [row.patient_id for row in rows]
    documents: dict[str, list[DocumentRow]] = defaultdict(list)
    standing = select(DocumentRow).where(
        DocumentRow.patient_id.in_(ids),
        DocumentRow.disabled.is_(False),
        DocumentRow.transforms == "",  # a document and its data are one
        DocumentRow.level != Level.PRIVE.value,
    )
    for document in database.scalars(standing):
        documents[document.patient_id].append(document)
    visits = database.execute(
        select(TraceRow.patient_id, func.max(TraceRow.when))
        .where(
            TraceRow.practitioner_id == practitioner_id, TraceRow.patient_id.in_(ids),
            TraceRow.action == Action.OPEN.value, TraceRow.succeeded.is_(True),
        )
        .group_by(TraceRow.patient_id)
    )  # fmt: skip
    statements: dict[str, list[StatementTable]] = defaultdict(list)
    sent = select(StatementTable).where(StatementTable.declaration_id.in_([row.id for row in rows]))
    for statement in database.scalars(sent):
        statements[statement.declaration_id].append(statement)
    return _Facts(
        {row.id: row for row in database.scalars(select(PatientRow).where(PatientRow.id.in_(ids)))},
        documents,
        {row[0]: row[1] for row in visits},
        mandates_of(database, practitioner_id, ids),
        statements,
        closed_once(database, ids),
    )


def _with_planned(
    written: Mapping[str, Sequence[DocumentRow]],
    patients: Iterable[str],
    planned: Mapping[str, Sequence[SeedDocument]] | None,
) -> Mapping[str, Sequence[DocumentRow]] | None:
    """What stands in the records once the demo has brought all documents in; None before it is known.

    What was done meanwhile to one that is there counts; one that is still to be replaced counts as replaced.
    """
    if planned is None:
        return None
    return {id: _as_planned(written.get(id, ()), planned.get(id, ())) for id in patients}


def _as_planned(written: Sequence[DocumentRow], planned: Sequence[SeedDocument]) -> Sequence[DocumentRow]:
    replaced = {d.replaces for d in planned if d.replaces}
    there = {row.id: row for row in written}
    found = [row for row in written if row.id not in replaced]
    for d in planned:
        if d.disabled or d.transforms or d.level is Level.PRIVE:
            continue
        if d.id in replaced or d.id not in there:
            row = document_row(d, b"")
            row.superseded = d.id in replaced
            found.append(row)
    return found


def _told(row: DeclarationTable, facts: _Facts, page: ResultPage, now: datetime) -> list[dict[str, Any]]:
    """The extensions of one member. Of one whose declaration does not give a right: the declaration alone."""
    mandate = facts.mandates.get(row.patient_id)
    runs = mandate is not None and times(mandate).state(now) is MandateState.ACTIVE
    active = facts.patients[row.patient_id].dsp == DspState.ACTIVE.value
    ended, cause = end_of(row, mandate, facts.closed, now)
    told = [declaration_part(row, ended, cause)]
    if not (runs and active):
        return told
    if facts.documents is not None:
        seen = facts.visits.get(row.patient_id)
        told += _counted(facts.documents.get(row.patient_id, ()), seen, page.practitioner_id)
    stands = standing(facts.statements.get(row.id, ()))
    told.append(part("mr-ald-statement", state=stands.state.value, accepted=stands.accepted,
                     sent=stands.sent))  # fmt: skip
    return told


def _counted(
    documents: Sequence[DocumentRow], seen: datetime | None, practitioner_id: str
) -> list[dict[str, Any]]:
    current = [d for d in documents if not d.superseded]
    masked = [d for d in current if d.level == Level.ANNONCE.value]
    told = [
        _summary(documents),
        _prestations(current),
        part("mr-annonces", count=len(masked), since=_first(d.annonce_at for d in masked)),
        value("mr-duplicates", _duplicates(current)),
    ]
    if seen is not None:
        new = [d for d in current if d.registered > seen and d.author_id != practitioner_id]
        told.append(value("mr-new-documents", len(new)))
    return told


def _summary(documents: Iterable[DocumentRow]) -> dict[str, Any]:
    """How many versions the last résumé has, and the day of the last."""
    papers = {d.id: d for d in documents if d.category == "resume-patient"}
    last = max((d for d in papers.values() if not d.superseded), key=lambda d: d.registered, default=None)
    versions, former = 0, last
    while former is not None and versions <= len(papers):
        versions, former = versions + 1, papers.get(former.replaces)
    return part("mr-summary", versions=versions, last=_created(last))


def _prestations(current: Iterable[DocumentRow]) -> dict[str, Any]:
    sent = [d for d in current if d.category == RESUME_PRESTATIONS]
    return part("mr-prestations", count=len(sent), last=max(map(_created, sent), default=None))


def _duplicates(current: Iterable[DocumentRow]) -> int:
    """Examinations that were asked for twice within the time of domain §B.3, by different authors."""
    same: dict[tuple[str, str], list[DocumentRow]] = defaultdict(list)
    for d in current:
        if d.category in _WITHIN:
            same[d.category, d.title].append(d)
    found = 0
    for (category, _), rows in same.items():
        rows.sort(key=_created)
        found += sum(
            _created(b) - _created(a) <= _WITHIN[category] and a.author_id != b.author_id
            for a, b in pairwise(rows)
        )
    return found


def _created(document: DocumentRow | None) -> Any:
    return date.fromisoformat(document.created[:10]) if document is not None else None


def _first(moments: Iterable[datetime | None]) -> date | None:
    days = [local_day(moment) for moment in moments if moment is not None]
    return min(days, default=None)


def _size(parameters: Mapping[str, list[str]]) -> int:
    text = parameters.get("_count", ["200"])[0]
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise Refused("request_invalid", detail="_count")
    return min(int(text), _LARGEST_PAGE)


FEATURE = SimulatedFeature(
    name="worklist",
    routes=(FhirRoute("GET", "/Group/mr-patients", my_patients),),
    tables=(),
    capability=(ResourceCapability("Group", ("read",), {}, {}),),
    acts=tuple(WorklistAction),
    console={},
    seed=no_seed,
    state=no_state,
    data={},
    transactions={},
    scans=(),
)
