"""What changed between two versions (CF-091): added, removed, changed, each entry once, unchanged ones never.

A changed dose is one change. Entries are paired from the surest likeness to the weakest, in their order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.features.summary.domain.entries import Entry, Observation
from desktop.features.summary.domain.sameness import KnownSubstances, same_time, same_words
from desktop.features.summary.domain.sections import SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection

_Pair = tuple[Entry, Entry]
_Alike = Callable[[Entry, Entry], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """One section's; ``state`` and ``note`` are (old, new) where they differ, else None.

    A section that is not there says UNDECIDED here. ``changed`` are pairs (old, new).
    """

    section: SectionKey
    state: tuple[SectionState, SectionState] | None
    note: tuple[str, str] | None
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[_Pair, ...]


def compare(old: Summary, new: Summary, known: KnownSubstances) -> tuple[Difference, ...]:
    """The sections that differ, in the order in which they are read."""
    before, after = _sections(old), _sections(new)
    nothing = SummarySection(None, SectionState.UNDECIDED)
    differences = (
        _difference(rule.key, before.get(rule.key, nothing), after.get(rule.key, nothing), known)
        for rule in SECTIONS
    )
    return tuple(found for found in differences if found is not None)


def _sections(summary: Summary) -> dict[SectionKey, SummarySection]:
    return {section.key: section for section in summary.sections if section.key is not None}


def _difference(
    key: SectionKey, old: SummarySection, new: SummarySection, known: KnownSubstances
) -> Difference | None:
    removed, added = list(old.entries), list(new.entries)
    _take(removed, added, lambda one, other: one == other)
    changed = [
        pair for alike in (known.same, _later_value(known), _renamed) for pair in _take(removed, added, alike)
    ]
    state = (old.state, new.state) if old.state is not new.state else None
    note = (old.note, new.note) if old.note != new.note else None
    if not (removed or added or changed or state or note):
        return None
    places = {id(entry): place for place, entry in enumerate(new.entries)}
    changed.sort(key=lambda pair: places[id(pair[1])])
    return Difference(key, state, note, tuple(added), tuple(removed), tuple(changed))


def _take(removed: list[Entry], added: list[Entry], alike: _Alike) -> Sequence[_Pair]:
    """Pairs that are *alike*, taken out of both lists."""
    pairs = []
    for entry in tuple(added):
        place = next((n for n, former in enumerate(removed) if alike(former, entry)), None)
        if place is not None:
            pairs.append((removed.pop(place), entry))
            del added[next(n for n, one in enumerate(added) if one is entry)]
    return pairs


def _later_value(known: KnownSubstances) -> _Alike:
    """A result of a later day stands for the former one."""
    return lambda one, other: (
        isinstance(one, Observation) and (isinstance(other, Observation) and known.alike(one, other))
    )


def _renamed(one: Entry, other: Entry) -> bool:
    """Called the same, and only its code is another."""
    return type(one) is type(other) and same_words(one, other) and same_time(one, other)
