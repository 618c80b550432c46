"""What the platform says of itself (contract §1)."""

from typing import Any

from desktop.simulator import wire_names as names

_OPERATIONS = {
    "match": "http://hl7.org/fhir/OperationDefinition/Patient-match",
    "lift-annonce": names.EXTENSIONS.replace("StructureDefinition", "OperationDefinition") + "lift-annonce",
}
_MHD = "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/"


def capability_statement(base_url: str) -> dict[str, Any]:
    """``GET /metadata``."""
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
                "resource": [
                    _resource("Patient", ["read", "search-type"], {"identifier": "token"}, ["match"]),
                    _resource(
                        "DocumentReference",
                        ["read", "search-type", "create", "patch"],
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
                        ["lift-annonce"],
                    ),
                    _resource("Binary", ["read"]),
                    _resource("List", ["create"]),
                    _resource(
                        "Consent",
                        ["read", "search-type"],
                        {"patient": "reference", "actor": "reference", "status": "token"},
                    ),
                    _resource("Encounter", ["search-type"], {"patient": "reference"}),
                    _resource(
                        "AuditEvent",
                        ["search-type", "create"],
                        {"patient": "reference", "agent": "reference", "date": "date"},
                    ),
                    _resource(
                        "Practitioner", ["read", "search-type"], {"identifier": "token", "name": "string"}
                    ),
                    _resource("PractitionerRole", ["search-type"], {"practitioner": "reference"}),
                    _resource("Organization", ["read", "search-type"], {"name": "string"}),
                ],
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


def _resource(
    kind: str,
    interactions: list[str],
    search: dict[str, str] | None = None,
    operations: list[str] | None = None,
) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "interaction": [{"code": code} for code in interactions]}
    if search:
        found["searchParam"] = [{"name": name, "type": kind} for name, kind in search.items()]
    if operations:
        found["operation"] = [{"name": name, "definition": _OPERATIONS[name]} for name in operations]
    return found
