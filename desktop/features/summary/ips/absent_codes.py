"""Codes that stand for « nothing » as an entry: of IPS 2.0 and of its versions up to 1.1 (features A.2)."""

from typing import Final

from desktop.common.json_tree import Json, each, words
from desktop.features.summary.domain.sections import SectionState
from desktop.features.summary.ips import codes

_NONE, _UNKNOWN = SectionState.NONE_KNOWN, SectionState.UNAVAILABLE
_SNOMED: Final[dict[str, SectionState | str]] = {
    "160245001": _NONE,
    "716186003": _NONE,
    "787481004": _NONE,
    "1287211007": _UNKNOWN,
    "409137002": "medication",
    "429625007": "food",
    "428607008": "environment",
}
_FORMER: Final[dict[str, SectionState | str]] = {
    **{f"no-known-{what}": _NONE for what in ("allergies", "medications", "problems", "procedures")},
    **{f"no-known-{what}": _NONE for what in ("devices", "immunizations")},
    **{f"no-{what}-info": _UNKNOWN for what in ("allergy", "medication", "problem", "procedure", "device")},
    "no-immunization-info": _UNKNOWN,
    "no-known-medication-allergies": "medication",
    "no-known-food-allergies": "food",
    "no-known-environmental-allergies": "environment",
}
_TABLES: Final = {codes.SNOMED: _SNOMED, codes.ABSENT_UNKNOWN: _FORMER}
_PLACES: Final = ("code", "medicationCodeableConcept", "vaccineCode")


def of(resource: Json) -> SectionState | str | None:
    """What *resource* denies: all of its section (a state), a part of the allergies (a word), or nothing.

    A partial negation (« no known food allergies ») is never « no known allergies ».
    """
    found = (
        of_code(words(coding, "system"), words(coding, "code"))
        for place in _PLACES
        for coding in each(resource, place, "coding")
    )
    return next((denial for denial in found if denial), None)


def of_code(system: str, code: str) -> SectionState | str | None:
    """The same of one code."""
    return _TABLES.get(system, {}).get(code)
