"""The GS1 DataMatrix of a box (domain §C.7, CF-113, CF-127)."""

from datetime import date
from random import Random

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.prescription.box import Ambiguous, BoxCode, NationalNumber, check_digit, short_date
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.scanning.gs1 import read_gs1
from desktop.scanning.separators import Separators
from tests.unit.scanning.boxes import GS, GTIN, TODAY, elements, expiries, fault, gtins, message, values

boxes = st.builds(BoxCode, gtins, st.none() | values, st.none() | values, st.none() | expiries)


def read(text: str, separators: Separators = Separators.KEPT) -> BoxCode | Ambiguous | Unread:
    return read_gs1(text, separators, TODAY)


@given(boxes, st.randoms())
def test_every_box_is_read_in_any_order(box: BoxCode, random: Random) -> None:
    parts = elements(box)
    random.shuffle(parts)
    assert read(message(parts)) == box


@given(boxes)
def test_biip_finds_the_same_elements(box: BoxCode) -> None:
    """A judge that cuts by other code: fixed lengths and patterns of the standard."""
    found = {e.ai.ai: e.value for e in GS1Message.parse(message(elements(box))).element_strings}
    assert found == dict(elements(box))


@given(boxes)
def test_without_separators_the_truth_is_among_the_readings(box: BoxCode) -> None:
    """…or it is said that there are too many; and nothing that has two readings is read as one."""
    bare = message(elements(box), separator="")
    for separators in (Separators.LOST, Separators.UNKNOWN):
        if GS in bare:
            continue
        found = read(bare, separators)
        if isinstance(found, Ambiguous):
            assert len(found.readings) >= 2
            known = {r.expiry for r in found.readings}
            assert box in found.readings or box.expiry not in known  # a right date inside a batch
        elif isinstance(found, BoxCode):
            assert found == box or found.expiry != box.expiry
        else:
            assert found.fault is ScanFault.SEPARATORS_LOST


def test_a_swallowed_serial_is_asked_for() -> None:
    """« séparateurs perdus : lot A12C ou A12C21? »"""
    bare = f"01{GTIN}1728033110A12C21XYZ"
    found = read(bare, Separators.LOST)
    assert isinstance(found, Ambiguous)
    assert [(r.batch, r.serial) for r in found.readings] == [("A12C", "XYZ"), ("A12C21XYZ", None)]
    assert read(bare, Separators.UNKNOWN) == found
    believed = read(bare, Separators.KEPT)  # measured: this scanner sends what it reads
    assert isinstance(believed, BoxCode)
    assert believed.batch == "A12C21XYZ"


def test_known_lengths_come_first() -> None:
    """The batch does not take the expiry along: it has a length and must be a day."""
    found = read(f"01{GTIN}10A12C17280331", Separators.LOST)
    assert isinstance(found, BoxCode)
    assert (found.batch, found.expiry) == ("A12C", date(2028, 3, 31))
    # no such day: part of the batch
    kept = read(f"01{GTIN}10A12C17281331", Separators.LOST)
    assert isinstance(kept, BoxCode)
    assert (kept.batch, kept.expiry) == ("A12C17281331", None)


def test_too_many_readings_are_refused_with_words() -> None:
    assert fault(read(f"01{GTIN}10" + "21" * 9 + "71" * 8, Separators.LOST)) is ScanFault.SEPARATORS_LOST


@settings(max_examples=300)
@given(st.text("0127", min_size=1, max_size=120))
def test_nothing_that_looks_like_elements_takes_long(digits: str) -> None:
    read(digits, Separators.LOST)


@given(st.text(st.characters(max_codepoint=0x250), max_size=60), st.sampled_from(Separators))
def test_anything_is_answered(text: str, separators: Separators) -> None:
    read(text, separators)
    read(f"01{GTIN}" + text, separators)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"1728033110A{GS}21B", Unread.of(ScanFault.GTIN_MISSING)),
        ("01" + GTIN[:13] + str((int(GTIN[13]) + 1) % 10), None),
        (f"01{GTIN}17281331", Unread.of(ScanFault.DATE, ai="17", value="281331")),
        (f"01{GTIN}17280230", Unread.of(ScanFault.DATE, ai="17", value="280230")),
        (f"01{GTIN}17281300", Unread.of(ScanFault.DATE, ai="17", value="281300")),
        (f"01{GTIN}17280000", Unread.of(ScanFault.DATE, ai="17", value="280000")),
        (f"01{GTIN}10A{GS}10B", Unread.of(ScanFault.REPEATED, ai="10")),
        (f"01{GTIN}05123", Unread.of(ScanFault.ELEMENT_UNKNOWN, value="0512")),
        (f"01{GTIN[:9]}", Unread.of(ScanFault.ELEMENT_INCOMPLETE, ai="01", value=GTIN[:9])),
        (f"01{GTIN}172803", Unread.of(ScanFault.ELEMENT_INCOMPLETE, ai="17", value="2803")),
        (f"01{GTIN}10{GS}21B", Unread.of(ScanFault.ELEMENT_INCOMPLETE, ai="10", value="")),
        (f"01{GTIN}10A#1", Unread.of(ScanFault.ELEMENT_MALFORMED, ai="10", value="A#1")),
        (f"01{GTIN}10{'A' * 21}", Unread.of(ScanFault.ELEMENT_MALFORMED, ai="10", value="A" * 21)),
        (f"01{'A' * 14}", Unread.of(ScanFault.ELEMENT_MALFORMED, ai="01", value="A" * 14)),
        ("", Unread.of(ScanFault.GTIN_MISSING)),
    ],
)
def test_what_is_wrong_is_named(text: str, wanted: Unread | None) -> None:
    found = read(text)
    if wanted is None:
        assert found == Unread.of(ScanFault.CHECK_DIGIT, ai="01", value=text[2:])
    else:
        assert found == wanted


def test_an_element_that_says_the_same_twice_is_whole() -> None:
    assert read(f"01{GTIN}10A{GS}10A") == BoxCode(GTIN, "A")


def test_day_00_is_the_months_last() -> None:
    """CF-127; leap years too."""
    for written, day in (("280200", 29), ("270200", 28), ("271200", 31), ("270400", 30)):
        found = read(f"01{GTIN}17{written}")
        assert isinstance(found, BoxCode)
        assert found.expiry is not None
        assert found.expiry.day == day


@pytest.mark.parametrize(
    ("written", "today", "year"),
    [
        ("760101", date(2026, 1, 1), 2076),
        ("770101", date(2026, 1, 1), 1977),
        ("000101", date(2026, 1, 1), 2000),
        ("000101", date(2051, 1, 1), 2100),
        ("990101", date(2049, 12, 31), 2099),
        ("990101", date(2048, 12, 31), 1999),
    ],
)
def test_the_century_is_the_nearest(written: str, today: date, year: int) -> None:
    found = short_date(written, today)
    assert found is not None
    assert found.year == year


def test_national_numbers_and_what_is_ignored() -> None:
    found = read(f"01{GTIN}7103752864{GS}71134009{GS}240X{GS}91intern{GS}10A")
    assert isinstance(found, BoxCode)
    assert found.national == (NationalNumber("DE", "3752864"), NationalNumber("FR", "34009"))
    assert found.others == (("240", "X"), ("91", "intern"))
    assert found.missing == ("expiry",)


def test_a_german_number_inside_a_gtin() -> None:
    ntin = "0415003752864" + check_digit("0415003752864")
    assert BoxCode(ntin).pzn == "03752864"
    assert BoxCode(GTIN).pzn is None
    assert BoxCode(None, national=(NationalNumber("DE", "03752864"),)).product_number == ntin


@given(gtins)
def test_a_gtins_check_digit_finds_every_wrong_digit(right: str) -> None:
    for place in range(14):
        for digit in "0123456789":
            if digit != right[place]:
                wrong = right[:place] + digit + right[place + 1 :]
                assert fault(read(f"01{wrong}")) is ScanFault.CHECK_DIGIT
