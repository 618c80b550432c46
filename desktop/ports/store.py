"""The holder's encrypted store: one port a subject; every call needs an open vault (else STORE_LOCKED)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from desktop.domain.deposit import Deposit, Draft, OutboxMark, OutboxRow, OutboxState
from desktop.domain.errors import Result
from desktop.domain.record import Document, Episode, Mandate, Patient
from desktop.domain.recovery import Recovery
from desktop.ports.platform import LocalRead


@dataclass(frozen=True, slots=True)
class RecentPatient:
    """A line of « Ouverts aujourd'hui »; counts are as of the last opening.

    ``readable_until``: of a list of what can be read without the platform.
    """

    patient: Patient
    opened_at: datetime
    mandate: Mandate | None
    new_documents: int
    annonces: int
    readable_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """Something of a patient is kept until *until*; ``recent``: his last opening, None before the list came.

    ``recent.mandate`` is the right as the platform told it last, ``recent.opened_at`` when it gave the list.
    """

    patient_id: str
    until: datetime
    recent: RecentPatient | None


class RightsPort(Protocol):
    """Until when what the platform gave of each patient may stay here (CF-066)."""

    def hold_right(self, patient_id: str, until: datetime, mandate: Mandate | None = None) -> Result[None]:
        """Note until when the right to this patient runs: without one nothing of a mandate is kept.

        It is the end of everything kept of him but own work. *mandate*: the right as it is told now.
        """
        ...

    def hold_told_rights(self, until: Mapping[str, datetime]) -> Result[None]:
        """Note rights that a list told of, by patient id, at once: what is known by an opening stays so."""
        ...

    def kept_records(self) -> Result[tuple[KeptRecord, ...]]:
        """Everybody of whom something may be kept, the latest opening first."""
        ...

    def forget_patient(self, patient_id: str, keep: frozenset[str]) -> Result[None]:
        """Crypto-erase what was read of one patient but *keep* and own documents (CF-066); own work stays."""
        ...

    def purge_expired(self, now: datetime) -> Result[int]:
        """Crypto-erase what a mandate's end took away; number of bodies destroyed."""
        ...


class OpeningsPort(Protocol):
    """Which records were opened, and when."""

    def recent_patients(self, day: date) -> Result[tuple[RecentPatient, ...]]:
        """Opened on *day* (Europe/Luxembourg), newest first."""
        ...

    def remember_opening(self, recent: RecentPatient) -> Result[None]:
        """Note that a record was opened; it is a kept record while its right is held."""
        ...

    def last_opening(self, patient_id: str) -> Result[datetime | None]:
        """The former opening, for « nouveau depuis »."""
        ...


class RecordCachePort(Protocol):
    """Lists and episodes of a record."""

    def save_documents(self, patient_id: str, documents: Sequence[Document]) -> Result[None]:
        """Replace the patient's cached list; RIGHT_UNKNOWN without a right held."""
        ...

    def save_episodes(self, patient_id: str, episodes: Sequence[Episode]) -> Result[None]:
        """Replace the patient's cached episodes; RIGHT_UNKNOWN without a right held."""
        ...

    def documents(self, patient_id: str) -> Result[tuple[Document, ...]]:
        """The cached list, newest first."""
        ...

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        """The cached episodes."""
        ...


class DocumentCachePort(Protocol):
    """Bodies and text of the documents that were read."""

    def save_body(self, document: Document, content: bytes, keep_until: datetime | None) -> Result[None]:
        """Encrypt one body with a key of its own; None = own document, kept; else RIGHT_UNKNOWN as above.

        It is kept until *keep_until*, or until its patient's right ends, whichever comes first.
        """
        ...

    def body(self, document_id: str) -> Result[bytes]:
        """Decrypt one body; NOT_CACHED when it is not there."""
        ...

    def cached_ids(self, patient_id: str) -> Result[frozenset[str]]:
        """Documents that are readable offline."""
        ...

    def index_text(self, document_id: str, content_text: str) -> Result[None]:
        """Add the text of a document that the user read to the full-text index."""
        ...

    def search(self, patient_id: str, words: str) -> Result[tuple[str, ...]]:
        """Document ids whose title, author, category or read text match (accents and ligatures folded)."""
        ...


class DraftsPort(Protocol):
    """The deposit form of each patient, as it was left."""

    def save_draft(self, draft: Draft, content: bytes | None) -> Result[None]:
        """Keep the deposit form of one patient (one draft a patient)."""
        ...

    def reword_draft(self, draft: Draft) -> Result[None]:
        """New words, the kept file as it is; NOT_CACHED when it does not hold all of *draft*'s contents."""
        ...

    def draft(self, patient_id: str) -> Result[tuple[Draft, bytes | None] | None]:
        """The kept form."""
        ...

    def drafts(self) -> Result[tuple[Draft, ...]]:
        """The words of every kept form, newest first; one that cannot be read is left out."""
        ...

    def drop_draft(self, patient_id: str) -> Result[None]:
        """Forget the kept form."""
        ...


class OutboxPort(Protocol):
    """Confirmed deposits and their contents."""

    def outlives_a_lock(self) -> bool:
        """False while what is open is kept in memory only: a lock destroys it."""
        ...

    def enqueue(self, deposit: Deposit, content: bytes, rest: Draft | None = None) -> Result[None]:
        """One row and its encrypted content in the same transaction (synchronous FULL).

        The draft becomes *rest*, its file as it is; None drops it.
        """
        ...

    def outbox(self) -> Result[tuple[OutboxRow, ...]]:
        """All rows, newest first."""
        ...

    def outbox_marks(self) -> Result[tuple[OutboxMark, ...]]:
        """Where every row stands, oldest first; no row is decoded for it."""
        ...

    def outbox_row(self, unique_id: str) -> Result[OutboxRow]:
        """One row; NOT_FOUND, or STORE_DAMAGED where it cannot be read."""
        ...

    def outbox_content(self, unique_id: str) -> Result[bytes]:
        """The exact bytes to send."""
        ...

    def update_outbox(self, row: OutboxRow, expected: OutboxState | None = None) -> Result[None]:
        """Write a row's new state; with *expected* only over that one, else CHANGED_ELSEWHERE."""
        ...

    def update_outbox_soon(self, row: OutboxRow, expected: OutboxState) -> Result[None]:
        """As :meth:`update_outbox`, on the disk with the next one that is: a power cut may take it."""
        ...

    def drop_outbox(self, unique_id: str, expected: OutboxState) -> Result[None]:
        """Destroy a row and its content while it stands in that state, else CHANGED_ELSEWHERE."""
        ...

    def outbox_to_draft(
        self, unique_id: str, expected: OutboxState, draft: Draft, content: bytes
    ) -> Result[None]:
        """Keep the draft and destroy the row, both or neither; else CHANGED_ELSEWHERE."""
        ...


class DepositsPort(DraftsPort, OutboxPort, Protocol):
    """Confirmed deposits, and the forms that they come from and may go back to."""


class LocalReadsPort(Protocol):
    """Reads from the cache that the platform must still hear of (CF-060)."""

    def queue_local_read(self, trace: LocalRead) -> Result[None]:
        """Keep a trace until the platform has it."""
        ...

    def local_reads(self) -> Result[tuple[LocalRead, ...]]:
        """Traces to report."""
        ...

    def drop_local_read(self, trace_id: str) -> Result[None]:
        """The platform has it."""
        ...


class SettingsPort(Protocol):
    """The holder's own settings."""

    def setting(self, name: str) -> Result[str | None]:
        """One personal setting."""
        ...

    def set_setting(self, name: str, value: str) -> Result[None]:
        """Write one personal setting."""
        ...


class UntoldActsPort(Protocol):
    """Acts that the user confirmed, until he was told what became of them; an opening tells the rest."""

    def note_act(self, found: Recovery) -> Result[None]:
        """Durably, before anything of the act leaves: an ACT_UNTOLD of one document."""
        ...

    def act_told(self, document_id: str) -> Result[None]:
        """What became of the acts on that document is known."""
        ...


class RecoveriesPort(UntoldActsPort, Protocol):
    """What was found when the store was not as it was left."""

    def recoveries(self) -> Result[tuple[Recovery, ...]]:
        """What the user has not seen yet, oldest first."""
        ...

    def drop_recoveries(self, which: tuple[Recovery, ...]) -> Result[None]:
        """The user has seen these."""
        ...


class StorePort(
    RightsPort,
    OpeningsPort,
    RecordCachePort,
    DocumentCachePort,
    DepositsPort,
    LocalReadsPort,
    SettingsPort,
    RecoveriesPort,
    Protocol,
):
    """All of the holder's encrypted store; every call needs an open vault (else STORE_LOCKED)."""
