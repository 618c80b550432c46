"""What stands beside the lines: the colleague's view, the differences, the sources and what they bring."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

from desktop.domain.record import Document
from desktop.domain.table_file import TableHead
from desktop.domain.texts import current_language, text
from desktop.features.summary.cells import (
    Row,
    difference_rows,
    document_of,
    pdf_rows,
    preview_rows,
    source_rows,
    table_rows,
)
from desktop.features.summary.domain.afterwards import InForce
from desktop.features.summary.domain.candidates import Candidate
from desktop.features.summary.domain.compare import compare
from desktop.features.summary.domain.draft import Draft, Line
from desktop.features.summary.domain.memory import NOTHING, Memory
from desktop.features.summary.domain.proposals import given_by, propose
from desktop.features.summary.domain.sameness import NO_SUBSTANCES, KnownSubstances
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.service.sourcing import ReadSource, Sources
from desktop.features.summary.view.model import Side
from desktop.ui.dates import day


class Beside:
    """Of one draft. ``former`` is the version in force as it was read, None while nobody read it."""

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        """Nothing of a patient stays."""
        self.side = Side.PREVIEW
        self.sources = Sources()
        self.former: Summary | None = None
        self.memory: Memory = NOTHING
        self.known: KnownSubstances = NO_SUBSTANCES
        self._read: set[str] = set()
        self._replaced = ""
        self._heads: tuple[TableHead, ...] = ()

    def begin(
        self,
        sources: Sources,
        memory: Memory,
        known: KnownSubstances,
        heads: tuple[TableHead, ...],
        draft: Draft,
    ) -> None:
        """A draft that says nothing yet begins at its sources; one that goes on at what was decided."""
        self.memory, self.known, self._heads = memory, known, heads
        self.listed(sources, draft)

    def listed(self, sources: Sources, draft: Draft) -> None:
        """The documents that the record's list names now."""
        self.sources = sources
        if (sources.former or sources.pdf) is not None and not draft.sections:
            self.side = Side.SOURCE

    def proposed(self, draft: Draft, read: ReadSource, today: date) -> Draft:
        """*draft* with what was read as proposals; nothing of it is decided (CF-087)."""
        self._read.add(read.source.ref)
        self.side = Side.PREVIEW
        if read.base is not None:
            self.former = read.summary
            draft = replace(draft, base=read.base, language=read.summary.language or draft.language)
        given = given_by(read.summary, read.source)
        return propose(draft, given, self.known, today, lambda: str(uuid4()), self.memory)

    def in_force(self, now: InForce) -> None:
        """A version that was published here: nobody has to read it to compare. The record's list may still
        name the one that it replaced."""
        former = self.sources.former.document if self.sources.former else self.sources.pdf
        self._replaced = former.id if former else ""
        self.former = now.summary
        self._read.add(now.base.document_id)

    def rows(self, draft: Draft, line: Line | None, compose: Callable[[Draft], Summary]) -> tuple[Row, ...]:
        """The rows of the side that is shown."""
        language = current_language()
        match self.side:
            case Side.PREVIEW:
                return preview_rows(draft)
            case Side.SOURCE:
                brought = source_rows(line, draft.base, self._unread(draft), language)
                return pdf_rows(self.pdf(draft)) + brought + table_rows(self._heads)
            case Side.DIFFERENCES:
                return self._differences(compose(draft), self.pdf(draft))

    def unread_version(self, draft: Draft) -> Candidate | None:
        """The version in force, where *draft* was not begun from it: nothing of it would be taken over."""
        former = self.sources.former
        if former is None or draft.base is None:
            return former
        return None if former.document.id in (draft.base.document_id, self._replaced) else former

    def pdf(self, draft: Draft) -> Document | None:
        """The version in force where it is a PDF alone: nothing of it can be taken over."""
        pdf, base = self.sources.pdf, draft.base
        ours = pdf is not None and base is not None and base.document_id == pdf.id
        return None if pdf is None or ours or pdf.id == self._replaced else pdf

    def document(self, row_id: str) -> str:
        """The document that a row of the sources names, "" for another row."""
        return document_of(row_id) if self.side is Side.SOURCE else ""

    def _unread(self, draft: Draft) -> tuple[Candidate, ...]:
        """The version in force first; what the draft has lines of was read before."""
        of_lines = {s.ref for section in draft.sections for line in section.lines for s in line.sources}
        former = (self.sources.former,) if self.sources.former and self.former is None else ()
        others = (one for one in self.sources.others if one.document.id not in of_lines | self._read)
        return (*former, *others)

    def _differences(self, now: Summary, pdf: Document | None) -> tuple[Row, ...]:
        if pdf is not None:
            return (Row("none", text("summary.edit_former_pdf", day=day(pdf.created)), title=True),)
        if self.former is not None:
            return difference_rows(compare(self.former, now, self.known), current_language())
        words = "summary.edit_former_unread" if self.sources.former else "summary.edit_no_former"
        return (Row("none", text(words), title=True),)
