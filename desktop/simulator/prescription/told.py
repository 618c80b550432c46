"""A MedicationDispense as a counter sends it: read, before any rule is asked (contract §8.3, CF-115)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from desktop.simulator import wire_names as names
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text
from desktop.simulator.prescription.signed import decimal_of, extension, extensions, wrong

CONTEXTS = frozenset(
    (
        "ordinaire", "renouvellement", "partielle", "a-devoir", "substitution-generique",
        "substitution-rupture", "preparation-magistrale", "stupefiant", "programme-substitution",
        "cannabis-medical", "urgence-telephonique", "garde", "derogation-cns", "tiers-payant",
        "ordonnance-ue", "sortie-hopital", "structure-pda", "mandataire", "retour", "non-retiree",
    )
)  # fmt: skip
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class ToldDispense:
    """One of them. ``quantity`` None where none is named; ``batch``: of which product, batch and expiry;
    ``resource`` is without the lease's token."""

    identifier: str
    line_id: str
    patient: str
    performer: str
    declined: bool
    final: bool
    owing: bool
    reason: str
    quantity: Decimal | None
    unit: str
    token: str = field(repr=False)
    asked_back_seen: bool
    outside_insurance: bool
    paper_form: str
    batch: str
    resource: Mapping[str, Any] = field(repr=False)


def read(resource: dict[str, Any], condition: str) -> ToldDispense:
    """*condition* is ``ifNoneExist``; raises Refused with the element that is wrong."""
    identifier = next((as_text(i.get("value")) for i in as_dicts(resource.get("identifier"))), "")
    if _UUID.fullmatch(identifier) is None or condition.rpartition("=")[2].rpartition("|")[2] != identifier:
        raise wrong("identifier")
    status = resource.get("status")
    if status not in ("completed", "declined"):
        raise wrong("status")
    performers, lines = as_dicts(resource.get("performer")), as_dicts(resource.get("authorizingPrescription"))
    if len(performers) != 1:
        raise wrong("performer")
    if len(lines) != 1:
        raise wrong("authorizingPrescription")
    _check_times(resource, handed_over=status == "completed")
    concept = as_dict(resource.get("medicationCodeableConcept"))
    if not as_text(concept.get("text")).strip():
        raise wrong("medicationCodeableConcept")
    if set(map(as_text, extensions(resource, "context"))) - CONTEXTS:
        raise wrong("context")
    if (expiry := extension(concept, "expiry")) is not None:
        _check_day(expiry)
    amount = as_dict(resource.get("quantity"))
    reason = as_text(as_dict(resource.get("statusReasonCodeableConcept")).get("text")).strip()
    if status == "declined" and not reason:
        raise wrong("statusReasonCodeableConcept")
    actor = as_text(as_dict(performers[0].get("actor")).get("reference"))
    return ToldDispense(
        identifier, _id(lines[0]), _id(as_dict(resource.get("subject"))), actor.rpartition("/")[2],
        status == "declined", extension(resource, "final") is True,
        extension(resource, "owing") is True, reason, decimal_of(amount.get("value")),
        as_text(amount.get("unit")), as_text(extension(resource, "lease-token")),
        extension(resource, "asked-back-seen") is True, extension(resource, "outside-insurance") is True,
        as_text(extension(resource, "paper-form")).strip(), _batch(concept), _without_secrets(resource),
    )  # fmt: skip


def _batch(concept: dict[str, Any]) -> str:
    """What a box is told apart by: product, batch and expiry."""
    codes = sorted(as_text(coding.get("code")) for coding in as_dicts(concept.get("coding")))
    told = (extension(concept, "batch"), extension(concept, "expiry"))
    return json.dumps([as_text(concept.get("text")).strip(), codes, *map(as_text, told)])


def _check_times(resource: dict[str, Any], *, handed_over: bool) -> None:
    """``recorded`` is always there, ``whenHandedOver`` where something was; they may differ."""
    told = [("recorded", extension(resource, "recorded"))]
    if handed_over:
        told.append(("whenHandedOver", resource.get("whenHandedOver")))
    for element, value in told:
        try:
            moment = datetime.fromisoformat(as_text(value))
        except ValueError:
            raise wrong(element) from None
        if moment.tzinfo is None:
            raise wrong(element)


def _check_day(value: object) -> None:
    try:
        date.fromisoformat(as_text(value))
    except ValueError:
        raise wrong("expiry") from None


def _id(reference: dict[str, Any]) -> str:
    return as_text(reference.get("reference")).rpartition("/")[2]


def _without_secrets(resource: dict[str, Any]) -> dict[str, Any]:
    hidden = {names.extension(name) for name in ("lease-token", "asked-back-seen")}
    kept = [e for e in as_dicts(resource.get("extension")) if e.get("url") not in hidden]
    return {**resource, "extension": kept}
