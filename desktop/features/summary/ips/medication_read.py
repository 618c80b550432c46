"""What a patient takes, as FHIR R4 tells it in four resources."""

from typing import Final

from desktop.common.json_tree import Json, at, each, extension, node, words
from desktop.features.summary.domain import entries as e
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.source import BeingRead, concept, plain_value, who

_MEDICATION: Final = {
    **{status.value: status for status in e.MedicationStatus},
    "draft": e.MedicationStatus.INTENDED,
    "in-progress": e.MedicationStatus.ACTIVE,
    "cancelled": e.MedicationStatus.STOPPED,
}


def statement(source: BeingRead) -> list[e.Entry]:
    given = source.resource
    product = source.find(given.get("medicationReference"))
    text, codings = concept(product.get("code") if product else given.get("medicationCodeableConcept"))
    text = text or words(given, "medicationReference", "display")
    ingredients = tuple(
        shown
        for item in each(product, "ingredient")
        for shown in (concept(item.get("itemCodeableConcept"))[0] or words(item, "itemReference", "display"),)
        if shown
    )
    strength = words(extension(product, codes.STRENGTH), "valueString")
    strength = strength or plain_value([item.get("strength") for item in each(product, "ingredient")])
    if given.get("status") == "entered-in-error":
        return []
    if given.get("doNotPerform") is True:
        return [e.Remark(text=text, codings=codings, note="doNotPerform")]
    dosages = [*each(given, "dosage"), *each(given, "dosageInstruction")]
    first = node(dosages, 0)
    form, form_codes = concept(product.get("form"))
    route, route_codes = concept(first.get("route"))
    start, stop = source.day("effective")
    performed, _ = source.day("occurrence")
    ordered = source.partial(words(given, "authoredOn")) if words(given, "authoredOn") else None
    needed = first.get("asNeededBoolean")
    prescriber = words(extension(given, codes.PRESCRIBER), "valueString")
    medication = e.Medication(
        text=text or ", ".join(ingredients),
        codings=codings,
        ingredients=ingredients,
        strength=strength,
        form=form,
        form_coding=next(iter(form_codes), None),
        route=route,
        route_coding=next(iter(route_codes), None),
        dosage="; ".join(part for part in map(_dosage, dosages) if part),
        as_needed=needed if isinstance(needed, bool) else None,
        start=start or performed or ordered,
        stop=stop,
        status=source.status("status", _MEDICATION, e.MedicationStatus.UNKNOWN),
        reason=", ".join(filter(None, (concept(item)[0] for item in each(given, "reasonCode")))),
        prescriber=prescriber or who(source, given.get("requester")),
        note=source.note(),
    )
    return [medication]


def _dosage(dosage: Json) -> str:
    """Its text; without one, what can be told of dose and rhythm."""
    if words(dosage, "text"):
        return words(dosage, "text")
    amounts = [
        plain_value(rate.get("doseQuantity") or rate.get("doseRange")) for rate in each(dosage, "doseAndRate")
    ]
    repeat = node(dosage, "timing", "repeat")
    times = words(repeat, "frequency")
    often = f"{times} × / {words(repeat, 'period')} {words(repeat, 'periodUnit')}" if times else ""
    moments = plain_value(repeat.get("when"))
    needed = concept(dosage.get("asNeededCodeableConcept"))[0]
    said = (*amounts, often, moments, concept(at(dosage, "timing", "code"))[0], needed)
    return " · ".join(part for part in (*said, words(dosage, "patientInstruction")) if part)
