"""Allergies and treatment out of a patient summary (FHIR document), as the checks of drugs ask for them.

Only what stands: neither refuted nor past. A partial denial (« no known food allergy ») says nothing of
medicines, and is no « none known ».
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from desktop.common import json_text
from desktop.common.json_tree import Json, each, node, words
from desktop.domain.drugs.findings import CheckedLine, KnownAllergy, ReactionKind
from desktop.domain.drugs.of_record import SummaryFacts
from desktop.sync import fhir_read
from desktop.sync.prescription.terms import ATC, line_of
from desktop.sync.profile import Systems

ALLERGIES, MEDICATION = "48765-2", "10160-0"  # LOINC: sections of the summary
_NONE_ALLERGIES: Final = frozenset({"716186003", "no-known-allergies"})
_NONE_MEDICATION: Final = frozenset({"787481004", "no-known-medications"})
_MISTAKE: Final = frozenset({"entered-in-error"})
_DENIALS: Final = frozenset(
    {"160245001", "716186003", "787481004", "1287211007", "409137002", "429625007", "428607008"}
)
_FORMER_DENIAL: Final = ("no-known-", "no-")
_OVER: Final = frozenset({"inactive", "resolved", "refuted", "entered-in-error"})
_ENDED: Final = frozenset({"completed", "stopped", "cancelled", "entered-in-error", "not-taken"})
_KINDS: Final = {"allergy": ReactionKind.ALLERGY, "intolerance": ReactionKind.INTOLERANCE}
_TREATMENT: Final = ("MedicationStatement", "MedicationRequest")


def matricules(content: bytes, systems: Systems, length: int) -> frozenset[str]:
    """Those of *length* digits by which its patient is named: a misfiled summary betrays itself.

    A number of another form (there is an older one) says nothing against him.
    """
    people = (r for r in _resources(_document(content)) if r.get("resourceType") == "Patient")
    named = (one for person in people for one in each(person, "identifier"))
    told = (words(one, "value") for one in named if words(one, "system") == systems.matricule)
    return frozenset(m for m in (re.sub(r"\D", "", one) for one in told) if length and len(m) == length)


def read(content: bytes, today: date) -> SummaryFacts | None:
    """None where the bytes are no FHIR document."""
    bundle = _document(content)
    if bundle is None:
        return None
    resources = _resources(bundle)
    by_url = {words(entry, "fullUrl"): node(entry, "resource") for entry in each(bundle, "entry")}
    composition = next((r for r in resources if r.get("resourceType") == "Composition"), {})
    recorded = [r for r in resources if r.get("resourceType") == "AllergyIntolerance"]
    taken = [r for r in resources if r.get("resourceType") in _TREATMENT]
    allergies = tuple(_allergies(recorded))
    medication = tuple(filter(None, (_line(raw, by_url, today) for raw in taken)))
    none_allergic = _nil_known(composition, ALLERGIES) or any(map(_denies_all, recorded))
    none_taken = _nil_known(composition, MEDICATION) or any(map(_takes_nothing, taken))
    return SummaryFacts(
        allergies if allergies or none_allergic or _told(recorded) else None,
        medication if medication or none_taken or _told(taken) else None,
    )


def _document(content: bytes) -> Json | None:
    try:
        bundle = json_text.parse(content)
    except ValueError:
        return None
    return bundle if isinstance(bundle, dict) and bundle.get("type") == "document" else None


def _resources(bundle: Json | None) -> list[Json]:
    return [node(entry, "resource") for entry in each(bundle, "entry")]


def _allergies(recorded: list[Json]) -> Iterator[KnownAllergy]:
    for raw in recorded:
        label, codes = _concept(raw.get("code"))
        if not label or _denied(raw) or _status(raw) & _OVER:
            continue
        shown = (_concept(m)[0] for r in each(raw, "reaction") for m in each(r, "manifestation"))
        kind = _KINDS.get(words(raw, "type"), ReactionKind.UNKNOWN)
        yield KnownAllergy(label, codes, kind, ", ".join(filter(None, shown)))


def _line(raw: Json, by_url: dict[str, Json], today: date) -> CheckedLine | None:
    product = by_url.get(words(raw, "medicationReference", "reference"), {})
    label, atc = _concept(product.get("code") or raw.get("medicationCodeableConcept"))
    label = label or line_of(raw, "medicationReference", "display")
    if not label or _denied(raw) or words(raw, "status") in _ENDED:
        return None
    ended = fhir_read.day(words(raw, "effectivePeriod", "end")[:10])
    named = tuple(
        filter(None, (_concept(i.get("itemCodeableConcept"))[0] for i in each(product, "ingredient")))
    )
    dosed = bool(each(raw, "dosage") or each(raw, "dosageInstruction"))
    inns = named or (() if atc else (label,))
    return CheckedLine(0, label, atc, inns, has_dose=dosed, ended=ended if ended and ended < today else None)


def _concept(value: object) -> tuple[str, tuple[str, ...]]:
    """Words and ATC codes."""
    codings = each(value, "coding")
    label = line_of(value, "text") or next(
        (line_of(c, "display") for c in codings if line_of(c, "display")), ""
    )
    return label, tuple(line_of(c, "code") for c in codings if c.get("system") == ATC and line_of(c, "code"))


def _codes(raw: Json) -> set[str]:
    places = ("code", "medicationCodeableConcept")
    return {words(coding, "code") for place in places for coding in each(raw, place, "coding")}


def _denied(raw: Json) -> bool:
    return any(code in _DENIALS or code.startswith(_FORMER_DENIAL) for code in _codes(raw))


def _denies_all(raw: Json) -> bool:
    return bool(_codes(raw) & _NONE_ALLERGIES)


def _takes_nothing(raw: Json) -> bool:
    return bool(_codes(raw) & _NONE_MEDICATION)


def _told(recorded: list[Json]) -> bool:
    """All that was recorded is over: that is an answer too; what was recorded by mistake is none."""
    return any(
        not _denied(raw) and not (_status(raw) | {words(raw, "status")}) & _MISTAKE for raw in recorded
    )


def _status(raw: Json) -> set[str]:
    places = ("clinicalStatus", "verificationStatus")
    return {words(coding, "code") for place in places for coding in each(raw, place, "coding")}


def _nil_known(composition: Json, loinc: str) -> bool:
    for section in each(composition, "section"):
        if loinc in {words(coding, "code") for coding in each(section, "code", "coding")}:
            return "nilknown" in {words(coding, "code") for coding in each(section, "emptyReason", "coding")}
    return False
