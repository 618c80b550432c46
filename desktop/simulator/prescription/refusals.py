"""How ePrescription refuses: its codes, and the facts that travel along as extensions of the issue."""

from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.outcomes import Kind, Refused

KINDS: Final = MappingProxyType(
    {
        "rx_data_refused": Kind(422, "business-rule", "Les données de l'ordonnance ne sont pas valides."),
        "rx_signature_refused": Kind(422, "business-rule", "La signature n'est pas celle de l'auteur."),
        "rx_other_patient": Kind(422, "business-rule", "Les données sont celles d'une autre personne."),
        "rx_code_taken": Kind(409, "conflict", "Ce code est déjà celui d'une autre ordonnance."),
        "rx_second_factor": Kind(403, "forbidden", "La date de naissance ne correspond pas."),
        "rx_blocked": Kind(403, "forbidden", "Ce code est bloqué après cinq essais."),
        "rx_reserved": Kind(409, "conflict", "La ligne est réservée par une pharmacie."),
        "rx_state": Kind(409, "conflict", "L'état de la ligne ne le permet pas."),
        "rx_not_deliverable": Kind(422, "business-rule", "La ligne ne peut pas être délivrée."),
        "rx_lease_lost": Kind(409, "conflict", "La réservation est terminée."),
        "rx_quantity": Kind(422, "business-rule", "La quantité ne convient pas."),
        "rx_paper_form": Kind(422, "business-rule", "L'ordonnance sécurisée est exigée."),
        "rx_asked_back": Kind(409, "conflict", "Le prescripteur a demandé l'annulation."),
        "rx_in_progress": Kind(409, "conflict", "La ligne est en cours dans une pharmacie."),
        "rx_undo_too_late": Kind(422, "business-rule", "La délivrance n'est plus du même jour."),
        "rx_report_due": Kind(409, "conflict", "D'autres délivrances tiennent encore sur ce rapport."),
    }
)
_TYPES = {
    "pharmacy": "valueString", "reason": "valueString", "line": "valueString", "state": "valueCode",
    "obstacle": "valueCode", "left": "valueString", "tries-left": "valueInteger", "until": "valueDateTime",
    "since": "valueDateTime",
}  # fmt: skip


def refused(code: str, detail: str = "", **facts: object) -> Refused:
    """One of :data:`KINDS`; *facts* by their names on the wire, ``_`` for ``-``; None is left out."""
    told = tuple(_fact(n.replace("_", "-"), value) for n, value in facts.items() if value is not None)
    return Refused(code, detail=detail, kind=KINDS[code], facts=told)


def _fact(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, datetime):
        value = instant(value)
    elif isinstance(value, Decimal):
        value = str(number(value))
    return {"url": names.extension(name), _TYPES[name]: value}


def number(value: Decimal) -> int | float:
    """As JSON writes it: 90, 2.5."""
    return int(value) if value == value.to_integral_value() else float(value)
