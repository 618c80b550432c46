"""The table of cases (allergy classes, cross-allergies, duplicates by ATC, interactions by severity; CF-119).

It was written beside the data, not from them: take any rule away, and a case falls.
"""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from desktop.domain.drugs.checks import check
from desktop.domain.drugs.data import DrugData
from desktop.domain.drugs.findings import (
    AlertLevel,
    CheckedLine,
    DrugFinding,
    KnownAllergy,
    ReactionKind,
    RouteKind,
)
from desktop.domain.errors import Failure
from desktop.domain.table_file import parts, read_rows
from desktop.services.drug_data import drug_data

TODAY: Final = date(2026, 11, 30)
SHOWN: Final = ("N-ALLERGY-", "N-EXCIPIENT-")


class Case(NamedTuple):
    lines: tuple[CheckedLine, ...]
    allergies: tuple[KnownAllergy, ...]
    expected: frozenset[str]
    source: str

    def found(self, data: DrugData) -> frozenset[str]:
        found = check(self.lines, self.allergies, (), data, TODAY)
        return frozenset(_told(one) for one in found if _counts(one))


def built_in() -> DrugData:
    data = drug_data()
    assert not isinstance(data, Failure)
    return data


def _line(number: int, written: str) -> CheckedLine:
    name, _, local = written.partition("@")
    route = RouteKind.LOCAL if local else RouteKind.WHOLE
    atc = (name[1:],) if name.startswith("=") else ()
    return CheckedLine(number, name, atc, () if atc else tuple(name.split("+")), route)


def _allergy(written: str) -> KnownAllergy:
    label, _, kind = written.partition("@")
    codes = (label[1:],) if label.startswith("=") else ()
    return KnownAllergy(label, codes, ReactionKind(kind) if kind else ReactionKind.UNKNOWN)


def _counts(one: DrugFinding) -> bool:
    return one.level is not AlertLevel.UNCHECKED or one.rule.startswith(SHOWN)


def _told(one: DrugFinding) -> str:
    return f"{one.level.value} {one.rule} {'+'.join(map(str, one.lines))}"


@cache
def cases() -> tuple[Case, ...]:
    content = Path(__file__).with_name("cases.csv").read_text(encoding="utf-8")
    return tuple(
        Case(
            tuple(_line(number, one) for number, one in enumerate(parts(row["lines"]), 1)),
            tuple(map(_allergy, parts(row["allergies"]))),
            frozenset(parts(row["expected"])) - {"-"},
            row["source"],
        )
        for row in read_rows(content)
    )


@pytest.mark.parametrize("case", cases(), ids=lambda c: " ".join(one.label for one in c.lines))
def test_what_is_found_is_what_is_expected(case: Case) -> None:
    """CF-119 among them: a penicillin that nobody named, with cefadroxil and with ceftriaxone."""
    assert case.found(built_in()) == case.expected
    assert case.source


def _falls(rule: str, data: DrugData) -> bool:
    """Whether a case that names *rule* has another answer with *data*."""
    return any(
        case.found(data) != case.expected for case in cases() if any(rule in told for told in case.expected)
    )


def test_without_an_interaction_a_case_falls() -> None:
    data = built_in()
    for row in data.interactions:
        rest = tuple(one for one in data.interactions if one is not row)
        assert _falls(row.key, replace(data, interactions=rest)), row


def test_without_a_rule_for_duplicates_a_case_falls() -> None:
    data = built_in()
    for row in data.duplicate_rules:
        rest = tuple(one for one in data.duplicate_rules if one is not row)
        assert _falls(f" {row.key} ", replace(data, duplicate_rules=rest)), row


def test_without_an_allergy_group_a_case_falls() -> None:
    data = built_in()
    for row in data.allergy_groups:
        rest = tuple(one for one in data.allergy_groups if one is not row)
        assert _falls(f"-{row.key}", replace(data, allergy_groups=rest)), row


def test_with_another_severity_a_case_falls() -> None:
    """The words of the sentence differ: CI, AD, PE, PC are each said by their own."""
    for row in built_in().interactions:
        lines = (CheckedLine(1, "a", (row.atc_a,)), CheckedLine(2, "b", (row.atc_b,)))
        told = [one for one in check(lines, (), (), built_in(), TODAY) if one.rule == row.key]
        assert [one.said[0].key for one in told] == [f"drugs.interaction_{row.severity.value.lower()}"]
