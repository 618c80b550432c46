"""Each refusal, unread code, obstacle and state has its own sentence, in four languages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from desktop.domain.errors import Failure
from desktop.domain.prescription.deadlines import DeliveryObstacle
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.ordonnance import Amount
from desktop.domain.prescription.standing import Dispense, DispenseState
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.domain.texts import (
    Language,
    current_language,
    failure_next_step,
    failure_text,
    set_language,
)
from desktop.features.counter.cells.lines import line_row, obstacle_words, state_words
from desktop.features.counter.cells.says import hindrance_words, unread_words
from desktop.features.counter.domain.act import FoundBy, begun
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.domain.hindrances import Hindrance
from desktop.features.counter.feature import COUNTER
from desktop.kernel.feature import add_words
from tests.samples.counter import METFORMIN, line, standing, standing_line
from tests.samples.practice import NOW

FACTS = {"length": "3", "character": "U", "version": "2", "ai": "17", "value": "991332", "layout": "fr"}


@pytest.fixture(params=Language)
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    add_words((COUNTER,))
    before = current_language()
    set_language(request.param)
    yield request.param
    set_language(before)


def test_each_refusal_says_what_happened_and_what_to_do(language: Language) -> None:
    said = [failure_text(Failure(code)) for code in CounterCode]
    assert len({*said}) == len(said)
    assert all(failure_next_step(Failure(code)) for code in CounterCode)


@pytest.mark.parametrize("fault", ScanFault)
def test_each_unread_code_has_a_sentence(language: Language, fault: ScanFault) -> None:
    words = unread_words(Unread.of(fault, **FACTS))
    assert words and "{" not in words


def test_each_state_obstacle_and_hindrance_has_words(language: Language) -> None:
    acts = [
        begun(standing(standing_line(line(1, METFORMIN, 1), state=s)), FoundBy.CODE, NOW.date())
        for s in LineState
    ]
    assert all(state_words(act, act.lines[0]) for act in acts)
    obstacles = [obstacle_words(one.value) for one in DeliveryObstacle]
    assert len({*obstacles}) == len(obstacles)
    said = [hindrance_words(acts[0], (what, 1), NOW) for what in Hindrance]
    assert all(said) and len({*said}) == len(said)


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ({"delivered": Decimal(45)}, LineState.PARTIAL),
        ({"deliveries": 1}, LineState.PARTIAL),
        ({}, LineState.ACTIVE),
    ],
)
def test_a_line_that_is_held_says_what_it_was_before(
    language: Language, before: dict[str, object], state: LineState
) -> None:
    held, free = (
        begun(standing(standing_line(line(1, METFORMIN, 90), state=s, **before)), FoundBy.CODE, NOW.date())
        for s in (LineState.RESERVED, state)
    )
    assert state_words(held, held.lines[0]) == state_words(free, free.lines[0])


def test_cf115_what_went_over_the_counter_in_two_batches_is_told_as_one(language: Language) -> None:
    made = line(1, METFORMIN, 180)
    handed = Dispense(
        "urn:uuid:1", standing_line(made).id, DispenseState.HANDED_OVER, "Pharmacie du Cygne", "THILL Sandra",
        NOW, NOW, METFORMIN, Amount(Decimal(90), "comprimé"), batch="A12C",
    )  # fmt: skip
    former = replace(handed, identifier="urn:uuid:3", handed_over=NOW - timedelta(days=90))
    told = (former, handed, replace(handed, identifier="urn:uuid:2", batch="B77"))
    act = begun(standing(standing_line(made), dispenses=told), FoundBy.CODE, NOW.date())
    product = line_row(act, act.lines[0])[1]
    assert "180 " in product and "90 " not in product.replace("180 ", "")
