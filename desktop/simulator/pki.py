"""The simulator's own PKI: a root, an issuing CA for cards, a foreign CA, the server's certificate.

Everything is trusted by the demo profile only (contract §1).
"""

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_ORGANISATION = "DSP Desktop, plateforme de démonstration"


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate that may sign others, with its key."""

    certificate: x509.Certificate
    key: PrivateKey

    def pem(self) -> str:
        """The certificate as PEM text."""
        return pem_of(self.certificate)


@dataclass(frozen=True, slots=True)
class Pki:
    """All authorities of one data folder, the files that tell of them, those of the TLS server."""

    root: Authority
    issuing: Authority
    foreign: Authority
    ca_file: Path
    card_authorities: Path
    server_certificate: Path
    server_key: Path
    intercepting_certificate: Path


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a card certificate is for; ``holder_id`` becomes the subject's serialNumber."""

    family: str
    given: str
    holder_id: str


def pem_of(certificate: x509.Certificate) -> str:
    """PEM text of a certificate."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(key: PrivateKey) -> str:
    """PKCS#8 PEM text of a private key."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def new_key(*, elliptic: bool = False) -> PrivateKey:
    """RSA-2048, or EC P-256."""
    return ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa.generate_private_key(65537, 2048)


def open_pki(folder: Path) -> Pki:
    """Read the PKI of *folder*, or make it at the first start."""
    folder.mkdir(parents=True, exist_ok=True)
    server = folder / "server.pem"
    if not server.exists():
        _make(folder)
    return Pki(
        _load(folder / "root"), _load(folder / "issuing"), _load(folder / "foreign"),
        folder / "root.pem", folder / "issuing.pem",
        server, folder / "server.key", folder / "intercepting.pem",
    )  # fmt: skip


def card_certificate(
    issuer: Authority,
    subject: Subject,
    key: PrivateKey,
    validity: tuple[datetime, datetime],
    *,
    signature: bool,
) -> x509.Certificate:
    """A card certificate: digitalSignature + clientAuth, or nonRepudiation for the signature key."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "LU"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{subject.family.upper()} {subject.given}"),
            x509.NameAttribute(NameOID.SURNAME, subject.family),
            x509.NameAttribute(NameOID.GIVEN_NAME, subject.given),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, subject.holder_id),
        ]
    )
    agreement = isinstance(key, ec.EllipticCurvePrivateKey) and not signature
    builder = _builder(name, issuer.certificate.subject, key, issuer.key, validity)
    usage = _usage(digital_signature=not signature, content_commitment=signature, key_agreement=agreement)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    if not signature:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(purposes, critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def _make(folder: Path) -> None:
    now = datetime.now(UTC)
    long = (now - timedelta(days=2000), now + timedelta(days=7300))
    root = _authority("Racine de démonstration", None, long)
    issuing = _authority("Cartes de démonstration", root, long)
    foreign = _authority("Autorité inconnue", None, long)
    for name, authority in (("root", root), ("issuing", issuing), ("foreign", foreign)):
        _write(folder / f"{name}.key", key_pem(authority.key))
        _write(folder / f"{name}.pem", authority.pem())
    key = new_key()
    _write(folder / "server.key", key_pem(key))
    year = (now - timedelta(days=1), now + timedelta(days=390))
    _write(folder / "intercepting.pem", pem_of(_server_certificate(foreign, key, year)))
    _write(folder / "server.pem", pem_of(_server_certificate(root, key, year)))


def _authority(name: str, parent: Authority | None, validity: tuple[datetime, datetime]) -> Authority:
    key = new_key()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "LU"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    issuer = parent.certificate.subject if parent else subject
    signer = parent.key if parent else key
    builder = _builder(subject, issuer, key, signer, validity)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return Authority(builder.sign(signer, hashes.SHA256()), key)


def _server_certificate(
    parent: Authority, key: PrivateKey, validity: tuple[datetime, datetime]
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    builder = _builder(subject, parent.certificate.subject, key, parent.key, validity)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True, key_encipherment=True), critical=True)
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return builder.add_extension(purposes, critical=False).sign(parent.key, hashes.SHA256())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey,
    signer: PrivateKey,
    validity: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(identifier, critical=False)
        .add_extension(authority, critical=False)
    )


_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def _usage(**granted: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: granted.get(name, False) for name in _USAGES})


def _load(stem: Path) -> Authority:
    certificate = x509.load_pem_x509_certificate(stem.with_suffix(".pem").read_bytes())
    data = stem.with_suffix(".key").read_bytes()
    # we wrote this file ourselves; the full key test would cost 45 ms a key at every start
    key = serialization.load_pem_private_key(data, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return Authority(certificate, key)


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
