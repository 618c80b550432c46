"""A practice in Luxembourg: a doctor, a card, a patient, a mandate, a deposit; *changes* replace fields."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from desktop.domain.account import Account
from desktop.domain.card import CardInfo, CardSource, Certificate, PinState, UnlockMethod
from desktop.domain.catalog import Profile
from desktop.domain.deposit import Deposit
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

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CONTENT = b"0123456789"
CONTENT_SHA1 = hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest()


def patient(**changes: Any) -> Patient:
    base = Patient(
        "p1", Matricule("1793051234591"), "Muller", "Anne", date(1993, 5, 12), Sex.FEMALE, DspState.ACTIVE
    )
    return replace(base, **changes)


def other_patient(number: int, family: str) -> Patient:
    """Another patient of the same practice."""
    return patient(id=f"p{number}", family=family, matricule=Matricule(f"18010{number}0123456"))


def mandate(**changes: Any) -> Mandate:
    end = NOW + timedelta(hours=14)
    base = Mandate("m1", MandateKind.CONSULTATION, NOW, end, NOW + timedelta(hours=24))
    return replace(base, **changes)


ACCOUNT = Account("Dr Weber", "EH1", "H1", "Médecin", Profile.MEDECIN, "pr1")


def certificate(**changes: Any) -> Certificate:
    base = Certificate(
        "Dr Weber", "H1", "CA", NOW - timedelta(days=9), NOW + timedelta(days=900), "ab" * 32, b"der"
    )
    return replace(base, **changes)


def card(**changes: Any) -> CardInfo:
    base = CardInfo(
        "k1", "Lecteur", "Dr Weber", "S1", CardSource.SOFTWARE, certificate(), None, PinState(3),
        UnlockMethod.RSA_SIGNATURE,
    )  # fmt: skip
    return replace(base, **changes)


def document(deposit: Deposit, id: str) -> Document:
    return Document(
        id, deposit.unique_id, deposit.patient.id, deposit.category, deposit.title, NOW, NOW,
        Author(deposit.author_id, deposit.author_name), deposit.level, DocumentStatus.CURRENT,
        "application/pdf", deposit.size, deposit.sha1, f"Binary/{id}",
    )  # fmt: skip


def deposit(number: int = 1, **changes: Any) -> Deposit:
    base = Deposit(
        f"urn:uuid:{number}", f"urn:uuid:s{number}", patient(), mandate(), "rapport-medical", "Lettre",
        date(2026, 11, 20), Level.STANDARD, "pr1", "Dr Weber", "fr-LU", CONTENT_SHA1, len(CONTENT), NOW,
    )  # fmt: skip
    return replace(base, **changes)
