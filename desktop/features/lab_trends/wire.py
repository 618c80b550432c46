"""Laboratory values by ``POST Observation/_search`` (contract §5). What cannot be read is left out."""

import math
from typing import Any

from desktop.domain.errors import Failure, Result
from desktop.features.lab_trends.domain.values import Band, Flag, LabValue, Standing
from desktop.features.lab_trends.port import VALUES
from desktop.sync import fhir_read
from desktop.sync.wire_kit import WireKit

_LOINC = "http://loinc.org"
_STANDING = {
    "final": Standing.FINAL,
    "preliminary": Standing.PRELIMINARY,
    "registered": Standing.PRELIMINARY,
    "amended": Standing.AMENDED,
    "corrected": Standing.AMENDED,
    "appended": Standing.AMENDED,
    "entered-in-error": Standing.WITHDRAWN,
}
_FLAGS = {
    "H": Flag.HIGH, "HH": Flag.HIGH, "HU": Flag.HIGH, "L": Flag.LOW, "LL": Flag.LOW, "LU": Flag.LOW,
    "A": Flag.ABNORMAL, "AA": Flag.ABNORMAL,
}  # fmt: skip
_COMPARATORS = frozenset({"<", "<=", ">", ">="})
_Json = dict[str, Any]


class LabTrendsWire:
    """LabTrendsPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def values(self, patient_id: str) -> Result[tuple[LabValue, ...]]:
        """As the port says; those of no document are left out."""
        fields = {"patient": f"Patient/{patient_id}", "category": "laboratory", "_count": "200"}
        found = self._kit.resources(VALUES, fields, patient_id)
        if isinstance(found, Failure):
            return found
        return tuple(value for raw in found if (value := lab_value(raw)) is not None)


def lab_value(raw: _Json) -> LabValue | None:
    """One Observation; None where it is none, was cancelled, or names no document that it stands in."""
    standing = _STANDING.get(_word(raw, "status"))
    document = next((d for d in map(_reference, _nodes(raw, "derivedFrom")) if d), "")
    if raw.get("resourceType") != "Observation" or standing is None or not document or not raw.get("id"):
        return None
    concept = _node(raw, "code")
    codings = _nodes(concept, "coding")
    code = next((_word(c, "code") for c in codings if c.get("system") == _LOINC), "")
    label = _word(concept, "text") or next((_word(c, "display") for c in codings if c.get("display")), code)
    quantity = _node(raw, "valueQuantity")
    number = _number(quantity.get("value"))
    comparator = _word(quantity, "comparator")
    comparator = comparator if comparator in _COMPARATORS else ""
    words = _word(raw, "valueString") or _word(_node(raw, "valueCodeableConcept"), "text")
    shown = _printed(quantity.get("value"), comparator) if number is not None else words
    taken = fhir_read.moment(_word(raw, "effectiveDateTime") or _word(_node(raw, "effectivePeriod"), "start"))
    issued = fhir_read.moment(_word(raw, "issued"))
    performer = next((_word(p, "display") for p in _nodes(raw, "performer") if p.get("display")), "")
    return LabValue(
        id=str(raw["id"]),
        document_id=document,
        code=code,
        label=label or code,
        shown=shown or "–",
        number=number,
        comparator=comparator,
        unit=_word(quantity, "unit"),
        ucum=_word(quantity, "code"),
        band=_band(_nodes(raw, "referenceRange")),
        flag=_flag(_nodes(raw, "interpretation")),
        laboratory=performer,
        at=taken or issued,
        at_is_issue=taken is None and issued is not None,
        standing=standing,
        specimen=_word(_node(raw, "specimen"), "display"),
    )


def _band(ranges: list[_Json]) -> Band | None:
    """The first that is one for everybody; of several (by age, by sex) nobody says which holds."""
    if len(ranges) != 1:
        return None
    low = _number(_node(ranges[0], "low").get("value"))
    high = _number(_node(ranges[0], "high").get("value"))
    words = _word(ranges[0], "text")
    if not words and (low is not None or high is not None):
        ends = [_decimal(v) for v in (low, high) if v is not None]
        words = " – ".join(ends) if len(ends) == 2 else f"{'≥' if high is None else '≤'} {ends[0]}"
    return Band(low, high, words) if words or low is not None or high is not None else None


def _flag(interpretations: list[_Json]) -> Flag | None:
    codes = (_word(c, "code") for concept in interpretations for c in _nodes(concept, "coding"))
    return next((_FLAGS[code] for code in codes if code in _FLAGS), None)


def _printed(value: object, comparator: str) -> str:
    """The digits as they were sent: 7.20 is not 7.2 to a laboratory."""
    digits = str(value).replace(".", ",")
    sign = {"<=": "≤", ">=": "≥"}.get(comparator, comparator)
    return f"{sign} {digits}".strip()


def _decimal(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _number(value: object) -> float | None:
    try:
        found = float(str(value)) if value is not None and not isinstance(value, bool | dict | list) else None
    except ValueError:
        return None
    return found if found is not None and math.isfinite(found) else None


def _reference(node: _Json) -> str:
    told = _word(node, "reference")
    return told.partition("/_history/")[0].rpartition("/")[2] if "/" in told else ""


def _node(raw: _Json, name: str) -> _Json:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _nodes(raw: _Json, name: str) -> list[_Json]:
    found = raw.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _word(raw: _Json, name: str) -> str:
    found = raw.get(name)
    return fhir_read.plain(found) if isinstance(found, str) else ""
