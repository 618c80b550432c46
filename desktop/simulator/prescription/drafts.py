"""Ordonnances of a data set: signed when they are first asked for, so that loading does not wait for it."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from sqlalchemy.orm import Session as Database

from desktop.domain.card_image import load_card
from desktop.simulator import signed_json
from desktop.simulator.pki import PrivateKey, Subject, card_certificate, new_key
from desktop.simulator.prescription.tables import OrdonnanceTable
from desktop.simulator.tables import PractitionerRow
from desktop.simulator.world import World

_BROKEN = "broken"
"""A draft that names this member is altered after it was signed, to show what that looks like."""


def signed_bytes(world: World, database: Database, row: OrdonnanceTable) -> bytes:
    """The Bundle as it came; a draft is signed now, once, with the prescriber's own key."""
    if not row.signed and row.draft:
        author = database.get_one(PractitionerRow, row.practitioner_id)
        row.signed, row.draft = _signed(world, row.draft, author, row.authored), b""
    return row.signed


def _signed(world: World, draft: bytes, author: PractitionerRow, when: datetime) -> bytes:
    bundle = json.loads(draft)
    broken = bundle.pop(_BROKEN, None)
    key, certificate = _keys(world, author, when)
    header = {
        "alg": "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256", "typ": "JOSE", "b64": False,
        "crit": ["b64"], "iat": int(when.timestamp()), "x5c": _chain(world, certificate),
        "x5t#S256": _url64(certificate.fingerprint(hashes.SHA256())),
    }  # fmt: skip
    head = _url64(json.dumps(header).encode())
    content = json.dumps(bundle, ensure_ascii=False).encode()
    data = head.encode() + b"." + signed_json.bundle_payload(signed_json.read(content))
    jws = f"{head}..{_url64(_signature(key, data))}"
    bundle["signature"] = {
        "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}],
        "when": when.astimezone(UTC).replace(microsecond=0).isoformat(),
        "who": {"display": author.name},
        "targetFormat": "application/fhir+json",
        "sigFormat": "application/jose",
        "data": base64.b64encode(jws.encode()).decode(),
    }
    if broken is not None:
        bundle["entry"][-1]["resource"].update(broken)
    return json.dumps(bundle, ensure_ascii=False).encode()


def _keys(world: World, author: PractitionerRow, when: datetime) -> tuple[PrivateKey, x509.Certificate]:
    """Of his card; else of a former one: by the same authority, in his name, valid *when* he signed."""
    path = world.console.path.parent / "cards" / f"{author.id.removeprefix('ps-')}.json"
    if author.holder_id and Path(path).exists():
        pair = load_card(path).signature
        if pair is not None:
            key = load_pem_private_key(pair.key_pem.encode(), None, unsafe_skip_rsa_key_validation=True)
            assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
            certificate = x509.load_pem_x509_certificate(pair.certificate_pem.encode())
            if certificate.not_valid_before_utc <= when:
                return key, certificate
    key = new_key(elliptic=True)
    subject = Subject(author.family, author.given, author.card_number)
    validity = (when - timedelta(days=400), when + timedelta(days=1000))
    return key, card_certificate(world.pki.issuing, subject, key, validity, signature=True)


def _chain(world: World, certificate: x509.Certificate) -> list[str]:
    chain = (certificate, world.pki.issuing.certificate)
    return [base64.b64encode(c.public_bytes(Encoding.DER)).decode() for c in chain]


def _signature(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
