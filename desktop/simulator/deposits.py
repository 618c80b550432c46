"""Registers published documents: checks, idempotency, versions, one trace (contract §5, CF-015, CF-052)."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import local_day
from desktop.domain.record import Level
from desktop.simulator import rules, submission
from desktop.simulator.access import Access, facts
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, Requester, in_record, patient_of, signed_in, told
from desktop.simulator.clock import instant
from desktop.simulator.documents import document_answer
from desktop.simulator.outcomes import Refused, operation_outcome
from desktop.simulator.submission import Submission
from desktop.simulator.tables import ContentRow, DocumentRow, EpisodeRow
from desktop.simulator.traced import Action
from desktop.simulator.world import World, new_id


def publish(call: Call) -> Answer:
    """ITI-65: all or nothing, every entry answered in its place."""
    sent = submission.from_transaction(call.json())
    with call.world.database() as database:
        row, is_new = _register(call, database, sent)
        entries = [_entry_answer(kind, row, is_new=is_new) for kind in sent.kinds]
        if call.world.mixed_results > 0:
            call.world.mixed_results -= 1
            outcome = operation_outcome("error")
            entries[-1] = {"response": {"status": "400 Bad Request", "outcome": outcome}}
        return Answer({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


def publish_light(call: Call) -> Answer:
    """ITI-105: the document with its bytes inside."""
    sent = submission.from_document(call.json())
    with call.world.database() as database:
        row, is_new = _register(call, database, sent)
        patient = patient_of(database, row.patient_id)
        answer = document_answer(call.world, database, row, patient, 201 if is_new else 200)
        location = f"{call.world.base_url}/DocumentReference/{row.id}"
        return Answer(answer.body, answer.status, headers={**answer.headers, "Location": location})


def _register(call: Call, database: Database, sent: Submission) -> tuple[DocumentRow, bool]:
    call.world.intake.sent(sent.unique_id)
    caller = signed_in(call, database)
    patient = patient_of(database, sent.patient_id)
    found = in_record(call, database, caller, patient)
    _check_content(sent, call.world)
    if caller.person.id not in sent.author_marks and not sent.author_marks & _identifiers(caller):
        raise Refused("deposit_refused", detail="author")  # CF-015
    known = database.scalar(select(DocumentRow).where(DocumentRow.unique_id == sent.unique_id))
    if known is not None:
        return _same(known, sent, caller, call.world.intake.repeated), False
    refusal = rules.create(found.viewer, found.record, sent.category, sent.level)
    if refusal is not None:
        act = Act(Action.SEND, patient.id, reason=refusal.code)
        write(database, call.world.clock.now(), caller.actor(found), act)
        database.commit()  # the refusal is traced although the request ends here
    told(caller, patient.id, refusal)
    _check_episode(database, sent)
    if sent.replaces:
        _supersede(call, database, found, caller, sent)
    row = _row(sent, caller, call.world.clock.now())
    database.add(row)
    database.add(ContentRow(document_id=row.id, data=sent.content))
    action = Action.SEND_VERSION if sent.replaces else Action.SEND
    act = Act(action, patient.id, row.id, "1")
    write(database, call.world.clock.now(), caller.actor(found), act)
    return row, True


def _check_content(sent: Submission, world: World) -> None:
    if not sent.content or len(sent.content) > submission.LARGEST_DOCUMENT:
        raise Refused("file_too_large" if sent.content else "deposit_refused", detail="content")
    if b"%PDF-" not in sent.content[:1024] or b"%%EOF" not in sent.content[-2048:]:
        raise Refused("not_pdfa", detail="no PDF")
    digest = hashlib.sha1(sent.content, usedforsecurity=False).hexdigest()
    if digest != sent.sha1 or sent.size not in (None, len(sent.content)):
        raise Refused("digest_mismatch")
    if sent.created_on > local_day(world.clock.now()):
        raise Refused("date_in_future")


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
    if former.superseded:
        raise Refused("changed_elsewhere", detail="relatesTo", status=409)
    former.superseded = True
    former.version += 1
    former.updated = call.world.clock.now()


def _row(sent: Submission, caller: Requester, now: datetime) -> DocumentRow:
    annonce = sent.level is Level.ANNONCE
    return DocumentRow(
        id=new_id(), unique_id=sent.unique_id, submission_id=sent.submission_id, locator=new_id(),
        patient_id=sent.patient_id, category=sent.category, title=sent.title, created=sent.created,
        registered=now, author_id=caller.person.id, organization_id=caller.person.organization_id,
        level=sent.level.value, language=sent.language, episode_id=sent.episode_id, replaces=sent.replaces,
        superseded=False, disabled=False, annonce_by=caller.person.id if annonce else "",
        annonce_at=now if annonce else None, content_type="application/pdf", size=len(sent.content),
        sha1=sent.sha1, version=1, updated=now,
    )  # fmt: skip


def _entry_answer(kind: str, row: DocumentRow, *, is_new: bool) -> dict[str, Any]:
    status = "201 Created" if is_new and kind != "PATCH" else "200 OK"
    submission_id = base64.urlsafe_b64encode(
        hashlib.sha256(row.submission_id.encode()).digest()[:12]
    ).decode()
    locations = {
        "List": f"List/{submission_id}/_history/1",
        "DocumentReference": f"DocumentReference/{row.id}/_history/{row.version}",
        "Binary": f"Binary/{row.locator}",
        "PATCH": f"DocumentReference/{row.replaces}",
    }
    response = {"status": status, "location": locations[kind], "lastModified": instant(row.updated)}
    if kind == "DocumentReference":
        response["etag"] = f'W/"{row.version}"'
    return {"response": response}
