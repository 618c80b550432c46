"""Traces: exactly one per act (CF-060), written in the act's own transaction, served as BALP AuditEvents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session as Database

from desktop.domain.catalog import profile_of
from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.tables import MandateRow, PractitionerRow, TraceRow
from desktop.simulator.traced import TracedAction
from desktop.simulator.world import new_id

_INTERACTION = {"C": "create", "R": "read", "U": "update", "E": "search-type"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by which mandate (None: as author, or outside a record) and through which software."""

    practitioner: PractitionerRow
    software: str
    mandate: MandateRow | None = None
    as_author: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What is done, to what. ``change`` is "before→after", ``reason`` the code of a refusal."""

    action: TracedAction
    patient_id: str = ""
    document_id: str = ""
    document_version: str = ""
    change: str = ""
    reason: str = ""
    local_id: str | None = None


def write(database: Database, now: datetime, actor: Actor, act: Act) -> TraceRow:
    """Add one trace to the running transaction."""
    trace = trace_of(now, actor, act)
    database.add(trace)
    return trace


def write_other(database: Database, now: datetime, who: str, act: Act) -> None:
    """A trace of the patient or of an administrator (CF-063): visible like any other."""
    database.add(trace_of_other(now, who, act))


def trace_of(when: datetime, actor: Actor, act: Act) -> TraceRow:
    """A professional's trace; nothing is written."""
    person = actor.practitioner
    mandate = actor.mandate
    return TraceRow(
        id=new_id(), when=when, practitioner_id=person.id, who=person.name, function=person.profession,
        profile=profile_of(person.profession).value, mandate_id=mandate.id if mandate else "",
        acting_as=mandate.kind if mandate else "auteur" if actor.as_author else "",
        software=actor.software, action=act.action.value, patient_id=act.patient_id,
        document_id=act.document_id, document_version=act.document_version, change=act.change,
        succeeded=not act.reason, reason=act.reason, local_id=act.local_id,
    )  # fmt: skip


def trace_of_other(when: datetime, who: str, act: Act) -> TraceRow:
    """A trace of the patient or of an administrator; nothing is written."""
    return TraceRow(
        id=new_id(), when=when, practitioner_id="", who=who, function="", profile="", mandate_id="",
        acting_as=who, software="portail", action=act.action.value, patient_id=act.patient_id,
        document_id=act.document_id, document_version="", change=act.change, succeeded=True, reason="",
        local_id=None,
    )  # fmt: skip


def audit_event(trace: TraceRow, acts: Mapping[str, TracedAction]) -> dict[str, Any]:
    """BALP-shaped AuditEvent: who, as whom, through what, what, when, result (contract §6).

    An act that is not in *acts* (its feature is not plugged in) is told as a read.
    """
    action = acts[trace.action].crude if trace.action in acts else "R"
    user: dict[str, Any] = {
        "type": {"coding": [{"system": _PARTICIPATION, "code": "IRCP", "display": "information recipient"}]},
        "who": {"display": trace.who},
        "name": trace.who,
        "requestor": True,
    }
    if trace.practitioner_id:
        user["who"]["reference"] = f"Practitioner/{trace.practitioner_id}"
        user["role"] = [
            {"coding": [{"system": names.PROFESSION, "code": trace.profile}], "text": trace.function}
        ]
    if trace.mandate_id:
        user["policy"] = [f"urn:dsp:mandate:{trace.mandate_id}"]
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": trace.id,
        "extension": _extensions(trace),
        "type": {"system": _EVENT_TYPE, "code": "rest", "display": "RESTful Operation"},
        "subtype": [
            {"system": "http://hl7.org/fhir/restful-interaction", "code": _INTERACTION[action]},
            {"system": names.ACTION, "code": trace.action},
        ],
        "action": action,
        "recorded": instant(trace.when),
        "outcome": "0" if trace.succeeded else "8",
        "agent": [user, _client(trace)],
        "source": {
            "observer": {"display": "Plateforme eSanté (simulation)"},
            "type": [{"system": _SOURCE_TYPE, "code": "3", "display": "Web Server"}],
        },
    }
    if trace.reason:
        event["outcomeDesc"] = trace.reason
    entities = _entities(trace)
    if entities:
        event["entity"] = entities
    return event


_PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type"
_ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"


def _extensions(trace: TraceRow) -> list[dict[str, Any]]:
    values = (
        ("mandate", "valueString", trace.acting_as),
        ("software-version", "valueString", trace.software),
        ("level-change", "valueString", trace.change),
        ("local-read-id", "valueUri", trace.local_id),
    )
    return [{"url": names.extension(name), kind: value} for name, kind, value in values if value]


def _client(trace: TraceRow) -> dict[str, Any]:
    kind = [{"system": _DICOM, "code": "110153", "display": "Source Role ID"}]
    return {"type": {"coding": kind}, "who": {"display": trace.software or "portail"}, "requestor": False}


def _entities(trace: TraceRow) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if trace.patient_id:
        found.append(
            {
                "what": {"reference": f"Patient/{trace.patient_id}"},
                "type": {"system": _ENTITY_TYPE, "code": "1", "display": "Person"},
                "role": {"system": _OBJECT_ROLE, "code": "1", "display": "Patient"},
            }
        )
    if trace.document_id:
        version = f"/_history/{trace.document_version}" if trace.document_version else ""
        found.append(
            {
                "what": {"reference": f"DocumentReference/{trace.document_id}{version}"},
                "type": {"system": _ENTITY_TYPE, "code": "2", "display": "System Object"},
                "role": {"system": _OBJECT_ROLE, "code": "3", "display": "Report"},
            }
        )
    return found
