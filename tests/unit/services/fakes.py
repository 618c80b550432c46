"""A clock, a store and a platform in memory; the platform can lose answers at any point."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from desktop.domain.account import Account
from desktop.domain.card import CardInfo, CardSource, Certificate, PinState, UnlockMethod
from desktop.domain.catalog import Profile
from desktop.domain.deposit import Deposit, Draft, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
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


class Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def patient(**changes: object) -> Patient:
    base = Patient(
        "p1", Matricule("1793051234591"), "Muller", "Anne", date(1993, 5, 12), Sex.FEMALE, DspState.ACTIVE
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def mandate(**changes: object) -> Mandate:
    end = NOW + timedelta(hours=14)
    base = Mandate("m1", MandateKind.CONSULTATION, NOW, end, NOW + timedelta(hours=24))
    return replace(base, **changes)  # type: ignore[arg-type]


ACCOUNT = Account("Dr Weber", "EH1", "H1", "Médecin", Profile.MEDECIN, "pr1")


def certificate(**changes: object) -> Certificate:
    base = Certificate(
        "Dr Weber", "H1", "CA", NOW - timedelta(days=9), NOW + timedelta(days=900), "ab" * 32, b"der"
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def card(**changes: object) -> CardInfo:
    base = CardInfo(
        "k1", "Lecteur", "Dr Weber", "S1", CardSource.SOFTWARE, certificate(), None, PinState(3),
        UnlockMethod.RSA_SIGNATURE,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def document(deposit: Deposit, id: str) -> Document:
    return Document(
        id, deposit.unique_id, deposit.patient.id, deposit.category, deposit.title, NOW, NOW,
        Author(deposit.author_id, deposit.author_name), deposit.level, DocumentStatus.CURRENT,
        "application/pdf", deposit.size, deposit.sha1, f"Binary/{id}",
    )  # fmt: skip


class OutboxStore:
    """The part of StorePort that the outbox uses; survives a "crash" of the service above it."""

    def __init__(self) -> None:
        self.rows: dict[str, OutboxRow] = {}
        self.bodies: dict[str, bytes] = {}
        self.drafts: dict[str, tuple[Draft, bytes | None]] = {}
        self.crash_before: Callable[[OutboxRow], bool] = lambda row: False
        self.full: list[bool] = []  # one write each: is the disk full then?

    def enqueue_row(self, row: OutboxRow, content: bytes) -> None:
        self.rows[row.deposit.unique_id] = row
        self.bodies[row.deposit.unique_id] = content

    def outbox(self) -> tuple[OutboxRow, ...]:
        return tuple(reversed(self.rows.values()))

    def outbox_content(self, unique_id: str) -> bytes:
        return self.bodies[unique_id]

    def update_outbox(self, row: OutboxRow, expected: OutboxState | None = None) -> Failure | None:
        if self.crash_before(row):
            raise KeyboardInterrupt("killed")
        refused = self._refusal(row.deposit.unique_id, expected)
        if refused is None:
            self.rows[row.deposit.unique_id] = row
        return refused

    def drop_outbox(self, unique_id: str, expected: OutboxState) -> Failure | None:
        refused = self._refusal(unique_id, expected)
        if refused is None:
            del self.rows[unique_id], self.bodies[unique_id]
        return refused

    def draft(self, patient_id: str) -> tuple[Draft, bytes | None] | None:
        return self.drafts.get(patient_id)

    def outbox_to_draft(
        self, unique_id: str, expected: OutboxState, draft: Draft, content: bytes
    ) -> Failure | None:
        gone = self.drop_outbox(unique_id, expected)
        if gone is None:
            self.drafts[draft.patient.id] = (draft, content)
        return gone

    def _refusal(self, unique_id: str, expected: OutboxState | None) -> Failure | None:
        full = self.full.pop(0) if self.full else False
        if full:
            return Failure(Code.DISK_FULL)
        stands = self.rows.get(unique_id)
        if stands is None:
            return Failure(Code.NOT_FOUND)
        return None if expected in (None, stands.state) else Failure(Code.CHANGED_ELSEWHERE)


class Wire:
    """The part of PlatformPort that the outbox uses, with one scripted fault a call."""

    def __init__(self) -> None:
        self.held: dict[str, list[Document]] = {}
        self.faults: list[str] = []
        self.mandate: Mandate | Failure = mandate()
        self.tokens = 0
        self.calls = 0
        self.meanwhile: list[Callable[[], object] | None] = []  # one call each: what the user does then
        self.unasked: set[str] = set()  # sent since the platform was last asked for it
        self.right = ""

    def _fault(self) -> str:
        self.calls += 1
        meanwhile = self.meanwhile.pop(0) if self.meanwhile else None
        if meanwhile is not None:
            meanwhile()
        return self.faults.pop(0) if self.faults else ""

    def my_mandates(self, patient_id: str) -> tuple[Mandate, ...] | Failure:
        if self._fault() == "offline":
            return Failure(Code.OFFLINE)
        return () if isinstance(self.mandate, Failure) else (self.mandate,)

    def open_record(self, patient: Patient, code: object) -> Mandate | Failure:
        assert code is None, "a code is never queued (CF-010)"
        self.tokens += 1
        if self._fault() == "offline":
            return Failure(Code.OFFLINE)
        self.right = "" if isinstance(self.mandate, Failure) else self.mandate.id
        return self.mandate

    def find_published(self, deposit: Deposit) -> Document | Failure | None:
        if self._fault() in ("offline", "lost"):
            return Failure(Code.TIMEOUT)
        self.unasked.discard(deposit.unique_id)
        found = self.held.get(deposit.unique_id, [])
        return found[0] if found else None

    def publish(self, deposit: Deposit, content: bytes, progress: object) -> str | Failure:
        assert deposit.unique_id not in self.unasked, "sent again without asking (contract §5)"
        assert self.right == deposit.mandate.id, "sent under another right (CF-031)"
        self.unasked.add(deposit.unique_id)
        fault = self._fault()
        if fault == "offline":
            return Failure(Code.OFFLINE)
        if fault == "refused":
            return Failure(Code.DEPOSIT_REFUSED)
        if fault == "damaged":
            return Failure(Code.DIGEST_MISMATCH)
        made = self.held.setdefault(deposit.unique_id, [])
        made.append(document(deposit, f"d{deposit.unique_id[-1]}-{len(made) + 1}"))
        if fault == "lost":
            return Failure(Code.DEPOSIT_UNKNOWN)
        if fault == "cut":
            return Failure(Code.CANCELLED)
        return made[-1].id


def deposit(number: int = 1, **changes: object) -> Deposit:
    base = Deposit(
        f"urn:uuid:{number}", f"urn:uuid:s{number}", patient(), mandate(), "rapport-medical", "Lettre",
        date(2026, 11, 20), Level.STANDARD, "pr1", "Dr Weber", "fr-LU", CONTENT_SHA1, len(CONTENT), NOW,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]
