"""What a check of the draft says: what keeps it from being published, and what is seen before the PIN."""

from dataclasses import dataclass

from desktop.domain.record import Document
from desktop.domain.texts import Language, text
from desktop.features.summary.cells import found_words, left_out_words, row_of
from desktop.features.summary.domain.candidates import Candidate
from desktop.features.summary.domain.check import Issue
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.editing import next_waiting
from desktop.features.summary.domain.left_out import left_out, undecided
from desktop.features.summary.domain.sections import SectionKey
from desktop.ui.dates import day


@dataclass(frozen=True, slots=True)
class LineSpot:
    """Where a warning is about: a section, and the row of a line in it ("": none of them)."""

    section: SectionKey
    row: str


@dataclass(frozen=True, slots=True)
class Checked:
    """``left`` and ``reasons`` stop it, ``undecided`` is for the foot; ``first`` is the place of the first
    warning, None where the version in force was not read, or nothing is warned of."""

    left: tuple[SectionKey, ...]
    undecided: tuple[SectionKey, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    first: LineSpot | None


def checked(
    draft: Draft,
    issues: tuple[Issue, ...],
    unread: Candidate | None,
    pdf: Document | None,
    language: Language,
) -> Checked:
    """*unread*: the version in force, where the draft takes nothing of it over, *pdf*: where it is a PDF
    alone. That comes first, then the
    lines of the former version that would be lost: untouched is not published (CF-087), nor unseen."""
    stopping = [one for one in issues if one.stops]
    said = [one for one in issues if not one.stops]
    left = tuple(dict.fromkeys(one.section for one in stopping))
    lost = left_out(draft)
    warnings = (
        text("summary.edit_unread_lost", day=day(unread.source.day)) if unread else "",
        text("summary.edit_pdf_lost", day=day(pdf.created)) if pdf else "",
        left_out_words(lost, draft.base, language),
        *(found_words(one, draft, language) for one in said),
    )
    places = (
        *(LineSpot(one.section, row_of(one.lines[0])) for one in lost),
        *(LineSpot(one.section, one.line or _waiting(draft, one.section)) for one in said),
    )
    return Checked(
        left=left,
        undecided=undecided(draft, left),
        reasons=tuple(found_words(one, draft, language) for one in stopping),
        warnings=tuple(filter(None, warnings)),
        first=None if unread or pdf else next(iter(places), None),
    )


def _waiting(draft: Draft, key: SectionKey) -> str:
    line = next_waiting(draft.section(key), "")
    return row_of(line) if line else ""
