"""The eSanté platform (contract §1-6): one port a subject; a service asks for those that it uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from desktop.domain.account import Account, LoginRequest
from desktop.domain.card import Certificate
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Result
from desktop.domain.matricule import Matricule
from desktop.domain.network import NetworkState
from desktop.domain.record import Document, DocumentPage, Episode, Level, Mandate, Patient
from desktop.domain.secret import Secret

Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class LocalRead:
    """A read from the cache that the platform must hear of (contract §6)."""

    id: str
    patient_id: str
    document_id: str
    mandate_id: str
    when: datetime


class NetworkPort(Protocol):
    """Whether the platform can be reached."""

    def network_state(self) -> NetworkState:
        """As of the last call; ``probe`` refreshes it."""
        ...

    def on_network_change(self, changed: Callable[[NetworkState], None]) -> None:
        """Register one listener, called from worker threads."""
        ...

    def probe(self) -> NetworkState:
        """Ask the discovery page; also warms the connection up."""
        ...


class PlatformClockPort(Protocol):
    """The platform's time, which counts where the PC's clock is wrong."""

    def server_now(self) -> datetime | None:
        """The platform's clock (aware UTC), None before the first answer."""
        ...


class LoginPort(Protocol):
    """A session, proven by the card (contract §2)."""

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


class DirectoryPort(Protocol):
    """Finding a patient (contract §3)."""

    def find_by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        """0, 1 or several identities."""
        ...

    def find_by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        """At most five; TOO_MANY_MATCHES asks for more traits."""
        ...


class KeepingRulePort(Protocol):
    """What the profile allows to be kept."""

    def longest_kept(self) -> timedelta:
        """How long after the platform gave it anything of a record may be kept; known without asking."""
        ...


class RecordAccessPort(Protocol):
    """The right to a patient's record, and the token that comes of it (contract §4)."""

    def all_my_mandates(self) -> Result[Mapping[str, tuple[Mandate, ...]]]:
        """My active mandates (grace included) for anybody, by patient id; no record is looked at."""
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


class RecordContentsPort(Protocol):
    """What lies in an opened record (contract §5)."""

    def documents(self, patient_id: str, following: str | None) -> Result[DocumentPage]:
        """One page of current documents, newest first; *following* is a page's ``next``."""
        ...

    def own_documents(self, patient_id: str) -> Result[DocumentPage]:
        """Author view without any mandate (CF-026)."""
        ...

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        """Care episodes of the ligne de vie."""
        ...


class DocumentsPort(Protocol):
    """One document: its bytes, its versions, its level (contract §5)."""

    def read_document(self, document: Document, progress: Progress | None = None) -> Result[bytes]:
        """The bytes, size and SHA-1 proved; one traced access."""
        ...

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """Former versions, newest first."""
        ...

    def change_level(self, document: Document, level: Level) -> Result[Document]:
        """PATCH with If-Match. Refused: CHANGED_ELSEWHERE where another version stands there, CHANGE_REFUSED
        where the same does, OPERATION_NOT_OFFERED. LEVEL_UNCONFIRMED: the answer was lost, and reading the
        document back did not show the new level."""
        ...

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """State that the patient was accompanied (CF-044); its failures as of :meth:`change_level`."""
        ...


class DepositPort(Protocol):
    """Depositing a document, provably (contract §5)."""

    def document_limit(self) -> int:
        """Bytes of the largest document that the platform takes; known without asking it."""
        ...

    def lookup_settle(self) -> timedelta:
        """How long after a sending a negative look-up may be wrong; known without asking."""
        ...

    def publish(self, deposit: Deposit, content: bytes, progress: Progress | None = None) -> Result[Document]:
        """Send once; the document as the platform gave it back. DEPOSIT_UNKNOWN when the answer was lost."""
        ...

    def find_published(self, deposit: Deposit) -> Result[Document | None]:
        """What the platform holds under the deposit's masterIdentifier, never from an older answer."""
        ...


class ReadReportsPort(Protocol):
    """Reads that the platform did not see itself (contract §6)."""

    def report_local_read(self, trace: LocalRead) -> Result[None]:
        """Report one read served from the cache (CF-060); idempotent by its id."""
        ...


class PlatformPort(
    NetworkPort,
    PlatformClockPort,
    LoginPort,
    DirectoryPort,
    KeepingRulePort,
    RecordAccessPort,
    RecordContentsPort,
    DocumentsPort,
    DepositPort,
    ReadReportsPort,
    Protocol,
):
    """All of the eSanté platform. Tokens and DPoP keys never leave the adapter."""

    def cancel_all(self) -> None:
        """Cut every running call by socket shutdown; they answer CANCELLED."""
        ...

    def close(self) -> None:
        """End pools and threads."""
        ...
