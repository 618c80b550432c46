"""What the platform tells of ordonnances: lines, who holds them, what was handed over (contract §8.2)."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from desktop.common import json_text
from desktop.common.json_tree import at, each, node, words
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.ordonnance import ERASED, Line, Ordonnance, PatientIdentity
from desktop.domain.prescription.standing import Lease, StandingLine, StandingOrdonnance
from desktop.sync.prescription import dispense, signed, terms
from desktop.sync.prescription.signed import LINE_TYPES
from desktop.sync.prescription.terms import Json, line_of, told
from desktop.sync.profile import Systems

_STATES = {state.value: state for state in LineState}


def read(resources: Iterable[Json], systems: Systems, now: datetime) -> tuple[StandingOrdonnance, ...]:
    """Each ordonnance of an answer, newest first; one without its signed Bundle is left out.

    What was prescribed is what was **signed**; the platform's own copy of a line tells where it stands and
    nothing else. A line that it does not tell is UNKNOWN.
    """
    parts = list(resources)
    lines = [raw for raw in parts if raw.get("resourceType") in LINE_TYPES]
    dispenses = [d for d in map(dispense.read, _of(parts, "MedicationDispense")) if d is not None]
    practise = {
        words(raw, "id"): told(raw, "may-practise").get("valueBoolean") for raw in _of(parts, "Practitioner")
    }
    cards = {words(raw, "id"): _card_numbers(raw, systems) for raw in _of(parts, "Practitioner")}
    patients = {words(raw, "id"): signed.identity(raw, systems) for raw in _of(parts, "Patient")}
    found = []
    for binary in _of(parts, "Binary"):
        content = _content(binary)
        ordonnance = signed.read(content, systems)
        if ordonnance is None or ordonnance.code != line_of(binary, "id"):
            continue
        standing = tuple(_standing(line, lines) for line in ordonnance.lines)
        ids = {line.id for line in standing}
        may = practise.get(ordonnance.prescriber.id)
        found.append(
            StandingOrdonnance(
                ordonnance=_of_platform(_without_erased(ordonnance, standing), patients),
                lines=standing,
                dispenses=tuple(d for d in dispenses if d.line in ids),
                signed=content,
                may_practise=may if isinstance(may, bool) else None,
                signer_ids=cards.get(ordonnance.prescriber.id, ()),
                read_at=now,
            )
        )
    return tuple(sorted(found, key=lambda one: one.ordonnance.authored, reverse=True))


def line(raw: Json, before: StandingLine) -> StandingLine:
    """*before* as the platform tells it now (the answer of an act on one line)."""
    return _told(before, raw)


def answered(body: bytes, before: StandingLine) -> StandingLine | None:
    """The same from the bytes of an answer; None where they are not of that line."""
    try:
        raw = json_text.parse(body)
    except ValueError:
        return None
    return line(raw, before) if isinstance(raw, dict) and raw.get("id") == before.id else None


def _of(parts: list[Json], kind: str) -> list[Json]:
    return [raw for raw in parts if raw.get("resourceType") == kind]


def _card_numbers(practitioner: Json, systems: Systems) -> tuple[str, ...]:
    """Of the directory: the numbers that the certificates of his cards bear."""
    told = (one for one in each(practitioner, "identifier") if one.get("system") == systems.card_holder)
    return tuple(filter(None, (line_of(one, "value") for one in told)))


def _content(binary: Json) -> bytes:
    try:
        return base64.b64decode(words(binary, "data"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _of_platform(ordonnance: Ordonnance, patients: dict[str, PatientIdentity]) -> Ordonnance:
    """The patient's platform id is the platform's to tell; who he is stands in what was signed."""
    known = next((p for p in patients.values() if p.matricule == ordonnance.patient.matricule), None)
    if known is None:
        return ordonnance
    return replace(ordonnance, patient=replace(ordonnance.patient, id=known.id))


def _standing(written: Line, lines: list[Json]) -> StandingLine:
    unknown = StandingLine("", "", written, LineState.UNKNOWN)
    raw = next((r for r in lines if line_of(r, "identifier", 0, "value") == written.identifier), None)
    found = unknown if raw is None else _told(unknown, raw)
    if found.state is not LineState.ERASED and written.product != ERASED:
        return found
    bare = Line(written.identifier, written.number, written.nature, ERASED)
    return replace(found, line=bare, state=LineState.ERASED, lease=None)


def _without_erased(ordonnance: Ordonnance, lines: tuple[StandingLine, ...]) -> Ordonnance:
    return replace(ordonnance, lines=tuple(one.line for one in lines))


def _told(before: StandingLine, raw: Json) -> StandingLine:
    own = told(raw, "rx-line")
    until = terms.moment(told(own, "lease-until"), "valueDateTime")
    lease = None
    if until is not None:
        lease = Lease(
            pharmacy=line_of(told(own, "lease-pharmacy"), "valueString"),
            until=until,
            since=terms.moment(told(own, "lease-since"), "valueDateTime"),
            token=words(told(own, "lease-token"), "valueString"),
        )
    return replace(
        before,
        id=words(raw, "id"),
        version=words(node(raw, "meta"), "versionId"),
        state=_STATES.get(words(told(own, "state"), "valueCode"), LineState.UNKNOWN),
        delivered=terms.decimal(at(told(own, "delivered"), "valueDecimal")) or terms.NOTHING,
        deliveries=terms.whole(at(told(own, "deliveries"), "valueInteger")) or 0,
        first_delivery=terms.moment(told(own, "first"), "valueDateTime"),
        last_delivery=terms.moment(told(own, "last"), "valueDateTime"),
        lease=lease,
        asked_back=line_of(told(own, "asked-back"), "valueString"),
        reason=line_of(told(own, "reason"), "valueString"),
    )
