"""Does the copy look and read like the original? Both drawn by PDFium and compared page by page.

A page counts as changed when a tenth of its inked blocks moved visibly or a tenth of its words is gone
(thresholds chosen by hand on 39 kinds of file). A nearly empty page is drawn larger, so that one word counts;
so is what every note draws (:mod:`desktop.pdf.convert.annotation_check`).
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from PIL import Image, ImageChops

from desktop.pdf.convert.annotation_check import has_lost_annotations
from desktop.pdf.convert.page_appearance import FINE_SCALE, SCALE, STEPS, blocks, rendered, strongest

FEW_BLOCKS = 60
WHITE = 252
INKED = 5  # mean distance of a block from white
MOVED = 25  # mean difference of a block, of 255
TOLERATED = 0.10
GONE = 50  # mean difference of a block where something stands in one picture only
MOST_GONE = 2  # such blocks a page; a font of the same widths in other shapes makes none
LEAST_TEXT = 0.9
_MINUS = re.compile(r"(?<!\w)[-\u2010\u2011](?=\d)")
_HYPHENS = "-\u00ad\u2010\u2011\ufffe\0\ufeff"


@dataclass(slots=True)
class Comparison:
    """Pages (0-based) that changed, became blank or are ``empty``; ``unknown``: they could not be compared.

    ``other_count``: the two readers do not agree on how many pages there are, so one may be lost.
    """

    changed: set[int] = field(default_factory=set)
    blank: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)
    unknown: bool = False
    other_count: bool = False


def compare(original: bytes, copy: bytes, *, may_gain_text: bool = False) -> Comparison:
    """Look and text of every page; what was in fields and notes becomes text where *may_gain_text*."""
    try:
        before = pdfium.PdfDocument(original)
    except pdfium.PdfiumError:
        return Comparison(unknown=True)
    after = pdfium.PdfDocument(copy)
    try:
        before.init_forms()
        if len(before) != len(after):
            return Comparison(unknown=True, other_count=True)
        comparison = Comparison()
        for number in range(len(before)):
            _compare_page(before[number], after[number], number, comparison, may_gain_text=may_gain_text)
        return comparison
    except pdfium.PdfiumError:
        return Comparison(unknown=True)
    finally:
        after.close()
        before.close()


def looks_alike(original: bytes, copy: bytes) -> bool:
    """True when each page of *copy* looks as it did, drawn fine; words may be other ones."""
    try:
        before, after = pdfium.PdfDocument(original), pdfium.PdfDocument(copy)
    except pdfium.PdfiumError:
        return False
    try:
        before.init_forms()
        after.init_forms()
        return len(before) == len(after) and all(
            not _has_moved(rendered(before[number], FINE_SCALE), rendered(after[number], FINE_SCALE))
            for number in range(len(before))
        )
    except pdfium.PdfiumError:
        return False
    finally:
        after.close()
        before.close()


def _compare_page(
    before: pdfium.PdfPage, after: pdfium.PdfPage, number: int, comparison: Comparison, *, may_gain_text: bool
) -> None:
    try:
        size, other = before.get_size(), after.get_size()
        if any(abs(a - b) > max(1.0, a / 100) for a, b in zip(size, other, strict=True)):
            comparison.changed.add(number)
        first, second = rendered(before, SCALE), rendered(after, SCALE)
        ink = _ink(first)
        if ink and ink <= FEW_BLOCKS:
            first, second = rendered(before, FINE_SCALE), rendered(after, FINE_SCALE)
            ink = _ink(first)
        copied = _ink(second)
        if not copied:
            comparison.empty.add(number)
            if ink:
                comparison.blank.add(number)
        if (
            _has_moved(first, second)
            or not same_text(_text(before), _text(after), may_gain=may_gain_text)
            or has_lost_annotations(before, after)
        ):
            comparison.changed.add(number)
    finally:
        before.close()
        after.close()


def _inked(blocks: Image.Image) -> Image.Image:
    return strongest(ImageChops.invert(blocks)).point(lambda value: 255 if value > INKED else 0)


def _ink(picture: Image.Image) -> int:
    return _inked(blocks(picture)).histogram()[255]


def _has_moved(first: Image.Image, second: Image.Image) -> bool:
    """True when the pictures differ, also when one is laid a pixel beside the other."""
    if first.size != second.size:
        second = second.resize(first.size)
    left = blocks(first)
    return all(_differs(left, blocks(_beside(second, step))) for step in STEPS)


def _beside(picture: Image.Image, step: tuple[int, int]) -> Image.Image:
    return ImageChops.offset(picture, *step) if any(step) else picture


def _differs(left: Image.Image, right: Image.Image) -> bool:
    """True when a share of the blocks inked in either picture moved, or a few of them came or went."""
    inked = ImageChops.lighter(_inked(left), _inked(right))
    moved = strongest(ImageChops.difference(left, right)).histogram()
    count = inked.histogram()[255]
    return sum(moved[GONE:]) > MOST_GONE or sum(moved[MOVED:]) > TOLERATED * count


def _text(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    try:
        return str(textpage.get_text_range())
    finally:
        textpage.close()


def same_text(before: str, after: str, *, may_gain: bool = False) -> bool:
    """Letters rather than words: a copy may break lines and words otherwise; no digit and no sign may go."""
    if before == after:
        return True
    first, second = _letters(before), _letters(after)
    if _figures(before) - _figures(after) or not (may_gain or _figures(before) == _figures(after)):
        return False
    most = first.total() if may_gain else max(first.total(), second.total())
    return most == 0 or (first & second).total() / most >= LEAST_TEXT


def _figures(text: str) -> Counter[str]:
    """Digits and signs (« 1,5 » is not « 15 », « −2 » not « 2 »), without hyphens, which line ends bring."""
    plain = (sign for sign in text if not (sign.isalpha() or sign.isspace() or sign in _HYPHENS))
    return Counter(plain) + Counter(_MINUS.findall(text))


def _letters(text: str) -> Counter[str]:
    """Pairs of letters and how often they come, without spaces and hyphens at line ends."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())
    return Counter(plain[place : place + 2] for place in range(max(len(plain) - 1, min(len(plain), 1))))
