"""Patient, mandate and matricule as values (domain §0, §4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from idnumbers.nationalid.LUX import NationalID

from desktop.domain.matricule import Doubt, Matricule, check_digits, luhn, parse
from desktop.domain.record import (
    Document,
    DocumentStatus,
    Mandate,
    MandateKind,
    data_of,
    shown,
)
from desktop.sync.profile import KEPT_AT_MOST
from tests.samples.practice import deposit, document, patient

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MOMENTS = st.integers(-60, 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
MANDATES = st.builds(
    Mandate, st.just("m"), st.sampled_from(list(MandateKind)), st.just(NOW - timedelta(days=1)),
    st.none() | MOMENTS, st.none() | MOMENTS,
)  # fmt: skip


# -- mandate


def mandate(end: int | None, grace: int | None = None) -> Mandate:
    """Ends in so many hours."""

    def after(hours: int | None) -> datetime | None:
        return None if hours is None else NOW + timedelta(hours=hours)

    return Mandate("m", MandateKind.CONSULTATION, NOW - timedelta(days=1), after(end), after(grace))


@pytest.mark.parametrize(
    ("right", "until", "in_grace", "over"),
    [
        (mandate(2), 2, False, False),
        (mandate(2, 5), 5, False, False),
        (mandate(0, 5), 5, True, False),  # the last moment of the day is the first of the grace
        (mandate(-1, 5), 5, True, False),
        (mandate(-2, -1), -1, False, True),
        (mandate(-2, 0), 0, False, True),  # CF-034: not one moment after the end
        (mandate(0), 0, False, True),
        (mandate(2, 1), 2, False, False),  # an odd server: a grace before the end prolongs nothing
        (mandate(None), None, False, False),
        (mandate(None, -1), None, False, False),
    ],
)
def test_end_and_grace(right: Mandate, until: int | None, in_grace: bool, over: bool) -> None:
    """CF-034, domain §4.3."""
    assert right.until() == (None if until is None else NOW + timedelta(hours=until))
    assert (right.in_grace(NOW), right.is_over(NOW)) == (in_grace, over)


@given(MANDATES, MOMENTS)
def test_a_mandate_runs_is_in_grace_or_is_over(right: Mandate, now: datetime) -> None:
    until = right.until()
    assert right.is_over(now) == (until is not None and now >= until)
    assert not (right.in_grace(now) and right.is_over(now))
    if right.in_grace(now):
        assert right.end is not None and right.grace_end is not None and right.end <= now < right.grace_end
    longest = now + KEPT_AT_MOST
    assert right.kept_until(now, KEPT_AT_MOST) == (longest if until is None else min(until, longest))


# -- patient


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(1993, 5, 12), date(2026, 5, 11), 32),
        (date(1993, 5, 12), date(2026, 5, 12), 33),
        (date(2024, 2, 29), date(2026, 2, 28), 1),  # born on a leap day: a year older in March
        (date(2024, 2, 29), date(2026, 3, 1), 2),
        (date(2026, 11, 21), date(2026, 11, 21), 0),
        (None, date(2026, 11, 21), None),
    ],
)
def test_age_in_full_years_from_the_birth_date_alone(born: date | None, today: date, age: int | None) -> None:
    """Domain §0: a matricule may carry another year."""
    assert patient(birth_date=born).age(today) == age


def test_a_name_is_shown_family_first() -> None:
    assert patient(family="Muller", given="Anne").name == "MULLER Anne"
    assert patient(family="Weiß", given="").name == "WEISS"


# -- matricule


@given(st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.integers(0, 999))
def test_right_check_digits_are_those_of_another_library(born: date, number: int) -> None:
    """Luhn and Verhoeff over the same eleven digits (domain §0)."""
    first = f"{born:%Y%m%d}{number:03d}"
    whole = first + check_digits(first)
    assert NationalID.validate(whole) and Matricule(whole).doubt() is None
    for wrong in {f"{first}{n:02d}" for n in range(100)} - {whole}:
        assert Matricule(wrong).doubt() is Doubt.CHECK_DIGITS


def test_one_wrong_digit_is_always_noticed() -> None:
    whole = "1893120105732"
    for place in range(13):
        for digit in "0123456789":
            changed = whole[:place] + digit + whole[place + 1 :]
            assert (Matricule(changed).doubt() is None) == (changed == whole), changed


@pytest.mark.parametrize(
    ("digits", "doubt"),
    [
        ("1893120105732", None),
        ("18931201057", None),  # the old form has no such digits
        ("189312010573", Doubt.LENGTH),
        ("18931201057321", Doubt.LENGTH),
        ("", Doubt.LENGTH),
    ],
)
def test_a_doubt_has_its_reason(digits: str, doubt: Doubt | None) -> None:
    assert Matricule(digits).doubt() is doubt


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("1893 1201 057 32", "1893120105732"),
        ("1893.1201-057/32", "1893120105732"),
        ("1893\u00a01201\u202f05732", "1893120105732"),
        ("1893120105732 ", "1893120105732"),
        ("١٨٩٣", None),
        ("1893²", None),
        ("Muller", None),
        ("", None),
        (" - ", None),
    ],
)
def test_what_was_typed_is_read_by_its_digits(typed: str, digits: str | None) -> None:
    assert parse(typed) == (None if digits is None else Matricule(digits))


def test_digits_are_grouped_for_people() -> None:
    assert Matricule("1893120105732").grouped() == "1893 1201 057 32"
    assert Matricule("18931201057").grouped() == "1893 1201 057"
    assert Matricule("123").grouped() == "123"


def test_luhn() -> None:
    """The example of ISO/IEC 7812-1, annex B."""
    assert luhn("7992739871") == "3"


# -- a document and its structured data


def row(id: str, transforms: str = "", status: DocumentStatus = DocumentStatus.CURRENT) -> Document:
    return replace(document(deposit(), id), transforms=transforms, status=status)


_IDS = st.sampled_from(["a", "b", "c", "d", "e"])
_ROWS = st.lists(st.builds(row, _IDS, st.just("") | _IDS), unique_by=lambda d: d.id)


@given(_ROWS)
def test_what_is_hidden_has_its_document_in_the_list(rows: list[Document]) -> None:
    """Also where rows point at each other: what nothing shows stands alone."""
    kept = {d.id for d in shown(rows)}
    hidden = [d for d in rows if d.id not in kept]
    assert all(d.transforms in kept for d in hidden)
    documents = {d.id for d in rows if not d.transforms}
    assert documents <= kept and not any(d.transforms in documents for d in shown(rows))


@given(_ROWS)
def test_a_list_without_data_is_the_list_itself(rows: list[Document]) -> None:
    plain = [d for d in rows if not d.transforms]
    assert shown(plain) is plain


def test_superseded_data_are_not_the_data_of_a_document() -> None:
    old, new = row("x", "pdf", DocumentStatus.SUPERSEDED), row("y", "pdf")
    assert data_of([old, new]) == data_of([new, old]) == {"pdf": new}
    assert data_of([old, row("pdf")]) == {}
