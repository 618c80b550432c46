"""The signed data of an ordonnance: read, and judged (contract §8.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from desktop.domain.local_time import local_day
from desktop.domain.prescription.identifier import OrdonnanceId, parse_identifier
from desktop.simulator import strict_json
from desktop.simulator import wire_names as names
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.signed_json import ERASABLE

FORMAT = "urn:dsp:ordonnance:1"
CODE_SYSTEM = "urn:dsp:ordonnance"
DISPENSED = frozenset({"medicament", "dispositif"})
_CARRIED_OUT = frozenset({"biologie", "imagerie", "soins", "kine"})
_SHORTEST_SALT = 22  # characters: 128 bits
_CLASSES = frozenset({"S", "RR", "R", "libre", "?"})
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class SignedLine:
    """One line as it was signed; ``quantity`` None for an act that names none."""

    identifier: str
    number: int
    kind: str
    nature: str
    written: date
    until: date | None
    renewal: str
    repeats: int | None
    quantity: Decimal | None
    unit: str
    resource: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedOrdonnance:
    """One ordonnance as it was signed."""

    code: str
    identifier: str
    authored: datetime
    replaces: str
    matricules: tuple[str, ...]
    requesters: frozenset[str]
    lines: tuple[SignedLine, ...]


def read(content: bytes) -> SignedOrdonnance:
    """Raises Refused with the element that is wrong; never with what stands there."""
    try:
        bundle = as_dict(strict_json.loads(content))
    except ValueError:
        raise wrong("JSON") from None
    identifier = as_dict(bundle.get("identifier"))
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "collection":
        raise wrong("Bundle.type")
    resources = [as_dict(entry.get("resource")) for entry in as_dicts(bundle.get("entry"))]
    if not all(resources):
        raise wrong("entry")
    for resource in (r for r in resources if r.get("resourceType") in ERASABLE):
        if (
            len(as_text(extension(resource, "salt"))) < _SHORTEST_SALT
            or extension(resource, "erased") is not None
        ):
            raise wrong("salt")
    by_type = {kind: [r for r in resources if r.get("resourceType") == kind] for kind in _ONE}
    for kind, found in by_type.items():
        if len(found) != 1:
            raise wrong(kind)
    requests = [r for r in resources if r.get("resourceType") in ("MedicationRequest", "ServiceRequest")]
    codes = {_code(r) for r in requests}
    if len(codes) != 1:
        raise wrong("groupIdentifier")
    lines = tuple(map(_line, requests))
    if sorted(line.number for line in lines) != list(range(1, len(lines) + 1)):
        raise wrong("line-number")
    if len({line.identifier for line in lines}) != len(lines):
        raise wrong("identifier")
    [patient], [author] = by_type["Patient"], by_type["Practitioner"]
    marks = {
        as_text(author.get("id")),
        *(as_text(i.get("value")) for i in as_dicts(author.get("identifier"))),
    }
    return SignedOrdonnance(
        codes.pop(), as_text(identifier.get("value")), _instant(bundle.get("timestamp"), "timestamp"),
        as_text(extension(bundle, "replaces")), _matricules(patient), frozenset(marks - {""}), lines,
    )  # fmt: skip


_ONE = ("Patient", "Practitioner", "Organization")


def extension(resource: Mapping[str, Any], name: str) -> Any:
    """The value of our extension *name*, None where there is none."""
    return next(iter(extensions(resource, name)), None)


def extensions(resource: Mapping[str, Any], name: str) -> list[Any]:
    """The values of all extensions of that name."""
    found = (e for e in as_dicts(resource.get("extension")) if e.get("url") == names.extension(name))
    return [value for e in found for key, value in e.items() if key.startswith("value")]


def decimal_of(value: object) -> Decimal | None:
    """A JSON number as it was written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def wrong(element: str) -> Refused:
    """Data that are none of ours."""
    return refused("rx_data_refused", detail=element)


def _line(resource: dict[str, Any]) -> SignedLine:
    kind, nature = as_text(resource.get("resourceType")), as_text(extension(resource, "nature"))
    if nature not in (DISPENSED if kind == "MedicationRequest" else _CARRIED_OUT):
        raise wrong("nature")
    identifier = next((as_text(i.get("value")) for i in as_dicts(resource.get("identifier"))), "")
    if _UUID.fullmatch(identifier) is None:
        raise wrong("identifier")
    number = extension(resource, "line-number")
    if isinstance(number, bool) or not isinstance(number, int):
        raise wrong("line-number")
    what = as_dict(resource.get("medicationCodeableConcept" if kind == "MedicationRequest" else "code"))
    if not as_text(what.get("text")).strip():
        raise wrong("product")
    if resource.get("status") != "active" or resource.get("intent") != "order":
        raise wrong("status")
    written = local_day(_instant(resource.get("authoredOn"), "authoredOn"))
    if kind == "ServiceRequest":
        amount = as_dict(resource.get("quantityQuantity"))
        return SignedLine(
            identifier, number, kind, nature, written, _last_day(resource), "libre", None,
            decimal_of(amount.get("value")), as_text(amount.get("unit")), resource,
        )  # fmt: skip
    return _medication(resource, identifier, number, nature, written)


def _medication(
    resource: dict[str, Any], identifier: str, number: int, nature: str, written: date
) -> SignedLine:
    asked = as_dict(resource.get("dispenseRequest"))
    amount, repeats = as_dict(asked.get("quantity")), asked.get("numberOfRepeatsAllowed")
    quantity = decimal_of(amount.get("value"))
    if quantity is None or quantity <= 0:
        raise wrong("quantity")
    if repeats is not None and (isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 0):
        raise wrong("numberOfRepeatsAllowed")
    renewal = as_text(extension(resource, "renewal-class")) or "?"
    if renewal not in _CLASSES:
        raise wrong("renewal-class")
    end = as_text(as_dict(asked.get("validityPeriod")).get("end"))
    until = None
    if end:
        until = _day(end)
    return SignedLine(
        identifier, number, "MedicationRequest", nature, written, until, renewal, repeats, quantity,
        as_text(amount.get("unit")), resource,
    )  # fmt: skip


def _code(resource: dict[str, Any]) -> str:
    name = "groupIdentifier" if resource.get("resourceType") == "MedicationRequest" else "requisition"
    group = as_dict(resource.get(name))
    found = parse_identifier(as_text(group.get("value")))
    written_plainly = isinstance(found, OrdonnanceId) and found.value == group.get("value")
    if group.get("system") != CODE_SYSTEM or not written_plainly:
        raise wrong(name)
    return as_text(group.get("value"))


def _matricules(patient: dict[str, Any]) -> tuple[str, ...]:
    found = (i for i in as_dicts(patient.get("identifier")) if i.get("system") == names.MATRICULE)
    return tuple(as_text(i.get("value")) for i in found)


def _instant(value: object, element: str) -> datetime:
    try:
        found = datetime.fromisoformat(as_text(value))
    except ValueError:
        raise wrong(element) from None
    if found.tzinfo is None:
        raise wrong(element)
    return found


def _last_day(act: dict[str, Any]) -> date | None:
    written = as_text(extension(act, "valid-until"))
    return _day(written) if written else None


def _day(text: str) -> date:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise wrong("last day") from None
    return found.date() if found.tzinfo is None else local_day(found)
