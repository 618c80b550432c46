"""What of a resource is signed: FHIR's canonical JSON, « document » (members in order, no white space).

Numbers keep the digits that were sent: 1.00 is not 1.0 (FHIR R4, decimal). An ordonnance's lines are signed
by their digests, so that one can go and the others stay signed (contract §8.1).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from desktop.simulator import strict_json
from desktop.simulator import wire_names as names
from desktop.simulator.json_shapes import as_dict, as_dicts, as_list, as_text

_SET_BY_SERVERS = ("signature", "id", "meta")
ERASABLE = ("MedicationRequest", "ServiceRequest", "DetectedIssue")


class _Digits(str):
    """A number as it is written."""

    __slots__ = ()


def canonical(resource: Mapping[str, Any]) -> bytes:
    """Of what :func:`read` read, or a part of it; ValueError for words that are no Unicode."""
    return _words(dict(resource)).encode()


def bundle_payload(whole: Mapping[str, Any]) -> bytes:
    """What a Bundle's signature signs; ValueError as :func:`canonical`."""
    kept = {name: value for name, value in whole.items() if name not in _SET_BY_SERVERS}
    if whole.get("type") == "collection":
        kept["entry"] = [_entry(as_dict(entry)) for entry in as_list(whole.get("entry"))]
    return canonical(kept)


def digest(resource: Mapping[str, Any]) -> str:
    """Of a line or alert; of an erased one what stands in its place."""
    left = (e for e in as_dicts(resource.get("extension")) if e.get("url") == names.extension("erased"))
    told = next((as_text(e.get("valueString")) for e in left), "")
    made = hashlib.sha256(canonical(resource)).digest()
    return told or base64.urlsafe_b64encode(made).decode().rstrip("=")


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    resource = as_dict(entry.get("resource"))
    if resource.get("resourceType") not in ERASABLE:
        return dict(entry)
    return {name: value for name, value in entry.items() if name != "resource"} | {"digest": digest(resource)}


def read(content: bytes) -> dict[str, Any]:
    """A resource whose numbers are kept as they are written; ValueError for anything else."""
    value = strict_json.loads(content, number=_Digits)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _words(value: object) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_words(name)}:{_words(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_words, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
