"""The prescriber's one field: in any order, nothing guessed, nothing lost."""

from decimal import Decimal
from itertools import permutations
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.drugs.checks import check
from desktop.domain.drugs.findings import RouteKind
from desktop.domain.drugs.rhythm import Duration, DurationUnit
from desktop.domain.drugs.typed_line import LinePart
from desktop.services.drug_data import line_reader, substance_search
from tests.unit.domain.drugs.test_cases import TODAY, built_in

READER: Final = line_reader()


def test_the_line_of_the_screen() -> None:
    line = READER.read("amox 500 1-1-1 7j")
    assert (line.product, line.strength, line.form) == ("amoxicilline", "500 mg", None)
    assert line.rhythm is not None and line.rhythm.per_day == 3
    assert line.duration == Duration(7, DurationUnit.DAY)
    assert line.missing == (LinePart.FORM,) and line.left == () and line.quantity == 21


@pytest.mark.parametrize("order", list(permutations(("amox", "500", "1-1-1", "7j", "gél"))))
def test_the_order_is_free(order: tuple[str, ...]) -> None:
    line = READER.read(" ".join(order))
    assert (line.product, line.strength, line.left) == ("amoxicilline", "500 mg", ())
    assert line.form is not None and line.form.label == "gélule"
    assert line.missing == () and line.quantity == 21


@pytest.mark.parametrize(
    ("typed", "product", "strength"),
    [
        ("METFORMIN 850", "metformine", "850 mg"),
        ("metformine 1000mg", "metformine", "1000mg"),
        ("warf 5", "warfarine", "5 mg"),
        ("bisoprolol 2,5", "bisoprolol", "2,5 mg"),
        ("amoxicilline/acide clavulanique 875/125", "amoxicilline/acide clavulanique", "875/125 mg"),
        ("paracétamol/codéine 500/30 mg", "paracétamol/codéine", "500/30 mg"),
        ("oxycodone + paracetamol 5/325 mg", "oxycodone/paracétamol", "5/325 mg"),
        ("insuline glargine 100 U/ml", "insuline glargine", "100 U/ml"),
        ("Doliprane 1 g", "Doliprane", "1 g"),
        ("metformine 500 mg/5 ml", "metformine", "500 mg/5 ml"),
    ],
)
def test_product_and_strength(typed: str, product: str, strength: str) -> None:
    line = READER.read(typed)
    assert (line.product, line.strength, line.left) == (product, strength, ())


@pytest.mark.parametrize(
    ("typed", "missing", "left"),
    [
        ("metformine 900", LinePart.STRENGTH, ("900",)),  # no strength of it has this number
        ("Doliprane 500", LinePart.STRENGTH, ("500",)),  # 500 of what, nobody knows
        ("amox", LinePart.PRODUCT, ()),  # two begin so
        ("insuline 100 U/ml", LinePart.PRODUCT, ()),
        ("amoxicilline 500 mg", LinePart.FORM, ()),
        ("amoxicilline 500 mg gél", LinePart.RHYTHM, ()),
        ("amoxicilline 500 mg gél 1-1-1", LinePart.DURATION, ()),
        ("amoxicilline 500 mg gél 1-1-1 0j", LinePart.DURATION, ("0j",)),
        ("amoxicilline 500 mg zz", LinePart.FORM, ("zz",)),
        ("", LinePart.PRODUCT, ()),
    ],
)
def test_what_is_missing_is_not_guessed(typed: str, missing: LinePart, left: tuple[str, ...]) -> None:
    line = READER.read(typed)
    assert missing in line.missing and line.left == left


def test_several_that_may_be_meant_are_offered() -> None:
    names = [one.name for one in READER.read("amox 1-1-1 7j").candidates]
    assert names == ["amoxicilline", "amoxicilline/acide clavulanique"]
    assert READER.read("amox 875/125").product == "amoxicilline/acide clavulanique"


@pytest.mark.parametrize(
    ("typed", "at_once", "per_day", "times"),
    [
        ("1-0-1", "1", "2", "2"),
        ("1-0-0-2", "2", "3", "2"),
        ("1/2-0-0", "0.5", "0.5", "1"),
        ("2x1/j", "2", "2", "1"),
        ("3x/j", None, None, "3"),
        ("3 fois par jour", None, None, "3"),
        ("1 cp 3x/jour", "1", "3", "3"),
        ("2 cp toutes les 8 h", "2", "6", "3"),
        ("/6h", None, None, "4"),
        ("1 le matin", "1", "1", "1"),
        ("1 matin et soir", "1", "2", "2"),
        ("matin, midi et soir", None, None, "3"),
        ("1/j", "1", "1", "1"),
        ("3/j", None, "3", None),
        ("3 pro Tag", None, "3", None),
        ("1 Tablet 3 times a day", "1", "3", "3"),
        ("all 8 Stonnen", None, None, "3"),
    ],
)
def test_rhythms(typed: str, at_once: str | None, per_day: str | None, times: str | None) -> None:
    line = READER.read(f"ibuprofène 400 mg {typed}")
    assert line.rhythm is not None and line.left == ()
    expected = [Decimal(one) if one else None for one in (at_once, per_day, times)]
    assert [line.rhythm.at_once, line.rhythm.per_day, line.rhythm.times] == expected


def test_once_a_week_is_no_daily_dose() -> None:
    line = READER.read("méthotrexate 15 mg 1x/sem 3 mois")
    assert line.rhythm is not None and line.rhythm.times is None
    assert line.duration == Duration(3, DurationUnit.MONTH) and line.quantity is None


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("7j", 7),
        ("10 jours", 10),
        ("pendant 2 semaines", 14),
        ("3 mois", 90),
        ("7 Tage", 7),
        ("for 5 days", 5),
        ("2 Wochen", 14),
    ],
)
def test_durations(typed: str, days: int) -> None:
    duration = READER.read(f"ibuprofène 400 mg 1-1-1 {typed}").duration
    assert duration is not None and duration.days == days


def test_as_needed_and_route() -> None:
    line = READER.read("ibuprofène 400 mg per os si besoin")
    assert line.as_needed and line.route is not None and line.route.label == "orale"
    assert READER.read("prednisolone collyre 1-1-1").checked(1).route is RouteKind.LOCAL


def test_the_checks_see_each_substance_with_its_dose() -> None:
    """CF-120, from what was typed to the one alert."""
    typed = ("paracétamol/codéine 500/30 mg cp 2-2-2 5j", "paracetamol 1 g cp 1-1-1 5j")
    lines = [READER.read(words).checked(number) for number, words in enumerate(typed, 1)]
    assert [(d.inn, d.at_once_mg, d.per_day_mg) for d in lines[0].doses] == [
        ("paracétamol", Decimal(1000), Decimal(3000)),
        ("codéine", Decimal(60), Decimal(180)),
    ]
    first = check(lines, (), (), built_in(), TODAY)[0]
    assert first.rule == "D14" and "6 g" in first.words()


@pytest.mark.parametrize(
    "typed", ["bisoprolol 5 mg 3x/j", "insuline glargine 100 U/ml 0-0-20", "bisoprolol 1-0-0"]
)
def test_a_dose_that_is_not_said_is_not_made_up(typed: str) -> None:
    assert all(dose.per_day_mg is None for dose in READER.read(typed).checked(1).doses)


_WORDS: Final = st.lists(
    st.sampled_from(
        (
            "amox",
            "metformine",
            "500",
            "2,5",
            "mg",
            "500 mg",
            "1-0-1",
            "3x/j",
            "7j",
            "si besoin",
            "zz",
            "cp",
            "|",
        )
        + ("paracétamol/codéine", "/", "1", "toutes les 8 h", "matin", "\ue000", "1/2")
    ),
    max_size=9,
)


@given(_WORDS)
def test_no_word_is_lost_and_no_number_made(words: list[str]) -> None:
    """What was typed is in a field, among the candidates, or said to be not understood."""
    line = READER.read(" ".join(words))
    said = (line.product, line.strength, line.rhythm.words if line.rhythm else "", *line.left)
    for word in ("zz", "|"):
        assert (word in words) == any(word in part.split() for part in said)
    numbers = {part for word in words for part in word.replace("/", " ").split()}
    if line.rhythm is None:
        assert not {"1-0-1", "3x/j"} & numbers
    if line.duration is None:
        assert "7j" not in words


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("AMOX", "amoxicilline"),
        ("acide alen", "acide alendronique"),
        ("insulin asp", "insuline asparte"),
        ("oestradiol", None),
        ("ethinyl", "éthinylestradiol/lévonorgestrel"),
        ("ranitidine", None),
        ("  ", None),
        ("...", None),
    ],
)
def test_search_finds_by_beginnings_in_any_spelling(typed: str, first: str | None) -> None:
    hits = substance_search().hits(typed)
    assert (hits[0].name if hits else None) == first
    assert len(substance_search().hits("a")) == 8
