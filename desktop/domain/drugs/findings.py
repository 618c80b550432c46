"""What a check answers with, and what it is asked about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from desktop.domain.drugs.data import DataRow, DrugData
from desktop.domain.local_time import day_words
from desktop.domain.prescription.ordonnance import SHORTEST_REASON
from desktop.domain.texts import Language, text


class AlertLevel(StrEnum):
    """How a finding stands in the way: STOP (■) until the line goes or a reason is given, WARN (▲) is read.

    UNCHECKED (○) says what nobody has looked at.
    """

    STOP = "stop"
    WARN = "warn"
    UNCHECKED = "unchecked"

    @property
    def sign(self) -> str:
        """The sign that goes with its word; never alone."""
        return {"stop": "■", "warn": "▲", "unchecked": "○"}[self.value]

    def words(self, language: Language | None = None) -> str:
        """What it asks: « à justifier », « à lire », « non contrôlé »."""
        return text(_LEVEL_WORDS[self.value], language=language)


_LEVEL_WORDS: Final = {
    "stop": "drugs.level_stop",
    "warn": "drugs.level_warn",
    "unchecked": "drugs.level_unchecked",
}


class RouteKind(StrEnum):
    """Whether a medicine is taken for the whole body: drops for the eye and creams hardly are."""

    WHOLE = "whole"
    LOCAL = "local"


class ReactionKind(StrEnum):
    """What was recorded as having happened; UNKNOWN is treated as an allergy."""

    ALLERGY = "allergy"
    INTOLERANCE = "intolerance"
    SIDE_EFFECT = "side-effect"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Dose:
    """Of one DCI in a line, in milligrams: at once, and in a day; None where it is not known."""

    inn: str
    at_once_mg: Decimal | None
    per_day_mg: Decimal | None


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """What a check needs of a line. ``number`` is its own on the ordonnance (0 in the other medication).

    ``atc`` and ``inns`` as far as they are known, each DCI of a combination by itself; ``doses`` of these.
    ``has_dose``: a posology is written, whether or not it can be counted. ``ended``: its last day, if it is
    over or will be.
    """

    number: int
    label: str
    atc: tuple[str, ...] = ()
    inns: tuple[str, ...] = ()
    route: RouteKind = RouteKind.WHOLE
    doses: tuple[Dose, ...] = ()
    has_dose: bool = True
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class KnownAllergy:
    """One that stands: neither refuted nor past. ``codes`` are ATC codes; ``reaction`` is what was seen.

    ``criticality`` in the words of the screen, "" where none was recorded; ``recorded`` when.
    """

    label: str
    codes: tuple[str, ...] = ()
    kind: ReactionKind = ReactionKind.UNKNOWN
    reaction: str = ""
    criticality: str = ""
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class DataOrigin:
    """Which data speak (CF-118): their name, the date of their version, whether they are for tests only."""

    name: str
    version: date
    test: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence by its key; facts that are words of the data are French in every language."""

    key: str
    facts: Mapping[str, str | int]

    @staticmethod
    def of(key: str, /, **facts: str | int) -> "Sentence":
        """From keyword facts."""
        return Sentence(key, MappingProxyType(facts))

    def words(self, language: Language | None = None) -> str:
        """In *language*, the window's where none is given."""
        return text(self.key, language=language, **self.facts)


@dataclass(frozen=True, slots=True)
class DrugFinding:
    """``rule`` is stable, so that a reason which was given for it can be kept (CF-114).

    ``rows`` say where the data have it; ``lines`` are the numbers that it is about, ``others`` what it is
    about in the other medication.
    """

    level: AlertLevel
    rule: str
    said: tuple[Sentence, ...]
    lines: tuple[int, ...]
    rows: tuple[DataRow, ...] = ()
    origin: DataOrigin | None = None
    others: tuple[str, ...] = ()

    def words(self, language: Language | None = None) -> str:
        """What it says, one sentence after the other."""
        return " ".join(one.words(language) for one in self.said)

    def source(self, language: Language | None = None) -> str:
        """File, line, date of the version and « jeu de test » (CF-118); "" where no data speak."""
        if self.origin is None:
            return ""
        key = "drugs.source_test" if self.origin.test else "drugs.source"
        rows = ", ".join(f"{row.file}:{row.line}" for row in self.rows)
        day = day_words(self.origin.version)
        return text(key, language=language, rows=rows or self.origin.name, date=day, rule=self.rule)


SCOPE: Final = ("N-PREGNANCY", "N-CHILD", "N-DOSE", "N-LIST")
"""Rules that say, of each line, what no data were loaded for."""


def is_reason(written: str) -> bool:
    """Whether an alert may be passed over with it."""
    return len(written.strip()) >= SHORTEST_REASON


def by_level(findings: Iterable[DrugFinding]) -> tuple[DrugFinding, ...]:
    """■ before ▲ before ○, else as they came: the order of the screen."""
    order = list(AlertLevel)
    return tuple(sorted(findings, key=lambda one: order.index(one.level)))


def of_line(findings: Iterable[DrugFinding], number: int) -> tuple[DrugFinding, ...]:
    """Those about one line, in their order."""
    return tuple(one for one in findings if number in one.lines)


def mark(findings: Iterable[DrugFinding], number: int) -> AlertLevel | None:
    """What stands in a line's « Contrôle »; None: the rules of the set were asked, and none is about it.

    What no set covers (:data:`SCOPE`) is listed for each line, and does not hide whether its rules spoke.
    """
    found = [one.level for one in of_line(findings, number) if one.rule not in SCOPE]
    return min(found, key=list(AlertLevel).index, default=None)


def origin_of(data: DrugData) -> DataOrigin:
    """What each alert says of the set that it is from."""
    return DataOrigin(data.name, data.version, data.test)
