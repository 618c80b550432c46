"""AuditEvents as traces (contract §6): the shapes, one event read, and a search."""

from collections.abc import Mapping
from datetime import UTC, datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.trace import Trace
from desktop.ports.wire_call import WireCall
from desktop.sync.fhir_read import extension, moment, plain, reference_id
from desktop.sync.fhir_shapes import Coding, Concept, Extension, Reference, Struct
from desktop.sync.wire_kit import WireKit


class Agent(Struct):
    """AuditEvent.agent."""

    who: Reference | None = None
    name: str = ""
    requestor: bool = False
    role: list[Concept] = []
    extension: list[Extension] = []


class AuditEntity(Struct):
    """AuditEvent.entity."""

    what: Reference | None = None


class AuditSource(Struct):
    """AuditEvent.source."""

    observer: Reference | None = None


class AuditEvent(Struct):
    """AuditEvent: a trace."""

    id: str = ""
    type: Coding | None = None
    subtype: list[Coding] = []
    recorded: str = ""
    outcome: str = ""
    outcome_desc: str = ""
    agent: list[Agent] = []
    source: AuditSource | None = None
    entity: list[AuditEntity] = []
    extension: list[Extension] = []


def search(
    kit: WireKit, call: WireCall, fields: Mapping[str, str], since: datetime, patient_id: str = ""
) -> Result[tuple[Trace, ...]]:
    """What was traced since then, newest first; *call* is a declared search of AuditEvent."""
    start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = kit.search(call, {**fields, "date": f"ge{start}", "_count": "200"}, AuditEvent, patient_id)
    if isinstance(found, Failure):
        return found
    traces = (trace(event) for event in found)
    return tuple(sorted((t for t in traces if t is not None), key=lambda t: t.when, reverse=True))


def trace(raw: AuditEvent) -> Trace | None:
    """A traced act; None without id or time."""
    when = moment(raw.recorded)
    if not raw.id or when is None:
        return None
    agent = next((a for a in raw.agent if a.requestor), raw.agent[0] if raw.agent else Agent())
    who = agent.name or (agent.who.display if agent.who else "")
    extensions = [*raw.extension, *agent.extension]
    site = raw.source.observer.display if raw.source and raw.source.observer else ""
    succeeded = raw.outcome in ("", "0")
    return Trace(
        id=raw.id,
        when=when,
        who=plain(who),
        function=plain(_function(agent)),
        role=plain(extension(extensions, "mandate")),
        action=plain(_action(raw)),
        change=plain(extension(extensions, "level-change")),
        software=plain(extension(extensions, "software-version") or site),
        patient_id=_entity(raw, "Patient/"),
        document_id=_entity(raw, "DocumentReference/"),
        succeeded=succeeded,
        refusal="" if succeeded else plain(raw.outcome_desc),
    )


def _function(agent: Agent) -> str:
    concept = agent.role[0] if agent.role else Concept()
    return concept.text or next((c.display or c.code for c in concept.coding), "")


def _action(raw: AuditEvent) -> str:
    """The most telling code: our subtype, else any subtype, else the type."""
    own = next((c.code for c in raw.subtype if c.system.startswith("urn:dsp:")), "")
    return own or next((c.code for c in raw.subtype if c.code), "") or (raw.type.code if raw.type else "")


def _entity(raw: AuditEvent, kind: str) -> str:
    for entity in raw.entity:
        if entity.what and kind in entity.what.reference:
            return reference_id(entity.what)
    return ""
