"""What keeps a draft from being published, and what the doctor should have seen before he signs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Final

from desktop.domain.folding import fold
from desktop.features.summary.domain.ald import lacks_details
from desktop.features.summary.domain.code_search import CodeSearch
from desktop.features.summary.domain.draft import Base, Decision, Draft, Line, Section
from desktop.features.summary.domain.editing import waiting
from desktop.features.summary.domain.entries import (
    Alert,
    Allergy,
    Device,
    Entry,
    Immunization,
    Medication,
    MedicationStatus,
    Observation,
    PartialDate,
    Problem,
    Procedure,
    Remark,
)
from desktop.features.summary.domain.left_out import is_left_out
from desktop.features.summary.domain.memory import is_old
from desktop.features.summary.domain.sameness import KnownSubstances
from desktop.features.summary.domain.sections import REQUIRED, SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.terminology import ABSENT
from desktop.features.summary.domain.wording import day_words

DRUGS_AT_MOST, PROBLEMS_AT_MOST = 20, 15  # above, the editor asks to rank them (features A.3)
_AT_MOST: Final = {SectionKey.MEDICATION: DRUGS_AT_MOST, SectionKey.PROBLEMS: PROBLEMS_AT_MOST}
_BARE_NUMBER: Final = re.compile(r"(.*\s)?(\d+(?:[.,]\d+)?)")
_UNITS: Final = "mg, g"


class Check(StrEnum):
    """What was found; the value is the key of its sentence, which the facts fill.

    WAITING counts what is new: lines of the former version that wait are those of ``left_out``.
    """

    UNDECIDED = "summary.check_undecided"
    OVER_LINES = "summary.check_over_lines"
    CONFLICT = "summary.check_conflict"
    CONTRADICTION = "summary.check_contradiction"
    NO_WORDS = "summary.check_no_words"
    UNKNOWN_CODE = "summary.check_unknown_code"
    UNIT = "summary.check_unit"
    FUTURE = "summary.check_future"
    ALD_NUMBER = "summary.check_ald_number"
    ALD_DETAILS = "summary.check_ald_details"
    RESULT_DAY = "summary.check_result_day"
    WAITING = "summary.check_waiting"
    RANK = "summary.check_rank"
    DOUBLE = "summary.check_double"
    OLD = "summary.check_old"


WARNINGS: Final = frozenset({Check.WAITING, Check.RANK, Check.DOUBLE, Check.OLD})


@dataclass(frozen=True, slots=True)
class Issue:
    """``line`` is "" where the whole section is meant; ``facts`` are those of the sentence."""

    check: Check
    section: SectionKey
    line: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether it must be settled before publishing; the rest is only said."""
        return self.check not in WARNINGS


def problems_of(draft: Draft, today: date, search: CodeSearch, known: KnownSubstances) -> tuple[Issue, ...]:
    """All of them, section by section in the order in which they are read, line by line."""
    return tuple(
        found
        for rule in SECTIONS
        for found in _in_section(draft.section(rule.key), draft.base, today, search, known)
    )


def _in_section(
    section: Section, base: Base | None, today: date, search: CodeSearch, known: KnownSubstances
) -> Iterator[Issue]:
    key = section.key
    accepted = [line for line in section.lines if line.decision is Decision.ACCEPTED]
    if _is_undecided(section, accepted):
        yield Issue(Check.UNDECIDED, key)
    elif accepted and section.state is not SectionState.LINES:
        yield Issue(Check.OVER_LINES, key, facts={"count": str(len(accepted))})
    for line in section.lines:
        if line.conflicts and line.decision in (Decision.PROPOSED, Decision.ACCEPTED):
            yield Issue(Check.CONFLICT, key, line.id, {"words": line.entry.text})
    for line in accepted:
        for check, facts in _in_entry(line.entry, key, today, search, known):
            yield Issue(check, key, line.id, facts)
        if len(accepted) > 1 and any(coding.code in ABSENT for coding in line.entry.codings):
            yield Issue(Check.CONTRADICTION, key, line.id, {"words": line.entry.text})
        if is_old(line, today):
            yield Issue(Check.OLD, key, line.id, {"words": line.entry.text})
    things = [(line, known.thing(line.entry)) for line in accepted]
    for (one, thing), (other, again) in combinations(things, 2):
        if thing.same(again):
            yield Issue(Check.DOUBLE, key, other.id, {"words": one.entry.text})
    later = waiting(section) - sum(is_left_out(line, base) for line in section.lines)
    if later:
        yield Issue(Check.WAITING, key, facts={"count": str(later)})
    if len(accepted) > _AT_MOST.get(key, len(accepted)):
        yield Issue(Check.RANK, key, facts={"count": str(len(accepted)), "most": str(_AT_MOST[key])})


def _is_undecided(section: Section, accepted: list[Line]) -> bool:
    """A required section says something, and what was accepted anywhere is said (CF-083)."""
    if section.state is SectionState.UNDECIDED:
        return section.key in REQUIRED or bool(accepted)
    return section.state is SectionState.LINES and section.key in REQUIRED and not accepted


def _in_entry(
    entry: Entry, section: SectionKey, today: date, search: CodeSearch, known: KnownSubstances
) -> Iterator[tuple[Check, dict[str, str]]]:
    if not entry.text.strip():
        yield Check.NO_WORDS, {}
    for coding in entry.codings:
        unknown = search.unknown(coding)
        if unknown is not None:
            yield Check.UNKNOWN_CODE, {"code": unknown.code, "version": unknown.table.version}
    for day in _past_dates(entry):
        if day.is_after(today):
            yield Check.FUTURE, {"day": day_words(day)}
    match entry:
        case Medication():
            yield from _unit(entry, known)
        case Problem(ald=int()):
            yield from _ald(entry, search)
        case Observation(at=at) if section is SectionKey.RESULTS and (at is None or at.first != at.last):
            yield Check.RESULT_DAY, {"words": entry.text}


def _past_dates(entry: Entry) -> Iterator[PartialDate]:
    """Those that cannot lie in the future: a treatment may end later, and begin later if that is planned."""
    match entry:
        case Medication(status=MedicationStatus.INTENDED):
            dates: tuple[PartialDate | None, ...] = ()
        case Medication():
            dates = (entry.start,)
        case Problem():
            dates = (entry.onset, entry.ended)
        case Allergy():
            dates = (entry.onset,)
        case Immunization():
            dates = (entry.given,)
        case Observation():
            dates = (entry.at,)
        case Procedure():
            dates = (entry.performed,)
        case Device() | Alert() | Remark():
            dates = (entry.since,)
        case _:
            dates = ()
    return (day for day in dates if day is not None)


def _unit(taken: Medication, known: KnownSubstances) -> Iterator[tuple[Check, dict[str, str]]]:
    """A strength of numbers only, in its field or after a substance's name: « 850 mg, g ? ».

    In its field also « 1 000 », « ½ » and « 875/125 ».
    """
    given = taken.strength.strip()
    number = _BARE_NUMBER.fullmatch(given or taken.text.strip())
    if number is None and not _is_without_unit(given):
        return
    value = given if _is_without_unit(given) or number is None else number[2]
    substance = known.of(taken) or known.named(taken.text.removesuffix(value))
    if substance is None and not given:  # Omega 3
        return
    sold = substance.strengths if substance else ()
    units = (words[len(value) :].strip() for words in sold if fold(words).startswith(f"{fold(value)} "))
    yield Check.UNIT, {"value": value, "units": ", ".join(dict.fromkeys(units)) or _UNITS}


def _is_without_unit(strength: str) -> bool:
    return any(map(str.isnumeric, strength)) and not any(one.isalpha() or one in "%‰" for one in strength)


def _ald(problem: Problem, search: CodeSearch) -> Iterator[tuple[Check, dict[str, str]]]:
    number = str(problem.ald)
    label = search.ald(number)
    if label is None:
        yield Check.ALD_NUMBER, {"number": number}
    elif lacks_details(problem, label):
        yield Check.ALD_DETAILS, {"number": number, "label": label}
