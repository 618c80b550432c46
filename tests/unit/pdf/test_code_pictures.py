"""Codes out of foreign pictures and PDF pages, in a confined child."""

import io
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from benchmarks.scanning_pictures import photos
from desktop.domain.errors import Code, Failure
from desktop.domain.prescription.identifier import OrdonnanceCode, new_access_code, new_identifier
from desktop.pdf import codes_in_files
from desktop.pdf.code_pictures import CodePictures
from desktop.pdf.codes_in_files import codes_of
from desktop.ports.code_pictures import PictureCode
from desktop.scanning.symbols import datamatrix_png, qr_png
from tests.unit.scanning.boxes import GS, GTIN

ORDONNANCE = OrdonnanceCode(new_identifier(), new_access_code()).qr_text()
BOX = f"01{GTIN}21XYZ{GS}1728033110A12C"
QR = PictureCode("]Q1", ORDONNANCE)


@pytest.fixture
def child() -> Iterator[CodePictures]:
    pictures = CodePictures(deadline_s=60)
    yield pictures
    pictures.close()


def page(*, size: tuple[int, int] = (1240, 1754)) -> Image.Image:
    """An A4 page at 150 dpi with an ordonnance's code, and a box's beside it."""
    paper = Image.new("L", size, 255)
    for png, at in ((qr_png(ORDONNANCE, 6), (100, 100)), (datamatrix_png(BOX, 6), (700, 900))):
        paper.paste(Image.open(io.BytesIO(png)).convert("L"), at)
    return paper


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "PDF"])
def test_every_kind_of_file(child: CodePictures, kind: str) -> None:
    found = child.read(saved(page(), kind))
    assert not isinstance(found, Failure), found
    assert set(found) == {QR, PictureCode("]d2", BOX)}


def test_a_picture_as_a_phone_takes_it(child: CodePictures) -> None:
    """Twelve megapixels, lying on its side (EXIF 6), dark."""
    photo = page().resize((3000, 4242)).point([60 + level // 3 for level in range(256)])
    exif = Image.Exif()
    exif[0x0112] = 6
    found = child.read(saved(photo, "JPEG", exif=exif))
    assert not isinstance(found, Failure), found
    assert QR in found


def test_degraded_pictures_are_never_read_wrong() -> None:
    """A few of those that ``dev.py bench scanning`` counts."""
    read = 0
    for photo in photos(8):
        found = codes_of(photo.file)
        assert not isinstance(found, Failure), found
        assert {code.text for code in found} <= {photo.text}
        read += bool(found)
    assert read >= 6


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.FILE_EMPTY),
        (b"no picture", Code.FILE_NOT_PDF),
        (b"%PDF-1.4 nonsense", Code.FILE_UNREADABLE),
        (saved(Image.new("L", (50, 50)), "PNG")[:60], Code.FILE_UNREADABLE),
    ],
)
def test_what_is_no_picture(child: CodePictures, content: bytes, code: Code) -> None:
    assert child.read(content) == Failure.of(code)


def test_a_bomb_is_not_opened(child: CodePictures) -> None:
    huge = saved(Image.new("1", (20_000, 20_000)), "PNG")
    assert child.read(huge) == Failure.of(Code.FILE_UNSAFE)


def test_a_picture_without_a_code(child: CodePictures) -> None:
    assert child.read(saved(Image.new("L", (400, 400), 200), "PNG")) == ()


def test_no_call_after_the_end(child: CodePictures) -> None:
    child.warm()
    child.close()
    child.warm()
    assert child.read(saved(page(), "PNG")) == Failure.of(Code.CANCELLED)


def test_the_access_code_is_in_no_repr() -> None:
    assert ORDONNANCE not in repr(QR)


def test_two_files_at_once_have_a_child_each(child: CodePictures) -> None:
    answers: list[object] = []
    calls = [
        threading.Thread(target=lambda: answers.append(child.read(saved(page(), "PNG")))) for _ in range(2)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert [set(a) if isinstance(a, tuple) else a for a in answers] == [{QR, PictureCode("]d2", BOX)}] * 2
    assert codes_in_files.MOST_PAGES > 0
