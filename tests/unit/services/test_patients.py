"""Finding a patient (contract §3): check digits warn and never block."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Doubt, check_digits, parse
from desktop.domain.record import Patient
from desktop.services.patients import Found, PatientService, Query
from tests.fakes import FakePlatform
from tests.samples.practice import patient


def test_bad_check_digits_are_a_doubt_and_no_refusal() -> None:
    for typed in ("1893120105733", "1893120105722", "1998041799999"):
        assert Query(parse(typed)).doubt is Doubt.CHECK_DIGITS
    assert Query(parse("1893 1201 057 32")).doubt is None


def _service(*people: Patient) -> PatientService:
    platform = FakePlatform().sign_in()
    platform.people = people
    return PatientService(platform)


def test_a_doubtful_matricule_is_searched_all_the_same() -> None:
    doubtful = parse("1893120105733")
    assert doubtful is not None and doubtful.doubt() is Doubt.CHECK_DIGITS
    known = patient(matricule=doubtful)
    assert _service(known).search(Query(doubtful)) == Found((known,), Doubt.CHECK_DIGITS)


def test_cf023_nobody_found_says_whether_the_number_was_doubtful() -> None:
    for query, doubt in ((Query(parse("1893120105733")), "check-digits"), (Query(name="Muller"), "")):
        failure = _service().search(query)
        assert isinstance(failure, Failure) and failure.code is Code.PATIENT_NOT_FOUND
        assert failure.facts["doubt"] == doubt


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
