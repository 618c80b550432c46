"""The prescriber's one field: « amox 500 1-1-1 7j » in any order (screens: Prescriber).

What was understood has its field; what is missing is None and never guessed; what was not understood is said
word by word. A strength without its unit is completed only where the data know one strength of the product
with that number. A product that the data do not know is kept as typed: it goes on the ordonnance « non codé
» (CF-111).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from desktop.domain.drugs.amounts import AMOUNT, STRENGTH, milligrams
from desktop.domain.drugs.data import Substance
from desktop.domain.drugs.findings import CheckedLine, Dose, RouteKind
from desktop.domain.drugs.rhythm import GAP, Duration, Rhythm, cut_as_needed, cut_duration, cut_rhythm
from desktop.domain.drugs.search import SubstanceSearch
from desktop.domain.folding import fold

LOCAL: Final = frozenset({"20051000", "20003000", "10604000", "10502000", "10504000"})
"""EDQM codes of routes and forms that stay where they are put: eye drops, creams, ointments."""

_BARE: Final = re.compile(rf"{AMOUNT}(?:/{AMOUNT})*")
_JOINS: Final = re.compile(r"[/+]")


@dataclass(frozen=True, slots=True)
class DrugTerm:
    """A dose form or a route: its EDQM code, its word, and how it is typed."""

    code: str
    label: str
    words: tuple[str, ...]


class LinePart(StrEnum):
    """What a line of medicine needs before it can be added; each is a field, « ? » where it is missing."""

    PRODUCT = "product"
    STRENGTH = "strength"
    FORM = "form"
    RHYTHM = "rhythm"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What was understood of ``typed``.

    ``product`` is the DCI or the words of a product that nobody knows here (``substances`` empty). Where
    several substances may be meant, it is "" and ``candidates`` holds them. ``left`` are the words not
    understood.
    """

    typed: str
    product: str = ""
    substances: tuple[Substance, ...] = ()
    candidates: tuple[Substance, ...] = ()
    strength: str = ""
    form: DrugTerm | None = None
    route: DrugTerm | None = None
    rhythm: Rhythm | None = None
    as_needed: bool = False
    duration: Duration | None = None
    left: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[LinePart, ...]:
        """Fields that show « ? », in the order of the screen."""
        told = {
            LinePart.PRODUCT: self.product,
            LinePart.STRENGTH: self.strength,
            LinePart.FORM: self.form,
            LinePart.RHYTHM: self.rhythm,
            LinePart.DURATION: self.duration,
        }
        return tuple(part for part in LinePart if not told[part])

    @property
    def quantity(self) -> Decimal | None:
        """Units for the whole duration; None where a day's number of units or the duration is not known."""
        if self.rhythm is None or self.rhythm.per_day is None or self.duration is None:
            return None
        return self.rhythm.per_day * self.duration.days

    def checked(self, number: int) -> CheckedLine:
        """As the checks see it."""
        inns = tuple(part for one in self.substances for part in one.components)
        codes = {term.code for term in (self.form, self.route) if term}
        route = RouteKind.LOCAL if codes & LOCAL else RouteKind.WHOLE
        masses = milligrams(self.strength)
        doses = (
            tuple(_dose(inn, mass, self.rhythm) for inn, mass in zip(inns, masses, strict=True))
            if self.rhythm and len(masses) == len(inns)
            else ()
        )
        label = " ".join(filter(None, (self.product, self.strength)))
        atc = tuple(one.atc for one in self.substances)
        return CheckedLine(number, label, atc, inns, route, doses, has_dose=self.rhythm is not None)


def _dose(inn: str, mass: Decimal, rhythm: Rhythm) -> Dose:
    at_once = None if rhythm.at_once is None else rhythm.at_once * mass
    return Dose(inn, at_once, None if rhythm.per_day is None else rhythm.per_day * mass)


class LineReader:
    """Build it in a worker, over substances, forms and routes; reading a line is for each key pressed."""

    def __init__(
        self, search: SubstanceSearch, forms: Iterable[DrugTerm], routes: Iterable[DrugTerm]
    ) -> None:
        self._search = search
        self._forms, self._routes = _spellings(forms), _spellings(routes)

    def read(self, typed: str) -> TypedLine:
        """What *typed* says; of nothing, nothing."""
        rest = " ".join(typed.replace(GAP, " ").split())
        rest, strength = _cut_strength(rest)
        rest, form = _cut_term(rest, self._forms)
        rest, route = _cut_term(rest, self._routes)
        rest, needed = cut_as_needed(rest)
        rest, rhythm = cut_rhythm(rest)
        rest, duration = cut_duration(rest)
        pieces = [piece.split() for piece in rest.split(GAP)]
        numbers = [word for piece in pieces for word in piece if _BARE.fullmatch(word)]
        named = [found for piece in pieces if (found := [w for w in piece if not _BARE.fullmatch(w)])]
        product, substances, candidates, left = self._product(named)
        wanted = strength or (numbers[0] if numbers else "")
        if not substances:
            fitting = [one for one in candidates if _strengths(one, wanted)] or list(candidates)
            if len(fitting) == 1:
                product, substances, candidates = fitting[0].name, (fitting[0],), ()
            else:
                candidates = tuple(fitting)
        if not strength and numbers:
            strength = _completed(substances, numbers[0])
            numbers = numbers[1:] if strength else numbers
        return TypedLine(
            typed, product, substances, candidates, strength, form, route, rhythm, needed, duration,
            (*left, *numbers),
        )  # fmt: skip

    def _product(
        self, named: list[list[str]]
    ) -> tuple[str, tuple[Substance, ...], tuple[Substance, ...], tuple[str, ...]]:
        """Product, its substances, those that may be meant, and words that are none of these."""
        for place, words in enumerate(named):
            for end in range(len(words), 0, -1):
                said = " ".join(words[:end])
                left = (
                    *words[end:],
                    *(word for other in named[:place] + named[place + 1 :] for word in other),
                )
                one = self._search.named(said)
                if one is not None:
                    return one.name, (one,), (), left
                several = self._combination(said)
                if several:
                    return "/".join(part.name for part in several), several, (), left
                hits = self._search.hits(said)
                if hits:
                    return "", (), hits, left
        if not named:
            return "", (), (), ()
        return " ".join(named[0]), (), (), tuple(word for words in named[1:] for word in words)

    def _combination(self, said: str) -> tuple[Substance, ...]:
        """« paracétamol/codéine »: each by its whole name, or by a beginning that only one has."""
        found: list[Substance] = []
        names = _JOINS.split(said)
        for name in names if len(names) > 1 else ():
            hits = self._search.hits(name)
            one = self._search.named(name) or (hits[0] if len(hits) == 1 else None)
            if one is None:
                return ()
            found.append(one)
        return tuple(found)


def _spellings(terms: Iterable[DrugTerm]) -> tuple[tuple[tuple[str, ...], DrugTerm], ...]:
    """Each way to type them, the longest first."""
    every = [(tuple(fold(words).split()), term) for term in terms for words in (term.label, *term.words)]
    return tuple(sorted(every, key=lambda one: -len(one[0])))


def _cut_strength(rest: str) -> tuple[str, str]:
    match = STRENGTH.search(rest)
    return (f"{rest[: match.start()]} {GAP} {rest[match.end() :]}", match[0]) if match else (rest, "")


def _cut_term(
    rest: str, spellings: tuple[tuple[tuple[str, ...], DrugTerm], ...]
) -> tuple[str, DrugTerm | None]:
    """The longest name that stands in the words, wherever it stands: « 400 mg cp, 1 cp le soir »."""
    words, found = rest.split(), None
    folded = [fold(word) for word in words]
    for spelling, term in spellings:
        for place in range(len(words) - len(spelling), -1, -1):
            end = place + len(spelling)
            if found in (None, term) and tuple(folded[place:end]) == spelling:
                words[place:end], found = [GAP], term
                folded[place:end] = [GAP]
    return " ".join(words), found


def _strengths(substance: Substance, wanted: str) -> tuple[str, ...]:
    """The strengths of *substance* that *wanted* says: the same, or the same number without a unit."""
    if not wanted:
        return ()
    bare = _BARE.fullmatch(wanted)
    number = fold(wanted)
    return tuple(
        one
        for one in substance.strengths
        if (
            fold(one.rpartition(" ")[0]) == number if bare else fold(one) == number or _same_mass(one, wanted)
        )
    )


def _same_mass(one: str, other: str) -> bool:
    return bool(milligrams(one)) and milligrams(one) == milligrams(other)


def _completed(substances: tuple[Substance, ...], number: str) -> str:
    """« 500 » with the unit of the one strength that has this number; "" where several have it, or none."""
    found = {strength for one in substances for strength in _strengths(one, number)}
    return found.pop() if len(substances) == 1 and len(found) == 1 else ""
