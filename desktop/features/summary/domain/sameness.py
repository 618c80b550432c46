"""When two entries speak of the same thing: what proposals, comparison and doubles rest on (features A.4).

Codes decide where both have one of a system; else the words do. Two insulins with a code each are two, also
under one name; a substance is itself by whichever of its codes and names (pregabalin was N03AX16).
"""

from collections.abc import Iterable, Mapping
from typing import Final

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
from desktop.features.summary.domain.terminology import ALD, ATC, Substance


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

    def codes(self, entry: Entry) -> Mapping[str, frozenset[str]]:
        """What names the thing, by system; an ATC code is the substance's own. ALD 30 is no one tumour."""
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

    def key(self, entry: Entry) -> str:
        """One name to remember it by: the first code, else the kind and the folded words (features A.4)."""
        for system, codes in self.codes(entry).items():
            return f"{system}|{min(codes)}"
        return f"{entry.kind}|{fold(entry.text)}"

    def same(self, one: Entry, other: Entry) -> bool:
        """Whether both speak of one thing. What happened at two times is two things."""
        return type(one) is type(other) and same_time(one, other) and self.alike(one, other)

    def alike(self, one: Entry, other: Entry) -> bool:
        """As :meth:`same`, at whatever time: a value of today beside the one of last year."""
        ours, theirs = self.codes(one), self.codes(other)
        shared = ours.keys() & theirs.keys()
        if shared:
            return any(ours[system] & theirs[system] for system in shared)
        return same_words(one, other) and _same_laboratory(one, other)


def same_words(one: Entry, other: Entry) -> bool:
    """Whether they are called the same, in any spelling."""
    return fold(one.text) == fold(other.text)


def time_of(entry: Entry) -> PartialDate | None:
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


def same_time(one: Entry, other: Entry) -> bool:
    """The same time, as far as both know it: 2025 and 2025-10-14 can be one."""
    ours, theirs = time_of(one), time_of(other)
    if ours is None or theirs is None:
        return ours is theirs
    return ours.iso.startswith(theirs.iso) or theirs.iso.startswith(ours.iso)


def _same_laboratory(one: Entry, other: Entry) -> bool:
    """Results without a code are never one across laboratories (CF-152)."""
    if isinstance(one, Observation) and isinstance(other, Observation):
        return fold(one.performer) == fold(other.performer)
    return True


def _has(codings: tuple[Coding, ...], system: str) -> bool:
    return any(coding.system == system for coding in codings)


NO_SUBSTANCES: Final = KnownSubstances(())
