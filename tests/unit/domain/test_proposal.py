"""A title and a date for a file: read where they stand, never the patient's birth, never to come."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.domain.proposal import TITLE_MAX, FileHints, Proposal, ProposedFrom, dates_in, proposed

TODAY, BORN = date(2026, 12, 1), date(1993, 5, 12)
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "lb": "Januar Februar Mäerz Abrëll Mee Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
WRITTEN = {
    "dots": "{d:02}.{m:02}.{y}",
    "dots, short": "{d}.{m}.{y}",
    "strokes": "{d}/{m}/{y}",
    "ISO": "{y}-{m:02}-{d:02}",
    "fr": "le {d} {month} {y}",
    "de": "den {d}. {month} {y}",
    "lb": "de {d}. {month} {y}",
    "en": "{d} {month} {y}",
    "en, month first": "{month} {d}, {y}",
}
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def written(day: date, how: str) -> str:
    months = MONTHS[how[:2]].split() if how[:2] in MONTHS else [""] * 12
    return WRITTEN[how].format(d=day.day, m=day.month, y=day.year, month=months[day.month - 1])


def offer(name: str = "scan.pdf", page: str = "", title: str = "", made: str = "") -> Proposal:
    return proposed(name, FileHints(title, made, page), today=TODAY, born=BORN)


@given(days, st.sampled_from(sorted(WRITTEN)))
def test_a_date_is_read_as_it_is_written_here(day: date, how: str) -> None:
    assert dates_in(f"Luxembourg, {written(day, how)}\nMadame") == (day,)


@example(BORN, "dots")
@example(TODAY + timedelta(days=1), "ISO")
@given(days, st.sampled_from(sorted(WRITTEN)))
def test_no_date_of_birth_none_before_and_none_to_come_is_proposed(day: date, how: str) -> None:
    found = offer(page=f"Date : {written(day, how)}").created
    assert found == (day if BORN < day <= TODAY else None)


@given(days, st.sampled_from(sorted(WRITTEN)))
def test_the_birth_of_anybody_is_no_date_of_a_document(day: date, how: str) -> None:
    for label in ("né le", "née le", "Date de naissance :", "geb.", "Geburtsdatum", "gebuer den", "born"):
        assert offer(page=f"{label} {written(day, how)}").created is None


@given(st.text(), st.text(), st.text(), st.text())
def test_no_file_makes_it_fail(name: str, page: str, title: str, made: str) -> None:
    found = offer(name, page, title, made)
    assert found.created is None or BORN < found.created <= TODAY
    assert len(found.title) <= TITLE_MAX and found.title == found.title.strip()


@given(st.integers(0, 4000))
def test_a_file_is_dated_by_its_name(before: int) -> None:
    day = TODAY - timedelta(days=before)
    for name in (f"{day:%Y-%m-%d}_lettre.pdf", f"lettre {day:%d.%m.%Y}.pdf", f"Scan{day:%Y%m%d}101500.pdf"):
        found = offer(name)
        assert (found.created, found.created_from) == (day, ProposedFrom.FILE_NAME)


def test_what_says_that_it_is_the_date_goes_first() -> None:
    seen = "Mme MULLER, née le 12.05.1993\nVue aux urgences 28.10.2026"
    page = f"{seen}\nLuxembourg, le 3 novembre 2026\nRdv le 15.12.2026"
    found = offer("2026-11-04.pdf", page, made="D:20261105090000+01'00'")
    assert (found.created, found.created_from) == (date(2026, 11, 3), ProposedFrom.PAGE)
    assert offer("2026-11-04.pdf", "28.10.2026").created == date(2026, 11, 4)
    assert offer("a.pdf", "28.10.2026", made="D:20261105").created == date(2026, 10, 28)
    found = offer("a.pdf", made="D:20261105090000+01'00'")
    assert (found.created, found.created_from) == (date(2026, 11, 5), ProposedFrom.PDF_DATE)


@pytest.mark.parametrize("words", ["31.02.2026", "03.11.26", "1.2.3.2026", "2026-13-01", "12345.11.2026"])
def test_what_is_no_date_is_none(words: str) -> None:
    assert dates_in(words) == ()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("lettre-cardio.pdf", "Lettre cardio"),
        ("2026-11-03_bilan_sanguin.PDF", "Bilan sanguin"),
        ("Compte rendu d'écho.docx", "Compte rendu d'écho"),
        ("5-FU protocole.pdf", "5-FU protocole"),
        ("scan0001.pdf", ""),
        ("IMG_2034.jpg", ""),
        ("Scan 20261103101500.pdf", ""),
        ("1993051234591.pdf", ""),
        ("Document1.docx", ""),
    ],
)
def test_a_title_from_the_name_unless_a_machine_gave_it(name: str, title: str) -> None:
    assert offer(name).title == title


def test_no_number_of_a_person_stands_in_a_title() -> None:
    assert offer("bilan 1993 0512 345 91.pdf").title == "Bilan"


@pytest.mark.parametrize(
    ("told", "title", "origin"),
    [
        ("Lettre de sortie", "Lettre de sortie", ProposedFrom.PDF_TITLE),
        ("Microsoft Word - Lettre HRS.docx", "Lettre HRS", ProposedFrom.PDF_TITLE),
        ("untitled", "Cardio", ProposedFrom.FILE_NAME),
        ("", "Cardio", ProposedFrom.FILE_NAME),
        ("a\x00\u202e\n", "Cardio", ProposedFrom.FILE_NAME),
    ],
)
def test_the_title_that_the_pdf_gives_itself_goes_first(told: str, title: str, origin: ProposedFrom) -> None:
    found = offer("cardio.pdf", title=told)
    assert (found.title, found.title_from) == (title, origin)
