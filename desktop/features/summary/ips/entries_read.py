"""FHIR R4 resources as entries of a summary: what R4 allows, not only what we write; nothing raises.

What has no place in an entry stands in its note, in the document's words: a value is never dropped.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from desktop.common.json_tree import Json, each, extension, node, words
from desktop.features.summary.domain import entries as e
from desktop.features.summary.ips import codes, narrative
from desktop.features.summary.ips.medication_read import statement
from desktop.features.summary.ips.observation_read import observation, report
from desktop.features.summary.ips.source import BeingRead, concept

MOST_DATA: Final = 1_000_000
_CLINICAL: Final = {
    **{status.value: status for status in e.ClinicalStatus},
    "recurrence": e.ClinicalStatus.ACTIVE,
    "relapse": e.ClinicalStatus.ACTIVE,
    "remission": e.ClinicalStatus.INACTIVE,
}
_VERIFICATION: Final = {status.value: status for status in e.Verification}
_SEVERITIES: Final = {codes.SEVERITY[severity.value]: severity for severity in e.Severity}
_REACTION: Final = {severity.value: severity for severity in e.Severity}
_TYPES: Final = {kind.value: kind for kind in (e.AllergyType.ALLERGY, e.AllergyType.INTOLERANCE)}
_CRITICALITY: Final = {risk.value: risk for risk in e.Criticality}


def read(source: BeingRead) -> list[e.Entry]:
    """The entries of one resource; none where it says nothing that can be read."""
    kind = words(source.resource, "resourceType")
    reader = _READERS.get(kind, _remark)
    return [entry for entry in reader(source) if entry.text]


def _problem(source: BeingRead) -> list[e.Entry]:
    text, codings = concept(source.resource.get("code"))
    if in_error(source):
        return []
    onset, until = source.day("onset")
    ended, _ = source.day("abatement")
    source.kept += [concept(site)[0] for site in each(source.resource, "bodySite")]
    severity = words(source.resource, "severity", "coding", 0, "code")
    known = _SEVERITIES.get(severity)
    if known is None:
        source.kept.append(concept(source.resource.get("severity"))[0])
    problem = e.Problem(
        text=text,
        codings=codings,
        status=source.status("clinicalStatus", _CLINICAL, e.ClinicalStatus.ACTIVE),
        verification=verified(source),
        severity=known,
        onset=onset,
        ended=ended or until,
        ald=_ald(source.resource),
        note=source.note(),
    )
    return [problem]


def _ald(resource: Json) -> int | None:
    found = (item for category in each(resource, "category") for item in each(category, "coding"))
    number = next((words(item, "code") for item in found if item.get("system") == codes.ALD), "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else None


def _allergy(source: BeingRead) -> list[e.Entry]:
    text, codings = concept(source.resource.get("code"))
    reactions = tuple(
        e.Reaction(shown, coded, _REACTION.get(words(reaction, "severity")))
        for reaction in each(source.resource, "reaction")
        for shown, coded in (_manifestation(reaction),)
        if shown
    )
    if not text:
        text = next((concept(r.get("substance"))[0] for r in each(source.resource, "reaction")), "")
    if in_error(source):
        return []
    kind = _TYPES.get(words(source.resource, "type"))
    if extension(source.resource.get("_type"), codes.SIDE_EFFECT):
        kind = e.AllergyType.SIDE_EFFECT
    onset, _ = source.day("onset")
    allergy = e.Allergy(
        text=text,
        codings=codings,
        type=kind,
        criticality=_CRITICALITY.get(words(source.resource, "criticality")),
        status=source.status("clinicalStatus", _CLINICAL, e.ClinicalStatus.ACTIVE),
        verification=verified(source),
        onset=onset,
        reactions=reactions,
        note=source.note(),
    )
    return [allergy]


def _manifestation(reaction: Json) -> tuple[str, tuple[e.Coding, ...]]:
    found = [concept(item) for item in each(reaction, "manifestation")]
    shown = ", ".join(text for text, _ in found if text)
    return shown or words(reaction, "description"), tuple(code for _, coded in found for code in coded)


def _immunization(source: BeingRead) -> list[e.Entry]:
    given = source.resource
    text, codings = concept(given.get("vaccineCode"))
    if given.get("status") != "completed":
        return _undone(source, text, codings)
    applied = each(given, "protocolApplied")
    targets = [concept(disease)[0] for one in applied for disease in each(one, "targetDisease")]
    doses = [words(one, "doseNumberString") or words(one, "doseNumberPositiveInt") for one in applied]
    when, _ = source.day("occurrence")
    immunization = e.Immunization(
        text=text,
        codings=codings,
        given=when,
        target=", ".join(filter(None, targets)),
        dose=", ".join(filter(None, doses)),
        batch=words(given, "lotNumber"),
        note=source.note(),
    )
    return [immunization]


def _procedure(source: BeingRead) -> list[e.Entry]:
    text, codings = concept(source.resource.get("code"))
    if source.resource.get("status") != "completed":
        return _undone(source, text, codings)
    performed, _ = source.day("performed")
    site = ", ".join(filter(None, (concept(one)[0] for one in each(source.resource, "bodySite"))))
    return [e.Procedure(text=text, codings=codings, performed=performed, site=site, note=source.note())]


def _device(source: BeingRead) -> list[e.Entry]:
    given = source.resource
    device = given if given.get("resourceType") == "Device" else source.find(given.get("device"))
    text, codings = concept(device.get("type"))
    text = text or words(device, "deviceName", 0, "name") or words(given, "device", "display")
    since, _ = source.day("timing")
    site = concept(given.get("bodySite"))[0]
    return [e.Device(text=text, codings=codings, since=since, site=site, note=source.note())]


def _flag(source: BeingRead) -> list[e.Entry]:
    text, codings = concept(source.resource.get("code"))
    status = words(source.resource, "status")
    since = source.partial(words(source.resource, "period", "start"))
    if status == "entered-in-error":
        return []
    if status != "active":
        return _undone(source, text, codings)
    return [e.Alert(text=text, codings=codings, since=since, note=source.note())]


def _remark(source: BeingRead) -> list[e.Entry]:
    """Any other resource: its own words, else what a person would read of its narrative."""
    given = source.resource
    if given.get("status") == "entered-in-error":
        return []
    _, codings = concept(given.get("type") or given.get("code"))
    text = words(given, "description") or words(given, "summary") or _attached(given) or words(given, "title")
    since = source.partial(words(given, "context", "period", "start") or words(given, "period", "start"))
    told = narrative.lines(words(given, "text", "div"))
    text = text or " · ".join(told) or concept(given.get("code") or given.get("type"))[0]
    return [e.Remark(text=text, codings=codings, since=since, note=source.note())]


def _attached(resource: Json) -> str:
    """Plain text that stands in the document itself."""
    for content in each(resource, "content"):
        attachment = node(content, "attachment")
        data = words(attachment, "data")
        if words(attachment, "contentType").startswith("text/plain") and len(data) < MOST_DATA:
            try:
                return words(base64.b64decode(data, validate=True).decode("utf-8", "replace"))
            except (binascii.Error, ValueError):
                continue
    return ""


def _undone(source: BeingRead, text: str, codings: tuple[e.Coding, ...]) -> list[e.Entry]:
    """What was not done (or is over) is shown in words, never as done."""
    status = words(source.resource, "status")
    if status == "entered-in-error":
        return []
    source.kept.append(status)
    return [e.Remark(text=text, codings=codings, note=source.note())]


def in_error(source: BeingRead) -> bool:
    return words(source.resource, "verificationStatus", "coding", 0, "code") == "entered-in-error"


def verified(source: BeingRead) -> e.Verification | None:
    code = words(source.resource, "verificationStatus", "coding", 0, "code")
    return _VERIFICATION.get(code, e.Verification.UNCONFIRMED) if code else None


_READERS: Final[dict[str, Callable[[BeingRead], list[Any]]]] = {
    "Condition": _problem,
    "AllergyIntolerance": _allergy,
    "MedicationStatement": statement,
    "MedicationRequest": statement,
    "MedicationAdministration": statement,
    "MedicationDispense": statement,
    "Immunization": _immunization,
    "Observation": observation,
    "DiagnosticReport": report,
    "Procedure": _procedure,
    "DeviceUseStatement": _device,
    "Device": _device,
    "Flag": _flag,
}
