"""The Protocols between services and adapters.

Every call may block (services run in worker lanes, never in the GUI thread), answers with a frozen
value or a :class:`Failure`, and raises only for a bug. ``Secret`` arguments are wiped by the adapter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from desktop.domain.account import Account, LoginRequest, NetworkState
from desktop.domain.card import (
    CardInfo,
    CardProof,
    CardTasks,
    Certificate,
    ModuleReport,
    ReaderSnapshot,
    UnlockChallenge,
    UnlockMethod,
)
from desktop.domain.deposit import CheckReport, Conversion, Deposit, Draft, OutboxRow, OutboxState
from desktop.domain.diagnostics import Installation
from desktop.domain.errors import Code, Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import (
    Document,
    DocumentPage,
    Episode,
    Level,
    Mandate,
    Patient,
    Trace,
)
from desktop.domain.secret import Secret

Progress = Callable[[int, int], None]  # bytes done, bytes in all


class ClockPort(Protocol):
    """Time, so that tests can own it."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class ReaderMonitorPort(Protocol):
    """Watches the smartcard service from a thread of its own."""

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        """Begin; *changed* is called from the monitor's thread, first with the present state."""
        ...

    def stop(self) -> None:
        """End the thread; returns when it is gone."""
        ...


class CardPort(Protocol):
    """One card stack (PKCS#11 child, or software card); one request at a time, each with a deadline."""

    def cards(self) -> Result[tuple[CardInfo, ...]]:
        """Read what is in the readers now, without a PIN."""
        ...

    def perform(self, card: CardInfo, pin: Secret | None, tasks: CardTasks) -> Result[CardProof]:
        """Log in on the card, do *tasks*, log out; ``pin=None`` = on the reader's keypad. Wipes *pin*.

        PIN_WRONG / PIN_BLOCKED only when the card itself said so; a vanished card is CARD_REMOVED.
        """
        ...

    def sign_document(self, card: CardInfo, pin: Secret | None, data: bytes) -> Result[bytes]:
        """Sign with the signature (nonRepudiation) key; the PIN is asked each time."""
        ...

    def change_pin(self, card: CardInfo, old: Secret, new: Secret) -> Result[None]:
        """Change the PIN. Wipes both."""
        ...

    def unblock(self, card: CardInfo, puk: Secret, new: Secret) -> Result[None]:
        """Unblock the PIN with the PUK. Wipes both."""
        ...

    def test_module(self, path: Path) -> Result[ModuleReport]:
        """Load a PKCS#11 module in a child and report what it says."""
        ...

    def abort(self) -> None:
        """Kill what is running (card pulled, lock): work answers CARD_REMOVED, a reading CANCELLED."""
        ...

    def close(self) -> None:
        """End every child process."""
        ...


class PlatformPort(Protocol):
    """The eSanté platform (contract §1-8). Tokens and DPoP keys never leave the adapter."""

    def network_state(self) -> NetworkState:
        """As of the last call; ``probe`` refreshes it."""
        ...

    def on_network_change(self, changed: Callable[[NetworkState], None]) -> None:
        """Register one listener, called from worker threads."""
        ...

    def probe(self) -> NetworkState:
        """Ask the discovery page; also warms the connection up."""
        ...

    def server_now(self) -> datetime | None:
        """The platform's clock (aware UTC), None before the first answer."""
        ...

    def prepare_login(self, certificate: Certificate, algorithm: str) -> Result[LoginRequest]:
        """Fetch a challenge and build the JWT to be signed."""
        ...

    def finish_login(
        self, request: LoginRequest, signature: bytes, terms_accepted: str | None
    ) -> Result[Account]:
        """Exchange the proof for tokens. TERMS_REQUIRED carries the fact ``version``."""
        ...

    def drop_session(self) -> None:
        """Forget tokens and keys at once, cut running calls, revoke in the background (one try)."""
        ...

    def find_by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        """0, 1 or several identities."""
        ...

    def find_by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        """At most five; TOO_MANY_MATCHES asks for more traits."""
        ...

    def my_mandates(self, patient_id: str) -> Result[tuple[Mandate, ...]]:
        """My active mandates (grace included) for one patient."""
        ...

    def open_record(self, patient: Patient, code: Secret | None) -> Result[Mandate]:
        """Get a patient token. *code* only ever opens a new consultation mandate; wiped in any case."""
        ...

    def close_record(self, patient_id: str) -> None:
        """Drop the patient token, if any. Returns at once."""
        ...

    def read_mandate(self, patient_id: str, mandate: Mandate) -> Result[Mandate]:
        """Re-read (If-None-Match); MANDATE_ENDED when it is gone."""
        ...

    def documents(self, patient_id: str, following: str | None) -> Result[DocumentPage]:
        """One page of current documents, newest first; *following* is a page's ``next``."""
        ...

    def documents_since(self, patient_id: str, since: datetime) -> Result[DocumentPage]:
        """Delta by registration time."""
        ...

    def own_documents(self, patient_id: str) -> Result[DocumentPage]:
        """Author view without any mandate (CF-026)."""
        ...

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """Former versions, newest first."""
        ...

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        """Care episodes of the ligne de vie."""
        ...

    def read_document(self, document: Document, progress: Progress | None = None) -> Result[bytes]:
        """The bytes, size and SHA-1 proved; one traced access."""
        ...

    def document_limit(self) -> int:
        """Bytes of the largest document that the platform takes; known without asking it."""
        ...

    def publish(self, deposit: Deposit, content: bytes, progress: Progress | None = None) -> Result[str]:
        """Send once; the new DocumentReference id. DEPOSIT_UNKNOWN when the answer was lost."""
        ...

    def find_published(self, deposit: Deposit) -> Result[Document | None]:
        """What the platform holds under the deposit's masterIdentifier."""
        ...

    def change_level(self, document: Document, level: Level) -> Result[Document]:
        """PATCH with If-Match; CHANGED_ELSEWHERE on 412."""
        ...

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """State that the patient was accompanied (CF-044)."""
        ...

    def my_traces(self, since: datetime) -> Result[tuple[Trace, ...]]:
        """« Mes accès » (CF-065)."""
        ...

    def patient_traces(self, patient_id: str) -> Result[tuple[Trace, ...]]:
        """Historique des activités, MR and CMC only (CF-061)."""
        ...

    def report_local_read(self, trace: "LocalRead") -> Result[None]:
        """Report one read served from the cache (CF-060); idempotent by its id."""
        ...

    def cancel_all(self) -> None:
        """Cut every running call by socket shutdown; they answer CANCELLED."""
        ...

    def close(self) -> None:
        """End pools and threads."""
        ...


@dataclass(frozen=True, slots=True)
class LocalRead:
    """A read from the cache that the platform must hear of (contract §6)."""

    id: str
    patient_id: str
    document_id: str
    mandate_id: str
    when: datetime


@dataclass(frozen=True, slots=True)
class RecentPatient:
    """A line of « Ouverts aujourd'hui »; counts are as of the last opening."""

    patient: Patient
    opened_at: datetime
    mandate: Mandate | None
    new_documents: int
    annonces: int


@dataclass(frozen=True, slots=True)
class VaultState:
    """How the opened cache is protected; ``memory_only`` = nothing is kept on disk.

    ``reason`` says why it is memory-only or has no keyring share, where it is not the card's own limit.
    """

    memory_only: bool
    keyring_share: bool
    rebuilt: bool
    reason: Code | None = None


class VaultPort(Protocol):
    """The encrypted store's lock: key slots opened by the card (architecture, "Secrets")."""

    def challenge(self, certificate: Certificate, method: UnlockMethod) -> UnlockChallenge:
        """The slot's challenge for this card; a fresh one when it has no slot yet."""
        ...

    def open(self, certificate: Certificate, card_secret: Secret | None) -> Result[VaultState]:
        """Open (or create) the holder's store. Wipes *card_secret*. None = memory-only cache."""
        ...

    def close(self) -> None:
        """Close connections and overwrite the key; pending writes are flushed first."""
        ...

    def is_open(self) -> bool:
        """True while the key is in memory."""
        ...


class StorePort(Protocol):
    """The holder's encrypted store; every call needs an open vault (else STORE_LOCKED)."""

    def recent_patients(self, day: date) -> Result[tuple[RecentPatient, ...]]:
        """Opened on *day* (Europe/Luxembourg), newest first."""
        ...

    def remember_opening(self, recent: RecentPatient) -> Result[None]:
        """Note that a record was opened."""
        ...

    def last_opening(self, patient_id: str) -> Result[datetime | None]:
        """The former opening, for « nouveau depuis »."""
        ...

    def save_documents(self, patient_id: str, documents: Sequence[Document]) -> Result[None]:
        """Replace the patient's cached list."""
        ...

    def save_episodes(self, patient_id: str, episodes: Sequence[Episode]) -> Result[None]:
        """Replace the patient's cached episodes."""
        ...

    def documents(self, patient_id: str) -> Result[tuple[Document, ...]]:
        """The cached list, newest first."""
        ...

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        """The cached episodes."""
        ...

    def search(self, patient_id: str, words: str) -> Result[tuple[str, ...]]:
        """Document ids whose title, author, category or read text match (accents and ligatures folded)."""
        ...

    def index_text(self, document_id: str, content_text: str) -> Result[None]:
        """Add the text of a document that the user read to the full-text index."""
        ...

    def save_body(self, document: Document, content: bytes, keep_until: datetime | None) -> Result[None]:
        """Encrypt one body with a key of its own; None = own document, kept."""
        ...

    def body(self, document_id: str) -> Result[bytes]:
        """Decrypt one body; NOT_CACHED when it is not there."""
        ...

    def cached_ids(self, patient_id: str) -> Result[frozenset[str]]:
        """Documents that are readable offline."""
        ...

    def forget_patient(self, patient_id: str, keep: frozenset[str]) -> Result[None]:
        """Crypto-erase what was read of one patient but *keep* and own documents (CF-066); own work stays."""
        ...

    def purge_expired(self, now: datetime) -> Result[int]:
        """Crypto-erase what a mandate's end took away; number of bodies destroyed."""
        ...

    def save_draft(self, draft: Draft, content: bytes | None) -> Result[None]:
        """Keep the deposit form of one patient (one draft a patient)."""
        ...

    def reword_draft(self, draft: Draft) -> Result[None]:
        """New words, the kept file as it is; NOT_CACHED when it does not hold all of *draft*'s contents."""
        ...

    def draft(self, patient_id: str) -> Result[tuple[Draft, bytes | None] | None]:
        """The kept form."""
        ...

    def drop_draft(self, patient_id: str) -> Result[None]:
        """Forget the kept form."""
        ...

    def enqueue(self, deposit: Deposit, content: bytes, rest: Draft | None = None) -> Result[None]:
        """One row and its encrypted content in the same transaction (synchronous FULL).

        The draft becomes *rest*, its file as it is; None drops it.
        """
        ...

    def outbox(self) -> Result[tuple[OutboxRow, ...]]:
        """All rows, newest first."""
        ...

    def outbox_content(self, unique_id: str) -> Result[bytes]:
        """The exact bytes to send."""
        ...

    def update_outbox(self, row: OutboxRow, expected: OutboxState | None = None) -> Result[None]:
        """Write a row's new state; with *expected* only over that one, else CHANGED_ELSEWHERE."""
        ...

    def drop_outbox(self, unique_id: str, expected: OutboxState) -> Result[None]:
        """Destroy a row and its content while it stands in that state, else CHANGED_ELSEWHERE."""
        ...

    def outbox_to_draft(
        self, unique_id: str, expected: OutboxState, draft: Draft, content: bytes
    ) -> Result[None]:
        """Keep the draft and destroy the row, both or neither; else CHANGED_ELSEWHERE."""
        ...

    def queue_local_read(self, trace: LocalRead) -> Result[None]:
        """Keep a trace until the platform has it."""
        ...

    def local_reads(self) -> Result[tuple[LocalRead, ...]]:
        """Traces to report."""
        ...

    def drop_local_read(self, trace_id: str) -> Result[None]:
        """The platform has it."""
        ...

    def setting(self, name: str) -> Result[str | None]:
        """One personal setting."""
        ...

    def set_setting(self, name: str, value: str) -> Result[None]:
        """Write one personal setting."""
        ...


class KeyringPort(Protocol):
    """The system's secret store, always called with a time limit."""

    def share(self, name: str) -> Result[bytes | None]:
        """Read one 32-byte share; KEYRING_MISSING / KEYRING_LOCKED when there is no store."""
        ...

    def set_share(self, name: str, value: bytes) -> Result[None]:
        """Write one share."""
        ...

    def backend(self) -> str:
        """Stable id of the backend, stored beside the wrapped key."""
        ...


@dataclass(frozen=True, slots=True)
class OpenedPdf:
    """A document held by the render child; sizes in points, one a page."""

    handle: int
    page_sizes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as RGBX8888 rows (``stride`` bytes each)."""

    page: int
    width: int
    height: int
    stride: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of a page and a box a character: (left, top, right, bottom) in points from the top left."""

    page: int
    content: str
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One search hit: page (0-based) and its rectangles in points from the top left."""

    page: int
    start: int
    boxes: tuple[tuple[float, float, float, float], ...]


class PdfPort(Protocol):
    """PDF work in killable children with time and memory limits; files never touch the disk in clear."""

    def warm(self) -> None:
        """Start the children before they are needed; returns at once."""
        ...

    def check(self, content: bytes) -> Result[CheckReport]:
        """Verdict on PDF/A-1b, 2b, 3b. FILE_NOT_PDF, FILE_LOCKED, FILE_UNREADABLE, FILE_UNSAFE."""
        ...

    def convert(self, content: bytes, name: str, *, signature_may_go: bool = False) -> Result[Conversion]:
        """A conforming copy of a PDF, an image or an office file, or a sentence why not.

        *signature_may_go*: the user was told that the copy loses the signature; else FILE_SIGNED.
        """
        ...

    def open(self, content: bytes) -> Result[OpenedPdf]:
        """Hold a document in the render child."""
        ...

    def page_image(self, opened: OpenedPdf, page: int, width: int, rotation: int) -> Result[PageImage]:
        """Page (0-based) at *width* device pixels, rotated by 0, 90, 180 or 270 degrees."""
        ...

    def page_text(self, opened: OpenedPdf, page: int) -> Result[PageText]:
        """Text of a page (0-based)."""
        ...

    def find(self, opened: OpenedPdf, words: str) -> Result[tuple[Hit, ...]]:
        """All hits, accents and case folded."""
        ...

    def release(self, opened: OpenedPdf) -> None:
        """Forget a document; the child overwrites nothing but is ended by :meth:`wipe`."""
        ...

    def wipe(self) -> None:
        """Kill the children: on lock and record close, so that no decrypted page stays in memory."""
        ...

    def close(self) -> None:
        """End the children for good."""
        ...


class SystemEventsPort(Protocol):
    """Screen lock, user switch, sleep (from the desktop's own signals)."""

    def start(self, locked: Callable[[str], None]) -> None:
        """*locked* is called with "screen-lock", "user-switch" or "sleep", from any thread."""
        ...

    def stop(self) -> None:
        """End listening."""
        ...


class DocumentWriterPort(Protocol):
    """Writes the program's own documents as PDF/A-1a (typst)."""

    def write(self, template: str, language: str, data: Mapping[str, object]) -> Result[bytes]:
        """Render a template of ``resources/templates``."""
        ...


class SupportPort(Protocol):
    """What this installation knows of itself and of card products; nothing about a person."""

    def installation(self) -> Installation:
        """Versions, and the kind of proxy."""
        ...

    def module_in_use(self) -> Path | None:
        """The PKCS#11 module: the chosen one, else the first that the search finds."""
        ...

    def product(self, module: Path) -> str:
        """The middleware that keeps its module there; "" for a place that no product uses."""
        ...

    def card_kind(self, atr: bytes) -> str:
        """What an ATR suggests, "" for an unknown one."""
        ...


class CardSettingsPort(Protocol):
    """Choice of the middleware module and of the reader's keypad, where the card stack has them."""

    def known_modules(self) -> tuple[Path, ...]:
        """PKCS#11 modules found on this computer."""
        ...

    def apply(self, module: Path | None, keypad: str) -> None:
        """Use *module* (None = search) and *keypad* ("auto", "yes", "no") from the next call on."""
        ...
