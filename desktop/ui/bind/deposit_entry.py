"""One document of the deposit form, and the work on its file: read, check, copy; beside the window."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal
from PySide6.QtGui import QImage

from desktop.common.foreign_files import read_file
from desktop.domain.deposit import CheckReport, Conversion, Deposit, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.proposal import FileHints
from desktop.services.deposit import (
    CopyPolicy,
    DepositService,
    copy_policy,
    must_be_compared,
    new_unique_id,
)
from desktop.ui.tasks import Generation, Lane, Tasks
from desktop.ui.views.deposit_model import DepositPhase, FilledForm, PileLine
from desktop.ui.views.verdict_box import FileModel

T = TypeVar("T")
PHASES = {
    OutboxState.QUEUED: DepositPhase.SENDING,
    OutboxState.SENDING: DepositPhase.SENDING,
    OutboxState.VERIFYING: DepositPhase.VERIFYING,
    OutboxState.SENT: DepositPhase.DEPOSITED,
    OutboxState.HELD: DepositPhase.WAITING,
    OutboxState.RETRYABLE: DepositPhase.WAITING,
    OutboxState.UNKNOWN: DepositPhase.UNKNOWN,
    OutboxState.TERMINAL: DepositPhase.EDITING,
    OutboxState.GIVEN_UP: DepositPhase.EDITING,
}
_NO_COPY = (Code.FILE_UNCONFIRMED, Code.FILE_NOT_CONFORMING, Code.FILE_DIFFERS)


@dataclass(frozen=True, slots=True)
class ReplacedDocument:
    """The document that a new version replaces."""

    id: str
    title: str


@dataclass(slots=True, eq=False)
class DepositEntry:
    """``original`` are the bytes of the chosen file; ``confirmed`` once it is in the outbox.

    ``unique_id`` is what its deposit will be called, from the first draft on.
    """

    number: int
    form: FilledForm = field(default_factory=FilledForm)
    file: FileModel | None = None
    original: bytes = b""
    phase: DepositPhase = DepositPhase.EDITING
    sent: int = 0
    total: int = 0
    failure: Failure | None = None
    given_up: bool = False
    confirmed: Deposit | None = None
    replaces: ReplacedDocument | None = None
    work: Generation = field(default_factory=Generation)
    unique_id: str = field(default_factory=new_unique_id)

    def is_empty(self) -> bool:
        """True while nothing was chosen or typed."""
        return self.file is None and self.form == FilledForm() and self.replaces is None

    def takes_a_file(self) -> bool:
        """True while it waits for a file, or for a better one."""
        return self.is_open() and (self.file is None or self.file.is_hopeless())

    def is_open(self) -> bool:
        """True while it waits for the user."""
        return self.phase is DepositPhase.EDITING

    def line(self) -> PileLine:
        """How the list shows it."""
        return PileLine(
            self.number, self.file, self.phase, self.form.is_complete(), failed=self.failure is not None
        )

    def to_send(self) -> tuple[bytes | None, CheckReport | None]:
        """The exact bytes that would be sent, and what the checker said of them."""
        file = self.file
        if file is not None and file.using_copy and file.conversion is not None:
            return file.conversion.content, file.conversion.report
        return self.original or None, file.report if file is not None else None


class EntryFiles(QObject):
    """Signals: ``changed(Entry)`` whenever more is known of its file, ``hinted(Entry, FileHints)`` when it
    said what it is."""

    changed = Signal(object)
    hinted = Signal(object, object)

    def __init__(self, tasks: Tasks, service: DepositService, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._service = service
        self._copies: deque[DepositEntry] = deque()
        self._copying: tuple[DepositEntry, int] | None = None  # and the generation of the file that is copied

    def read(self, entry: DepositEntry, path: Path) -> None:
        """Read a file that was chosen or dropped; its source may vanish afterwards."""
        self._fetch(entry, path.name, lambda: read_file(path, self._service.limit))

    def paste(self, entry: DepositEntry, name: str, picture: QImage) -> None:
        """Write a pasted picture as PNG: seconds for a large one, so in a worker."""
        self._fetch(entry, name, lambda: _png(picture, name))

    def _fetch(self, entry: DepositEntry, name: str, work: Callable[[], bytes | Failure]) -> None:
        self._let_go(entry)
        entry.original, entry.failure = b"", None
        self._show(entry, FileModel(name, 0, checking=True))

        def arrived(content: bytes | Failure) -> None:
            if isinstance(content, Failure):
                self._refuse(entry, FileModel(name, 0), content)
            else:
                self.take(entry, name, content)

        self._run(entry, work, arrived)

    def take(self, entry: DepositEntry, name: str, content: bytes) -> None:
        """Check *content*; a copy follows by itself where nothing has to be told first."""
        self._let_go(entry)
        entry.original, entry.failure = content, None
        file = FileModel(name, len(content), checking=True)
        self._show(entry, file)
        service = self._service

        def checked(report: CheckReport | Failure) -> None:
            policy = copy_policy(report)
            if isinstance(report, Failure) and policy is CopyPolicy.NEVER:
                self._refuse(entry, file, report)
                return
            known = report if isinstance(report, CheckReport) else None
            convertible = policy in (CopyPolicy.MAKE, CopyPolicy.ASK)
            self._show(entry, replace(file, checking=False, report=known, convertible=convertible))
            self._read_hints(entry, content)
            if policy is CopyPolicy.MAKE:
                self.make_copy(entry)

        self._run(entry, lambda: service.check(content), checked)

    def _read_hints(self, entry: DepositEntry, content: bytes, *, page_only: bool = False) -> None:
        """A copy of what is no PDF has the words of its page; title and date are the copy's own."""
        service = self._service

        def arrived(hints: FileHints | Failure) -> None:
            if not isinstance(hints, Failure):
                self.hinted.emit(entry, FileHints(page=hints.page) if page_only else hints)

        self._run(entry, lambda: service.hints(content), arrived)

    def make_copy(self, entry: DepositEntry) -> None:
        """One copy at a time, so that a long one leaves a lane free for verdicts and pages."""
        under_way = entry in self._copies or self._copying == (entry, entry.work.value)
        if entry.file is None or not entry.original or under_way:
            return
        self._show(entry, replace(entry.file, converting=True, failure=None, declined=False))
        self._copies.append(entry)
        self._next_copy()

    def decide(self, entry: DepositEntry, *, accepted: bool) -> None:
        """The user compared, and takes the copy or not."""
        file = entry.file
        if file is None or file.conversion is None:
            return
        if accepted:
            self._show(entry, replace(file, using_copy=True))
        else:
            self._show(entry, replace(file, using_copy=False, conversion=None, declined=True))

    def drop_all(self, entries: list[DepositEntry]) -> None:
        """Forget all of them."""
        self._copies.clear()
        for entry in entries:
            self.drop(entry)

    def drop(self, entry: DepositEntry) -> None:
        """Forget an entry; what is on its way is dropped."""
        self._let_go(entry)
        entry.original = b""
        entry.file = None

    def _let_go(self, entry: DepositEntry) -> None:
        """Its answers are for another file now; a copy being made still has to end before the next."""
        entry.work.bump()
        if entry in self._copies:
            self._copies.remove(entry)

    def _next_copy(self) -> None:
        if self._copying is not None or not self._copies:
            return
        entry = self._copies.popleft()
        born = entry.work.value
        self._copying = entry, born
        service, content = self._service, entry.original
        name = entry.file.name if entry.file is not None else ""
        known = entry.file.report if entry.file is not None else None
        signed = known is not None and known.signed  # copied only after the user was told and asked

        def copied() -> Conversion | Failure:
            if entry.work.value != born:  # no lock is followed by a child that opens a document
                return Failure(Code.CANCELLED)
            return service.safe_copy(content, name, signature_may_go=signed)

        def made(copy: Conversion | Failure) -> None:
            self._copying = None
            if entry.work.value == born:
                self._got_copy(entry, copy)
            self._next_copy()

        # Without the generation: a copy that nobody wants any more must end too before the next one begins.
        self._tasks.run(Lane.PDF, copied, made, owner=self)

    def _got_copy(self, entry: DepositEntry, copy: Conversion | Failure) -> None:
        file = entry.file
        if file is None:
            return
        file = replace(file, converting=False)
        if isinstance(copy, Failure) and copy.code in _NO_COPY:
            self._show(entry, replace(file, convertible=False, uncopied=True))
            return
        if isinstance(copy, Failure):
            self._refuse(entry, file, _said_of(file, copy))
            return
        self._show(entry, replace(file, conversion=copy, using_copy=not must_be_compared(copy)))
        if file.report is None:
            self._read_hints(entry, copy.content, page_only=True)

    def _refuse(self, entry: DepositEntry, file: FileModel, failure: Failure) -> None:
        self._show(entry, replace(file, checking=False, converting=False, failure=failure, convertible=False))

    def _show(self, entry: DepositEntry, file: FileModel) -> None:
        entry.file = file
        self.changed.emit(entry)

    def _run(self, entry: DepositEntry, work: Callable[[], T], done: Callable[[T | Failure], object]) -> None:
        self._tasks.run(Lane.PDF, work, done, owner=self, generation=entry.work)


def _said_of(file: FileModel, failure: Failure) -> Failure:
    """A file that calls itself a PDF and is of no known kind is told to be no PDF."""
    pretends = file.name.lower().endswith(".pdf") and file.report is None
    unknown = failure.code is Code.FILE_KIND_UNKNOWN
    return Failure(Code.FILE_NOT_PDF) if pretends and unknown else failure


def _png(picture: QImage, name: str) -> bytes | Failure:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    written = picture.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data()) if written else Failure.of(Code.FILE_UNREADABLE, name=name)
