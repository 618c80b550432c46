"""Whether what the card signed is signed as asked (contract §9): a Bundle, its PDF, an ALD statement.

Written apart from what makes these signatures: maker and judge by one hand would share its misreadings.
The JWS is read by joserfc, the PDF by pyHanko's own validation; Refused names what is wrong, in one word.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy.orm import Session as Database

from desktop.simulator import signed_json, strict_json
from desktop.simulator.json_shapes import as_dict, as_dicts, as_list, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.pki import Pki
from desktop.simulator.tables import HeldCertificateRow, PractitionerRow, RevokedCertificateRow
from desktop.simulator.world import World

EXTENSION = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature"
_AUTHOR = ("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.1")
_FAST_CLOCK = timedelta(minutes=5)
_SMALLEST_RSA = 2048
_PADES = "/ETSI.CAdES.detached"


class _Registry(jws.JWSRegistry):
    """Room for a chain of certificates in the head, and for a whole document."""

    max_header_length = 32 * 1024
    max_payload_length = 64 * 1024 * 1024

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm], strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Judge:
    """For one author: ``holder_id`` is the serialNumber on his card. ``out_of_force``: "", or why that serial
    number's certificate is in no force now: revoked, or suspended."""

    pki: Pki = field(repr=False)
    now: datetime
    holder_id: str
    out_of_force: Callable[[int], str] = field(repr=False)

    def bundle(self, content: bytes) -> None:
        """A document Bundle bears its author's JWS (FHIR R4, Bundle.signature)."""
        try:
            whole = signed_json.read(content)
            payload = signed_json.bundle_payload(whole)
        except ValueError:
            raise _wrong("JSON") from None
        self._json(as_dict(whole.get("signature")), payload)

    def statement(self, content: bytes) -> None:
        """A QuestionnaireResponse bears it in HL7's extension, once, and nowhere below."""
        try:
            whole = signed_json.read(content)
            found = [e for e in as_dicts(whole.get("extension")) if e.get("url") == EXTENSION]
            others = [e for e in as_list(whole.get("extension")) if e not in found]
            rest = _without(whole, "extension") | ({"extension": others} if others else {})
            payload = signed_json.canonical(rest)
        except ValueError:
            raise _wrong("JSON") from None
        if len(found) > 1:
            raise _wrong("twice")
        self._json(as_dict(found[0].get("valueSignature")) if found else {}, payload)

    def pdf(self, content: bytes) -> None:
        """One PAdES signature that covers the whole file (ETSI EN 319 142-1, baseline B-B)."""
        from asn1crypto import x509 as asn1
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import KeyUsageConstraints, validate_pdf_signature
        from pyhanko.sign.validation.status import SignatureCoverageLevel
        from pyhanko_certvalidator import ValidationContext

        anchor = asn1.Certificate.load(self.pki.issuing.certificate.public_bytes(Encoding.DER))
        signing = KeyUsageConstraints(key_usage={"non_repudiation"})
        try:
            found = list(PdfFileReader(BytesIO(content)).embedded_regular_signatures)
            if len(found) != 1:
                raise _wrong("twice" if found else "missing")
            trusted = ValidationContext(
                trust_roots=[anchor], allow_fetching=False, moment=self.now, weak_hash_algos={"md5", "sha1"}
            )
            said = validate_pdf_signature(found[0], trusted, key_usage_settings=signing)
            certificate = x509.load_der_x509_certificate(found[0].signer_cert.dump())
            form = str(found[0].sig_object.get("/SubFilter", ""))
            claimed = found[0].self_reported_timestamp
        except Refused:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever a hostile file does to its reader
            raise _wrong("unreadable", type(problem).__name__) from None
        self._certificate(certificate, claimed)
        if form != _PADES:
            raise _wrong("form")
        if said.coverage is not SignatureCoverageLevel.ENTIRE_FILE or not (said.intact and said.valid):
            raise _wrong("changed")
        if not said.trusted:
            raise _wrong("authority")

    def _json(self, signature: Mapping[str, Any], payload: bytes) -> None:
        if not signature:
            raise _wrong("missing")
        kinds = [(kind.get("system"), kind.get("code")) for kind in as_dicts(signature.get("type"))]
        if signature.get("sigFormat") != "application/jose" or _AUTHOR not in kinds:
            raise _wrong("form")
        try:
            compact = base64.b64decode(as_text(signature.get("data")), validate=True)
            head, content, _ = compact.split(b".")
            header = strict_json.loads(_base64url(head))
            chain = as_list(as_dict(header).get("x5c"))
            certificate = x509.load_der_x509_certificate(base64.b64decode(as_text(chain[0]), validate=True))
            claimed = datetime.fromtimestamp(header["iat"], UTC)
            when = datetime.fromisoformat(as_text(signature.get("when")))
        except (ValueError, TypeError, LookupError, OverflowError, OSError, binascii.Error):
            raise _wrong("unreadable") from None
        self._certificate(certificate, claimed)
        if when != claimed:
            raise _wrong("time")
        if content:  # a JWS that brings its own words says nothing of these
            raise _wrong("form")
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
        if header.get("x5t#S256") != thumbprint:
            raise _wrong("form")
        key, algorithm = _key(certificate)
        if header.get("alg") != algorithm or header.get("b64") is not False or header.get("crit") != ["b64"]:
            raise _wrong("form")
        try:
            jws.deserialize_compact(compact, key, registry=_Registry(algorithm), payload=payload)
        except (JoseError, ValueError):
            raise _wrong("changed") from None

    def _certificate(self, certificate: x509.Certificate, claimed: datetime | None) -> None:
        """Of the author's own card, its signature key, in force then and now: not revoked, not suspended."""
        try:
            certificate.verify_directly_issued_by(self.pki.issuing.certificate)
        except (ValueError, TypeError, InvalidSignature):
            raise _wrong("authority") from None
        if not _is_for_signatures(certificate):
            raise _wrong("usage")
        names = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
        if [name.value for name in names] != [self.holder_id]:
            raise _wrong("author")  # CF-015
        if why := self.out_of_force(certificate.serial_number):
            raise _wrong(why)
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if claimed is None or claimed.tzinfo is None or not first <= self.now <= last:
            raise _wrong("time")
        if not first <= claimed <= min(last, self.now + _FAST_CLOCK):
            raise _wrong("time")


def judge_of(world: World, database: Database, person: PractitionerRow) -> Judge:
    """Who judges what *person* sends now."""

    def out_of_force(serial: int) -> str:
        if database.get(RevokedCertificateRow, f"{serial:x}") is not None:
            return "revoked"
        return "suspended" if database.get(HeldCertificateRow, f"{serial:x}") is not None else ""

    return Judge(world.pki, world.clock.now(), person.holder_id or "", out_of_force)


def _is_for_signatures(certificate: x509.Certificate) -> bool:
    """The key of the login has digitalSignature and not nonRepudiation: it signs no document."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.content_commitment and not usage.digital_signature


def _key(certificate: x509.Certificate) -> tuple[RSAKey | ECKey, str]:
    """The certificate's key, and the one algorithm that it signs with (RFC 7518 §3)."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA:
        return RSAKey.import_key(key), "RS256"
    if isinstance(key, ec.EllipticCurvePublicKey):
        algorithm = {"secp256r1": "ES256", "secp384r1": "ES384"}.get(key.curve.name)
        if algorithm is not None:
            return ECKey.import_key(key), algorithm
    raise _wrong("form")


def _without(resource: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in names}


def _base64url(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def _wrong(reason: str, detail: str = "") -> Refused:
    return Refused("signature_refused", detail=f"signature: {reason} {detail}".strip())
