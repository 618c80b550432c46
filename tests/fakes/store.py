"""One encrypted store a holder, in memory."""

from collections.abc import Sequence
from datetime import date, datetime

from desktop.domain.card import (
    Certificate,
    UnlockChallenge,
    UnlockMethod,
)
from desktop.domain.deposit import Deposit, Draft, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, Episode
from desktop.domain.secret import Secret
from desktop.ports.platform import LocalRead
from desktop.ports.store import RecentPatient
from desktop.ports.vault import VaultState
from tests.fakes.gate import Gate, Log
from tests.unit.services.fakes import Clock


class FakeVault:
    """One store a holder, open or not."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.holder: str | None = None
        self.state = VaultState(False, True, False)

    def challenge(self, certificate: Certificate, method: UnlockMethod) -> UnlockChallenge:
        return UnlockChallenge(method, b"message")

    def open(self, certificate: Certificate, card_secret: Secret | None) -> Result[VaultState]:
        if card_secret is not None:
            card_secret.wipe()
        self.holder = certificate.holder_id
        self.log.append("vault opened")
        return self.state

    def close(self) -> None:
        self.holder = None
        self.log.append("vault closed")

    def is_open(self) -> bool:
        return self.holder is not None


class _Shelf:
    """What one holder's store holds."""

    def __init__(self) -> None:
        self.recents: dict[str, RecentPatient] = {}
        self.rights: dict[str, datetime] = {}
        self.documents: dict[str, tuple[Document, ...]] = {}
        self.episodes: dict[str, tuple[Episode, ...]] = {}
        self.bodies: dict[str, bytes] = {}
        self.drafts: dict[str, tuple[Draft, bytes | None]] = {}
        self.rows: dict[str, tuple[OutboxRow, bytes]] = {}
        self.reads: dict[str, LocalRead] = {}
        self.settings: dict[str, str] = {}


class FakeStore:
    """Every call needs the vault to be open; ``full`` makes each write fail with DISK_FULL."""

    def __init__(self, vault: FakeVault, log: Log, clock: Clock) -> None:
        self.vault, self.log, self.clock = vault, log, clock
        self.shelves: dict[str, _Shelf] = {}
        self.full = False
        self.gate = Gate()

    def shelf(self, holder: str = "H1") -> _Shelf:
        """What *holder* has kept."""
        return self.shelves.setdefault(holder, _Shelf())

    def _open(self) -> _Shelf | Failure:
        holder = self.vault.holder
        return Failure(Code.STORE_LOCKED) if holder is None else self.shelf(holder)

    def _write(self) -> _Shelf | Failure:
        self.gate.passes()
        return Failure(Code.DISK_FULL) if self.full else self._open()

    def recent_patients(self, day: date) -> Result[tuple[RecentPatient, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else tuple(reversed(shelf.recents.values()))

    def hold_right(self, patient_id: str, until: datetime) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.rights[patient_id] = until
        return None

    def remember_opening(self, recent: RecentPatient) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.recents[recent.patient.id] = recent
        return None

    def last_opening(self, patient_id: str) -> Result[datetime | None]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        found = shelf.recents.get(patient_id)
        return found.opened_at if found else None

    def save_documents(self, patient_id: str, documents: Sequence[Document]) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.documents[patient_id] = tuple(documents)
        return None

    def save_episodes(self, patient_id: str, episodes: Sequence[Episode]) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.episodes[patient_id] = tuple(episodes)
        return None

    def documents(self, patient_id: str) -> Result[tuple[Document, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.documents.get(patient_id, ())

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.episodes.get(patient_id, ())

    def search(self, patient_id: str, words: str) -> Result[tuple[str, ...]]:
        return ()

    def index_text(self, document_id: str, content_text: str) -> Result[None]:
        return None

    def save_body(self, document: Document, content: bytes, keep_until: datetime | None) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.bodies[document.id] = content
        return None

    def body(self, document_id: str) -> Result[bytes]:
        shelf = self._open()
        return (
            shelf if isinstance(shelf, Failure) else shelf.bodies.get(document_id, Failure(Code.NOT_CACHED))
        )

    def cached_ids(self, patient_id: str) -> Result[frozenset[str]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else frozenset(shelf.bodies)

    def forget_patient(self, patient_id: str, keep: frozenset[str]) -> Result[None]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        self.log.append(f"forgot {patient_id}")
        shelf.documents.pop(patient_id, None)
        shelf.rights.pop(patient_id, None)
        shelf.bodies = {name: body for name, body in shelf.bodies.items() if name in keep}
        return None

    def purge_expired(self, now: datetime) -> Result[int]:
        return 0

    def save_draft(self, draft: Draft, content: bytes | None) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        self.log.append("draft kept")
        shelf.drafts[draft.patient.id] = (draft, content)
        return None

    def reword_draft(self, draft: Draft) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        kept = shelf.drafts.get(draft.patient.id)
        if kept is None or not draft.digests() <= kept[0].digests():
            return Failure(Code.NOT_CACHED)
        self.log.append("draft kept")
        shelf.drafts[draft.patient.id] = (draft, kept[1])
        return None

    def draft(self, patient_id: str) -> Result[tuple[Draft, bytes | None] | None]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.drafts.get(patient_id)

    def drop_draft(self, patient_id: str) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.drafts.pop(patient_id, None)
        return None

    def enqueue(self, deposit: Deposit, content: bytes, rest: Draft | None = None) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.rows[deposit.unique_id] = (OutboxRow(deposit, OutboxState.QUEUED), content)
        kept = shelf.drafts.pop(deposit.patient.id, None)
        if rest is not None and kept is not None:
            assert rest.digests() <= kept[0].digests()
            shelf.drafts[deposit.patient.id] = (rest, kept[1])
        return None

    def outbox(self) -> Result[tuple[OutboxRow, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else tuple(row for row, _ in reversed(shelf.rows.values()))

    def outbox_content(self, unique_id: str) -> Result[bytes]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.rows[unique_id][1]

    def update_outbox(self, row: OutboxRow, expected: OutboxState | None = None) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        stands, content = shelf.rows[row.deposit.unique_id]
        if expected not in (None, stands.state):
            return Failure(Code.CHANGED_ELSEWHERE)
        shelf.rows[row.deposit.unique_id] = (row, content)
        return None

    def drop_outbox(self, unique_id: str, expected: OutboxState) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        if unique_id not in shelf.rows or shelf.rows[unique_id][0].state is not expected:
            return Failure(Code.CHANGED_ELSEWHERE)
        del shelf.rows[unique_id]
        return None

    def outbox_to_draft(
        self, unique_id: str, expected: OutboxState, draft: Draft, content: bytes
    ) -> Result[None]:
        gone = self.drop_outbox(unique_id, expected)
        return gone if isinstance(gone, Failure) else self.save_draft(draft, content)

    def queue_local_read(self, trace: LocalRead) -> Result[None]:
        shelf = self._write()
        if isinstance(shelf, Failure):
            return shelf
        shelf.reads[trace.id] = trace
        return None

    def local_reads(self) -> Result[tuple[LocalRead, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else tuple(shelf.reads.values())

    def drop_local_read(self, trace_id: str) -> Result[None]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        shelf.reads.pop(trace_id, None)
        return None

    def setting(self, name: str) -> Result[str | None]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.settings.get(name)

    def set_setting(self, name: str, value: str) -> Result[None]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        shelf.settings[name] = value
        return None
