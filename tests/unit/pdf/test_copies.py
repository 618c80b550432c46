"""A copy to keep: PDF/A with its text and a foot below each page; a signed one as it is (CF-068)."""

import io
from collections.abc import Iterator
from datetime import date

import pikepdf
import pypdfium2
import pytest

from desktop.domain.deposit import Verdict
from desktop.pdf.check import check
from desktop.pdf.copies import FOOT, with_feet
from desktop.pdf.service import PdfService
from desktop.pdf.write import DocumentWriter
from desktop.ports.pdf import CopyWords, PdfCopy
from tests.answers import good
from tests.samples import signed
from tests.unit.smartcard.card_factory import pair

WORDS = "copie du DSP · Dr Weber · 21.11.2026 09:12"


def of_the_words(pages: int = 1) -> CopyWords:
    feet = tuple(f"{WORDS} · page {page + 1}/{pages}" for page in range(pages))
    return CopyWords("fr", feet, "Copie du DSP", (WORDS, "La signature est dans le fichier."))


def text_of(content: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


@pytest.fixture(scope="module")
def leaflet() -> bytes:
    """PDF/A-1a."""
    data = {"author": {"name": "Dr Klein"}, "date": date(2026, 11, 21)}
    return good(DocumentWriter().write("acces", "fr", data))


@pytest.fixture
def service() -> Iterator[PdfService]:
    made = PdfService()
    yield made
    made.close()


def kept(service: PdfService, content: bytes) -> PdfCopy:
    opened = good(service.open(content))
    return good(service.copy(opened, of_the_words(len(opened.page_sizes))))


def plain(content: bytes) -> bytes:
    """The same pages without a declaration of PDF/A, and without output intent."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for key in ("/Metadata", "/OutputIntents"):
            del pdf.Root[key]
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_cf057_a_copy_conforms_with_all_its_text(service: PdfService, leaflet: bytes) -> None:
    copy = kept(service, leaflet)
    assert good(check(copy.content)).verdict is Verdict.CONFORMING and copy.cover == b""
    said = text_of(copy.content)
    assert WORDS in said and text_of(leaflet).strip()[:200] in said


def test_of_a_document_that_is_no_pdfa_it_conforms_too(service: PdfService, leaflet: bytes) -> None:
    source = plain(leaflet)
    assert good(check(source)).verdict is not Verdict.CONFORMING
    copy = kept(service, source)
    assert good(check(copy.content)).verdict is Verdict.CONFORMING
    assert WORDS in text_of(copy.content)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_foot_stands_below_the_page_as_it_is_seen(leaflet: bytes, turn: int) -> None:
    """And nothing of the page is covered: the sheet is higher by the foot."""
    with pikepdf.open(io.BytesIO(leaflet)) as pdf:
        pdf.pages[0].obj.Rotate = turn
        out = io.BytesIO()
        pdf.save(out)
    before = pypdfium2.PdfDocument(out.getvalue())
    document = pypdfium2.PdfDocument(good(with_feet(out.getvalue(), (WORDS,), "fr", 0)))
    (width, height), (across, down) = before[0].get_size(), document[0].get_size()
    assert (across, down) == (pytest.approx(width), pytest.approx(height + FOOT))
    picture = document[0].render(scale=1).to_pil().convert("L")
    foot = picture.crop((0, round(height) + 8, round(across), round(down)))
    left, _, right, _ = foot.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert abs((left + right) / 2 - across / 2) < 4 and right - left > 100, "one line of words, in the middle"
    document.close()
    before.close()


def test_cf068_a_signed_document_is_kept_to_the_byte(service: PdfService, leaflet: bytes) -> None:
    """Name, date and « copie du DSP » stand on a sheet of its own, which conforms."""
    paper = signed.pdf(leaflet, pair("Dr Klein", "rsa", "sign"))
    copy = kept(service, paper)
    assert copy.content == paper and good(check(copy.cover)).verdict is Verdict.CONFORMING
    assert WORDS in text_of(copy.cover)
