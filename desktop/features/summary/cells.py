"""What stands in the rows of the summary editor: sections, lines with their sources, the preview."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from desktop.domain.record import Document
from desktop.domain.table_file import TableHead
from desktop.domain.texts import Language, counted, text
from desktop.features.summary.domain.candidates import Candidate
from desktop.features.summary.domain.check import Issue
from desktop.features.summary.domain.compare import Difference
from desktop.features.summary.domain.draft import Base, Decision, Draft, Line, Section, Source, SourceKind
from desktop.features.summary.domain.editing import asked, is_open, waiting
from desktop.features.summary.domain.left_out import LeftOut
from desktop.features.summary.domain.origins import table_words
from desktop.features.summary.domain.sections import REQUIRED, RULES, SectionKey, SectionState
from desktop.features.summary.domain.wording import said, section_title, spoken, state_words
from desktop.ui.dates import day
from desktop.ui.icons import Glyph
from desktop.ui.theme import Role

OLD_AFTER = 3  # versions that took a line over unseen (features A.4)
_OF_LINE = "#"
_DOCUMENT = "document:"
CANDIDATES_SHOWN = 40  # the newest; the others are read in the record


class Mark(Enum):
    """A sign before the words, which say the same. OPEN is an empty ring."""

    NOTHING = (None, Role.TEXT)
    DONE = (Glyph.CHECK, Role.ACCENT)
    OPEN = (None, Role.BORDER_STRONG)
    NEW = (Glyph.PLUS, Role.ACCENT)
    GONE = (Glyph.MINUS, Role.MUTED)
    CHANGED = (Glyph.ROTATE, Role.ACCENT)
    REFUSED = (Glyph.CLOSE, Role.MUTED)
    HIDDEN = (Glyph.HIDDEN, Role.MUTED)
    CHOICE = (Glyph.WARNING, Role.WARNING)


@dataclass(frozen=True, slots=True)
class Row:
    """``beside`` stands muted below the words, ``right`` at the right of them; ``spoken`` says it all.

    A ``title`` is a heading between the others and cannot be chosen.
    """

    id: str
    words: str
    mark: Mark = Mark.NOTHING
    beside: str = ""
    right: str = ""
    spoken: str = ""
    struck: bool = False
    title: bool = False


def section_rows(draft: Draft, language: Language) -> tuple[Row, ...]:
    """The sections of the form: decided or open, how many lines are published and how many wait."""
    return tuple(_section_row(draft.section(key), language) for key in asked(draft))


def line_rows(section: Section, base: Base | None, language: Language) -> tuple[Row, ...]:
    """The lines of a section; one that says two things is a heading with each of them below."""
    rows: list[Row] = []
    for line in section.lines:
        if line.conflicts and line.decision in (Decision.PROPOSED, Decision.ACCEPTED):
            rows += _choices(line, base, language)
        else:
            rows.append(_line_row(line, base, language))
    return tuple(rows)


def choice_of(row_id: str) -> tuple[str, int | None]:
    """The line of a row, and which of its entries stands there (None: the row is the whole line)."""
    line_id, _, place = row_id.partition(_OF_LINE)
    return line_id, int(place) if place else None


def row_of(line: Line) -> str:
    """The first row of a line that can be chosen."""
    return f"{line.id}{_OF_LINE}0" if line.conflicts else line.id


def content_rows(draft: Draft, language: Language) -> tuple[Row, ...]:
    """All that stands in a draft, with what was decided about it."""
    rows: list[Row] = []
    for section in draft.sections:
        state = ""
        if section.state not in (SectionState.LINES, SectionState.UNDECIDED):
            state = state_words(section.key, section.state, language, None)
        if section.lines or state or section.note:
            words = section_title(section.key, language)
            rows.append(Row(f"{section.key}{_OF_LINE}", words, title=True, right=state))
            rows += line_rows(section, draft.base, language)
            rows += [Row(f"{section.key}{_OF_LINE}note", section.note)] if section.note else []
    return tuple(rows)


def preview_rows(draft: Draft) -> tuple[Row, ...]:
    """What the colleague will see, in the language of the summary (CF-089: the words of the print)."""
    language = spoken(draft.language)
    rows: list[Row] = []
    for key in asked(draft):
        section = draft.section(key)
        words = [said(entry, language).line for entry in section.published]
        if section.state is not SectionState.LINES and section.state is not SectionState.UNDECIDED:
            words = [state_words(key, section.state, language, None)]
        elif not words and key in REQUIRED:
            words = [text("summary.edit_undecided")]
        words += [section.note] if section.note and words else []
        if words:
            rows.append(Row(f"{key}{_OF_LINE}", section_title(key, language), title=True))
            rows += [Row(f"{key}{_OF_LINE}{n}", line) for n, line in enumerate(words)]
    return tuple(rows)


def source_rows(
    line: Line | None, base: Base | None, candidates: tuple[Candidate, ...], language: Language
) -> tuple[Row, ...]:
    """Where the line under the cursor comes from (CF-088), and which documents could bring others."""
    rows: list[Row] = []
    if line is not None:
        rows.append(Row(_OF_LINE, text("summary.edit_sources_line"), title=True))
        said_by = (source_words(source, base) for source in line.sources)
        rows += [Row(f"{_OF_LINE}{n}", words) for n, words in enumerate(said_by)]
    more = "summary.edit_sources_more" if candidates else "summary.edit_sources_none"
    rows.append(Row(f"{_DOCUMENT}{_OF_LINE}", text(more), title=True))
    rows += [_candidate_row(one, base, language) for one in candidates[:CANDIDATES_SHOWN]]
    left = len(candidates) - CANDIDATES_SHOWN
    if left > 0:
        older = counted("summary.edit_sources_older", left)
        rows.append(Row(f"{_DOCUMENT}{_OF_LINE}{_OF_LINE}", older, title=True))
    return tuple(rows)


def pdf_rows(pdf: Document | None) -> tuple[Row, ...]:
    """The version in force where it is a PDF alone: it can be opened, nothing of it becomes a proposal."""
    if pdf is None:
        return ()
    who = ", ".join(part for part in (pdf.author.name, day(pdf.created)) if part)
    beside = f"{who} · {text('summary.edit_pdf_source')}"
    return (Row(f"{_DOCUMENT}{pdf.id}", pdf.title or pdf.category, Mark.NOTHING, beside),)


def table_rows(heads: tuple[TableHead, ...]) -> tuple[Row, ...]:
    """Where the codes come from: version, source and licence of each table."""
    said = ((head.file, *table_words(head)) for head in heads)
    rows = (Row(file, title, right=version, beside=source) for file, title, version, source in said)
    return (Row(f"{_OF_LINE}tables", text("summary.code_tables"), title=True), *rows)


def document_of(row_id: str) -> str:
    """The document that a row of the sources names, "" for a row that names none."""
    return row_id.removeprefix(_DOCUMENT) if row_id.startswith(_DOCUMENT) else ""


def difference_rows(differences: tuple[Difference, ...], language: Language) -> tuple[Row, ...]:
    """What is added, removed and changed, section by section (CF-091)."""
    if not differences:
        return (Row(_OF_LINE, text("summary.edit_no_difference"), title=True),)
    rows: list[Row] = []
    for one in differences:
        rows.append(Row(f"{one.section}{_OF_LINE}", section_title(one.section, language), title=True))
        said_of = (*_added(one, language), *_removed(one, language), *_changed(one, language))
        rows += [
            Row(f"{one.section}{_OF_LINE}{n}", words, mark, beside)
            for n, (words, mark, beside) in enumerate(said_of)
        ]
    return tuple(rows)


def found_words(found: Issue, draft: Draft, language: Language) -> str:
    """What was found, with its section and its line."""
    line = next((ln for ln in draft.section(found.section).lines if ln.id == found.line), None)
    place = section_title(found.section, language)
    if line is not None and found.facts.get("words") != line.entry.text:
        place = f"{place}, {line.entry.text}"
    return text(
        "summary.edit_found", place=place, words=text(found.check.value, language=language, **found.facts)
    )


def left_out_words(lost: tuple[LeftOut, ...], base: Base | None, language: Language) -> str:
    """« 10 lignes de la version 7 ne sont pas reprises : Problèmes (2), Traitement (8). », "" for none."""
    if not lost or base is None:
        return ""
    names = ", ".join(f"{section_title(one.section, language)} ({len(one.lines)})" for one in lost)
    count = sum(len(one.lines) for one in lost)
    return counted("summary.edit_left_out", count, version=base.version, sections=names)


def decisions_words(keys: tuple[SectionKey, ...], language: Language) -> str:
    """« 2 décisions restent : Allergies, Traitement », or that none is left."""
    if not keys:
        return text("summary.edit_no_decision_left")
    names = ", ".join(section_title(key, language) for key in keys)
    return counted("summary.edit_decisions_left", len(keys), sections=names)


def source_words(source: Source, base: Base | None) -> str:
    """Where a line comes from, when and from whom (CF-088)."""
    if source.kind is SourceKind.PREVIOUS and base is not None and source.ref == base.document_id:
        return text("summary.edit_source_base", version=base.version, day=day(base.day))
    if source.kind is SourceKind.TYPED:
        return text("summary.edit_source_typed", author=source.author, day=day(source.day))
    what = source.title or text(_SOURCES[source.kind])
    return ", ".join(part for part in (what, source.author, day(source.day) if source.day else "") if part)


def _candidate_row(candidate: Candidate, base: Base | None, language: Language) -> Row:
    document = candidate.document
    brings = ", ".join(section_title(key, language) for key in candidate.sections[:3])
    known = base is not None and base.document_id == document.id
    words = document.title or document.category
    who = ", ".join(part for part in (document.author.name, day(document.created)) if part)
    beside = text("summary.edit_base_again") if known else text("summary.edit_brings", sections=brings)
    if len(candidate.sections) > len(RULES) // 2:
        beside = beside if known else text("summary.edit_brings_all")
    return Row(f"{_DOCUMENT}{document.id}", words, Mark.NEW, f"{who} · {beside}")


def _added(one: Difference, language: Language) -> Iterator[tuple[str, Mark, str]]:
    words = text("summary.edit_added")
    for entry in one.added:
        yield said(entry, language).line, Mark.NEW, words
    if one.state and one.state[1] not in (SectionState.LINES, SectionState.UNDECIDED):
        yield state_words(one.section, one.state[1], language, None), Mark.NEW, words
    if one.note and one.note[1]:
        yield one.note[1], Mark.NEW, words


def _removed(one: Difference, language: Language) -> Iterator[tuple[str, Mark, str]]:
    words = text("summary.edit_removed")
    for entry in one.removed:
        yield said(entry, language).line, Mark.GONE, words
    if one.state and one.state[0] not in (SectionState.LINES, SectionState.UNDECIDED):
        yield state_words(one.section, one.state[0], language, None), Mark.GONE, words
    if one.note and one.note[0]:
        yield one.note[0], Mark.GONE, words


def _changed(one: Difference, language: Language) -> Iterator[tuple[str, Mark, str]]:
    for old, new in one.changed:
        before = text("summary.edit_changed", words=said(old, language).line)
        yield said(new, language).line, Mark.CHANGED, before


def _section_row(section: Section, language: Language) -> Row:
    count, later = len(section.published), waiting(section)
    title, open_ = section_title(section.key, language), is_open(section)
    decided = not open_ and (section.reviewed_at is not None or section.state is not SectionState.UNDECIDED)
    right = " ".join(part for part in (str(count) if count else "", f"{later}?" if later else "") if part)
    says = (
        title,
        text("summary.edit_required") if section.key in REQUIRED else "",
        text("summary.edit_open" if open_ else "summary.edit_decided" if decided else "summary.edit_empty"),
        counted("summary.edit_published", count) if count else "",
        counted("summary.edit_waiting", later) if later else "",
    )
    mark = Mark.OPEN if open_ or later else Mark.DONE if decided else Mark.NOTHING
    return Row(section.key.value, title, mark, right=right, spoken=", ".join(filter(None, says)))


def _line_row(line: Line, base: Base | None, language: Language) -> Row:
    words = said(line.entry, language).line
    decided = text(_DECISIONS[line.decision])
    right = "" if line.decision is Decision.ACCEPTED else decided
    beside = _sources(line, base)
    gone = line.decision in (Decision.REFUSED, Decision.OBJECTED)
    sentence = f"{words}, {decided}, {beside}"
    return Row(line.id, words, _MARKS[line.decision], beside, right, sentence, struck=gone)


def _choices(line: Line, base: Base | None, language: Language) -> list[Row]:
    asks = text("summary.edit_choose")
    rows = [Row(line.id, asks, Mark.CHOICE, beside=_sources(line, base), title=True)]
    for place, entry in enumerate((line.entry, *line.conflicts)):
        words = said(entry, language).line
        rows.append(Row(f"{line.id}{_OF_LINE}{place}", words, Mark.OPEN, spoken=f"{asks} {words}"))
    return rows


def _sources(line: Line, base: Base | None) -> str:
    words = " · ".join(source_words(source, base) for source in line.sources)
    return f"{words} · {text('summary.edit_old')}" if line.carried >= OLD_AFTER else words


_DECISIONS = {
    Decision.PROPOSED: "summary.edit_proposed",
    Decision.ACCEPTED: "summary.edit_accepted",
    Decision.REFUSED: "summary.edit_refused",
    Decision.OBJECTED: "summary.edit_objected",
}
_MARKS = {
    Decision.PROPOSED: Mark.NEW,
    Decision.ACCEPTED: Mark.DONE,
    Decision.REFUSED: Mark.REFUSED,
    Decision.OBJECTED: Mark.HIDDEN,
}
_SOURCES = {
    SourceKind.PREVIOUS: "summary.edit_source_previous",
    SourceKind.DOCUMENT: "summary.edit_source_document",
    SourceKind.LAB: "summary.edit_source_lab",
    SourceKind.PRESCRIPTION: "summary.edit_source_prescription",
    SourceKind.DISPENSATION: "summary.edit_source_dispensation",
}
