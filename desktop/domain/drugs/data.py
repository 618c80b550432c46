"""A set of drug data as frozen values: substances, allergy groups, rules for duplicates, interactions.

Each row knows the file and the line that it was read from, because every alert names them (CF-118). What the
rows say is the set's own (domain §8, part D); nothing clinical stands in the code.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from desktop.domain.drugs.names import stem
from desktop.domain.prescription.ordonnance import RenewalClass

_BETWEEN: Final = re.compile(r",| et ")

WHOLE_CODE: Final = 7
"""Characters of an ATC code that names a substance; shorter ones name a group."""
LEAST_CODE: Final = 5
"""A code with fewer characters names so large a group that a rule about a substance says nothing of it."""


class InteractionSeverity(StrEnum):
    """The French four levels, the only words that are used (part D of the law)."""

    CI = "CI"
    AD = "AD"
    PE = "PE"
    PC = "PC"


class RuleAction(StrEnum):
    """What a rule of allergy or duplicate asks: to be read, a reason, or to look at the day's sum."""

    WARN = "avertir"
    REASON = "bloquer-sauf-motif"
    TOTAL = "avertir-dose-totale"


@dataclass(frozen=True, slots=True)
class DataRow:
    """Where a row stands: its file, and the number of its line, the first of the file being 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class WithdrawnBatch:
    """A batch that may not be handed over: since when, who said so (French words), and why if it was said."""

    gtin: str
    batch: str
    since: date
    source: str
    reason: str
    row: DataRow


@dataclass(frozen=True, slots=True)
class ListedClass:
    """What a published list says of the medicines under an ATC *prefix* (domain §C.1): S, RR, R or libre.

    ``forms``: French words of the dose forms that it is about, () for all; ``since``: the day of that list.
    """

    prefix: str
    renewal: RenewalClass
    forms: tuple[str, ...]
    source: str
    since: date
    row: DataRow


@dataclass(frozen=True, slots=True)
class Substance:
    """A DCI: its codes, and what is on the market somewhere: strengths, forms and routes in French words.

    ``control``: what the United Nations' conventions say of it, in French words, "" where nothing is known.
    """

    name: str
    english: str
    atc: str
    atc_other: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    allergy_groups: tuple[str, ...] = ()
    control: str = ""
    row: DataRow = DataRow("", 0)

    @property
    def components(self) -> tuple[str, ...]:
        """The DCI of a combination, or itself."""
        return tuple(part.strip() for part in self.name.split("/"))


@dataclass(frozen=True, slots=True)
class CrossReaction:
    """How likely the one allergy is with the other group: *strength* in the file's words.

    ``target`` is a group or a DCI; :data:`RECIPROCAL` means the members of the group among themselves.
    """

    target: str
    strength: str


RECIPROCAL: Final = "réciproque"


@dataclass(frozen=True, slots=True)
class AllergyGroup:
    """What reacts alike. Without prefixes it is no active substance: latex, lactose, egg in a vaccine."""

    key: str
    label: str
    prefixes: tuple[str, ...]
    crosses: tuple[CrossReaction, ...]
    remark: str
    action: RuleAction
    row: DataRow

    def holds(self, codes: Iterable[str]) -> bool:
        """Whether one of *codes* is under its prefixes."""
        return self.reach(codes) > 0

    def reach(self, codes: Iterable[str]) -> int:
        """Characters of the longest of its prefixes that one of *codes* is under; 0 for none."""
        return max((len(p) for code in codes for p in self.prefixes if code.startswith(p)), default=0)

    def cross(self, target: str) -> CrossReaction | None:
        """What it says of *target*."""
        return next((one for one in self.crosses if one.target == target), None)


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """Fires when two lines have codes under its prefixes.

    ``same_level``: only where these codes begin alike, over so many characters (0: anyhow). ``days``: a line
    that ended counts for so long. ``total_inn`` and ``total_mg``: the sum of a day is told (CF-120). Codes
    under ``excepted`` do not count.
    """

    key: str
    label: str
    prefixes: tuple[str, ...]
    action: RuleAction
    exception: str
    same_level: int
    days: int
    total_inn: str
    total_mg: Decimal | None
    excepted: tuple[str, ...]
    row: DataRow

    def matched(self, codes: Iterable[str]) -> frozenset[str]:
        """Those of *codes* that are under its prefixes."""
        return frozenset(
            code
            for code in codes
            if code.startswith(self.prefixes) and not (self.excepted and code.startswith(self.excepted))
        )


@dataclass(frozen=True, slots=True)
class Interaction:
    """A pair of substances or groups, in either order. ``hint`` names the public text that says so."""

    inn_a: str
    atc_a: str
    inn_b: str
    atc_b: str
    severity: InteractionSeverity
    effect: str
    advice: str
    hint: str
    verified: bool
    row: DataRow

    @property
    def key(self) -> str:
        """Stable as long as the row is about this pair: what a kept reason names (CF-114)."""
        return f"I-{self.atc_a}-{self.atc_b}"


@dataclass(frozen=True, slots=True)
class DataIndex:
    """The set as it is looked into; made once, by :class:`DrugData`.

    ``by_parts``: from the stems of its DCI, in whatever order they are named; ``group_names``: the stems by
    which a group is called; ``interactions``: from an ATC prefix the rows of which it is one side, each with
    the other side; ``classes``: from an ATC prefix what lists say of it.
    """

    by_code: dict[str, Substance]
    by_name: dict[str, Substance]
    by_parts: dict[frozenset[str], Substance]
    groups: dict[str, AllergyGroup]
    group_names: dict[str, tuple[str, ...]]
    interactions: dict[str, list[tuple[Interaction, str]]]
    classes: dict[str, list[ListedClass]]


@dataclass(frozen=True, slots=True, eq=False)
class DrugData:
    """A set, read whole; build it in a worker. ``version`` is its date, shown with every alert.

    ``test``: « jeu de test, non médical ». ``damaged``: rows that could not be read, and are not used.
    """

    name: str
    version: date
    source: str
    licence: str
    test: bool
    substances: tuple[Substance, ...]
    allergy_groups: tuple[AllergyGroup, ...]
    duplicate_rules: tuple[DuplicateRule, ...]
    interactions: tuple[Interaction, ...]
    damaged: tuple[DataRow, ...] = ()
    withdrawn: tuple[WithdrawnBatch, ...] = ()
    classes: tuple[ListedClass, ...] = ()
    index: DataIndex = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", _index(self))

    def named(self, name: str) -> Substance | None:
        """The substance by its French or English name, in any spelling."""
        return self.index.by_name.get(stem(name))

    def coded(self, code: str) -> Substance | None:
        """The substance by its ATC code, a former one or that of another route."""
        return self.index.by_code.get(code)

    def combined(self, inns: Iterable[str]) -> Substance | None:
        """The substance or the combination of these DCI, in whatever order."""
        return self.index.by_parts.get(frozenset(map(stem, inns)))

    def codes(self, atc: Iterable[str], inns: Iterable[str]) -> frozenset[str]:
        """All ATC codes by which rules may know a line: its own, and those of each of its substances.

        A combination is taken apart through its names; a former code brings the present one.
        """
        found, told = {code for code in atc if code}, tuple(inns)
        whole = self.combined(told)
        if whole is not None:
            found.add(whole.atc)
        names = [*told, *(s.name for code in found if (s := self.coded(code)))]
        for name in names:
            for part in (name, *name.split("/")):
                known = self.named(part)
                if known is not None:
                    found.add(known.atc)
        return frozenset(found)

    def withdrawal(self, gtin: str, batch: str) -> WithdrawnBatch | None:
        """Why that batch of that product may not be handed over."""
        return next((one for one in self.withdrawn if (one.gtin, one.batch) == (gtin, batch)), None)

    def listed(self, code: str) -> Iterator[ListedClass]:
        """What lists say of *code*, and of the groups that it belongs to; a list has thousands of rows."""
        for end in range(1, len(code) + 1):
            yield from self.index.classes.get(code[:end], ())

    def about(self, code: str) -> Iterator[tuple[Interaction, str]]:
        """Interactions of which *code* is one side, each with the prefix of the other side.

        A code that names a group (from :data:`LEAST_CODE` characters on) meets what is known of its members:
        which of them is taken, nobody said.
        """
        rows = self.index.interactions
        for end in range(1, len(code) + 1):
            yield from rows.get(code[:end], ())
        if LEAST_CODE <= len(code) < WHOLE_CODE:
            for prefix, found in rows.items():
                if len(prefix) > len(code) and prefix.startswith(code):
                    yield from found


def _index(data: DrugData) -> DataIndex:
    by_code: dict[str, Substance] = {}
    by_name: dict[str, Substance] = {}
    by_parts: dict[frozenset[str], Substance] = {}
    for one in data.substances:
        for code in (one.atc, *one.atc_other):
            by_code.setdefault(code, one)
        for name in (one.name, one.english):
            by_name.setdefault(stem(name), one)
        by_parts.setdefault(frozenset(map(stem, one.components)), one)
    interactions: dict[str, list[tuple[Interaction, str]]] = {}
    for row in data.interactions:
        interactions.setdefault(row.atc_a, []).append((row, row.atc_b))
        if row.atc_a != row.atc_b:
            interactions.setdefault(row.atc_b, []).append((row, row.atc_a))
    classes: dict[str, list[ListedClass]] = {}
    for listed in data.classes:
        classes.setdefault(listed.prefix, []).append(listed)
    groups = {group.key: group for group in data.allergy_groups}
    group_names = {key: _names_of(group) for key, group in groups.items()}
    return DataIndex(by_code, by_name, by_parts, groups, group_names, interactions, classes)


def _names_of(group: AllergyGroup) -> tuple[str, ...]:
    """« AINS et aspirine (réaction croisée …) » is called two ways."""
    names = _BETWEEN.split(group.label.partition("(")[0])
    return tuple(filter(None, map(stem, names)))
