"""Makes simulated cards for tests: a small CA and card images with real keys (made once a process)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from desktop.domain.card import CardProof
from desktop.domain.card_image import (
    CardImage,
    KeyPair,
    SimulatedReader,
    load_readers,
    new_card,
    save_readers,
)

ATR = "3B8D0180FBA000000308000010000100" + "4D"
PIN, PUK = b"482913", b"73915246"


@cache
def key(name: str, kind: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """One key for each name; *kind*: rsa, ec (P-256), ec384."""
    if kind.startswith("ec"):
        return ec.generate_private_key(ec.SECP384R1() if kind == "ec384" else ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def rsa_key(name: str) -> rsa.RSAPrivateKey:
    made = key(name, "rsa")
    assert isinstance(made, rsa.RSAPrivateKey)
    return made


def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    made = key(name, "ec")
    assert isinstance(made, ec.EllipticCurvePrivateKey)
    return made


def verify_rs256(name: str, signature: bytes | None, data: bytes) -> None:
    """Raises where the key of that name did not sign *data*."""
    assert signature is not None
    rsa_key(name).public_key().verify(signature, data, padding.PKCS1v15(), hashes.SHA256())


def verify_es256(name: str, signature: bytes | None, data: bytes) -> None:
    """The same for r and s, 32 bytes each."""
    verify_ecdsa(name, "ec", signature, data)


def verify_ecdsa(name: str, kind: str, signature: bytes | None, data: bytes) -> None:
    """The same for r and s of the curve's size; *kind* as :func:`key` knows it."""
    public = key(name, kind).public_key()
    assert signature is not None and isinstance(public, ec.EllipticCurvePublicKey)
    half = public.key_size // 8
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    digest = hashes.SHA384() if kind == "ec384" else hashes.SHA256()
    public.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest))


def yielded(proof: CardProof) -> bytes:
    """The cache slot's secret that the card gave out."""
    assert proof.card_secret is not None
    return bytes(proof.card_secret.buffer)


def _usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


def certificate(
    name: str, kind: str, usage: x509.KeyUsage, *, client_auth: bool | None = True, days: int = 900,
    issuer: str = "DSP Test CA", purposes: Sequence[x509.ObjectIdentifier] = (),
) -> x509.Certificate:  # fmt: skip
    """Signed by the test CA; ``client_auth=None`` = no purpose extension, *purposes* = these instead."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.COMMON_NAME, name),
                    x509.NameAttribute(NameOID.SERIAL_NUMBER, f"ID-{name}"),
                ]
            )
        )
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key(name, kind).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    elif client_auth is not None:
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client_auth else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(key("ca", "rsa"), hashes.SHA256())


@cache
def ca_certificate(name: str = "DSP Test CA") -> x509.Certificate:
    """The issuer of all cards."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key("ca", "rsa").public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=4000))
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key("ca", "rsa"), hashes.SHA256())
    )


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


@cache
def pair(name: str, kind: str, purpose: str) -> KeyPair:
    """``purpose``: auth, sign, auth-encipher, auth-agree."""
    extra = {"auth-encipher": {"key_encipherment": True}, "auth-agree": {"key_agreement": True}}
    if purpose == "sign":
        usage = _usage(content_commitment=True)
    else:
        usage = _usage(digital_signature=True, **extra.get(purpose, {}))
    cert = certificate(name, kind, usage, client_auth=None if purpose == "sign" else True)
    private = key(name, kind).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(private.decode(), pem(cert), (pem(ca_certificate()),))


def card(
    id: str = "gp", kind: str = "rsa", purpose: str = "auth", *, signature: bool = True,
    signature_kind: str = "",
) -> CardImage:  # fmt: skip
    """A card with an authentication key and (usually) a signature key; *signature_kind*: else as *kind*."""
    return new_card(
        id, f"Card {id}", f"SN-{id}", ATR,
        pair(f"Dr {id} {purpose}", kind, purpose),
        pair(f"Dr {id} sign", signature_kind or kind, "sign") if signature else None,
        PIN, PUK,
    )  # fmt: skip


class Folder:
    """A simulator folder: readers and cards, with the buttons « insert » and « pull »."""

    def __init__(self, path: Path, readers: int = 2) -> None:
        self.path = path
        (path / "cards").mkdir(parents=True, exist_ok=True)
        events = max((r.events for r in self.readers()), default=0)  # a folder may be used again
        rows = tuple(SimulatedReader(f"Reader {i}", None, events + 1) for i in range(readers))
        save_readers(path / "reader.json", rows)

    def add(self, image: CardImage) -> CardImage:
        image.save(self.card_path(image.id))
        return image

    def card_path(self, id: str) -> Path:
        return self.path / "cards" / f"{id}.json"

    def readers(self) -> tuple[SimulatedReader, ...]:
        return load_readers(self.path / "reader.json")

    def insert(self, id: str, reader: int = 0, *, mute: bool = False, delay_ms: int = 0) -> None:
        self._set(reader, card=id, mute=mute, delay_ms=delay_ms)

    def pull(self, reader: int = 0) -> None:
        self._set(reader, card=None, mute=False, delay_ms=0)

    def swap_unseen(self, id: str, reader: int = 0) -> None:
        """Another card on the same contacts; the reader's count stays."""
        rows = list(self.readers())
        rows[reader] = replace(rows[reader], card=id)
        save_readers(self.path / "reader.json", tuple(rows))

    def slow(self, delay_ms: int, reader: int = 0) -> None:
        rows = list(self.readers())
        old = rows[reader]
        rows[reader] = SimulatedReader(old.name, old.card, old.events, old.mute, delay_ms)
        save_readers(self.path / "reader.json", tuple(rows))

    def _set(self, reader: int, *, card: str | None, mute: bool, delay_ms: int) -> None:
        rows = list(self.readers())
        old = rows[reader]
        rows[reader] = SimulatedReader(old.name, card, old.events + 1, mute, delay_ms)
        save_readers(self.path / "reader.json", tuple(rows))
