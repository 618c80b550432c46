"""Versions of a summary of which only some sections matter: to be compared, or taken up again."""

from collections.abc import Mapping

from desktop.features.summary.domain.entries import Entry
from desktop.features.summary.domain.sections import SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection
from tests.samples.summaries import AUTHOR, SUBJECT, WRITTEN

_NOTHING: Mapping[SectionKey, str] = {}


def summary(
    lines: Mapping[SectionKey, tuple[Entry, ...]] | None = None,
    states: Mapping[SectionKey, SectionState] | None = None,
    notes: Mapping[SectionKey, str] = _NOTHING,
) -> Summary:
    """One with these sections, in the order in which they are read."""
    lines, states = lines or {}, states or {}
    keys = [rule.key for rule in SECTIONS if rule.key in {*lines, *states, *notes}]
    sections = tuple(
        SummarySection(key, states.get(key, SectionState.LINES), lines.get(key, ()), note=notes.get(key, ""))
        for key in keys
    )
    return Summary("urn:uuid:a", "urn:uuid:b", 1, "", SUBJECT, AUTHOR, WRITTEN, "fr", sections)
