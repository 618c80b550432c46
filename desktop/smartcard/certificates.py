"""Which certificate of a card is for logging in and which for signing.

nonRepudiation = signature; digitalSignature without it, with the clientAuth purpose or with no purpose
at all (the Luxembourg eID has none), = authentication. Never chosen by slot number or label.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from desktop.domain.card import Certificate, UnlockMethod
from desktop.smartcard.child_messages import StoredCertificate

PREFERRED_ISSUERS = ("LuxTrust", "eSanté", "Luxembourg")
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384"}
_LOGIN = ("RS256", "ES256")  # contract §2


@dataclass(frozen=True, slots=True)
class CardKey:
    """A certificate with the id of its private key on the token."""

    certificate: Certificate
    key_id: str
    algorithm: str
    usage: x509.KeyUsage | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardKeys:
    """What a token's certificates are good for."""

    authentication: CardKey | None
    signature: CardKey | None


def choose(
    stored: Iterable[StoredCertificate], preferred_issuers: Sequence[str] = PREFERRED_ISSUERS
) -> CardKeys:
    """Pick by key usage, then by issuer, then the one that is valid longest."""
    parsed = [(s, c) for s in stored if (c := _parse(s.der)) is not None]
    issuers = [c for _, c in parsed if _is_ca(c)]
    leaves = [(s, c) for s, c in parsed if not _is_ca(c) and _algorithm(c)]

    def rank(pair: tuple[StoredCertificate, x509.Certificate]) -> tuple[bool, object]:
        issuer = pair[1].issuer.rfc4514_string()
        return any(name in issuer for name in preferred_issuers), pair[1].not_valid_after_utc

    def best(fits: Iterable[tuple[StoredCertificate, x509.Certificate]]) -> CardKey | None:
        found = sorted(fits, key=rank)
        return _card_key(*found[-1], issuers) if found else None

    return CardKeys(
        best(pair for pair in leaves if _algorithm(pair[1]) in _LOGIN and _authenticates(pair[1])),
        best(pair for pair in leaves if (u := _usage(pair[1])) is not None and u.content_commitment),
    )


def signing_digest(certificate: Certificate, data: bytes) -> bytes:
    """What the certificate's key signs of *data*: SHA-256, SHA-384 for a key on P-384."""
    algorithm = _algorithm(x509.load_der_x509_certificate(certificate.der))
    return (hashlib.sha384 if algorithm == "ES384" else hashlib.sha256)(data).digest()


def unlock_method(key: CardKey, mechanisms: Sequence[str]) -> UnlockMethod:
    """How this card can yield the cache secret: decipher, agree, or sign the same twice.

    A key is asked only for what its certificate allows; RSA signatures of PKCS#1 v1.5 are deterministic.
    """
    if key.algorithm == "RS256":
        deciphers = key.usage is not None and (key.usage.key_encipherment or key.usage.data_encipherment)
        if deciphers and "RSA_PKCS_OAEP" in mechanisms:
            return UnlockMethod.RSA_OAEP
        return UnlockMethod.RSA_SIGNATURE if "RSA_PKCS" in mechanisms else UnlockMethod.NONE
    agrees = key.usage is not None and key.usage.key_agreement
    return UnlockMethod.ECDH if agrees and "ECDH1_DERIVE" in mechanisms else UnlockMethod.NONE


def _card_key(stored: StoredCertificate, leaf: x509.Certificate, issuers: list[x509.Certificate]) -> CardKey:
    def first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
        values = name.get_attributes_for_oid(oid)
        return str(values[0].value) if values else ""

    certificate = Certificate(
        holder=first(leaf.subject, NameOID.COMMON_NAME),
        holder_id=first(leaf.subject, NameOID.SERIAL_NUMBER),
        issuer=first(leaf.issuer, NameOID.COMMON_NAME) or leaf.issuer.rfc4514_string(),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        fingerprint=hashlib.sha256(stored.der).hexdigest(),
        der=stored.der,
        chain=_chain(leaf, issuers),
    )
    return CardKey(certificate, stored.id, _algorithm(leaf), _usage(leaf))


def _chain(leaf: x509.Certificate, issuers: list[x509.Certificate]) -> tuple[bytes, ...]:
    chain: list[x509.Certificate] = []
    last = leaf
    while last.issuer != last.subject:
        following = next((c for c in issuers if c.subject == last.issuer and c not in chain), None)
        if following is None:
            break
        chain.append(following)
        last = following
    return tuple(c.public_bytes(Encoding.DER) for c in chain)


def _parse(der: bytes) -> x509.Certificate | None:
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
        _ = certificate.subject, certificate.issuer, certificate.extensions
    except ValueError:
        return None
    return certificate


def _algorithm(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RS256"
    return _CURVES.get(key.curve.name, "") if isinstance(key, ec.EllipticCurvePublicKey) else ""


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _authenticates(certificate: x509.Certificate) -> bool:
    usage = _usage(certificate)
    if usage is None or not usage.digital_signature or usage.content_commitment:
        return False
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.CLIENT_AUTH in purposes
