"""When two entries speak of the same thing: what proposals, comparison and doubles rest on (features A.4).

Codes decide where both have one of a system; else the words do. Two insulins with a code each are two, also
under one name; a substance is itself by whichever of its codes and names (pregabalin was N03AX16).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from desktop.domain.drugs.data import Substance
from desktop.domain.folding import fold
from desktop.features.summary.domain.entries import (
    Coding,
    Entry,
    Immunization,
    Medication,
    Observation,
    PartialDate,
    Procedure,
)
from desktop.features.summary.domain.sections import EntryKind
from desktop.features.summary.domain.terminology import ALD, ATC


@dataclass(frozen=True, slots=True)
class Thing:
    """By what an entry is recognised, worked out once: its codes by system, its folded words, its time.

    The words of a result name its laboratory: without a code, none is one across laboratories (CF-152).
    """

    kind: EntryKind
    codes: Mapping[str, frozenset[str]]
    words: str
    time: PartialDate | None

    @property
    def key(self) -> str:
        """One name to remember it by: the first code, else its kind and words (features A.4)."""
        for system, codes in self.codes.items():
            return f"{system}|{min(codes)}"
        return f"{self.kind}|{self.words}"

    def same(self, other: "Thing") -> bool:
        """Whether both are one thing. What happened at two times is two things."""
        return self.alike(other) and self.same_time(other)

    def alike(self, other: "Thing") -> bool:
        """As :meth:`same`, at whatever time: a value of today beside the one of last year."""
        if self.kind is not other.kind:
            return False
        shared = self.codes.keys() & other.codes.keys()
        if shared:
            return any(self.codes[system] & other.codes[system] for system in shared)
        return self.words == other.words

    def renamed(self, other: "Thing") -> bool:
        """Called the same at the same time, whatever the codes say."""
        return self.kind is other.kind and self.words == other.words and self.same_time(other)

    def same_time(self, other: "Thing") -> bool:
        """The same time, as far as both know it: 2025 and 2025-10-14 can be one."""
        ours, theirs = self.time, other.time
        if ours is None or theirs is None:
            return ours is theirs
        return ours.iso.startswith(theirs.iso) or theirs.iso.startswith(ours.iso)


class KnownSubstances:
    """The substances by all that they are called; an unknown one is what it is called."""

    def __init__(self, substances: Iterable[Substance]) -> None:
        self._by: dict[str, Substance] = {}
        for one in substances:
            for name in (fold(one.name), fold(one.english), one.atc, *one.atc_other):
                self._by.setdefault(name, one)

    def named(self, name: str) -> Substance | None:
        """By its French or English name, in any spelling."""
        return self._by.get(fold(name))

    def of(self, taken: Medication) -> Substance | None:
        """What *taken* contains, if that is one substance that is known: by code, then by name."""
        coded = [self._by[c.code] for c in taken.codings if c.system == ATC and c.code in self._by]
        if coded or _has(taken.codings, ATC):
            return coded[0] if coded else None
        return self.named(taken.ingredients[0] if len(taken.ingredients) == 1 else taken.text)

    def thing(self, entry: Entry) -> Thing:
        """By what *entry* is recognised."""
        words = fold(entry.text)
        if isinstance(entry, Observation):
            words = f"{words}|{fold(entry.performer)}"
        return Thing(entry.kind, self._codes(entry), words, _time(entry))

    def _codes(self, entry: Entry) -> Mapping[str, frozenset[str]]:
        """An ATC code is the substance's own; the number of an ALD names no disease: 30 is any tumour."""
        found: dict[str, frozenset[str]] = {}
        for coding in entry.codings:
            if coding.system == ALD:
                continue
            known = self._by.get(coding.code) if coding.system == ATC else None
            code = known.atc if known else coding.code
            found[coding.system] = found.get(coding.system, frozenset()) | {code}
        if isinstance(entry, Medication) and ATC not in found:
            contains = self.of(entry)
            if contains is not None:
                found[ATC] = frozenset({contains.atc})
        return found


def _time(entry: Entry) -> PartialDate | None:
    """When it happened, for what happens at a time; None for what lasts."""
    match entry:
        case Observation():
            return entry.at
        case Immunization():
            return entry.given
        case Procedure():
            return entry.performed
        case _:
            return None


def _has(codings: tuple[Coding, ...], system: str) -> bool:
    return any(coding.system == system for coding in codings)


NO_SUBSTANCES: Final = KnownSubstances(())
