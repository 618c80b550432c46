"""The smallest summary that a platform takes: a FHIR document of nothing but its frame."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from desktop.domain.deposit import Deposit
from desktop.features.summary.domain.publication import CATEGORY, Publication

_COMPOSITION = "urn:uuid:00000000-0000-4000-8000-0000000000aa"
_PATIENT = "urn:uuid:00000000-0000-4000-8000-0000000000bb"
_AUTHOR = "urn:uuid:00000000-0000-4000-8000-0000000000cc"


def bundle_of(unique_id: str, matricule: str, note: str = "") -> dict[str, Any]:
    """A document Bundle: Composition, Patient, Practitioner."""
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]},
        "subject": {"reference": _PATIENT},
        "date": "2026-11-21T09:30:00Z",
        "author": [{"reference": _AUTHOR}],
        "title": f"Résumé patient {note}".strip(),
    }
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:oid:1.3.182.4.4", "value": matricule}],
    }
    author = {"resourceType": "Practitioner", "name": [{"text": "Dr Kieffer"}]}
    parts = {_COMPOSITION: composition, _PATIENT: patient, _AUTHOR: author}
    return {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": unique_id},
        "timestamp": "2026-11-21T09:30:00Z",
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in parts.items()],
    }


def publication(
    sent: Deposit, data_id: str, pdf: bytes, *, former_data: str = "", version: int = 1
) -> Publication:
    """*sent* is the PDF's deposit, with what it replaces; *data_id* the Bundle's identifier (urn:uuid)."""
    written = json.dumps(bundle_of(data_id, sent.patient.matricule.digits)).encode()
    document = replace(sent, category=CATEGORY, size=len(pdf), sha1=_sha1(pdf))
    data = replace(document, unique_id=data_id, size=len(written), sha1=_sha1(written), replaces=former_data)
    return Publication(document, data, version, pdf, written)


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
