"""Codes to print are read back as they were meant, and as the kind that they should be."""

import io
import re

import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image

from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.identifier import OrdonnanceCode, new_access_code, new_identifier
from desktop.ports.code_pictures import PictureCode
from desktop.scanning.picture import codes_in
from desktop.scanning.symbols import bracketed, datamatrix_png, datamatrix_svg, qr_png, qr_svg
from tests.unit.scanning.boxes import GS, GTIN, elements, message
from tests.unit.scanning.test_gs1 import boxes

BOX = f"01{GTIN}21XYZ{GS}1728033110A12C"


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


@settings(max_examples=30, deadline=None)
@given(boxes)
def test_a_datamatrix_is_read_back(box: BoxCode) -> None:
    """With its separators, as a GS1 code: nothing of its text could be brackets that somebody typed."""
    parts = [(ai, value) for ai, value in elements(box) if "(" not in value and ")" not in value]
    text = message(parts)
    assert codes_in(opened(datamatrix_png(text, module=6))) == (PictureCode("]d2", text),)


def test_it_is_square() -> None:
    across, down = opened(datamatrix_png(BOX, module=1)).size
    assert across == down
    assert "<svg" in datamatrix_svg(BOX)


def test_a_qr_code_is_read_back_and_is_no_micro_one() -> None:
    code = OrdonnanceCode(new_identifier(), new_access_code()).qr_text()
    for text in (code, "A"):
        picture = opened(qr_png(text, module=6))
        assert codes_in(picture) == (PictureCode("]Q1", text),)
        found = zxingcpp.read_barcodes(picture)
        assert [one.format for one in found] == [zxingcpp.BarcodeFormat.QRCode]


def test_svg_for_a_page_has_no_colour_but_black_and_white() -> None:
    """A PDF/A-1 page takes neither transparency nor a picture from elsewhere."""
    for svg in (qr_svg("DSPRX1:A"), datamatrix_svg(BOX)):
        assert svg.startswith("<svg") or "<svg" in svg[:300]
        assert not re.search(r"opacity|<image|href", svg)


def test_what_is_no_element_string_is_not_printed() -> None:
    assert bracketed(BOX) == f"(01){GTIN}(21)XYZ(17)280331(10)A12C"
    for wrong in ("1", "0112", "17AB", "XY"):
        with pytest.raises(ValueError, match=wrong):
            bracketed(wrong)
