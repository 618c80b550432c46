"""A treatment as it is typed: « metformine 850 mg comprimé 1-0-1 depuis 03.2024 jusqu'à 06.2026 ».

What is understood goes to its field; all other words stay, in their order, in what is printed of dose and
rhythm. Nothing is added: a number without unit stays one, and is asked for later (:mod:`.check`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from desktop.domain.drugs.amounts import STRENGTH
from desktop.domain.folding import fold
from desktop.domain.texts import Language, text
from desktop.features.summary.domain.entries import Medication, PartialDate
from desktop.features.summary.domain.sameness import KnownSubstances
from desktop.features.summary.domain.terminology import CodeList, Concept, coding_of
from desktop.features.summary.domain.typed import read_date

_DAY: Final = r"(?P<day>(?:\d{1,2}[./-]){0,2}\d{4})"
_RHYTHM: Final = re.compile(r"(?<!\S)(?:\d+(?:[.,/]\d+)?(?:-\d+(?:[.,/]\d+)?){2,3}(?!\S)|\d+ ?[x×] ?/)")
_BARE: Final = re.compile(r"(?<!\S)\d{2,}(?:[.,]\d+)?(?!\S)|(?<!\S)\d[.,]\d+(?!\S)")
_SINCE: Final = "summary.typed_since"
_UNTIL: Final = "summary.typed_until"
_NEEDED: Final = "summary.typed_as_needed"
_GAP: Final = "\ue000"  # stands where something was understood; nobody can type it


@dataclass(frozen=True, slots=True)
class _Part:
    concept: Concept
    words: tuple[str, ...]


class MedicationLine:
    """Build it in a worker, over the substances and the lists FORM and ROUTE."""

    def __init__(self, known: KnownSubstances, concepts: Iterable[Concept]) -> None:
        self._known = known
        parts = sorted(_parts(concepts), key=lambda part: -len(part.words))
        self._forms = tuple(part for part in parts if part.concept.list is CodeList.FORM)
        self._routes = tuple(part for part in parts if part.concept.list is CodeList.ROUTE)
        self._since, self._until, self._needed = _typed(_SINCE, _DAY), _typed(_UNTIL, _DAY), _typed(_NEEDED)

    def read(self, typed: str) -> Medication:
        """The treatment that *typed* says, which is not blank; form and route by the words of their table."""
        rest = " ".join(typed.replace(_GAP, " ").split())
        rest, start = _dated(rest, self._since)
        rest, stop = _dated(rest, self._until)
        rest, needed = _cut(rest, self._needed)
        rest, strength = _cut(rest, STRENGTH)
        rest, form = _named(rest, self._forms)
        rest, route = _named(rest, self._routes)
        if not strength:
            rest, strength = _cut(rest, _BARE)
        name, _, dosage = rest.partition(_GAP)
        words = " ".join(dosage.replace(_GAP, " ").split())
        if not name.strip():
            name, words = words, ""
        name, rhythm = _without_rhythm(name)
        if not name:  # without one, nothing was understood
            return Medication(text=typed.strip())
        taken = Medication(
            text=name, strength=strength, dosage=f"{rhythm} {words}".strip(),
            form=form.label if form else "", form_coding=form.coding if form else None,
            route=route.label if route else "", route_coding=route.coding if route else None,
            as_needed=True if needed else None, start=start, stop=stop,
        )  # fmt: skip
        return self._coded(taken)

    def _coded(self, taken: Medication) -> Medication:
        substance = self._known.named(taken.text)
        if substance is None:
            return taken
        return replace(taken, codings=(coding_of(substance),), ingredients=(substance.name,))


def _typed(key: str, *then: str) -> re.Pattern[str]:
    """The words of *key* in any language, as a doctor types them, and what follows."""
    known = {words for language in Language for words in text(key, language=language).split("|")}
    either = "|".join(re.escape(words).replace("'", "['’]") for words in sorted(known, key=len, reverse=True))
    return re.compile(" ".join((rf"\b(?:{either})", *then)) + r"\b", re.IGNORECASE)


def _parts(concepts: Iterable[Concept]) -> Iterator[_Part]:
    for concept in concepts:
        for words in (concept.label, *concept.words):
            yield _Part(concept, tuple(fold(words).split()))


def _dated(rest: str, pattern: re.Pattern[str]) -> tuple[str, PartialDate | None]:
    """Without the words of a date; one that is no date stays with its words."""
    match = pattern.search(rest)
    day = read_date(match["day"]) if match else None
    if match is None or day is None:
        return rest, None
    return _without(rest, match), day


def _cut(rest: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    match = pattern.search(rest)
    return (_without(rest, match), match[0]) if match else (rest, "")


def _without(rest: str, match: re.Match[str]) -> str:
    return f"{rest[: match.start()]} {_GAP} {rest[match.end() :]}"


def _named(rest: str, parts: tuple[_Part, ...]) -> tuple[str, Concept | None]:
    """The longest name of *parts* that stands in the words, after the first of them."""
    words = rest.split()
    folded = [fold(word) for word in words]
    for part in parts:
        for place in range(1, len(words) - len(part.words) + 1):
            end = place + len(part.words)
            if tuple(folded[place:end]) == part.words:
                left = " ".join((*words[:place], _GAP, *words[end:]))
                return left, part.concept
    return rest, None


def _without_rhythm(name: str) -> tuple[str, str]:
    """« Ramipril 1-0-0 » where nothing else stood between them."""
    match = _RHYTHM.search(name)
    return (name[: match.start()].strip(), name[match.start() :].strip()) if match else (name.strip(), "")
