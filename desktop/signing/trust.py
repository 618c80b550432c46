"""Whose a signature is, and what that is worth: the path to an authority of the profile, and the times.

The path is built by cryptography. No network is asked, so nothing is known of revocations.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from desktop.domain.signature import FoundSignature, SignatureDoubt, SignatureFinding, SignatureState
from desktop.signing import keys

_FAST_CLOCK = timedelta(minutes=5)


def authorities(file: Path) -> tuple[x509.Certificate, ...]:
    """The profile's authorities for professional cards; OSError or ValueError of a broken installation."""
    return tuple(x509.load_pem_x509_certificates(file.read_bytes()))


def finding(found: FoundSignature, anchors: Sequence[x509.Certificate], now: datetime) -> SignatureFinding:
    """What an intact signature is worth at *now*; ValueError where its certificate is none."""
    certificate = keys.loaded(found.certificate)
    doubt = _doubt(certificate, _readable(found.others), found.claimed_at, anchors, now)
    return SignatureFinding(
        SignatureState.VALID if doubt is None else SignatureState.UNVERIFIABLE,
        *signer(found.certificate),
        found.claimed_at,
        certificate.not_valid_after_utc,
        doubt,
    )


def signer(der: bytes) -> tuple[str, str]:
    """Name and serialNumber of a certificate's subject; ValueError for what is none."""
    subject = keys.loaded(der).subject
    names = (subject.get_attributes_for_oid(oid) for oid in (NameOID.COMMON_NAME, NameOID.SERIAL_NUMBER))
    name, serial = (str(found[0].value) if found else "" for found in names)
    return name, serial


def _doubt(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    claimed_at: datetime | None,
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> SignatureDoubt | None:
    if not _signs_documents(certificate):
        return SignatureDoubt.NOT_FOR_SIGNING
    # Asked at a time when the leaf is valid: what it means that it ended is said below.
    latest = min(now, certificate.not_valid_after_utc)
    if not _has_path(certificate, others, anchors, max(latest, certificate.not_valid_before_utc)):
        return SignatureDoubt.UNKNOWN_AUTHORITY
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if claimed_at is None or not begins <= claimed_at <= min(ends, now + _FAST_CLOCK):
        return SignatureDoubt.NOT_VALID_THEN
    return SignatureDoubt.CERTIFICATE_ENDED if now > ends else None


def _has_path(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> bool:
    if not anchors:
        return False
    issuers, leaf = ExtensionPolicy.webpki_defaults_ca(), ExtensionPolicy.permit_all()
    policy = PolicyBuilder().store(Store(list(anchors))).time(at)
    policy = policy.extension_policies(ca_policy=issuers, ee_policy=leaf)
    try:
        policy.build_client_verifier().verify(certificate, list(others))
    except VerificationError:
        return False
    return True


def _signs_documents(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    return usage.content_commitment


def _readable(others: Sequence[bytes]) -> list[x509.Certificate]:
    found = []
    for der in others:
        try:
            found.append(keys.loaded(der))
        except ValueError:
            continue
    return found
