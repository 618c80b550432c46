"""Duplicates: two lines under one rule of the data, one substance in two lines, and the sum of a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from desktop.domain.drugs.amounts import number_words
from desktop.domain.drugs.data import DataRow, DrugData, DuplicateRule, RuleAction
from desktop.domain.drugs.findings import AlertLevel, DrugFinding, Sentence, origin_of
from desktop.domain.drugs.known_lines import KnownLine, labels, numbers, others
from desktop.domain.drugs.names import stem

_LEVELS: Final[Mapping[RuleAction, AlertLevel]] = {
    RuleAction.REASON: AlertLevel.STOP,
    RuleAction.WARN: AlertLevel.WARN,
    RuleAction.TOTAL: AlertLevel.WARN,
}


def duplicates(lines: Sequence[KnownLine], data: DrugData, today: date) -> Iterator[DrugFinding]:
    """Rules in the order of the file, then the substances that stand twice."""
    summed = set()
    for rule in data.duplicate_rules:
        if rule.action is RuleAction.TOTAL:
            summed.add(stem(rule.total_inn))
            yield from _total(rule, [one for one in lines if one.runs(today)], data)
        else:
            yield from _under_rule(rule, [one for one in lines if one.runs(today, rule.days)], data, today)
    yield from _same_substance([one for one in lines if one.runs(today)], data, summed)


def _under_rule(
    rule: DuplicateRule, lines: Sequence[KnownLine], data: DrugData, today: date
) -> Iterator[DrugFinding]:
    alike: dict[str, dict[KnownLine, frozenset[str]]] = {}
    for one in lines:
        codes = rule.matched(one.codes)
        for part in {code[: rule.same_level] for code in codes}:
            alike.setdefault(part, {})[one] = codes
    for held in alike.values():
        found = list(held)
        if len(found) < 2 or not any(one.own for one in found):
            continue
        shared = frozenset.intersection(*held.values())
        if any(map(data.coded, shared)) and all(one.runs(today) for one in found):
            continue  # « même substance » is said instead (header of the file)
        level = _LEVELS[rule.action]
        if sum(not one.local for one in found) < 2:
            level = AlertLevel.WARN  # at most one of them is taken for the whole body
        said = [Sentence.of("drugs.duplicate", label=rule.label, lines=labels(found))]
        if rule.exception:
            said.append(Sentence.of("drugs.exception", exception=rule.exception))
        yield _finding(level, rule.key, said, found, rule.row, data)


def _same_substance(lines: Sequence[KnownLine], data: DrugData, summed: set[str]) -> Iterator[DrugFinding]:
    holding: dict[str, list[KnownLine]] = {}
    for one in lines:
        for dci in one.dci - summed:
            holding.setdefault(dci, []).append(one)
    for dci, found in sorted(holding.items()):
        known = data.index.by_name.get(dci)
        if len(found) < 2 or not any(one.own for one in found) or known is None:
            continue
        said = Sentence.of("drugs.same_substance", substance=known.name, lines=labels(found))
        yield _finding(AlertLevel.WARN, f"S-{known.atc}", [said], found, known.row, data)


def _total(rule: DuplicateRule, lines: Sequence[KnownLine], data: DrugData) -> Iterator[DrugFinding]:
    """CF-120: one alert with the sum of a day, where it is present twice or alone exceeds the limit."""
    dci = stem(rule.total_inn)
    found = [one for one in lines if dci in one.dci or rule.matched(one.codes)]
    doses = [
        next((dose.per_day_mg for dose in one.line.doses if stem(dose.inn) == dci), None) for one in found
    ]
    total, limit = sum((dose for dose in doses if dose is not None), Decimal()), rule.total_mg or Decimal()
    unknown = [one for one, dose in zip(found, doses, strict=True) if dose is None]
    if not any(one.own for one in found) or (len(found) < 2 and total <= limit):
        return
    facts = {
        "substance": rule.total_inn,
        "sum": _grams(total),
        "limit": _grams(limit),
        "lines": labels(found),
    }
    key = "drugs.total_over" if total > limit else "drugs.total"
    said = [Sentence(key, facts)]
    if unknown:
        said.append(Sentence.of("drugs.total_unknown", lines=labels(unknown)))
    yield _finding(_LEVELS[rule.action], rule.key, said, found, rule.row, data)


def _grams(milligrams: Decimal) -> str:
    return f"{number_words(milligrams / 1000)} g"


def _finding(
    level: AlertLevel,
    rule: str,
    said: list[Sentence],
    found: Sequence[KnownLine],
    row: DataRow,
    data: DrugData,
) -> DrugFinding:
    return DrugFinding(level, rule, tuple(said), numbers(found), (row,), origin_of(data), others(found))
