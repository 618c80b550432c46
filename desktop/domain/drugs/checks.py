"""All checks of an ordonnance's lines, in the order of the law (domain §8, C.5).

No answer is ever « aucune interaction »: what no rule speaks of is « aucune règle dans le jeu de données »,
and what could not be looked at is « non contrôlé », line by line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from desktop.domain.drugs.allergies import allergies
from desktop.domain.drugs.data import WHOLE_CODE, DrugData
from desktop.domain.drugs.doses import large_doses, missing_doses
from desktop.domain.drugs.duplicates import duplicates
from desktop.domain.drugs.findings import (
    AlertLevel,
    CheckedLine,
    DrugFinding,
    KnownAllergy,
    Sentence,
    origin_of,
)
from desktop.domain.drugs.interactions import interactions
from desktop.domain.drugs.known_lines import KnownLine, known_line, labels, numbers
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import day_words

_NAMED: Final = 3  # rows that could not be read, of those that are counted
MAX_AGE: Final = timedelta(days=180)


class DataState(StrEnum):
    """What stands in the way of trusting a set (CF-117); only CURRENT is checked without a reserve."""

    CURRENT = "current"
    MISSING = "missing"
    REFUSED = "refused"
    DAMAGED = "damaged"
    OLD = "old"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class DataStanding:
    """The line that the screen always shows above its checks."""

    state: DataState
    said: Sentence


def standing(data: Result[DrugData], today: date) -> DataStanding:
    """What has to be said of the data before anything that they say (CF-117)."""
    if isinstance(data, Failure):
        if data.code is Code.DRUG_DATA_MISSING:
            return DataStanding(DataState.MISSING, Sentence.of("drugs.data_missing"))
        return DataStanding(DataState.REFUSED, Sentence.of("drugs.data_refused", code=data.code.value))
    facts: dict[str, str | int] = {"name": data.name, "date": day_words(data.version)}
    if data.damaged:
        rows = ", ".join(f"{row.file}:{row.line}" for row in data.damaged[:_NAMED])
        rows += ", …" if len(data.damaged) > _NAMED else ""
        facts |= {"count": len(data.damaged), "rows": rows}
        return DataStanding(DataState.DAMAGED, Sentence("drugs.data_damaged", facts))
    if today - data.version > MAX_AGE:
        return DataStanding(DataState.OLD, Sentence("drugs.data_old", facts | {"days": MAX_AGE.days}))
    if data.version > today:
        return DataStanding(DataState.FUTURE, Sentence("drugs.data_future", facts))
    key = "drugs.data_test" if data.test else "drugs.data"
    return DataStanding(DataState.CURRENT, Sentence(key, facts))


def no_rule(data: DrugData) -> Sentence:
    """What is said of a line that no rule speaks of; never « aucune interaction »."""
    return Sentence.of("drugs.no_rule", date=day_words(data.version))


def check(
    lines: Sequence[CheckedLine],
    known_allergies: Sequence[KnownAllergy] | None,
    other_medication: Sequence[CheckedLine] | None,
    data: Result[DrugData],
    today: date,
) -> tuple[DrugFinding, ...]:
    """All findings: allergies, duplicates, interactions, doses, then what was not checked.

    *lines* are numbered from 1 on, *other_medication* 0. None: the record was not consulted, which is said.
    Data that are damaged in part or old still warn of what they know; « non contrôlé » stands beside it.
    """
    if not lines:
        return ()
    every = tuple(line.number for line in lines)
    state = standing(data, today)
    if isinstance(data, Failure):
        plain = [KnownLine(line, frozenset(), frozenset()) for line in lines]
        return (*missing_doses(plain), _unchecked("N-DATA", state.said, every))
    own = [known_line(line, data) for line in lines]
    around = [*own, *(known_line(line, data) for line in other_medication or ())]
    running = [one for one in around if one.runs(today)]
    return (
        *allergies(own, known_allergies or (), data),
        *duplicates(around, data, today),
        *interactions(running, data),
        *missing_doses(own),
        *large_doses(own, data),
        *_not_consulted(every, known_allergies, other_medication),
        *_uncoded(own, data),
        *([_unchecked("N-DATA", state.said, every)] if state.state is not DataState.CURRENT else ()),
        *(_unchecked(rule, Sentence.of(key), every) for rule, key in _SCOPE.items()),
    )


def _not_consulted(
    every: tuple[int, ...],
    known_allergies: Sequence[KnownAllergy] | None,
    other_medication: Sequence[CheckedLine] | None,
) -> Iterator[DrugFinding]:
    if known_allergies is None:
        yield _unchecked("N-ALLERGIES", Sentence.of("drugs.unchecked_allergies"), every)
    if other_medication is None:
        yield _unchecked("N-MEDICATION", Sentence.of("drugs.unchecked_medication"), every)


def _uncoded(own: Sequence[KnownLine], data: DrugData) -> Iterator[DrugFinding]:
    """Lines of which the rules know nothing: no code, the code of too large a group, another's substance."""
    bare = [one for one in own if not one.codes]
    if bare:
        yield _unchecked("N-CODE", Sentence.of("drugs.unchecked_code", lines=labels(bare)), numbers(bare))
    wide = [one for one in own if one.codes and all(len(code) < WHOLE_CODE for code in one.codes)]
    wide = [one for one in wide if not any(data.coded(code) for code in one.codes)]
    if wide:
        key = "drugs.unchecked_group"
        yield _unchecked("N-GROUP", Sentence.of(key, lines=labels(wide)), numbers(wide))
    strange = [one for one in own if one.codes and one not in wide and one.strange]
    if strange:
        key = "drugs.unchecked_substance"
        said = Sentence.of(key, lines=labels(strange), date=day_words(data.version))
        yield DrugFinding(AlertLevel.UNCHECKED, "N-SUBSTANCE", (said,), numbers(strange), (), origin_of(data))


def _unchecked(rule: str, said: Sentence, lines: tuple[int, ...]) -> DrugFinding:
    return DrugFinding(AlertLevel.UNCHECKED, rule, (said,), lines)


_SCOPE: Final = {
    "N-PREGNANCY": "drugs.unchecked_pregnancy",
    "N-CHILD": "drugs.unchecked_child",
    "N-DOSE": "drugs.unchecked_dose",
    "N-LIST": "drugs.unchecked_list",
}
