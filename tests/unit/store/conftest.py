"""Cards in software, a keyring in a dict, values to store: everything else in these tests is real."""

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from desktop.domain.card import Certificate, UnlockChallenge, UnlockMethod
from desktop.domain.deposit import Deposit, Draft
from desktop.domain.errors import Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import (
    Author,
    Document,
    DocumentStatus,
    DspState,
    Level,
    Mandate,
    MandateKind,
    Patient,
    Sex,
)
from desktop.domain.secret import Secret
from desktop.ports.kept import Kept
from desktop.ports.store import RecentPatient
from desktop.ports.vault import VaultPort, VaultState
from desktop.store.store import Store
from desktop.store.vault import Vault, open_vault
from tests.fakes import FakeKeyring

T = TypeVar("T")
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class SoftCard:
    """A card whose key is in memory; answers challenges as the child process does."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    method: UnlockMethod
    certificate: Certificate

    def secret(self, challenge: UnlockChallenge) -> bytearray:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            assert challenge.method is UnlockMethod.ECDH
            point = ec.EllipticCurvePublicKey.from_encoded_point(self.key.curve, challenge.data)
            return bytearray(self.key.exchange(ec.ECDH(), point))
        if challenge.method is UnlockMethod.RSA_OAEP:
            oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
            return bytearray(self.key.decrypt(challenge.data, oaep))
        assert challenge.method is UnlockMethod.RSA_SIGNATURE
        return bytearray(self.key.sign(challenge.data, padding.PKCS1v15(), hashes.SHA256()))

    def answer(self, challenge: UnlockChallenge) -> Secret:
        return Secret(self.secret(challenge))


@cache
def _key(number: int, method: UnlockMethod) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if method is UnlockMethod.ECDH:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def soft_card(
    number: int = 1, holder: str = "LU-1", method: UnlockMethod = UnlockMethod.RSA_OAEP
) -> SoftCard:
    """One of a few cards; the same number, holder and method are the same card."""
    return _soft_card(number, holder, method)


@cache
def _soft_card(number: int, holder: str, method: UnlockMethod) -> SoftCard:
    key = _key(number, method)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Carte {number}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    until = NOW + timedelta(days=900)
    return SoftCard(key, method, Certificate("Dr Test", holder, "CA", NOW, until, fingerprint, der))


def unlock(vault: VaultPort, card: SoftCard) -> Result[VaultState]:
    """What a login does."""
    challenge = vault.challenge(card.certificate, card.method)
    return vault.open(card.certificate, card.answer(challenge))


@dataclass
class Practice:
    """One data folder with its keyring; every vault made here is closed at the end."""

    home: Path
    keyring: FakeKeyring = field(default_factory=FakeKeyring)
    now: datetime = NOW
    kept: dict[str, Kept] = field(default_factory=dict)
    vaults: list[Vault] = field(default_factory=list)

    def vault(self, *, allow_card_only: bool = False) -> Vault:
        made = open_vault(
            self.home, self.keyring, allow_card_only=allow_card_only, kept=self.kept, now=lambda: self.now
        )
        self.vaults.append(made)
        return made

    def store(self, card: SoftCard | None = None) -> tuple[Vault, Store]:
        """An open store."""
        vault = self.vault()
        opened = unlock(vault, card or soft_card())
        assert isinstance(opened, VaultState), opened
        assert not opened.memory_only
        return vault, Store(vault)

    def only_set(self) -> Path:
        """The folder of the one set that exists."""
        (found,) = (self.home / "vault").glob("*/set-*")
        return found


@pytest.fixture
def practice(data_home: Path) -> Iterator[Practice]:
    made = Practice(data_home)
    yield made
    for vault in made.vaults:
        vault.close()


@pytest.fixture
def store(practice: Practice) -> Store:
    """Open, with the records of p1 and p2 opened for a day."""
    return hold(practice.store()[1])


def hold(store: Store, *patients: str, until: datetime = NOW + timedelta(hours=24)) -> Store:
    """A right to each, as the opening of a record gives it; p1 and p2 where none is named."""
    for patient_id in patients or ("p1", "p2"):
        ok(store.hold_right(patient_id, until))
    return store


def patient(number: int = 1, family: str = "Weber") -> Patient:
    matricule = Matricule(f"19800101{number:05}")
    return Patient(f"p{number}", matricule, family, "Anne", date(1980, 1, 1), Sex.FEMALE, DspState.ACTIVE)


def mandate(until: datetime | None = NOW + timedelta(hours=24), number: int = 1) -> Mandate:
    return Mandate(f"m{number}", MandateKind.CONSULTATION, NOW, until, None)


def document(
    number: int | str,
    patient_id: str = "p1",
    title: str = "Bilan sanguin",
    *,
    days: int = 0,
    **changes: object,
) -> Document:
    values: dict[str, object] = {
        "id": f"d{number}",
        "unique_id": f"urn:uuid:{number}",
        "patient_id": patient_id,
        "category": "resultats-laboratoire",
        "title": title,
        "created": NOW - timedelta(days=days),
        "registered": NOW,
        "author": Author("pr1", "Dr Müller", "Laboratoire Ketterthill"),
        "level": Level.STANDARD,
        "status": DocumentStatus.CURRENT,
        "content_type": "application/pdf",
        "size": 3,
        "sha1": None,
        "url": "Binary/1",
    }
    return Document(**(values | changes))  # type: ignore[arg-type]


def deposit(number: int | str = 1, content: bytes = b"%PDF-1.7 content") -> Deposit:
    return Deposit(
        f"urn:uuid:{number}", f"urn:uuid:s{number}", patient(), mandate(), "courrier", "Lettre de sortie",
        date(2026, 11, 21), Level.STANDARD, "pr1", "Dr Test", "fr",
        sha1(content).hexdigest(), len(content), NOW,
    )  # fmt: skip


def draft(number: int = 1, title: str = "Brouillon") -> Draft:
    return Draft(patient(number), "courrier", title, None, Level.STANDARD, "lettre.pdf", NOW)


def recent(
    number: int = 1, opened_at: datetime = NOW, until: datetime | None = NOW + timedelta(hours=24)
) -> RecentPatient:
    return RecentPatient(patient(number), opened_at, mandate(until), 2, 1)


def ok(result: T | Failure) -> T:
    """The value; a failure fails the test."""
    assert not isinstance(result, Failure), result
    return result


def files_below(home: Path) -> dict[Path, bytes]:
    """Every file and what is in it."""
    return {p: p.read_bytes() for p in home.rglob("*") if p.is_file()}


def spellings(marker: str) -> list[bytes]:
    """A marker as a leak might spell it."""
    plain = marker.encode()
    return [
        plain,
        marker.encode("utf-16-le"),
        plain.hex().encode(),
        base64.b64encode(plain).rstrip(b"=")[:-1],
    ]


def random_word() -> str:
    """Something that stands nowhere else."""
    return "zq" + os.urandom(8).hex()
