"""A small client written for these tests alone: it shares no code with ``desktop.sync``."""

import base64
import hashlib
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from desktop.domain.card_image import CardImage, load_card
from tests.waiting import LIMIT_S

MATRICULE = "urn:oid:1.3.182.4.4"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    signing_input = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
    else:
        size = key.key_size // 8
        digest = hashes.SHA384() if size == 48 else hashes.SHA256()
        r, s = decode_dss_signature(key.sign(signing_input.encode(), ec.ECDSA(digest)))
        signature = r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return f"{signing_input}.{b64(signature)}"


@cache
def private_key(pem: str) -> Any:
    return serialization.load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)


@dataclass
class DpopKey:
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    offset: float = 0

    @property
    def jwk(self) -> dict[str, str]:
        n = self.key.public_key().public_numbers()
        x, y = (b64(v.to_bytes(32, "big")) for v in (n.x, n.y))
        return {"crv": "P-256", "kty": "EC", "x": x, "y": y}

    @property
    def thumbprint(self) -> str:
        return b64(hashlib.sha256(json.dumps(self.jwk, separators=(",", ":")).encode()).digest())

    def proof(self, method: str, url: str, token: str = "", **changes: Any) -> str:
        claims = {
            "jti": secrets.token_hex(8),
            "htm": method,
            "htu": url.split("?")[0],
            "iat": int(time.time() + self.offset),
        }
        if token:
            claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}
        return sign(header, {**claims, **changes}, self.key)


@dataclass
class RawClient:
    """One professional's session against a simulator."""

    base: str
    ca_file: Path
    dpop: DpopKey = field(default_factory=DpopKey)
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""
    refresh: str = ""
    who: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.verify = str(self.ca_file)

    @property
    def token_url(self) -> str:
        return f"{self.base}/auth/token"

    def challenge(self) -> dict[str, Any]:
        return self.session.post(f"{self.base}/auth/challenge", timeout=LIMIT_S).json()

    def assertion(self, card: CardImage, *, key: Any = None, header: Any = None, **claims: Any) -> str:
        leaf = x509.load_pem_x509_certificate(card.authentication.certificate_pem.encode())
        issuer = x509.load_pem_x509_certificate(card.authentication.chain_pem[0].encode())
        key = key or private_key(card.authentication.key_pem)
        x5c = [base64.b64encode(c.public_bytes(serialization.Encoding.DER)).decode() for c in (leaf, issuer)]
        holder = leaf.subject.get_attributes_for_oid(x509.oid.NameOID.SERIAL_NUMBER)[0].value
        now = int(time.time() + self.dpop.offset)
        full = {
            "iss": holder, "sub": holder, "aud": self.token_url, "jti": str(uuid.uuid4()), "iat": now,
            "exp": now + 60, "cnf": {"jkt": self.dpop.thumbprint},
        }  # fmt: skip
        if "challenge" not in claims:
            full["challenge"] = self.challenge()["challenge"]
        algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
        return sign(header or {"alg": algorithm, "typ": "JWT", "x5c": x5c}, {**full, **claims}, key)

    def post_token(self, *, proof: str | None = None, **fields: str) -> requests.Response:
        headers = {"DPoP": proof or self.dpop.proof("POST", self.token_url)}
        return self.session.post(self.token_url, data=fields, headers=headers, timeout=LIMIT_S)

    def post_assertion(self, assertion: str, **more: str) -> requests.Response:
        fields = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion,
            "scope": "openid", "client_id": "test", "software_version": "9.9.9", **more,
        }  # fmt: skip
        return self.post_token(**fields)

    def login(self, card: CardImage, **claims: Any) -> requests.Response:
        answer = self.post_assertion(self.assertion(card, **claims))
        if answer.ok:
            self.who = answer.json()
            self.token, self.refresh = self.who["access_token"], self.who["refresh_token"]
        return answer

    def exchange(self, matricule: str, code: str | None = None) -> requests.Response:
        detail: dict[str, Any] = {
            "type": "dsp_record", "patient": f"{MATRICULE}|{matricule}", "purpose": "TREAT"
        }  # fmt: skip
        if code is not None:
            detail["presence"] = {"method": "code", "value": code}
        return self.post_token(
            grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token=self.token,
            subject_token_type="urn:ietf:params:oauth:token-type:access_token",
            authorization_details=json.dumps([detail]),
        )

    def open(self, matricule: str, code: str | None = None) -> str:
        answer = self.exchange(matricule, code)
        assert answer.ok, answer.text
        return answer.json()["access_token"]

    def call(self, method: str, path: str, token: str = "", **options: Any) -> requests.Response:
        url = path if path.startswith("https://") else self.base + path
        token = token or self.token
        headers = {
            "Authorization": f"DPoP {token}", "DPoP": self.dpop.proof(method, url, token),
            **options.pop("headers", {}),
        }  # fmt: skip
        return self.session.request(method, url, headers=headers, timeout=LIMIT_S, **options)

    def documents(self, token: str = "", **parameters: str) -> list[dict[str, Any]]:
        answer = self.call("POST", "/DocumentReference/_search", token, data=parameters)
        assert answer.ok, answer.text
        bundle = answer.json()
        found = [e["resource"] for e in bundle.get("entry", [])]
        while link := next((k["url"] for k in bundle["link"] if k["relation"] == "next"), ""):
            bundle = self.call("GET", link, token).json()
            found += [e["resource"] for e in bundle.get("entry", [])]
        return found

    def close(self) -> None:
        self.session.close()


def card(folder: Path, name: str) -> CardImage:
    return load_card(folder / "cards" / f"{name}.json")


def level_labels(code: str, *, annonce: bool = False) -> list[dict[str, Any]]:
    system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    labels = [{"coding": [{"system": system, "code": code}]}]
    return labels + [{"coding": [{"system": "urn:dsp:label", "code": "annonce"}]}] if annonce else labels


def transaction(
    patient_id: str,
    author_id: str,
    content: bytes,
    *,
    category: str = "certificat-medical",
    unique_id: str = "",
    replaces: str = "",
    labels: list[dict[str, Any]] | None = None,
    **attachment: Any,
) -> dict[str, Any]:
    """An ITI-65 Bundle as IHE MHD 4.2 describes it."""
    mhd = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
    unique_id = unique_id or f"urn:uuid:{uuid.uuid4()}"
    document_url, binary_url, list_url = (f"urn:uuid:{uuid.uuid4()}" for _ in range(3))
    digest = base64.b64encode(hashlib.sha1(content).digest()).decode()
    document: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "contained": [{"resourceType": "Practitioner", "id": "author", "identifier": [{"value": author_id}]}],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": unique_id},
        "status": "current",
        "type": {"coding": [{"system": "urn:dsp:category", "code": category}]},
        "subject": {"reference": f"Patient/{patient_id}"},
        "date": "2026-01-01T10:00:00Z",
        "author": [{"reference": "#author"}],
        "securityLabel": labels or level_labels("N"),
        "content": [{"attachment": {
            "contentType": "application/pdf", "language": "fr", "url": binary_url, "size": len(content),
            "hash": digest, "title": "Certificat", "creation": "2025-12-31", **attachment}}],
        "context": {"sourcePatientInfo": {"reference": f"Patient/{patient_id}"}},
    }  # fmt: skip
    entries = [
        (list_url, {
            "resourceType": "List", "status": "current", "mode": "working",
            "extension": [
                {"url": mhd + "ihe-sourceId", "valueIdentifier": {"value": "urn:oid:1.2.3"}},
                {"url": mhd + "ihe-designationType", "valueCodeableConcept": {"text": "dépôt"}},
            ],
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.uuid4()}"}],
            "code": {"coding": [{"system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes",
                                 "code": "submissionset"}]},
            "subject": {"reference": f"Patient/{patient_id}"},
            "date": "2026-01-01T10:00:00Z",
            "entry": [{"item": {"reference": document_url}}],
        }),
        (document_url, document),
        (binary_url, {"resourceType": "Binary", "contentType": "application/pdf",
                      "data": base64.b64encode(content).decode()}),
    ]  # fmt: skip
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "meta": {"profile": [mhd + "IHE.MHD.Comprehensive.ProvideBundle"]},
        "type": "transaction",
        "entry": [
            {"fullUrl": url, "resource": r, "request": {"method": "POST", "url": r["resourceType"]}}
            for url, r in entries
        ],
    }
    if replaces:
        document["relatesTo"] = [
            {"code": "replaces", "target": {"reference": f"DocumentReference/{replaces}"}}
        ]
        part = [
            {"name": "type", "valueCode": "replace"},
            {"name": "path", "valueString": "DocumentReference.status"},
            {"name": "value", "valueCode": "superseded"},
        ]
        patch = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": part}]}
        bundle["entry"].append(
            {
                "fullUrl": f"urn:uuid:{uuid.uuid4()}",
                "resource": patch,
                "request": {"method": "PATCH", "url": f"DocumentReference/{replaces}"},
            }
        )
    return bundle
