"""Filters and orders of the work list."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.domain.referent import Statement
from desktop.features.worklist.domain import (
    Annonces,
    Choice,
    Declared,
    Line,
    Order,
    Summary,
    Wish,
    line,
    matching,
    ordered,
    wished,
)
from desktop.features.worklist.port import Listed
from desktop.features.worklist.service import Worklist, WorklistService
from tests.fakes.features import FakeWorklist
from tests.samples.practice import patient
from tests.unit.features.test_worklist_clocks import TODAY, declared

NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)


def someone(family: str, **changes: object) -> Declared:
    """Followed as he should be, but for *changes*."""
    fine = declared(
        date(2021, 3, 3), summary=Summary(2, date(2026, 1, 5)), statement=Statement(date(2026, 1, 5))
    )
    who = replace(patient(), id=f"id-{family}", family=family, given="X")
    return replace(fine, patient=who, annonces=Annonces(0, None), new_documents=0, duplicates=0, **changes)  # type: ignore[arg-type]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


FINE = someone("Fine")
LATE = someone("Late", summary=Summary(0, None))
SOON = someone("Soon", statement=Statement(ago(725)))
WARNED = someone("Warned", statement=Statement(ago(680)))
OLD = someone("Old", summary=Summary(1, ago(400)))
MASKED = replace(someone("Masked"), annonces=Annonces(2, ago(16)))
LEAVING = replace(FINE, patient=replace(FINE.patient, id="id-Leaving", family="Leaving"),
                  declaration=replace(FINE.declaration, notice_on=ago(20)))  # fmt: skip
GONE = replace(FINE, patient=replace(FINE.patient, id="id-Gone", family="Gone"),
               declaration=replace(FINE.declaration, ended=ago(3)))  # fmt: skip
ALL = (FINE, GONE, LEAVING, MASKED, OLD, WARNED, SOON, LATE)


def lines(*told: Declared) -> tuple[Line, ...]:
    return tuple(line(one, NOW, TODAY) for one in told)


def names(found: tuple[Line, ...]) -> list[str]:
    return [shown.told.patient.family for shown in found]


def test_the_most_urgent_stands_first() -> None:
    found = names(ordered(lines(*ALL), Order.URGENCY))
    assert found == ["Late", "Soon", "Masked", "Leaving", "Warned", "Old", "Fine", "Gone"]


def test_equals_stay_as_they_stood() -> None:
    twins = [someone(f"T{n}") for n in range(9)]
    assert names(ordered(lines(*reversed(twins)), Order.SUMMARY)) == [f"T{n}" for n in reversed(range(9))]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice.ALL, {"Fine", "Gone", "Leaving", "Masked", "Old", "Warned", "Soon", "Late"}),
        (Choice.LATE, {"Late"}),
        (Choice.SOON, {"Soon"}),
        (Choice.ANNONCES, {"Masked"}),
        (Choice.NOTICE, {"Leaving"}),
        (Choice.OLD, {"Old"}),
    ],
)
def test_a_filter_takes_its_badge(choice: Choice, expected: set[str]) -> None:
    """« Sous 30 j » is narrower than the badge of a statement, which warns for 60 days."""
    assert set(names(matching(lines(*ALL), choice, ""))) == expected


def test_a_name_is_found_by_its_beginnings_whatever_its_accents() -> None:
    jose = someone("Pereira da Silva")
    jose = replace(jose, patient=replace(jose.patient, given="José"))
    found = lines(jose, FINE)
    assert names(matching(found, Choice.ALL, "jose sil")) == ["Pereira da Silva"]
    assert names(matching(found, Choice.ALL, "ilva")) == []
    assert names(wished(found, Wish(Choice.LATE, words="jose"))) == []


def test_what_is_not_told_comes_last_and_never_as_nothing() -> None:
    unknown = replace(someone("Unknown"), new_documents=None)
    some = replace(someone("Some"), new_documents=4)
    assert names(ordered(lines(unknown, FINE, some), Order.NEW)) == ["Some", "Fine", "Unknown"]


@pytest.mark.parametrize("order", [Order.NEW, Order.DUPLICATES])
def test_a_number_that_is_not_shown_puts_nobody_first(order: Order) -> None:
    ended = replace(GONE, new_documents=9, duplicates=9)
    assert names(ordered(lines(ended, FINE), order)) == ["Fine", "Gone"]


@pytest.mark.parametrize("order", Order)
def test_every_order_takes_whatever_is_told(order: Order) -> None:
    bare = Declared(replace(patient(), birth_date=None), declared().declaration)
    assert len(ordered(lines(*ALL, bare), order)) == len(ALL) + 1


def test_one_reading_is_one_call_and_says_of_when_it_is() -> None:
    port = FakeWorklist()
    port.listed = Listed(ALL, unread=2)
    found = WorklistService(port).read(NOW)
    assert isinstance(found, Worklist) and port.readings == 1
    assert names(found.lines)[0] == "Late" and (found.read_at, found.unread) == (NOW, 2)
    assert found.counts[Choice.ANNONCES].known == 1
