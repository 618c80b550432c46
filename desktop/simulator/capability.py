"""What the platform says of itself (contract §1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.simulator import wire_names as names


@dataclass(frozen=True, slots=True)
class ResourceCapability:
    """What may be asked of one resource type: interactions, search parameters (name → type), operations
    (name → address of its definition)."""

    kind: str
    interactions: tuple[str, ...]
    search: Mapping[str, str]
    operations: Mapping[str, str]


_MATCH = "http://hl7.org/fhir/OperationDefinition/Patient-match"
_LIFT = names.EXTENSIONS.replace("StructureDefinition", "OperationDefinition") + "lift-annonce"
_KERNEL = (
    ResourceCapability("Patient", ("read", "search-type"), {"identifier": "token"}, {"match": _MATCH}),
    ResourceCapability(
        "DocumentReference",
        ("read", "search-type", "create", "patch"),
        {
            "patient": "reference",
            "status": "token",
            "identifier": "token",
            "date": "date",
            "author": "reference",
            "relatesto": "reference",
            "type": "token",
            "_lastUpdated": "date",
        },
        {"lift-annonce": _LIFT},
    ),
    ResourceCapability("Binary", ("read",), {}, {}),
    ResourceCapability("List", ("create",), {}, {}),
    ResourceCapability(
        "Consent",
        ("read", "search-type"),
        {"patient": "reference", "actor": "reference", "status": "token"},
        {},
    ),
    ResourceCapability("Encounter", ("search-type",), {"patient": "reference"}, {}),
    ResourceCapability("AuditEvent", ("create",), {}, {}),
    ResourceCapability(
        "Practitioner", ("read", "search-type"), {"identifier": "token", "name": "string"}, {}
    ),
    ResourceCapability("PractitionerRole", ("search-type",), {"practitioner": "reference"}, {}),
    ResourceCapability("Organization", ("read", "search-type"), {"name": "string"}, {}),
)
_MHD = "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/"


def capability_statement(base_url: str, brought: Iterable[ResourceCapability]) -> dict[str, Any]:
    """``GET /metadata``: the kernel's resources, joined with what the features *brought*."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-21",
        "kind": "instance",
        "instantiates": [f"{_MHD}IHE.MHD.DocumentRecipient", f"{_MHD}IHE.MHD.DocumentResponder"],
        "implementation": {"description": "Plateforme eSanté (simulation)", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "OAuth 2.0, DPoP"},
                "interaction": [{"code": "transaction"}],
                "resource": [_resource(c) for c in _joined((*_KERNEL, *brought))],
            }
        ],
    }


def smart_configuration(base_url: str) -> dict[str, Any]:
    """``GET /.well-known/smart-configuration``."""
    return {
        "issuer": base_url,
        "token_endpoint": f"{base_url}/auth/token",
        "challenge_endpoint": f"{base_url}/auth/challenge",
        "revocation_endpoint": f"{base_url}/auth/revoke",
        "grant_types_supported": [
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "refresh_token",
        ],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_details_types_supported": ["dsp_record"],
        "capabilities": ["permission-user", "permission-patient"],
    }


def _joined(parts: Iterable[ResourceCapability]) -> Iterable[ResourceCapability]:
    """One entry a resource type, in the order of first mention."""
    found: dict[str, ResourceCapability] = {}
    for part in parts:
        known = found.get(part.kind, ResourceCapability(part.kind, (), {}, {}))
        interactions = tuple(dict.fromkeys((*known.interactions, *part.interactions)))
        search, operations = {**known.search, **part.search}, {**known.operations, **part.operations}
        found[part.kind] = ResourceCapability(part.kind, interactions, search, operations)
    return found.values()


def _resource(capability: ResourceCapability) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": capability.kind,
    }
    if capability.interactions:
        told["interaction"] = [{"code": code} for code in capability.interactions]
    if capability.search:
        told["searchParam"] = [{"name": name, "type": kind} for name, kind in capability.search.items()]
    if capability.operations:
        operations = capability.operations.items()
        told["operation"] = [{"name": name, "definition": address} for name, address in operations]
    return told
