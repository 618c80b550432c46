"""``PdfPort`` over killable children: one that checks, one that converts, one for each opened document."""

import itertools
import threading
import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from desktop.children.standby import Standby
from desktop.domain.deposit import CheckReport, Conversion
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.proposal import FileHints
from desktop.pdf.child_client import PdfChild
from desktop.pdf.libreoffice import LibreOffice, is_office
from desktop.pdf.printers import Printers
from desktop.ports.paper import Printer, PrintOrder
from desktop.ports.pdf import CopyWords, Hit, OpenedPdf, PageImage, PageText, PdfCopy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PdfDeadlines:
    """Seconds of work that each call may take before its child is killed (``children.call_clock``)."""

    check: float = 30.0
    convert: float = 180.0
    open: float = 15.0
    page: float = 15.0
    find: float = 60.0


MOST_RESTARTS = 3  # of one document's child: three pages that hang are enough


@dataclass(slots=True, eq=False)
class _Held:
    """An opened document: its child, and its bytes for the child that comes after a hang."""

    child: PdfChild
    content: bytes
    restarts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Children:
    def __init__(self) -> None:
        self.work = Standby(partial(PdfChild, "work"))
        # Apart, so that no verdict waits behind a long copy.
        self.convert = Standby(partial(PdfChild, "work"))
        self.render = Standby(partial(PdfChild, "render"))  # for the document that is opened next
        self.opened: dict[int, _Held] = {}

    def close(self) -> None:
        for held in self.opened.values():
            held.child.close()
        for standby in (self.work, self.convert, self.render):
            standby.close()


class PdfService:
    """Implements :class:`desktop.ports.pdf.PdfPort`.

    A document has a render child of its own, so that a hostile one takes nothing else with it; the
    child of a released document waits for the next one. A page that hangs costs its child; the others
    are drawn by a new one. No file is ever written here, but for LibreOffice
    (see :mod:`desktop.pdf.libreoffice`).
    """

    def __init__(self, deadlines: PdfDeadlines | None = None) -> None:
        self._deadlines = deadlines or PdfDeadlines()
        self._children = _Children()
        self._lock = threading.Lock()
        self._handles = itertools.count(1)
        self._closed = False
        self._office = LibreOffice()
        self._printers = Printers()

    def warm(self) -> None:
        """Start the children before they are needed; returns at once."""
        with self._lock:
            if self._closed:
                return
            self._children.work.child()
            self._children.render.child()

    def closed_to_children(self) -> tuple[str, ...]:
        """What the system closes to a child (``children.confinement.Held``), as a child itself says."""
        said = self._work(tuple[str, ...], "confinement", seconds=self._deadlines.check)
        return () if isinstance(said, Failure) else said

    def check(self, content: bytes) -> Result[CheckReport]:
        """Verdict on PDF/A-1b, 2b, 3b. FILE_NOT_PDF, FILE_LOCKED, FILE_UNREADABLE, FILE_UNSAFE."""
        return self._work(CheckReport, "check", content, seconds=self._deadlines.check)

    def hints(self, content: bytes) -> Result[FileHints]:
        """What a PDF says of itself; nothing of any other file."""
        return self._work(FileHints, "hints", content, seconds=self._deadlines.open)

    def convert(self, content: bytes, name: str, *, signature_may_go: bool = False) -> Result[Conversion]:
        """A conforming copy, or why not; *name* only tells a Word or ODT letter by its ending."""
        if is_office(content, name):
            letter = self._office.to_pdf(content, name)
            copy = letter if isinstance(letter, Failure) else self._converted(letter)
            if isinstance(copy, Failure):
                return copy
            return replace(copy, changes=("pdfa.change_from_office", *copy.changes))
        return self._converted(content, signature_may_go=signature_may_go)

    def _converted(self, content: bytes, *, signature_may_go: bool = False) -> Result[Conversion]:
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = self._children.convert.child()
        seconds = self._deadlines.convert
        return child.call(Conversion, "convert", content, signature_may_go, seconds=seconds)

    def open(self, content: bytes) -> Result[OpenedPdf]:
        """Hold a document in a render child. FILE_NOT_PDF, FILE_LOCKED, FILE_UNREADABLE, FILE_UNSAFE."""
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = self._children.render.take()
            handle = next(self._handles)
            self._children.opened[handle] = _Held(child, content)
        opened = child.call(OpenedPdf, "open", handle, content, seconds=self._deadlines.open)
        if isinstance(opened, Failure):
            self._give_back(handle)
        return opened

    def page_image(self, opened: OpenedPdf, page: int, width: int, rotation: int) -> Result[PageImage]:
        """Page (0-based) at *width* device pixels, rotated clockwise by 0, 90, 180 or 270 degrees."""
        return self._render(PageImage, opened, "page_image", page, width, rotation)

    def page_text(self, opened: OpenedPdf, page: int) -> Result[PageText]:
        """Text of a page (0-based)."""
        return self._render(PageText, opened, "page_text", page)

    def find(self, opened: OpenedPdf, words: str) -> Result[tuple[Hit, ...]]:
        """All hits in reading order, accents, ligatures and case folded."""
        child = self._child_of(opened)
        if isinstance(child, Failure):
            return child
        return child.call(tuple[Hit, ...], "find", opened.handle, words, seconds=self._deadlines.find)

    def copy(self, opened: OpenedPdf, words: CopyWords) -> Result[PdfCopy]:
        """A conforming copy to keep, or the signed original with its cover sheet."""
        with self._lock:
            held = self._children.opened.get(opened.handle)
            if self._closed or held is None:
                return Failure.of(Code.CANCELLED)
            child = self._children.convert.child()
        created = int(time.time()) // 60 * 60
        return child.call(PdfCopy, "kept", held.content, words, created, seconds=self._deadlines.convert)

    def release(self, opened: OpenedPdf) -> None:
        """Forget a document; its child waits for the next one."""
        with self._lock:
            held = self._children.opened.get(opened.handle)
        if held is not None and held.child.alive():
            held.child.call(bool, "release", opened.handle, seconds=self._deadlines.page)
        self._give_back(opened.handle)

    def printers(self) -> Result[tuple[Printer, ...]]:
        """See :class:`desktop.pdf.printers.Printers`."""
        return self._printers.printers()

    def print_on(self, order: PrintOrder, content: bytes) -> Result[None]:
        """See :class:`desktop.pdf.printers.Printers`."""
        return self._printers.print_on(order, content)

    def wipe(self) -> None:
        """Kill every child: on lock and record close, so that no decrypted page stays in memory."""
        with self._lock:
            doomed, self._children = self._children, _Children()
        self._office.kill()
        self._printers.kill()
        doomed.close()

    def close(self) -> None:
        """End the children for good; later calls answer CANCELLED."""
        with self._lock:
            self._closed = True
        self.wipe()

    def _work(self, kind: type[T], name: str, *arguments: bytes | str, seconds: float) -> Result[T]:
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = self._children.work.child()
        return child.call(kind, name, *arguments, seconds=seconds)

    def _render(self, kind: type[T], opened: OpenedPdf, name: str, *arguments: int) -> Result[T]:
        child = self._child_of(opened)
        if isinstance(child, Failure):
            return child
        return child.call(kind, name, opened.handle, *arguments, seconds=self._deadlines.page)

    def _child_of(self, opened: OpenedPdf) -> PdfChild | Failure:
        with self._lock:
            held = self._children.opened.get(opened.handle)
        if held is None:
            return Failure.of(Code.CANCELLED)  # wiped or released
        with held.lock:
            if not held.child.alive() and held.restarts < MOST_RESTARTS:
                self._restart(opened.handle, held)
            return held.child  # a dead one answers why it died

    def _restart(self, handle: int, held: _Held) -> None:
        with self._lock:
            if self._children.opened.get(handle) is not held:
                return  # wiped meanwhile: no new child may see the document
            held.child.discard()
            held.child = PdfChild("render")
            held.restarts += 1
        held.child.call(OpenedPdf, "open", handle, held.content, seconds=self._deadlines.open)

    def _give_back(self, handle: int) -> None:
        with self._lock:
            held = self._children.opened.pop(handle, None)
            if held is None:
                return
            if not self._closed and self._children.render.put_back(held.child):
                return
        held.child.close()
