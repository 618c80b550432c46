"""Observations and reports of FHIR R4, with the values of all types that they may have."""

from desktop.common.json_tree import Json, each, extension, node, words
from desktop.features.summary.domain import entries as e
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.source import BeingRead, concept, plain_value, who


def observation(source: BeingRead) -> list[e.Entry]:
    given = source.resource
    if given.get("status") in ("entered-in-error", "cancelled"):
        return []
    text, codings = concept(given.get("code"))
    at_day, _ = source.day("effective")
    partly = words(extension(given.get("_effectiveDateTime"), codes.PARTIAL_DATE), "valueDateTime")
    performers = [who(source, one) for one in each(given, "performer")]
    value = _value(source)
    absent = words(given, "dataAbsentReason", "coding", 0, "code") or words(given, "dataAbsentReason", "text")
    observation = e.Observation(
        text=text,
        codings=codings,
        value=value,
        absent="" if value is not None else absent or "unknown",
        at=at_day or source.partial(partly),
        performer=", ".join(filter(None, performers)),
        reference="; ".join(filter(None, (_range(item) for item in each(given, "referenceRange")))),
        interpretation=", ".join(filter(None, (concept(i)[0] for i in each(given, "interpretation")))),
        note=source.note(),
    )
    members = [entry for one in each(given, "hasMember") for entry in _member(source, one)]
    return [*([observation] if value is not None or not members else []), *members]


def _member(source: BeingRead, reference: Json) -> list[e.Entry]:
    """A member, without members of its own: a document that turns in a circle ends here."""
    found = source.find(reference)
    if words(found, "resourceType") != "Observation":
        return []
    return observation(BeingRead({k: v for k, v in found.items() if k != "hasMember"}, source.find))


def _value(source: BeingRead) -> e.Quantity | e.Coding | str | None:
    given = source.resource
    quantity = node(given, "valueQuantity")
    if quantity:
        try:
            return _quantity(quantity)
        except ValueError:
            return plain_value(quantity) or None
    coded = node(given, "valueCodeableConcept")
    if coded:
        shown, codings = concept(coded)
        if not codings:
            return shown or None
        source.kept += [words(coded, "text")] if words(coded, "text") != codings[0].display else []
        return codings[0]
    name = next((name for name in given if name.startswith("value")), "")
    if name:
        return plain_value(given[name]) or None
    parts = [f"{concept(one.get('code'))[0]} {_component(one)}".strip() for one in each(given, "component")]
    return "; ".join(parts) or None


def _component(component: Json) -> str:
    name = next((name for name in component if name.startswith("value")), "")
    return plain_value(component.get(name)) or concept(component.get("dataAbsentReason"))[0]


def _quantity(value: Json) -> e.Quantity:
    system = words(value, "system")
    code = words(value, "code") if system in (codes.UCUM, "") else ""
    return e.Quantity(words(value, "value"), words(value, "unit"), code, words(value, "comparator"))


def _range(value: Json) -> str:
    return words(value, "text") or plain_value({k: value[k] for k in ("low", "high") if k in value})


def report(source: BeingRead) -> list[e.Entry]:
    """A DiagnosticReport: its results, and its conclusion in words."""
    found: list[e.Entry] = []
    for reference in each(source.resource, "result"):
        result = source.find(reference)
        if words(result, "resourceType") == "Observation":
            found += observation(BeingRead(result, source.find))
    conclusion = words(source.resource, "conclusion")
    title, codings = concept(source.resource.get("code"))
    if conclusion or not found:
        since, _ = source.day("effective")
        found.append(
            e.Remark(text=": ".join(filter(None, (title, conclusion))), codings=codings, since=since)
        )
    return found
