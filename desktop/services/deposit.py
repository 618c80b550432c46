"""From a filled form to a confirmed deposit (CF-015, CF-040, CF-050, CF-051, CF-055, CF-056)."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desktop.domain.account import Account
from desktop.domain.catalog import Category, Profile, creatable, may_create
from desktop.domain.deposit import CheckReport, Conversion, Deposit, PiledDocument, Verdict
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.mandates import acting_profile
from desktop.domain.proposal import FileHints
from desktop.domain.record import LEVELS_AT_DEPOSIT, Level, MandateKind, Patient
from desktop.ports.clock import ClockPort
from desktop.ports.pdf import PdfaPort
from desktop.ports.store import DepositsPort
from desktop.services import draft_pile
from desktop.services.record import OpenRecord

MAX_BYTES = 50 * 1024 * 1024  # where nobody says what the platform takes
_BLANK = b" \t\r\n\f\0"

# What a copy may lose without anybody seeing a difference on the page.
_UNSEEN_CHANGES = frozenset(
    {
        "pdfa.change_fonts",
        "pdfa.change_protection",
        "pdfa.change_javascript",
        "pdfa.change_opening_action",
        "pdfa.change_action",
        "pdfa.change_bookmarks",
    }
)


def new_unique_id() -> str:
    """A masterIdentifier that was never given before."""
    return f"urn:uuid:{uuid.uuid4()}"


@dataclass(frozen=True, slots=True)
class DepositForm:
    """What the user filled in. ``content`` are the exact bytes that would be sent.

    ``unique_id``: what the deposit will be called, "" for a new name.
    """

    content: bytes | None
    report: CheckReport | None
    category: str
    title: str
    created: date | None
    level: Level = Level.STANDARD
    patient_objects: bool = False
    replaces: str = ""
    unique_id: str = ""


class CopyPolicy(StrEnum):
    """What to do about a safe copy of a file: nothing, make one, tell first and wait, or never."""

    NOT_NEEDED = "not-needed"
    MAKE = "make"
    ASK = "ask"
    NEVER = "never"


def copy_policy(checked: CheckReport | Failure) -> CopyPolicy:
    """A signature or the data of a form are never changed before the user was told."""
    if isinstance(checked, Failure):
        # A picture or a letter is no PDF either; the converter knows them by their first bytes.
        return CopyPolicy.MAKE if checked.code is Code.FILE_NOT_PDF else CopyPolicy.NEVER
    if checked.verdict is Verdict.CONFORMING:
        return CopyPolicy.NOT_NEEDED
    return CopyPolicy.ASK if checked.signed or checked.has_form else CopyPolicy.MAKE


def must_be_compared(copy: Conversion) -> bool:
    """True when anything visible may have changed: then the user looks at both and decides."""
    return copy.differs or bool(copy.pictured_pages) or not _UNSEEN_CHANGES.issuperset(copy.changes)


def offered_categories(profile: Profile, record: OpenRecord) -> tuple[Category, ...]:
    """Only what this professional may create for this patient (CF-027); nothing in the author's view."""
    if record.mandate.kind is MandateKind.AUTEUR:
        return ()
    return creatable(acting_profile(profile, record.mandate.kind))


@dataclass(frozen=True, slots=True)
class BegunDeposits:
    """A form that was left: how many documents of whom wait on it, since when."""

    patient: Patient
    count: int
    saved_at: datetime


class DepositService:
    """Checks files and freezes deposits; *clock* is the one that the form and the record show.

    ``limit``: bytes of the largest document that the platform takes.
    """

    def __init__(
        self,
        pdf: PdfaPort,
        store: DepositsPort,
        clock: ClockPort,
        new_id: Callable[[], str] = new_unique_id,
        limit: int = MAX_BYTES,
    ) -> None:
        """*limit*: bytes of the largest document that the platform takes."""
        self._pdf = pdf
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self.limit = limit

    def check(self, content: bytes) -> Result[CheckReport]:
        """The verdict on a file; its own sentence for what is no PDF at all."""
        if not content.strip(_BLANK):
            return Failure(Code.FILE_EMPTY)
        return self.too_large(len(content)) or self._pdf.check(content)

    def hints(self, content: bytes) -> Result[FileHints]:
        """What a file says of itself, for a title and a date to propose."""
        return self._pdf.hints(content)

    def too_large(self, size: int) -> Failure | None:
        """The sentence on a file that the platform would refuse for its size; None for any other."""
        if size <= self.limit:
            return None
        return Failure.of(Code.FILE_TOO_LARGE, megabytes=-(-size // 2**20), limit=self.limit // 2**20)

    def safe_copy(self, content: bytes, name: str, *, signature_may_go: bool = False) -> Result[Conversion]:
        """A conforming copy, or a sentence why there is none."""
        return self._pdf.convert(content, name, signature_may_go=signature_may_go)

    def confirm(
        self,
        form: DepositForm,
        record: OpenRecord,
        account: Account,
        documents: Sequence[PiledDocument] = (),
    ) -> Result[Deposit]:
        """Freeze patient, category, level, author and mandate (CF-050), and put the row in the outbox.

        The author is the card holder, always (CF-015). *documents* is the whole pile, this one among them:
        it is on the disk before the row is, and the others stay the draft in the row's own transaction.
        """
        refused = self._refusal(form, record, account)
        if refused is not None:
            return refused
        assert form.content is not None and form.created is not None
        waiting = self._waiting(documents)
        others = [d for d in waiting if d.unique_id != form.unique_id]
        if others and isinstance(kept := self._write_draft(record.patient, waiting), Failure):
            return kept
        deposit = Deposit(
            unique_id=form.unique_id or self._new_id(),
            submission_id=self._new_id(),
            patient=record.patient,
            mandate=record.mandate,
            category=form.category,
            title=form.title.strip(),
            created=form.created,
            level=form.level,
            author_id=account.practitioner_id,
            author_name=account.name,
            language="fr-LU",
            sha1=hashlib.sha1(form.content, usedforsecurity=False).hexdigest(),
            size=len(form.content),
            confirmed_at=self._clock.now(),
            replaces=form.replaces,
        )
        rest = draft_pile.drafted(record.patient, others, self._clock.now()) if others else None
        queued = self._store.enqueue(deposit, form.content, rest)
        return queued if isinstance(queued, Failure) else deposit

    def keep_draft(self, patient: Patient, documents: Sequence[PiledDocument]) -> Result[None]:
        """The user's text survives locks, crashes and time-outs; what was queued meanwhile is left out."""
        waiting = self._waiting(documents)
        return self._write_draft(patient, waiting) if waiting else self._store.drop_draft(patient.id)

    def with_kept(
        self, record: OpenRecord, documents: Sequence[PiledDocument]
    ) -> Result[tuple[PiledDocument, ...]]:
        """*documents* typed before the kept draft was read, and that draft: each keeps its place.

        Where it cannot be read, nothing is to be written in its place.
        """
        kept = self.draft(record)
        if isinstance(kept, Failure):
            return kept
        mine = {d.unique_id for d in documents}
        return (*documents, *(d for d in kept if d.unique_id not in mine))

    def keep_beside(self, record: OpenRecord, documents: Sequence[PiledDocument]) -> Result[None]:
        """As :meth:`keep_draft`, for what was typed while the kept draft was not read yet."""
        both = self.with_kept(record, documents)
        return both if isinstance(both, Failure) else self.keep_draft(record.patient, both)

    def confirm_beside(
        self, form: DepositForm, record: OpenRecord, account: Account, documents: Sequence[PiledDocument]
    ) -> Result[Deposit]:
        """As :meth:`confirm`, while the kept draft was not read yet."""
        both = self.with_kept(record, documents)
        return both if isinstance(both, Failure) else self.confirm(form, record, account, both)

    def draft(self, record: OpenRecord) -> Result[tuple[PiledDocument, ...]]:
        """What was being written for this patient, without what is in the outbox."""
        kept = self._store.draft(record.patient.id)
        if kept is None or isinstance(kept, Failure):
            return kept or ()
        marks = self._store.outbox_marks()
        if isinstance(marks, Failure):
            return marks
        queued = {m.unique_id for m in marks}
        return tuple(d for d in draft_pile.restored(*kept) if d.unique_id not in queued)

    def begun(self) -> Result[tuple[BegunDeposits, ...]]:
        """Every form that waits for its user, newest first, without what is in the outbox."""
        kept, queued = self._store.drafts(), self._queued()
        if isinstance(kept, Failure):
            return kept
        found = (
            BegunDeposits(
                draft.patient,
                sum(d.unique_id not in queued for d in draft.documents) or int(not draft.documents),
                draft.saved_at,
            )
            for draft in kept
        )
        return tuple(one for one in found if one.count)

    def drop_draft(self, record: OpenRecord) -> Result[None]:
        """The user threw the form away."""
        return self._store.drop_draft(record.patient.id)

    def _write_draft(self, patient: Patient, documents: Sequence[PiledDocument]) -> Result[None]:
        """Words only where the contents are on the disk already."""
        draft = draft_pile.drafted(patient, documents, self._clock.now())
        kept = self._store.reword_draft(draft)
        if isinstance(kept, Failure) and kept.code is Code.NOT_CACHED:
            return self._store.save_draft(draft, draft_pile.pack_pile(documents) if draft.digests() else None)
        return kept

    def _waiting(self, documents: Sequence[PiledDocument]) -> tuple[PiledDocument, ...]:
        """Those that are not in the outbox, identified."""
        if not documents:
            return ()
        queued = self._queued()
        return tuple(draft_pile.identified(d) for d in documents if d.unique_id not in queued)

    def _queued(self) -> frozenset[str]:
        marks = self._store.outbox_marks()
        return frozenset() if isinstance(marks, Failure) else frozenset(m.unique_id for m in marks)

    def _refusal(self, form: DepositForm, record: OpenRecord, account: Account) -> Failure | None:
        if form.patient_objects:
            return Failure(Code.PATIENT_OBJECTS)
        if form.content is None or form.report is None:
            return Failure.of(Code.DEPOSIT_INCOMPLETE, field="file")
        too_large = self.too_large(len(form.content))
        if too_large is not None:  # a copy may have grown
            return too_large
        if form.report.verdict is Verdict.NONCONFORMING:
            return Failure(Code.FILE_NOT_CONFORMING)
        if form.report.verdict is Verdict.UNCONFIRMED:
            return Failure(Code.FILE_UNCONFIRMED)
        if not form.category:
            return Failure.of(Code.DEPOSIT_INCOMPLETE, field="category")
        if not form.title.strip():
            return Failure.of(Code.DEPOSIT_INCOMPLETE, field="title")
        if form.created is None:
            return Failure.of(Code.DEPOSIT_INCOMPLETE, field="date")
        if form.created > local_day(self._clock.now()):
            return Failure(Code.DATE_IN_FUTURE)
        if record.mandate.kind is MandateKind.AUTEUR:
            return Failure(Code.NO_MANDATE)
        if not may_create(acting_profile(account.profile, record.mandate.kind), form.category):
            return Failure(Code.CATEGORY_NOT_ALLOWED)
        if form.level not in LEVELS_AT_DEPOSIT:
            return Failure(Code.NOT_ENTITLED)
        return Failure(Code.MANDATE_ENDED) if record.mandate.is_over(self._clock.now()) else None
