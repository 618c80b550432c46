"""The signature inside a Bundle: a detached JWS over the Bundle without it (FHIR R4, Signature).

What is signed is the canonical form « document »: members in the order of their names, no white space, and
without ``signature``, ``id`` and ``meta`` of the Bundle itself, which a server may set. So a platform that
stores the Bundle in another order of members breaks nothing.

Of a collection, which an ordonnance is, lines and the alerts about them are signed by their digests: what a
patient has erased goes, its digest stays, and the signature still holds the other lines (contract §8.1).
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from desktop.common import json_text
from desktop.common.json_tree import each, node, words

_UNSIGNED: Final = ("signature", "id", "meta")
_BY_DIGEST: Final = ("MedicationRequest", "ServiceRequest", "DetectedIssue")
_AUTHOR: Final = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}


@dataclass(frozen=True, slots=True)
class Detached:
    """``payload`` is what the JWS signs; ``jws`` is compact, b"" where the document bears none."""

    payload: bytes = field(repr=False)
    jws: bytes = field(repr=False)


def canonical(bundle: bytes) -> bytes:
    """What is signed of *bundle*. ValueError for what is no JSON object."""
    return _canonical(_object(bundle))


def with_signature(bundle: bytes, jws: bytes, when: datetime) -> bytes:
    """*bundle* with the author's signature *jws*, made at *when* (aware). ValueError as :func:`canonical`.

    The author is that of its first resource: a Composition's ``author``, an order's ``requester``.
    """
    value = _object(bundle)
    first = node(value, "entry", 0, "resource")
    author = node(first, "author", 0) or node(first, "requester")
    value["signature"] = {
        "type": [_AUTHOR],
        "when": when.astimezone(UTC).isoformat(),
        "who": {"reference": words(author, "reference")},
        "targetFormat": "application/fhir+json",
        "sigFormat": "application/jose",
        "data": base64.b64encode(jws).decode(),
    }
    return json_text.emit(value)


def split_signature(bundle: bytes) -> Detached:
    """Payload and JWS of a received document. ValueError as :func:`canonical`.

    Data that are no base64 are given as they stand, so that a check finds a signature that it cannot read
    and not a document without one.
    """
    value = _object(bundle)
    data = words(value, "signature", "data")
    try:
        jws = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        jws = data.encode()
    return Detached(_canonical(value), jws or (b"?" if "signature" in value else b""))


def erased_digest(resource: object) -> str:
    """What stands in the place of a line that was erased; "" for one that was not."""
    told = (one for one in each(resource, "extension") if words(one, "url").rpartition("/")[2] == "erased")
    return next((words(one, "valueString") for one in told), "")


def _canonical(value: dict[str, Any]) -> bytes:
    signed = {name: item for name, item in value.items() if name not in _UNSIGNED}
    if value.get("type") == "collection" and isinstance(value.get("entry"), list):
        signed["entry"] = [_by_digest(entry) for entry in value["entry"]]
    return json_text.canonical(signed)


def _by_digest(entry: object) -> object:
    resource = node(entry, "resource")
    if not isinstance(entry, dict) or resource.get("resourceType") not in _BY_DIGEST:
        return entry
    digest = erased_digest(resource)
    if not digest:
        made = hashlib.sha256(json_text.canonical(resource)).digest()
        digest = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
    return {name: item for name, item in entry.items() if name != "resource"} | {"digest": digest}


def _object(bundle: bytes) -> dict[str, Any]:
    value = json_text.parse(bundle)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value
