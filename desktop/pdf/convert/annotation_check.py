"""Is every note of the original still seen in the copy? A line through a word is small, and may mean a life.

Each note's rectangle is drawn large, with and without notes: what the note adds must be there in the copy.
"""

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

from desktop.pdf.convert.page_appearance import BLOCK, FINE_SCALE, STEPS, blocks, rendered, strongest

MARKED = 12  # of 255: what a note adds to a block
MOST_LOST = 0.10
MOST_NOTES = 200  # of a page that are looked at one by one

_NO_NOTES = (pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_POPUP)
_Box = tuple[int, int, int, int]


def has_lost_annotations(before: pdfium.PdfPage, after: pdfium.PdfPage) -> bool:
    """True when something that a note drew in *before* is not there in *after*."""
    rectangles = list(_rectangles(before))
    if not rectangles:
        return False
    shown, bare = rendered(before, FINE_SCALE), rendered(before, FINE_SCALE, draw_annots=False)
    copy = rendered(after, FINE_SCALE)
    if copy.size != shown.size:
        copy = copy.resize(shown.size)
    across, down = shown.size
    if len(rectangles) > MOST_NOTES:
        places = [(1, 1, across - 1, down - 1)]
    else:
        places = [_place(before, rectangle, across, down) for rectangle in rectangles]
    return any(
        _is_lost(shown, bare, copy, (left, top, right, bottom))
        for left, top, right, bottom in places
        if left < right and top < bottom
    )


def _rectangles(page: pdfium.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    for number in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        note = pdfium_c.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        try:
            box = pdfium_c.FS_RECTF()
            is_note = pdfium_c.FPDFAnnot_GetSubtype(note) not in _NO_NOTES
            if is_note and pdfium_c.FPDFAnnot_GetRect(note, box):
                yield box.left, box.bottom, box.right, box.top
        finally:
            pdfium_c.FPDFPage_CloseAnnot(note)


def _place(
    page: pdfium.PdfPage, rectangle: tuple[float, float, float, float], across: int, down: int
) -> _Box:
    """The pixels of a rectangle of the page, a block more on each side, a pixel away from the edges."""
    left, bottom, right, top = rectangle
    corners = [_pixel(page, x, y, across, down) for x, y in ((left, top), (right, bottom))]
    columns, rows = zip(*corners, strict=True)
    return (
        max(min(columns) - BLOCK, 1), max(min(rows) - BLOCK, 1),
        min(max(columns) + BLOCK, across - 1), min(max(rows) + BLOCK, down - 1),
    )  # fmt: skip


def _pixel(page: pdfium.PdfPage, x: float, y: float, across: int, down: int) -> tuple[int, int]:
    column, row = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, across, down, 0, x, y, column, row)
    return column.value, row.value


def _is_lost(shown: Image.Image, bare: Image.Image, copy: Image.Image, box: _Box) -> bool:
    left, top, right, bottom = box
    with_note = blocks(shown.crop(box))
    mark = strongest(ImageChops.difference(with_note, blocks(bare.crop(box))))
    marked = mark.point(lambda value: 255 if value > MARKED else 0)
    most = MOST_LOST * marked.histogram()[255]
    half = mark.point(lambda value: value // 2)
    for x, y in STEPS:
        other = blocks(copy.crop((left + x, top + y, right + x, bottom + y)))
        missing = ImageChops.subtract(strongest(ImageChops.difference(with_note, other)), half)
        lost = ImageChops.darker(marked, missing.point(lambda value: 255 if value else 0))
        if lost.histogram()[255] <= most:
            return False
    return True
