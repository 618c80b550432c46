"""Which certificate of a card is for logging in and which for signing.

nonRepudiation = signature; digitalSignature without it, with the clientAuth purpose or with no purpose
at all (the Luxembourg eID has none), = authentication. Never chosen by slot number or label.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from desktop.domain.card import Certificate, UnlockMethod
from desktop.domain.errors import Code
from desktop.smartcard.child_messages import StoredCertificate

PREFERRED_ISSUERS = ("LuxTrust", "eSanté", "Luxembourg")
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384"}
# How a token may sign for each algorithm, what is wanted most first: raw ones take what was hashed here.
_MECHANISMS = {
    "RS256": ("RSA_PKCS", "SHA256_RSA_PKCS"),
    "ES256": ("ECDSA", "ECDSA_SHA256"),
    "ES384": ("ECDSA", "ECDSA_SHA384"),
}
_LOGIN_PURPOSES = {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
# What a parser of certificates says of what is none, or of one that nobody can judge.
_UNREADABLE = (
    ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardKey:
    """A certificate, and what finds its private key: CKA_ID (hex, may be "") and *public*.

    ``public``: the modulus of an RSA key, big-endian without leading zeros; an EC key's uncompressed point.
    """

    certificate: Certificate
    key_id: str
    algorithm: str
    usage: x509.KeyUsage | None = field(repr=False)
    public: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardKeys:
    """What the certificates are good for; *refusal*: why none logs in, *no_signature*: why none signs."""

    authentication: CardKey | None
    signature: CardKey | None
    refusal: Code | None = None
    no_signature: Code = Code.SIGNATURE_KEY_MISSING


def choose(
    stored: Iterable[StoredCertificate],
    preferred_issuers: Sequence[str] = PREFERRED_ISSUERS,
    *,
    signs: Callable[[CardKey], bool] = lambda _: True,
    now: datetime | None = None,
) -> CardKeys:
    """Pick by key usage; of several the one that is valid *now*, then by issuer, then the one valid longest.

    *signs*: whether the token that holds that key can use it. The refusal is CERTIFICATE_MISSING,
    CARD_CANNOT_SIGN or CERTIFICATE_PURPOSE; of documents SIGNATURE_KEY_MISSING or SIGNATURE_KEY_UNUSABLE.
    """
    moment = datetime.now(UTC) if now is None else now
    parsed = [(s, c) for s in stored if (c := _parse(s.der)) is not None]
    issuers = [c for _, c in parsed if _is_ca(c)]
    leaves = [(s, c) for s, c in parsed if not _is_ca(c)]
    able = [
        pair for pair in leaves if _algorithm(pair[1]) in _MECHANISMS and signs(_card_key(*pair, issuers))
    ]

    def rank(pair: tuple[StoredCertificate, x509.Certificate]) -> tuple[bool, bool, datetime]:
        leaf, issuer = pair[1], pair[1].issuer.rfc4514_string()
        valid = leaf.not_valid_before_utc <= moment < leaf.not_valid_after_utc
        return valid, any(name in issuer for name in preferred_issuers), leaf.not_valid_after_utc

    def best(fits: Iterable[tuple[StoredCertificate, x509.Certificate]]) -> CardKey | None:
        found = max(fits, key=rank, default=None)
        return None if found is None else _card_key(*found, issuers)

    identifying = [pair for pair in leaves if _identifies(pair[1])]
    opening = [pair for pair in identifying if _opens_sessions(pair[1])]
    authentication = best(pair for pair in opening if pair in able)
    refusal = Code.CERTIFICATE_PURPOSE if identifying else Code.CERTIFICATE_MISSING
    if opening:
        refusal = Code.CARD_CANNOT_SIGN
    signing = [pair for pair in leaves if _signs_documents(pair[1])]
    return CardKeys(
        authentication,
        best(pair for pair in signing if pair in able),
        None if authentication is not None else refusal,
        Code.SIGNATURE_KEY_UNUSABLE if signing else Code.SIGNATURE_KEY_MISSING,
    )


def shows_documents_key(stored: Iterable[StoredCertificate]) -> bool:
    """Whether a certificate for signing documents is among them."""
    parsed = (_parse(one.der) for one in stored)
    return any(found is not None and _signs_documents(found) for found in parsed)


def signing_mechanism(algorithm: str, mechanisms: Sequence[str]) -> str:
    """How a token of these *mechanisms* (() = it does not say) signs; "" where it cannot."""
    ways = _MECHANISMS.get(algorithm, ())
    return next((way for way in ways if not mechanisms or way in mechanisms), "")


def signing_input(mechanism: str, certificate: Certificate, data: bytes) -> bytes:
    """What *mechanism* is given of *data*: all of it where the token hashes, else the digest."""
    return data if "_SHA" in f"_{mechanism}" else signing_digest(certificate, data)


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
        signs = bool(mechanisms) and signing_mechanism(key.algorithm, mechanisms)
        return UnlockMethod.RSA_SIGNATURE if signs else UnlockMethod.NONE
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
    return CardKey(certificate, stored.id, _algorithm(leaf), _usage(leaf), _public(leaf))


def _public(leaf: x509.Certificate) -> bytes:
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        n = key.public_numbers().n
        return n.to_bytes((n.bit_length() + 7) // 8, "big")
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


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
        _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except _UNREADABLE:
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


def _identifies(certificate: x509.Certificate) -> bool:
    usage = _usage(certificate)
    return usage is not None and usage.digital_signature and not usage.content_commitment


def _signs_documents(certificate: x509.Certificate) -> bool:
    usage = _usage(certificate)
    return usage is not None and usage.content_commitment and not _is_ca(certificate)


def _opens_sessions(certificate: x509.Certificate) -> bool:
    """clientAuth, any purpose (RFC 5280 §4.2.1.12) or none said; smartcardLogon alone is for Windows."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return not _LOGIN_PURPOSES.isdisjoint(purposes)
