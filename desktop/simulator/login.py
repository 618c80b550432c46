"""The card's proof at login: challenge, assertion, certificate, account (contract §2)."""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator import jose
from desktop.simulator.outcomes import OAuthRefused
from desktop.simulator.pki import Pki
from desktop.simulator.tables import HeldCertificateRow, PractitionerRow, RevokedCertificateRow

CHALLENGE_S = 60.0
ASSERTION_S = 60.0
TOLERANCE_S = 60.0
TERMS_S = 900.0


@dataclass(frozen=True, slots=True)
class Proof:
    """A checked assertion: the card's certificate, the key of the session to come, the assertion's id."""

    certificate: x509.Certificate
    holder_id: str
    jkt: str
    jti: str
    expires: float
    compact: str


@dataclass(slots=True)
class Challenges:
    """Challenges waiting to be used once; in epoch seconds."""

    _waiting: dict[str, float] = field(default_factory=dict)

    def new(self, now: float) -> str:
        """A fresh one, good for 60 s."""
        self._waiting = {c: t for c, t in self._waiting.items() if t > now - TERMS_S}
        challenge = secrets.token_urlsafe(24)
        self._waiting[challenge] = now + CHALLENGE_S
        return challenge

    def use(self, challenge: object, now: float) -> bool:
        """True once, in time."""
        return isinstance(challenge, str) and self._waiting.pop(challenge, 0.0) > now


def checked_assertion(compact: str, audience: str, pki: Pki, now: datetime) -> Proof:
    """Check signature, chain, key usage and claims; raises OAuthRefused. Says nothing of the challenge."""
    try:
        jws = jose.parse(compact)
    except jose.BadJws:
        raise OAuthRefused("invalid_grant") from None
    if jws.header.get("typ") != "JWT":  # what was signed for another purpose is no login (RFC 8725 §3.11)
        raise OAuthRefused("invalid_grant")
    leaf = _leaf(jws.header.get("x5c"))
    check_certificate(leaf, pki, now)
    try:
        jws.verify(jose.certified_key(leaf.public_key()))
    except jose.BadJws:
        raise OAuthRefused("invalid_grant") from None
    holder_id = _holder_id(leaf)
    claims = jws.claims
    if not holder_id or claims.get("iss") != holder_id or claims.get("sub") != holder_id:
        raise OAuthRefused("invalid_grant")
    if claims.get("aud") not in (audience, [audience]):
        raise OAuthRefused("invalid_grant")
    return _timed(claims, leaf, holder_id, compact, now.timestamp())


def _timed(claims: dict[str, Any], leaf: x509.Certificate, holder_id: str, compact: str, now: float) -> Proof:
    issued, expires, jti = claims.get("iat"), claims.get("exp"), claims.get("jti")
    confirmation = claims.get("cnf")
    jkt = confirmation.get("jkt") if isinstance(confirmation, dict) else None
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        raise OAuthRefused("invalid_grant")
    if not isinstance(jti, str) or not jti or not isinstance(jkt, str):
        raise OAuthRefused("invalid_grant")
    if expires - issued > ASSERTION_S or issued > now + TOLERANCE_S:
        raise OAuthRefused("invalid_grant")
    return Proof(leaf, holder_id, jkt, jti, float(expires), compact)


def check_certificate(leaf: x509.Certificate, pki: Pki, now: datetime) -> None:
    """Issued by the card CA, meant for authentication, valid now; raises OAuthRefused."""
    issuer = pki.issuing.certificate
    try:
        leaf.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        raise OAuthRefused("invalid_grant", "card_untrusted") from None
    if not _is_authentication(leaf):
        raise OAuthRefused("invalid_grant", "card_untrusted")
    if now > leaf.not_valid_after_utc:
        raise OAuthRefused("invalid_grant", "card_expired")
    if now < leaf.not_valid_before_utc:
        raise OAuthRefused("invalid_grant", "card_not_yet_valid")


def check_account(database: Database, proof: Proof, software: str, accepted_versions: str) -> PractitionerRow:
    """Revocation and suspension, account, right to practise, version of the software (contract §2.4)."""
    serial = f"{proof.certificate.serial_number:x}"
    if database.get(RevokedCertificateRow, serial) is not None:  # for good: goes before a suspension
        raise OAuthRefused("invalid_grant", "card_revoked")
    if database.get(HeldCertificateRow, serial) is not None:
        raise OAuthRefused("invalid_grant", "card_suspended")
    person = database.scalar(select(PractitionerRow).where(PractitionerRow.holder_id == proof.holder_id))
    if person is None or not person.activated:
        raise OAuthRefused("access_denied", "account_not_activated")
    if person.suspended:
        raise OAuthRefused("access_denied", "practice_suspended")
    if not software or re.fullmatch(accepted_versions, software) is None:
        raise OAuthRefused("invalid_client", "version_refused")
    return person


def _leaf(x5c: object) -> x509.Certificate:
    try:
        if not isinstance(x5c, list) or not x5c:
            raise ValueError("x5c")
        return x509.load_der_x509_certificate(base64.b64decode(str(x5c[0]), validate=True))
    except (ValueError, binascii.Error):
        raise OAuthRefused("invalid_grant", "card_untrusted") from None


def _is_authentication(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    if not usage.digital_signature or usage.content_commitment or usage.key_cert_sign:
        return False
    try:
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    # RFC 5280 §4.2.1.12: a certificate for any purpose is for this one too.
    accepted = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    return any(purpose in purposes for purpose in accepted)


def _holder_id(leaf: x509.Certificate) -> str:
    found = leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return str(found[0].value) if found else ""


def epoch(now: datetime) -> float:
    """Seconds since 1970."""
    return now.astimezone(UTC).timestamp()
