"""The encrypted store in memory: one shelf a holder, behind a vault."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from desktop.domain.card import Certificate, UnlockChallenge, UnlockMethod
from desktop.domain.catalog import category
from desktop.domain.deposit import Deposit, Draft, OutboxMark, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.folding import begins_words, fold, search_words
from desktop.domain.local_time import local_day
from desktop.domain.record import Document, Episode, Mandate
from desktop.domain.recovery import Recovery
from desktop.domain.secret import Secret
from desktop.ports.platform import LocalRead
from desktop.ports.store import KeptRecord, RecentPatient, StorePort
from desktop.ports.vault import BarsPort, VaultPort, VaultState
from tests.fakes.gate import Gate, Log
from tests.samples.practice import certificate

ON_DISK = VaultState(memory_only=False, keyring_share=True, rebuilt=False)
IN_MEMORY = VaultState(memory_only=True, keyring_share=False, rebuilt=False)
SENT_KEPT = timedelta(days=1)


@dataclass
class _Kept:
    """A document of the cache, and the text that was read of it."""

    document: Document
    listed: bool = False
    content_text: str = ""


@dataclass
class _Body:
    patient_id: str
    content: bytes
    until: datetime | None


@dataclass
class Shelf:
    """What one holder's store holds, by id."""

    openings: dict[tuple[str, date], RecentPatient] = field(default_factory=dict)
    last: dict[str, RecentPatient] = field(default_factory=dict)
    rights: dict[str, datetime] = field(default_factory=dict)
    kept: dict[str, RecentPatient] = field(default_factory=dict)
    known: dict[str, _Kept] = field(default_factory=dict)
    episodes: dict[str, tuple[Episode, ...]] = field(default_factory=dict)
    bodies: dict[str, _Body] = field(default_factory=dict)
    drafts: dict[str, tuple[Draft, bytes | None]] = field(default_factory=dict)
    rows: dict[str, tuple[OutboxRow, bytes]] = field(default_factory=dict)
    reads: dict[str, LocalRead] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    recoveries: tuple[Recovery, ...] = ()
    sealed: dict[bytes, bytes] = field(default_factory=dict)

    def put(self, document: Document, *, listed: bool) -> None:
        kept = self.known.setdefault(document.id, _Kept(document))
        kept.document, kept.listed = document, kept.listed or listed

    def drop_bodies(self, ids: Sequence[str]) -> int:
        """How many there were; what is listed stays listed, without its text."""
        gone = [self.bodies.pop(i) for i in ids if i in self.bodies]
        for i in ids:
            if i in self.known:
                self.known[i].content_text = ""
                if not self.known[i].listed:
                    del self.known[i]
        return len(gone)

    def drop(self, ids: Sequence[str]) -> int:
        """How many bodies went with the documents."""
        count = self.drop_bodies(ids)
        for i in ids:
            self.known.pop(i, None)
        return count

    def own(self, patient_id: str) -> set[str]:
        return {i for i, b in self.bodies.items() if b.patient_id == patient_id and b.until is None}

    def forget(self, patient_id: str, keep: frozenset[str]) -> int:
        kept = keep | self.own(patient_id)
        self.episodes.pop(patient_id, None)
        self.rights.pop(patient_id, None)
        self.kept.pop(patient_id, None)
        return self.drop(
            [i for i, k in self.known.items() if k.document.patient_id == patient_id and i not in kept]
        )


class FakeBars(BarsPort):
    """Who was shut out; ``failure`` is what a question says then."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.failure: Failure | None = None

    def barred(self, holder_id: str) -> Result[str]:
        return self.failure or self.words.get(holder_id, "")

    def bar(self, holder_id: str, word: str) -> Result[None]:
        self.words[holder_id] = word
        return None

    def admit(self, holder_id: str) -> Result[None]:
        self.words.pop(holder_id, None)
        return None


class FakeVault(VaultPort):
    """One holder's shelf at a time; ``state`` is what an opening with the card's secret says."""

    def __init__(self, log: Log | None = None) -> None:
        self.log = [] if log is None else log
        self.holder: str | None = None
        self.state: Result[VaultState] = ON_DISK
        self.shelves: dict[str, Shelf] = {}
        self.opened: Shelf | None = None
        self.said = ON_DISK
        self._bars = FakeBars()

    @property
    def bars(self) -> FakeBars:
        return self._bars

    def challenge(self, certificate: Certificate, method: UnlockMethod) -> UnlockChallenge:
        return UnlockChallenge(method, b"message")

    def open(self, certificate: Certificate, card_secret: Secret | None) -> Result[VaultState]:
        answered = bool(card_secret)
        if card_secret is not None:
            card_secret.wipe()
        if self.holder is not None:
            return self.said if self.holder == certificate.holder_id else Failure(Code.STORE_OTHER_CARD)
        state = self.state if answered else IN_MEMORY
        if isinstance(state, Failure):
            return state
        self.log.append("vault opened in memory" if state.memory_only else "vault opened")
        self.holder, self.said = certificate.holder_id, state
        self.opened = Shelf() if state.memory_only else self.shelf(self.holder)
        return state

    def close(self) -> None:
        self.holder = self.opened = None
        self.log.append("vault closed")

    def hurry(self) -> None:
        self.log.append("work hurried")

    def close_now(self) -> None:
        self.log.append("work cut")
        self.close()

    def is_open(self) -> bool:
        return self.opened is not None

    def seal(self, content: bytes) -> Result[bytes]:
        """Bytes that hold nothing of *content*: the shelf remembers it, as the key would."""
        if self.opened is None or self.said.memory_only:
            return Failure(Code.STORE_LOCKED)
        name = f"sealed {len(self.opened.sealed)}".encode()
        self.opened.sealed[name] = content
        return name

    def unseal(self, sealed: bytes) -> Result[bytes]:
        if self.opened is None or self.said.memory_only:
            return Failure(Code.STORE_LOCKED)
        return self.opened.sealed.get(sealed, Failure(Code.STORE_OTHER_CARD))

    def shelf(self, holder: str = "H1") -> Shelf:
        """What *holder* has on the disk."""
        return self.shelves.setdefault(holder, Shelf())


class FakeStore(StorePort):
    """Every call needs the vault to be open; ``gate`` holds writes.

    ``full``: each write fails with DISK_FULL; ``full_writes``: the next writes, one each; ``answers``: what
    a write of that name, or ``draft``, says. The write of a row that ``crash_before`` picks is the last thing
    that the program did.
    """

    def __init__(self, vault: FakeVault, log: Log | None = None) -> None:
        self.vault = vault
        self.log = [] if log is None else log
        self.full = False
        self.full_writes: list[bool] = []
        self.answers: dict[str, Failure] = {}
        self.crash_before: Callable[[OutboxRow], bool] = lambda row: False
        self.gate = Gate()

    def shelf(self, holder: str = "H1") -> Shelf:
        """What *holder* has kept."""
        return self.vault.shelf(holder)

    def _open(self) -> Shelf | Failure:
        return self.vault.opened or Failure(Code.STORE_LOCKED)

    def _write(self, call: str) -> Shelf | Failure:
        self.gate.passes()
        if call in self.answers:
            return self.answers[call]
        full = self.full_writes.pop(0) if self.full_writes else self.full
        return Failure(Code.DISK_FULL) if full else self._open()

    # -- openings

    def recent_patients(self, day: date) -> Result[tuple[RecentPatient, ...]]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        found = [r for (_, opened), r in shelf.openings.items() if opened == day]
        return tuple(sorted(found, key=lambda r: (_ago(r.opened_at), r.patient.id)))

    def hold_right(self, patient_id: str, until: datetime, mandate: Mandate | None = None) -> Result[None]:
        shelf = self._write("hold_right")
        if isinstance(shelf, Failure):
            return shelf
        shelf.rights[patient_id] = until
        for body in shelf.bodies.values():
            if body.patient_id == patient_id and body.until is not None:
                body.until = until
        if mandate is not None and patient_id in shelf.kept:
            shelf.kept[patient_id] = replace(shelf.kept[patient_id], mandate=mandate)
        return None

    def hold_told_rights(self, until: Mapping[str, datetime]) -> Result[None]:
        shelf = self._write("hold_told_rights")
        if isinstance(shelf, Failure):
            return shelf
        shelf.rights.update({id: end for id, end in until.items() if id not in shelf.kept})
        return None

    def kept_records(self) -> Result[tuple[KeptRecord, ...]]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        found = [KeptRecord(p, until, shelf.kept.get(p)) for p, until in shelf.rights.items()]
        opened = {k.patient_id: _ago(k.recent.opened_at) if k.recent else 0.0 for k in found}
        return tuple(sorted(found, key=lambda k: (opened[k.patient_id], k.patient_id)))

    def remember_opening(self, recent: RecentPatient) -> Result[None]:
        shelf = self._write("remember_opening")
        if isinstance(shelf, Failure):
            return shelf
        if recent.patient.id in shelf.rights:
            shelf.kept[recent.patient.id] = recent
        shelf.openings[recent.patient.id, local_day(recent.opened_at)] = recent
        shelf.last[recent.patient.id] = recent
        return None

    def last_opening(self, patient_id: str) -> Result[datetime | None]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        found = shelf.last.get(patient_id)
        return found.opened_at if found else None

    # -- lists, and the end of what was read

    def save_documents(self, patient_id: str, documents: Sequence[Document]) -> Result[None]:
        shelf = self._write("save_documents")
        if isinstance(shelf, Failure):
            return shelf
        if patient_id not in shelf.rights:
            return Failure(Code.RIGHT_UNKNOWN)
        stays = {d.id for d in documents} | shelf.own(patient_id)
        before = [i for i, k in shelf.known.items() if k.listed and k.document.patient_id == patient_id]
        shelf.drop([i for i in before if i not in stays])
        for kept in shelf.known.values():
            kept.listed = kept.listed and kept.document.patient_id != patient_id
        for document in documents:
            shelf.put(document, listed=True)
        return None

    def save_episodes(self, patient_id: str, episodes: Sequence[Episode]) -> Result[None]:
        shelf = self._write("save_episodes")
        if isinstance(shelf, Failure):
            return shelf
        if patient_id not in shelf.rights:
            return Failure(Code.RIGHT_UNKNOWN)
        shelf.episodes[patient_id] = tuple(episodes)
        return None

    def documents(self, patient_id: str) -> Result[tuple[Document, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else tuple(k.document for k in _listed(shelf, patient_id))

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.episodes.get(patient_id, ())

    def forget_patient(self, patient_id: str, keep: frozenset[str]) -> Result[None]:
        shelf = self._write("forget_patient")
        if isinstance(shelf, Failure):
            return shelf
        self.log.append(f"forgot {patient_id}")
        for at, opening in shelf.openings.items():
            if at[0] == patient_id:
                shelf.openings[at] = replace(opening, mandate=None, new_documents=0, annonces=0)
        shelf.forget(patient_id, keep)
        return None

    def purge_expired(self, now: datetime) -> Result[int]:
        shelf = self._write("purge_expired")
        if isinstance(shelf, Failure):
            return shelf
        for unique_id, (row, _) in list(shelf.rows.items()):
            since = row.changed_at or row.deposit.confirmed_at
            if row.state is OutboxState.SENT and now - since >= SENT_KEPT:
                del shelf.rows[unique_id]
        count = shelf.drop_bodies(
            [i for i, b in shelf.bodies.items() if b.until is not None and b.until <= now]
        )
        for patient_id in [p for p, until in shelf.rights.items() if until <= now]:
            count += shelf.forget(patient_id, frozenset())
        today = local_day(now)
        shelf.openings = {at: r for at, r in shelf.openings.items() if at[1] >= today}
        return count

    # -- bodies and text

    def save_body(self, document: Document, content: bytes, keep_until: datetime | None) -> Result[None]:
        shelf = self._write("save_body")
        if isinstance(shelf, Failure):
            return shelf
        if keep_until is not None and document.patient_id not in shelf.rights:
            return Failure(Code.RIGHT_UNKNOWN)
        if keep_until is not None:
            keep_until = min(keep_until, shelf.rights[document.patient_id])
        shelf.put(document, listed=False)
        shelf.bodies[document.id] = _Body(document.patient_id, content, keep_until)
        return None

    def body(self, document_id: str) -> Result[bytes]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        found = shelf.bodies.get(document_id)
        return Failure(Code.NOT_CACHED) if found is None else found.content

    def cached_ids(self, patient_id: str) -> Result[frozenset[str]]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        return frozenset(i for i, b in shelf.bodies.items() if b.patient_id == patient_id)

    def index_text(self, document_id: str, content_text: str) -> Result[None]:
        shelf = self._write("index_text")
        if isinstance(shelf, Failure):
            return shelf
        if document_id not in shelf.known:
            return Failure(Code.NOT_CACHED)
        shelf.known[document_id].content_text = content_text
        return None

    def search(self, patient_id: str, words: str) -> Result[tuple[str, ...]]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        asked = search_words(words)
        return tuple(k.document.id for k in _listed(shelf, patient_id) if asked and _has(k, asked))

    # -- drafts

    def save_draft(self, draft: Draft, content: bytes | None) -> Result[None]:
        shelf = self._write("save_draft")
        if isinstance(shelf, Failure):
            return shelf
        self.log.append("draft kept")
        shelf.drafts[draft.patient.id] = (draft, content)
        return None

    def reword_draft(self, draft: Draft) -> Result[None]:
        shelf = self._write("reword_draft")
        if isinstance(shelf, Failure):
            return shelf
        if not _reword(shelf, draft):
            return Failure(Code.NOT_CACHED)
        self.log.append("draft kept")
        return None

    def draft(self, patient_id: str) -> Result[tuple[Draft, bytes | None] | None]:
        shelf = self.answers.get("draft") or self._open()
        return shelf if isinstance(shelf, Failure) else shelf.drafts.get(patient_id)

    def drafts(self) -> Result[tuple[Draft, ...]]:
        shelf = self.answers.get("drafts") or self._open()
        if isinstance(shelf, Failure):
            return shelf
        return tuple(sorted((d for d, _ in shelf.drafts.values()), key=lambda d: d.saved_at, reverse=True))

    def drop_draft(self, patient_id: str) -> Result[None]:
        shelf = self._write("drop_draft")
        if isinstance(shelf, Failure):
            return shelf
        shelf.drafts.pop(patient_id, None)
        return None

    # -- outbox

    def outlives_a_lock(self) -> bool:
        return self.vault.opened is None or not self.vault.said.memory_only

    def enqueue(self, deposit: Deposit, content: bytes, rest: Draft | None = None) -> Result[None]:
        shelf = self._write("enqueue")
        if isinstance(shelf, Failure):
            return shelf
        if deposit.unique_id in shelf.rows:
            return None
        row = OutboxRow(deposit, OutboxState.QUEUED, changed_at=deposit.confirmed_at)
        shelf.rows[deposit.unique_id] = (row, content)
        if rest is None:
            shelf.drafts.pop(deposit.patient.id, None)
        else:
            _reword(shelf, rest)
        return None

    def outbox(self) -> Result[tuple[OutboxRow, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else tuple(row for row, _ in reversed(shelf.rows.values()))

    def outbox_marks(self) -> Result[tuple[OutboxMark, ...]]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        return tuple(
            OutboxMark(unique_id, row.deposit.patient.id, row.state, row.next_try)
            for unique_id, (row, _) in shelf.rows.items()
        )

    def outbox_row(self, unique_id: str) -> Result[OutboxRow]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        return shelf.rows[unique_id][0] if unique_id in shelf.rows else Failure(Code.NOT_FOUND)

    def outbox_content(self, unique_id: str) -> Result[bytes]:
        shelf = self._open()
        if isinstance(shelf, Failure):
            return shelf
        return shelf.rows[unique_id][1] if unique_id in shelf.rows else Failure(Code.NOT_CACHED)

    def update_outbox(self, row: OutboxRow, expected: OutboxState | None = None) -> Result[None]:
        if self.crash_before(row):
            raise KeyboardInterrupt("killed")
        shelf = self._expecting("update_outbox", row.deposit.unique_id, expected)
        if isinstance(shelf, Failure):
            return shelf
        shelf.rows[row.deposit.unique_id] = (row, shelf.rows[row.deposit.unique_id][1])
        return None

    def update_outbox_soon(self, row: OutboxRow, expected: OutboxState) -> Result[None]:
        return self.update_outbox(row, expected)

    def drop_outbox(self, unique_id: str, expected: OutboxState) -> Result[None]:
        shelf = self._expecting("drop_outbox", unique_id, expected)
        if isinstance(shelf, Failure):
            return shelf
        del shelf.rows[unique_id]
        return None

    def outbox_to_draft(
        self, unique_id: str, expected: OutboxState, draft: Draft, content: bytes
    ) -> Result[None]:
        shelf = self._expecting("outbox_to_draft", unique_id, expected)
        if isinstance(shelf, Failure):
            return shelf
        del shelf.rows[unique_id]
        shelf.drafts[draft.patient.id] = (draft, content)
        self.log.append("draft kept")
        return None

    def _expecting(self, call: str, unique_id: str, expected: OutboxState | None) -> Shelf | Failure:
        """For a write over a row as somebody knows it."""
        shelf = self._write(call)
        if isinstance(shelf, Failure):
            return shelf
        if unique_id not in shelf.rows:
            return Failure(Code.NOT_FOUND)
        stands = shelf.rows[unique_id][0].state
        return shelf if expected in (None, stands) else Failure(Code.CHANGED_ELSEWHERE)

    # -- unreported reads, settings

    def queue_local_read(self, trace: LocalRead) -> Result[None]:
        shelf = self._write("queue_local_read")
        if isinstance(shelf, Failure):
            return shelf
        shelf.reads.setdefault(trace.id, trace)
        return None

    def local_reads(self) -> Result[tuple[LocalRead, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else tuple(shelf.reads.values())

    def drop_local_read(self, trace_id: str) -> Result[None]:
        shelf = self._write("drop_local_read")
        if isinstance(shelf, Failure):
            return shelf
        shelf.reads.pop(trace_id, None)
        return None

    def setting(self, name: str) -> Result[str | None]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.settings.get(name)

    def set_setting(self, name: str, value: str) -> Result[None]:
        shelf = self._write("set_setting")
        if isinstance(shelf, Failure):
            return shelf
        shelf.settings[name] = value
        return None

    # -- what was found

    def recoveries(self) -> Result[tuple[Recovery, ...]]:
        shelf = self._open()
        return shelf if isinstance(shelf, Failure) else shelf.recoveries

    def note_act(self, found: Recovery) -> Result[None]:
        shelf = self._write("note_act")
        if isinstance(shelf, Failure):
            return shelf
        shelf.recoveries = (*shelf.recoveries, found)
        return None

    def act_told(self, document_id: str) -> Result[None]:
        shelf = self._write("act_told")
        if isinstance(shelf, Failure):
            return shelf
        shelf.recoveries = tuple(
            r for r in shelf.recoveries if r.act is None or r.act.document_id != document_id
        )
        return None

    def drop_recoveries(self, which: tuple[Recovery, ...]) -> Result[None]:
        shelf = self._write("drop_recoveries")
        if isinstance(shelf, Failure):
            return shelf
        shelf.recoveries = tuple(recovery for recovery in shelf.recoveries if recovery not in which)
        return None


def open_store(holder: str = "H1") -> FakeStore:
    """The store of a holder who has logged in."""
    vault = FakeVault()
    vault.open(certificate(holder_id=holder), Secret(bytearray(b"secret")))
    return FakeStore(vault)


def _listed(shelf: Shelf, patient_id: str) -> list[_Kept]:
    """Newest first by the document's own date, undated last."""
    found = [k for k in shelf.known.values() if k.listed and k.document.patient_id == patient_id]
    by_id = sorted(found, key=lambda k: k.document.id)
    by_registration = sorted(by_id, key=lambda k: _ago(k.document.registered))
    return sorted(by_registration, key=lambda k: _ago(k.document.created))


def _ago(moment: datetime | None) -> float:
    return float("inf") if moment is None else -moment.timestamp()


def _reword(shelf: Shelf, draft: Draft) -> bool:
    kept = shelf.drafts.get(draft.patient.id)
    if kept is None or not draft.digests() <= kept[0].digests():
        return False
    shelf.drafts[draft.patient.id] = (draft, kept[1])
    return True


def _has(kept: _Kept, asked: Sequence[str]) -> bool:
    """Every asked word begins one of the document's."""
    about, author = kept.document, kept.document.author
    parts = (about.title, author.name, author.organisation, *category(about.category).labels, about.facility)
    return begins_words(fold(" ".join((*parts, kept.content_text))), asked)
