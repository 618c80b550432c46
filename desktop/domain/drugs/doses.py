"""Dose sanity (domain §8, C.5): more than four times the usual unit at once, or no posology at all.

The usual unit is the largest strength that the data know of the substance. Anything beyond that is « non
contrôlé ».
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from desktop.domain.drugs.amounts import milligrams, number_words
from desktop.domain.drugs.data import DrugData, Substance
from desktop.domain.drugs.findings import AlertLevel, DrugFinding, Sentence, origin_of
from desktop.domain.drugs.known_lines import KnownLine, labels, numbers

_TIMES: Final = 4


def missing_doses(lines: Sequence[KnownLine]) -> Iterator[DrugFinding]:
    """Lines of the ordonnance without a posology; needs no data."""
    bare = [one for one in lines if one.own and not one.line.has_dose]
    if bare:
        said = Sentence.of("drugs.dose_missing", lines=labels(bare))
        yield DrugFinding(AlertLevel.WARN, "DOSE-MISSING", (said,), numbers(bare))


def large_doses(lines: Sequence[KnownLine], data: DrugData) -> Iterator[DrugFinding]:
    """One finding a line and substance."""
    for one in lines:
        for dose in one.line.doses if one.own else ():
            known = data.named(dose.inn)
            unit = _usual_unit(known) if known else None
            if known is None or unit is None or dose.at_once_mg is None or dose.at_once_mg <= _TIMES * unit:
                continue
            said = Sentence.of(
                "drugs.dose_large", line=one.line.label, substance=known.name, dose=_mass(dose.at_once_mg),
                unit=_mass(unit), times=_TIMES,
            )  # fmt: skip
            rule, line = f"DOSE-LARGE-{known.atc}", (one.line.number,)
            yield DrugFinding(AlertLevel.WARN, rule, (said,), line, (known.row,), origin_of(data))


def _usual_unit(substance: Substance) -> Decimal | None:
    return max((sizes[0] for s in substance.strengths if len(sizes := milligrams(s)) == 1), default=None)


def _mass(amount: Decimal) -> str:
    return f"{number_words(amount)} mg"
