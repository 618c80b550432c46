"""Registers published documents: checks, idempotency, versions, one trace (contract §5, CF-015, CF-052)."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import local_day
from desktop.domain.record import Level
from desktop.simulator import rules, structured, submission
from desktop.simulator.access import Access, facts
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, Requester, in_record, patient_of, signed_in, told
from desktop.simulator.clock import instant
from desktop.simulator.data_deposits import check_data, take_data
from desktop.simulator.documents import data_of, document_answer
from desktop.simulator.outcomes import Refused, operation_outcome
from desktop.simulator.signatures import Judge, judge_of
from desktop.simulator.submission import Submission
from desktop.simulator.tables import ContentRow, DocumentRow, EpisodeRow, PatientRow
from desktop.simulator.traced import Action
from desktop.simulator.world import World, new_id

Registered = tuple[DocumentRow, bool]
"""A document as it stands, and whether this submission made it."""


def publish(call: Call) -> Answer:
    """ITI-65: all or nothing, every entry answered in its place; a feature's transaction is the feature's."""
    bundle = call.json()
    own = call.world.transaction_of(submission.resource_types(bundle))
    if own is not None:
        return own(call)
    sent = submission.from_transaction(bundle)
    with call.world.database() as database:
        taken = _taken(call.world, sent.documents)
        found = dict(zip((d.url for d in taken), _register(call, database, taken), strict=True))
        rows = [found.get(document.url) for document in sent.documents]
        entries = [entry_answer(entry, rows) for entry in sent.entries]
        if call.world.mixed_results > 0:
            call.world.mixed_results -= 1
            outcome = operation_outcome("error")
            entries[-1] = {"response": {"status": "400 Bad Request", "outcome": outcome}}
        return Answer({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


def publish_light(call: Call) -> Answer:
    """ITI-105: the document with its bytes inside."""
    sent = submission.from_document(call.json())
    with call.world.database() as database:
        [(row, is_new)] = _register(call, database, [sent])
        patient = patient_of(database, row.patient_id)
        answer = document_answer(call.world, database, row, patient, 201 if is_new else 200)
        location = f"{call.world.base_url}/DocumentReference/{row.id}"
        return Answer(answer.body, answer.status, headers={**answer.headers, "Location": location})


def _register(call: Call, database: Database, sent: Sequence[Submission]) -> list[Registered]:
    """One document, or one and its data: both or none, and one trace."""
    for document in sent:
        call.world.intake.sent(document.unique_id)
    caller = signed_in(call, database)
    patient = patient_of(database, sent[0].patient_id)
    found = in_record(call, database, caller, patient)
    for document in sent:
        check_document(document, patient, caller, call.world)
        if document.transforms and document.format not in call.world.data_formats:
            structured.check(document, patient)
    known = known_rows(database, sent, caller, call.world.intake.repeated)
    new = [document for document in sent if document.unique_id not in known]
    _check_rights(call, database, found, caller, new)
    _check_signatures(new, judge_of(call.world, database, caller.person))
    now = call.world.clock.now()
    rows = {d.unique_id: new_row(d, caller, now) for d in new} | known
    check_data(database, found, {d.url: rows[d.unique_id] for d in sent}, new)
    for document in new:
        if document.replaces:
            _supersede(call, database, found, caller, document)
        row = rows[document.unique_id]
        database.add_all((row, ContentRow(document_id=row.id, data=document.content)))
    take_data(call.world, database, caller.person, patient, [(d, rows[d.unique_id]) for d in new])
    if new:
        action = Action.SEND_VERSION if new[0].replaces else Action.SEND
        write(database, now, caller.actor(found), Act(action, patient.id, rows[new[0].unique_id].id, "1"))
    return [(rows[d.unique_id], d.unique_id not in known) for d in sent]


def known_rows(
    database: Database, sent: Sequence[Submission], caller: Requester, repeated: int
) -> dict[str, DocumentRow]:
    """What stands already, by its masterIdentifier."""
    ids = [document.unique_id for document in sent]
    rows = {
        r.unique_id: r for r in database.scalars(select(DocumentRow).where(DocumentRow.unique_id.in_(ids)))
    }
    return {d.unique_id: _same(rows[d.unique_id], d, caller, repeated) for d in sent if d.unique_id in rows}


def _check_rights(
    call: Call, database: Database, found: Access, caller: Requester, new: Sequence[Submission]
) -> None:
    """The narrower rule is asked first; a refusal is traced, once."""
    for document in sorted(new, key=lambda d: d.transforms == ""):
        rule = rules.create_data if document.transforms else rules.create
        refusal = rule(found.viewer, found.record, document.category, document.level)
        if refusal is not None:
            act = Act(Action.SEND, document.patient_id, reason=refusal.code)
            write(database, call.world.clock.now(), caller.actor(found), act)
            database.commit()  # the refusal is traced although the request ends here
        told(caller, document.patient_id, refusal)
        _check_episode(database, document)


def _check_signatures(new: Sequence[Submission], judge: Judge) -> None:
    """A summary is two signed documents; a PDF that came alone need not be signed, but not wrongly."""
    summaries = [document for document in new if document.category == rules.SUMMARY]
    with_data = {document.transforms for document in summaries if document.transforms}
    for document in summaries:
        if document.transforms:
            judge.bundle(document.content)
        elif document.url in with_data or b"/ByteRange" in document.content:
            judge.pdf(document.content)


def _taken(world: World, sent: Sequence[Submission]) -> list[Submission]:
    """All of them; with the fault ``half_taken``, as without true transactions, the document alone."""
    if world.half_taken <= 0 or not any(document.transforms for document in sent):
        return list(sent)
    world.half_taken -= 1
    taken = [document for document in sent if not document.transforms]
    if not taken:
        raise Refused("summary_data_refused", detail="fault")
    return taken


def check_document(sent: Submission, patient: PatientRow, caller: Requester, world: World) -> None:
    """What holds for every document, whoever may send it; raises Refused."""
    if sent.patient_id != patient.id:
        raise Refused("deposit_refused", detail="subject")
    if not sent.content or len(sent.content) > submission.LARGEST_DOCUMENT:
        raise Refused("file_too_large" if sent.content else "deposit_refused", detail="content")
    is_pdf = b"%PDF-" in sent.content[:1024] and b"%%EOF" in sent.content[-2048:]
    if not sent.transforms and not is_pdf:
        raise Refused("not_pdfa", detail="no PDF")
    digest = hashlib.sha1(sent.content, usedforsecurity=False).hexdigest()
    if digest != sent.sha1 or sent.size not in (None, len(sent.content)):
        raise Refused("digest_mismatch")
    if sent.created_on > local_day(world.clock.now()):
        raise Refused("date_in_future")
    if caller.person.id not in sent.author_marks and not sent.author_marks & _identifiers(caller):
        raise Refused("deposit_refused", detail="author")  # CF-015


def _identifiers(caller: Requester) -> set[str]:
    return {i for i in (caller.person.ehealth_id, caller.person.holder_id) if i}


def _same(known: DocumentRow, sent: Submission, caller: Requester, repeated: int) -> DocumentRow:
    """The same identifier again: the existing document or a refusal, never a second one."""
    same = known.author_id == caller.person.id and known.patient_id == sent.patient_id
    if not same or known.sha1 != sent.sha1:
        raise Refused("deposit_refused", detail="masterIdentifier is in use", status=409)
    if repeated != 200:
        raise Refused("deposit_refused", detail="masterIdentifier is in use", status=repeated)
    return known


def _check_episode(database: Database, sent: Submission) -> None:
    episode = database.get(EpisodeRow, sent.episode_id) if sent.episode_id else None
    if sent.episode_id and (episode is None or episode.patient_id != sent.patient_id or episode.refused):
        raise Refused("deposit_refused", detail="context.encounter")


def _supersede(call: Call, database: Database, found: Access, caller: Requester, sent: Submission) -> None:
    former = database.get(DocumentRow, sent.replaces)
    if former is None or former.patient_id != sent.patient_id:
        raise Refused("not_found", detail="relatesTo")
    refusal = rules.replace(found.viewer, found.record, facts(former))
    told(caller, sent.patient_id, refusal)
    if former.superseded and not former.transforms:
        raise Refused("changed_elsewhere", detail="relatesTo", status=409)
    for part in (former, *data_of(database, former)):
        if not part.superseded:
            part.superseded = True
            part.version += 1
            part.updated = call.world.clock.now()


def new_row(sent: Submission, caller: Requester, now: datetime) -> DocumentRow:
    """A document of *caller*, registered *now*."""
    annonce = sent.level is Level.ANNONCE
    return DocumentRow(
        id=new_id(), unique_id=sent.unique_id, submission_id=sent.submission_id, locator=new_id(),
        patient_id=sent.patient_id, category=sent.category, title=sent.title, created=sent.created,
        registered=now, author_id=caller.person.id, organization_id=caller.person.organization_id,
        level=sent.level.value, language=sent.language, episode_id=sent.episode_id, replaces=sent.replaces,
        superseded=False, disabled=False, annonce_by=caller.person.id if annonce else "",
        annonce_at=now if annonce else None, content_type=sent.content_type, size=len(sent.content),
        sha1=sent.sha1, version=1, updated=now, transforms=sent.transforms, format="",
    )  # fmt: skip


def entry_answer(entry: submission.SubmittedEntry, rows: Sequence[Registered | None]) -> dict[str, Any]:
    """The entry of a transaction's answer."""
    registered = rows[entry.document]
    if registered is None:
        outcome = operation_outcome("summary_data_refused")
        return {"response": {"status": "422 Unprocessable Entity", "outcome": outcome}}
    row, is_new = registered
    status = "201 Created" if is_new and entry.kind != "PATCH" else "200 OK"
    submission_id = base64.urlsafe_b64encode(
        hashlib.sha256(row.submission_id.encode()).digest()[:12]
    ).decode()
    locations = {
        "List": f"List/{submission_id}/_history/1",
        "DocumentReference": f"DocumentReference/{row.id}/_history/{row.version}",
        "Binary": f"Binary/{row.locator}",
        "PATCH": f"DocumentReference/{row.replaces}",
    }
    response = {"status": status, "location": locations[entry.kind], "lastModified": instant(row.updated)}
    if entry.kind == "DocumentReference":
        response["etag"] = f'W/"{row.version}"'
    return {"response": response}
