"""From a draft to what is published: accepted lines only, and nothing that betrays the others."""

from collections.abc import Callable
from datetime import datetime

from desktop.features.summary.domain.draft import Draft, Section
from desktop.features.summary.domain.none_known import denies
from desktop.features.summary.domain.sections import REQUIRED, SECTIONS, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer


def summary_of(
    draft: Draft, subject: Subject, author: Writer, now: datetime, new_urn: Callable[[], str]
) -> Summary:
    """The next version of the draft's base, the first where it has none; also what the preview shows.

    *new_urn* gives a new ``urn:uuid:…`` each time. Which drafts may be published, :mod:`.check` says: here a
    section that says nothing yet is left out, as is one whose lines nobody accepted (CF-087).
    """
    base = draft.base
    return Summary(
        identifier=base.identifier if base else new_urn(),
        bundle=new_urn(),
        version=base.version + 1 if base else 1,
        replaces=base.bundle if base else "",
        subject=subject,
        author=author,
        written_at=now,
        language=draft.language,
        sections=tuple(
            published for rule in SECTIONS if (published := _published(draft.section(rule.key))) is not None
        ),
    )


def _published(section: Section) -> SummarySection | None:
    match section.state:
        case SectionState.UNDECIDED:
            return None
        case SectionState.REFUSED:  # as one that is not available, its note stays here (CF-086, features A.2)
            required = section.key in REQUIRED
            return SummarySection(section.key, SectionState.UNAVAILABLE) if required else None
        case SectionState.LINES if not section.published:
            return None
        case SectionState.LINES if denies(section.key, section.published):
            return SummarySection(section.key, SectionState.NONE_KNOWN, note=section.note)
        case state:
            return SummarySection(section.key, state, section.published, note=section.note)
