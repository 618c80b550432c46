"""The class of a medicine, S, RR, R or libre, as the set of drug data tells it (domain §C.1).

A list of the set comes first; without one, a substance that the conventions call a narcotic is S. What
neither says stays « ? », which is never taken for libre.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.domain.drugs.data import DataRow, DrugData, ListedClass
from desktop.domain.drugs.findings import (
    AlertLevel,
    CheckedLine,
    DataOrigin,
    DrugFinding,
    Sentence,
    origin_of,
)
from desktop.domain.folding import fold
from desktop.domain.local_time import day_words
from desktop.domain.prescription.ordonnance import RenewalClass
from desktop.domain.texts import Language

NARCOTIC: Final = "stupéfiant"
"""The word of the column ``un_control`` that means S; with a reserve behind it, it means nothing here."""


@dataclass(frozen=True, slots=True)
class ClassTold:
    """What the set says of one line: the class, who says so, and where it stands in the set (CF-118)."""

    renewal: RenewalClass
    said: Sentence
    row: DataRow
    origin: DataOrigin

    def words(self, language: Language | None = None) -> str:
        """The class, its source, and the row and date of the set."""
        finding = DrugFinding(AlertLevel.WARN, self.rule, (self.said,), (), (self.row,), self.origin)
        return f"{finding.words(language)} {finding.source(language)}."

    @property
    def rule(self) -> str:
        """Its name among the rules."""
        return f"C-{self.renewal.value}"


def class_told(line: CheckedLine, form: str, data: DrugData) -> ClassTold | None:
    """The class that the set tells of *line*, a medicine of dose form *form*; None where it tells none.

    The longest prefix counts, a row for this form before one for all; rows that disagree tell nothing. A list
    means a combination by its own code; a narcotic in it makes it S.
    """
    whole = data.combined(line.inns)
    own = {*line.atc, *([whole.atc] if whole is not None else [])}
    fitting = [
        row for code in sorted(own) for row in data.listed(code)
        if not row.forms or fold(form) in map(fold, row.forms)
    ]  # fmt: skip
    best = max(map(_rank, fitting), default=None)
    nearest = [row for row in fitting if _rank(row) == best]
    if nearest:
        if len({row.renewal for row in nearest}) > 1:
            return None
        [row, *_] = nearest
        said = Sentence.of("drugs.class_listed", source=row.source, date=day_words(row.since))
        return ClassTold(row.renewal, said, row.row, origin_of(data))
    codes = sorted(data.codes(line.atc, line.inns))
    narcotics = (known for code in codes if (known := data.coded(code)) is not None)
    narcotic = next((one for one in narcotics if one.control == NARCOTIC), None)
    if narcotic is None:
        return None
    said = Sentence.of("drugs.class_narcotic", substance=narcotic.name)
    return ClassTold(RenewalClass.S, said, narcotic.row, origin_of(data))


def other_classes(
    lines: Sequence[tuple[CheckedLine, RenewalClass, ClassTold | None]],
) -> Iterator[DrugFinding]:
    """■ for each line whose class was chosen against what the set tells: it asks for a reason."""
    for line, chosen, told in lines:
        if told is None or chosen is told.renewal:
            continue
        said = Sentence.of(
            "drugs.class_other", line=line.label, chosen=chosen.value, listed=told.renewal.value
        )
        yield DrugFinding(
            AlertLevel.STOP, told.rule, (said, told.said), (line.number,), (told.row,), told.origin
        )


def _rank(row: ListedClass) -> tuple[int, bool]:
    return len(row.prefix), bool(row.forms)
