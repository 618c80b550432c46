"""``MedicationDispense``: a delivery or refusal of one line, written and read (contract §8.3, CF-115)."""

from datetime import date
from typing import Final

from desktop.common.json_tree import at, each, node, words
from desktop.domain.prescription.ordonnance import Amount
from desktop.domain.prescription.standing import Context, Dispense, DispenseState, Substitution
from desktop.sync import fhir_read
from desktop.sync.prescription import terms
from desktop.sync.prescription.terms import URI, Extensions, Json, line_of, told

SUBSTITUTION: Final = "http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution"
_STATES = {state.value: state for state in DispenseState}
_CONTEXTS = {context.value: context for context in Context}


def write(given: Dispense, patient_id: str, pharmacist_id: str, token: str, ours: Extensions) -> Json:
    """The resource as it is sent; *token* is the lease's, and *given.line* the platform's id of the line."""
    extensions = (
        ours.any("recorded", valueDateTime=terms.instant(given.recorded))
        + [part for context in given.contexts for part in ours.code("context", context.value)]
        + ours.flag("owing", Context.OWING in given.contexts)
        + ours.flag("final", given.final)
        + ours.flag("asked-back-seen", given.asked_back_seen)
        + ours.flag("outside-insurance", given.outside_insurance)
        + ours.text("paper-form", given.paper_form)
        + ours.text("lease-token", token)
    )
    written: Json = {
        "resourceType": "MedicationDispense",
        "extension": extensions,
        "identifier": [{"system": URI, "value": given.identifier}],
        "status": given.state.value,
        "medicationCodeableConcept": _medicine(given, ours),
        "subject": {"reference": f"Patient/{patient_id}"},
        "performer": [
            {
                "extension": ours.text("pharmacy", given.pharmacy),
                "actor": {"reference": f"Practitioner/{pharmacist_id}", "display": given.pharmacist},
            }
        ],
        "authorizingPrescription": [{"reference": f"MedicationRequest/{given.line}"}],
        "quantity": terms.quantity(given.quantity),
    }
    if given.handed_over is not None:
        written["whenHandedOver"] = terms.instant(given.handed_over)
    if given.reason:
        written["statusReasonCodeableConcept"] = {"text": given.reason}
    if given.posology:
        written["dosageInstruction"] = [{"text": given.posology}]
    if given.receiver:
        written["receiver"] = [{"display": given.receiver}]
    if given.calls:
        written["note"] = [{"text": call} for call in given.calls]
    if given.overrides:
        issues = [terms.override_written(override, "") for override in given.overrides]
        written["contained"] = [{**issue, "id": f"issue-{n}"} for n, issue in enumerate(issues, 1)]
        written["detectedIssue"] = [{"reference": f"#{issue['id']}"} for issue in written["contained"]]
    if given.substitution is not None:
        done = given.substitution
        written["substitution"] = {
            "extension": ours.flag("patient-informed", done.patient_informed),
            "wasSubstituted": True,
            "type": terms.concept(SUBSTITUTION, done.kind),
            "reason": [{"text": done.reason}],
        }
    return written


def read(raw: Json) -> Dispense | None:
    """A delivery as the platform tells it; None without identifier, line or time."""
    identifier = line_of(raw, "identifier", 0, "value")
    line = words(raw, "authorizingPrescription", 0, "reference").rpartition("/")[2]
    recorded = terms.moment(told(raw, "recorded"), "valueDateTime")
    state = _STATES.get(words(raw, "status"))
    if not identifier or not line or recorded is None or state is None:
        return None
    medicine = node(raw, "medicationCodeableConcept")
    performer = node(raw, "performer", 0)
    swapped = node(raw, "substitution")
    codes = (words(item, "valueCode") for item in terms.all_told(raw, "context"))
    return Dispense(
        id=words(raw, "id"),
        identifier=identifier,
        line=line,
        state=state,
        pharmacy=line_of(told(performer, "pharmacy"), "valueString"),
        pharmacist=line_of(performer, "actor", "display"),
        recorded=recorded,
        handed_over=terms.moment(raw, "whenHandedOver"),
        product=terms.product_read(medicine),
        quantity=terms.amount(raw.get("quantity")) or Amount(terms.NOTHING),
        gtin=terms.gtin_of(medicine),
        batch=line_of(told(medicine, "batch"), "valueString"),
        expiry=_day(told(medicine, "expiry")),
        serials=tuple(line_of(one, "valueString") for one in terms.all_told(medicine, "serial")),
        contexts=tuple(_CONTEXTS[code] for code in codes if code in _CONTEXTS),
        substitution=_substitution(swapped) if swapped.get("wasSubstituted") is True else None,
        receiver=line_of(raw, "receiver", 0, "display"),
        calls=tuple(line_of(note, "text") for note in each(raw, "note")),
        overrides=terms.overrides_read(
            part for part in each(raw, "contained") if part.get("resourceType") == "DetectedIssue"
        ),
        reason=line_of(raw, "statusReasonCodeableConcept", "text"),
        posology=line_of(raw, "dosageInstruction", 0, "text"),
        paper_form=line_of(told(raw, "paper-form"), "valueString"),
        outside_insurance=at(told(raw, "outside-insurance"), "valueBoolean") is True,
        final=at(told(raw, "final"), "valueBoolean") is True,
        patient=line_of(raw, "subject", "display"),
        ordonnance=line_of(raw, "authorizingPrescription", 0, "identifier", "value"),
        report=line_of(told(raw, "report"), "valueString"),
    )


def _medicine(given: Dispense, ours: Extensions) -> Json:
    written = terms.product_written(given.product, ours, given.gtin)
    own = ours.text("batch", given.batch)
    own += [part for serial in given.serials for part in ours.text("serial", serial)]
    if given.expiry is not None:
        own += ours.any("expiry", valueDate=given.expiry.isoformat())
    return written | ({"extension": [*written.get("extension", []), *own]} if own else {})


def _substitution(raw: Json) -> Substitution:
    informed = at(told(raw, "patient-informed"), "valueBoolean") is True
    return Substitution(
        line_of(raw, "type", "coding", 0, "code"), line_of(raw, "reason", 0, "text"), informed
    )


def _day(extension: Json) -> date | None:
    return fhir_read.day(words(extension, "valueDate"))
