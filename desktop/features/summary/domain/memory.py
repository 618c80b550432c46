"""What the next draft must know of the former ones: what was refused, and what was carried on unseen."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.features.summary.domain.draft import Decision, Draft, Line
from desktop.features.summary.domain.entries import Observation
from desktop.features.summary.domain.sameness import KnownSubstances
from desktop.features.summary.domain.sections import SectionKey

CARRIED_LONG: Final = 3  # versions
RESULT_YEARS: Final = 2


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A refused proposal: a thing (``Thing.key``) in one version of a document."""

    section: SectionKey
    key: str
    ref: str


@dataclass(frozen=True, slots=True, order=True)
class Carried:
    """How many versions took a thing over unseen."""

    section: SectionKey
    key: str
    times: int


@dataclass(frozen=True, slots=True)
class Memory:
    """One a patient; it names things of a record, so it is kept where drafts are."""

    refused: tuple[Refusal, ...] = ()
    unseen: tuple[Carried, ...] = ()

    def is_refused(self, section: SectionKey, key: str, ref: str) -> bool:
        """Whether this was refused of this version of its source."""
        return Refusal(section, key, ref) in self.refused

    def carried(self, section: SectionKey, key: str) -> int:
        """How many versions took it over unseen."""
        return max((one.times for one in self.unseen if (one.section, one.key) == (section, key)), default=0)


NOTHING: Final = Memory()


def remembered(draft: Draft, known: KnownSubstances, before: Memory = NOTHING) -> Memory:
    """What is to be known after *draft* is published or thrown away."""
    refused = set(before.refused)
    unseen = set()
    for section in draft.sections:
        for line in section.lines:
            key = known.thing(line.entry).key
            if line.decision is Decision.REFUSED:
                refused |= {Refusal(section.key, key, source.ref) for source in line.sources if source.ref}
            elif line.decision is Decision.ACCEPTED and line.carried:
                unseen.add(Carried(section.key, key, line.carried))
    return Memory(tuple(sorted(refused)), tuple(sorted(unseen)))


def is_old(line: Line, today: date) -> bool:
    """« ancien »: carried unseen through three versions, or a value of more than 24 months (features A.4)."""
    if line.carried >= CARRIED_LONG:
        return True
    entry = line.entry
    if not isinstance(entry, Observation) or entry.at is None:
        return False
    last = entry.at.last
    return (last.year + RESULT_YEARS, last.month, last.day) < (today.year, today.month, today.day)
