"""Entries of a CDA of MyHealth@EU as values: what its templates for the summary hold, by their shape."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.sections import EntryKind
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.absent_codes import of_code

Element = Any  # of lxml, which has no types
_SYSTEMS: Final = {
    "2.16.840.1.113883.6.96": codes.SNOMED,
    "2.16.840.1.113883.6.1": codes.LOINC,
    "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "2.16.840.1.113883.6.73": "http://www.whocc.no/atc",
    "0.4.0.127.0.16.1.1.2.1": "http://standardterms.edqm.eu",
    "2.16.840.1.113883.5.1150.1": codes.ABSENT_UNKNOWN,
}
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DAY: Final = re.compile(r"(\d{4})(\d\d)?(\d\d)?")
_CLINICAL: Final = {
    "55561003": e.ClinicalStatus.ACTIVE,
    "73425007": e.ClinicalStatus.INACTIVE,
    "413322009": e.ClinicalStatus.RESOLVED,
}
_SEVERITIES: Final = {codes.SEVERITY[severity.value]: severity for severity in e.Severity}
_CRITICALITY: Final = {
    "CRITL": e.Criticality.LOW,
    "CRITH": e.Criticality.HIGH,
    "CRITU": e.Criticality.UNABLE_TO_ASSESS,
}


class Words:
    """The narrative of a section, for what names a place in it (``<reference value="#a1"/>``)."""

    def __init__(self, text: Element | None) -> None:
        self._by_id = {} if text is None else {one.get("ID"): one for one in text.iter() if one.get("ID")}

    def of(self, coded: Element | None) -> str:
        """The words of a coded element: its display, its original text, a translation's display, its code."""
        if coded is None:
            return ""
        original = first(coded, "originalText")
        named = first(coded, "originalText", "reference")
        there = self._by_id.get(named.get("value", "").removeprefix("#")) if named is not None else None
        return (
            coded.get("displayName", "").strip()
            or (words(there) if there is not None else words(original))
            or next((one.get("displayName", "") for one in all_of(coded, "translation")), "")
            or coded.get("code", "")
        )


def first(element: Element | None, *path: str) -> Element | None:
    """The first child by each local name in turn, None for nothing."""
    for name in path:
        element = next(all_of(element, name), None)
    return element


def all_of(element: Element | None, name: str) -> Iterator[Element]:
    """The children of that local name, in any namespace."""
    for child in element if element is not None else ():
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name:
            yield child


def inside(element: Element | None, name: str) -> Iterator[Element]:
    """All below of that local name."""
    for one in element.iter() if element is not None else ():
        if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == name and one is not element:
            yield one


def words(element: Element | None) -> str:
    """Its text on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def code_of(element: Element | None) -> tuple[e.Coding, ...]:
    """The code of an element and its translations."""
    found = [] if element is None else [element, *all_of(element, "translation")]
    made = []
    for one in found:
        root, code = one.get("codeSystem", ""), one.get("code", "")
        if code:
            system = _SYSTEMS.get(root, f"urn:oid:{root}" if root else "")
            made.append(e.Coding(system, code, one.get("displayName", "")))
    return tuple(made)


def day(element: Element | None) -> e.PartialDate | None:
    """The ``value`` of a time stamp of HL7 (19980314) with its precision; None for none, or for no date."""
    match = _DAY.match(element.get("value", "")) if element is not None else None
    if match is None:
        return None
    try:
        return e.PartialDate("-".join(part for part in match.groups() if part))
    except ValueError:
        return None


def span(element: Element | None) -> tuple[e.PartialDate | None, e.PartialDate | None]:
    """Start and end of an interval, or of a point in time."""
    return day(first(element, "low")) or day(element), day(first(element, "high"))


def read_entries(entry: Element, kind: EntryKind, told: Words) -> list[e.Entry]:
    """What one ``entry`` of a section says; none where its shape is not known."""
    return [found for found in _READERS[kind](entry, told) if found.text]


def denied(entry: Element) -> object:
    """The « nothing » that the entry says instead of something (a state or a word), or None."""
    for one in (*inside(entry, "value"), *inside(entry, "code")):
        for coding in code_of(one):
            denial = of_code(coding.system, coding.code)
            if denial:
                return denial
    return None


def _problems(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in _observations(entry):
        value = first(one, "value")
        start, end = span(first(one, "effectiveTime"))
        status = _CLINICAL.get(_related(one, "REFR"), e.ClinicalStatus.ACTIVE)
        if end and status is e.ClinicalStatus.ACTIVE:
            status = e.ClinicalStatus.RESOLVED
        severity = _SEVERITIES.get(_related(one, "SUBJ"))
        yield e.Problem(
            text=told.of(value),
            codings=code_of(value),
            status=status,
            severity=severity,
            onset=start,
            ended=end,
        )


def _allergies(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in _observations(entry):
        agent = next(inside(first(one, "participant"), "playingEntity"), None)
        code = first(agent, "code")
        kind = first(one, "value")
        start, _ = span(first(one, "effectiveTime"))
        reactions = tuple(
            e.Reaction(text, code_of(found))
            for relation in all_of(one, "entryRelationship")
            if relation.get("typeCode") == "MFST"
            for found in (first(relation, "observation", "value"),)
            for text in (told.of(found),)
            if text
        )
        text = told.of(code) or words(first(agent, "name"))
        yield e.Allergy(
            text=text or told.of(kind),
            codings=code_of(code) if text else code_of(kind),
            criticality=next(
                (c for v in inside(one, "value") for c in (_CRITICALITY.get(v.get("code", "")),) if c), None
            ),
            onset=start,
            reactions=reactions,
            note=told.of(kind) if text else "",
        )


def _medications(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in all_of(entry, "substanceAdministration"):
        material = next(inside(first(one, "consumable"), "manufacturedMaterial"), None)
        code = first(material, "code")
        form, route = next(inside(material, "formCode"), None), first(one, "routeCode")
        times = list(all_of(one, "effectiveTime"))
        start, stop = span(times[0]) if times else (None, None)
        substances = tuple(
            text
            for found in inside(material, "ingredientSubstance")
            for text in (told.of(first(found, "code")) or words(first(found, "name")),)
            if text
        )
        rhythm = (first(times[1], "period") if len(times) > 1 else None, first(one, "rateQuantity"))
        dose = [_amount(first(one, "doseQuantity")), *(_amount(part) for part in rhythm)]
        strength = next(inside(material, "quantity"), None)
        yield e.Medication(
            text=words(first(material, "name")) or told.of(code) or ", ".join(substances),
            codings=code_of(code),
            ingredients=substances,
            strength=" / ".join(
                filter(None, (_amount(first(strength, n)) for n in ("numerator", "denominator")))
            ),
            form=told.of(form),
            form_coding=next(iter(code_of(form)), None),
            route=told.of(route),
            route_coding=next(iter(code_of(route)), None),
            dosage=words(first(one, "text")) or " · ".join(part for part in dose if part),
            start=start,
            stop=stop,
        )


def _immunizations(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in all_of(entry, "substanceAdministration"):
        material = next(inside(first(one, "consumable"), "manufacturedMaterial"), None)
        code = first(material, "code")
        text = told.of(code) or words(first(material, "name"))
        given, _ = span(first(one, "effectiveTime"))
        if one.get("negationInd") == "true":
            yield e.Remark(text=text, codings=code_of(code), note="not-done")
        else:
            batch = words(first(material, "lotNumberText"))
            yield e.Immunization(text=text, codings=code_of(code), given=given, batch=batch)


def _procedures(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in all_of(entry, "procedure"):
        code = first(one, "code")
        performed, _ = span(first(one, "effectiveTime"))
        if one.get("negationInd") == "true":
            yield e.Remark(text=told.of(code), codings=code_of(code), note="not-done")
        else:
            site = told.of(first(one, "targetSiteCode"))
            yield e.Procedure(text=told.of(code), codings=code_of(code), performed=performed, site=site)


def _devices(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in all_of(entry, "supply"):
        code = first(next(inside(one, "playingDevice"), None), "code")
        since, _ = span(first(one, "effectiveTime"))
        yield e.Device(text=told.of(code), codings=code_of(code), since=since)


def _results(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in (*all_of(entry, "observation"), *inside(entry, "component")):
        found = first(one, "observation") if one.tag.rpartition("}")[2] == "component" else one
        if found is None:
            continue
        code, value = first(found, "code"), first(found, "value")
        at, _ = span(first(found, "effectiveTime"))
        shown = _value(value, told)
        yield e.Observation(
            text=told.of(code),
            codings=code_of(code),
            value=shown,
            absent="" if shown is not None else "unknown",
            at=at,
            reference=words(next(inside(first(found, "referenceRange"), "text"), None)),
            interpretation=told.of(first(found, "interpretationCode")),
        )


def _value(value: Element | None, told: Words) -> e.Quantity | e.Coding | str | None:
    if value is None:
        return None
    number, unit = value.get("value", ""), value.get("unit", "")
    kind = value.get(_TYPE, "").rpartition(":")[2]
    if kind == "PQ" and number:
        try:
            return e.Quantity(number, unit, unit)
        except ValueError:
            return f"{number} {unit}".strip()
    coded = code_of(value)
    if coded and not coded[0].display:
        return told.of(value)
    return coded[0] if coded else words(value) or number or None


def _remarks(entry: Element, told: Words) -> Iterator[e.Entry]:
    for one in entry:
        code = first(one, "value") if first(one, "value") is not None else first(one, "code")
        since, _ = span(first(one, "effectiveTime"))
        yield e.Remark(text=told.of(code) or words(first(one, "text")), codings=code_of(code), since=since)


def _observations(entry: Element) -> Iterator[Element]:
    """The concerns' own observations, not those that qualify them."""
    yield from all_of(entry, "observation")
    for act in all_of(entry, "act"):
        for relation in all_of(act, "entryRelationship"):
            yield from all_of(relation, "observation")


def _related(observation: Element, kind: str) -> str:
    """The code of the first observation that qualifies this one in that way."""
    for relation in all_of(observation, "entryRelationship"):
        value = first(relation, "observation", "value")
        if relation.get("typeCode") == kind and value is not None:
            return str(value.get("code", ""))
    return ""


def _amount(quantity: Element | None) -> str:
    """« 1 mg », or the words that stand for it; a range as « 1 – 2 »."""
    if quantity is None:
        return ""
    low, high = _amount(first(quantity, "low")), _amount(first(quantity, "high"))
    unit = quantity.get("unit", "")
    own = " ".join(part for part in (quantity.get("value", ""), "" if unit == "1" else unit) if part)
    return own or (low if low == high else " – ".join(part for part in (low, high) if part))


_READERS: Final[dict[EntryKind, Callable[[Element, Words], Iterator[e.Entry]]]] = {
    EntryKind.PROBLEM: _problems,
    EntryKind.ALLERGY: _allergies,
    EntryKind.MEDICATION: _medications,
    EntryKind.IMMUNIZATION: _immunizations,
    EntryKind.OBSERVATION: _results,
    EntryKind.PROCEDURE: _procedures,
    EntryKind.DEVICE: _devices,
    EntryKind.ALERT: _remarks,
    EntryKind.REMARK: _remarks,
}
