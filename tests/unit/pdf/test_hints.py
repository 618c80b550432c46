"""What a PDF says of itself, for a title and a date to propose: read in the child."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from desktop.domain.errors import Failure
from desktop.domain.proposal import FileHints
from desktop.pdf.hints import MOST_TEXT, hints
from desktop.pdf.service import PdfService
from tests.unit.pdf.impatience import PATIENT, impatient
from tests.unit.pdf.pdf_samples import BODY, changed, hostile, letter


@pytest.fixture
def service() -> Iterator[PdfService]:
    made = PdfService(PATIENT)
    yield made
    made.close()


def test_title_day_and_first_page(service: PdfService) -> None:
    told = service.hints(letter(pages=2))
    assert isinstance(told, FileHints)
    assert told.title == "Lettre de sortie" and told.made.startswith("D:20")
    assert "Page 1" in told.page and BODY[:18] in told.page and "Page 2" not in told.page


def test_what_is_no_pdf_says_nothing(service: PdfService) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (10, 10)).save(picture, "PNG")
    for content in (picture.getvalue(), b"", b"%PDF-1.4 torn"):
        assert service.hints(content) == FileHints()


def test_a_title_of_megabytes_is_cut() -> None:
    told = hints(changed(letter(None), lambda pdf: pdf.docinfo.update({"/Title": "A" * 2_000_000})))
    assert len(told.title) == 500 and len(told.page) <= MOST_TEXT


def test_a_hostile_file_costs_an_answer_at_most(service: PdfService) -> None:
    with impatient(service, open=2.0):
        for content in hostile().values():
            assert isinstance(service.hints(content), FileHints | Failure)
    assert isinstance(service.hints(letter()), FileHints)
