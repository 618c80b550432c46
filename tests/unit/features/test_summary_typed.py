"""What is typed into a line: a date as exact as it is known, a value with its unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.features.summary.domain.entries import PartialDate, Quantity
from desktop.features.summary.domain.typed import lacks_unit, read_date, read_value
from desktop.features.summary.domain.wording import day_words
from tests.answers import present
from tests.samples import drafts  # noqa: F401 (says how any PartialDate is made)


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("1998", "1998"), ("03.1998", "1998-03"), ("3.1998", "1998-03"), ("14.03.1998", "1998-03-14"),
        (" 14/3/1998 ", "1998-03-14"), ("29.02.2024", "2024-02-29"),
    ],
)  # fmt: skip
def test_a_date_is_as_exact_as_it_was_typed(words: str, iso: str) -> None:
    assert present(read_date(words)).iso == iso


@pytest.mark.parametrize(
    "words", ["", "98", "13.1998", "31.02.1998", "1998-03-14", "mars 1998", "0000", "1.2.3.1998"]
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert read_date(words) is None


@given(st.from_type(PartialDate))
def test_a_date_typed_as_it_is_shown_is_the_same(value: PartialDate) -> None:
    assert read_date(day_words(value)) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("7,20 %", Quantity("7.20", "%")), ("< 0.5 mmol/L", Quantity("0.5", "mmol/L", comparator="<")),
        ("900", Quantity("900", "")), ("1-0-1", "1-0-1"), ("007", "007"), ("jamais fumé", "jamais fumé"),
        ("  ", None),
    ],
)  # fmt: skip
def test_a_value_keeps_every_digit(words: str, value: Quantity | str | None) -> None:
    assert read_value(words) == value


@pytest.mark.parametrize(
    ("dose", "lacks"),
    [("850", True), ("2,5", True), ("850 mg", False), ("850mg", False), ("", False), ("deux gouttes", False)],
)
def test_a_dose_has_a_unit(dose: str, lacks: bool) -> None:
    assert lacks_unit(dose) is lacks
