"""Lines of the former version that the next one would lose though nobody decided so (CF-087)."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.features.summary.domain.draft import Base, Decision, Draft, Line, SourceKind
from desktop.features.summary.domain.editing import asked, waiting
from desktop.features.summary.domain.sections import REQUIRED, SectionKey


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The lines of one section, at least one, in their order."""

    section: SectionKey
    lines: tuple[Line, ...]


def is_left_out(line: Line, base: Base | None) -> bool:
    """Whether *line* stands in the version *base* and waits: as it is, it is not published again."""
    if base is None or line.decision is not Decision.PROPOSED:
        return False
    return any(one.kind is SourceKind.PREVIOUS and one.ref == base.document_id for one in line.sources)


def left_out(draft: Draft) -> tuple[LeftOut, ...]:
    """Section by section in the order in which they are read; a line that was refused was decided about."""
    lines = {one.key: [ln for ln in one.lines if is_left_out(ln, draft.base)] for one in draft.sections}
    return tuple(LeftOut(key, tuple(found)) for key, found in lines.items() if found)


def undecided(draft: Draft, stopping: Iterable[SectionKey]) -> tuple[SectionKey, ...]:
    """The sections in which a decision remains, in their order: *stopping* keep it from being published,
    others would lose lines of the former version, and in a required one nothing should wait."""
    losing = {one.section for one in left_out(draft)}
    stop = set(stopping)
    return tuple(
        key
        for key in asked(draft)
        if key in stop or key in losing or (key in REQUIRED and waiting(draft.section(key)))
    )
