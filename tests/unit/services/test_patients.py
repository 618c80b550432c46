"""What a search means (contract §3): check digits warn, letters in a matricule get their own sentence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Doubt, check_digits, parse
from desktop.services.patients import Query, understand


@pytest.mark.parametrize("typed", ["1893120105732", "1893 1201 057 32", "1893-1201-057-32"])
def test_matricule_with_any_spacing(typed: str) -> None:
    query = understand(typed)
    assert isinstance(query, Query) and query.matricule is not None
    assert query.matricule.digits == "1893120105732" and query.doubt is None


@pytest.mark.parametrize("typed", ["1893120105733", "1893120105722", "1998041799999"])
def test_bad_check_digits_warn_and_never_block(typed: str) -> None:
    query = understand(typed)
    assert isinstance(query, Query) and query.doubt is Doubt.CHECK_DIGITS


@pytest.mark.parametrize(
    ("typed", "name", "born"),
    [
        ("Muller 12.05.1993", "Muller", date(1993, 5, 12)),
        ("12/5/1993 Muller Anne", "Muller Anne", date(1993, 5, 12)),
        ("  Schmit   Jos ", "Schmit Jos", None),
    ],
)
def test_traits(typed: str, name: str, born: date | None) -> None:
    assert understand(typed) == Query(None, name, born)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", Code.SEARCH_TOO_SHORT),
        ("a", Code.SEARCH_TOO_SHORT),
        ("1893", Code.SEARCH_TOO_SHORT),
        ("18931201O5732", Code.MATRICULE_FORMAT),
        ("Muller 31.02.1993", Code.SEARCH_TOO_SHORT),
    ],
)
def test_bad_input_has_its_own_sentence(typed: str, code: Code) -> None:
    query = understand(typed)
    assert isinstance(query, Failure) and query.code is code


@given(st.text(max_size=40))
def test_any_text_is_answered(typed: str) -> None:
    assert isinstance(understand(typed), Query | Failure)


@given(st.from_regex(r"[12][0-9]{10}", fullmatch=True))
def test_check_digits_are_those_of_an_independent_library(first: str) -> None:
    from idnumbers.nationalid import LUX

    whole = first + check_digits(first)
    matricule = parse(whole)
    assert matricule is not None and matricule.doubt() is None
    year, month, day = int(first[:4]), int(first[4:6]), int(first[6:8])
    try:
        date(year, month, day)
    except ValueError:
        return
    assert LUX.NationalID.validate(whole)
