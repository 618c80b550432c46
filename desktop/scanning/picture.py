"""QR and DataMatrix codes out of a grey picture (ZXing-C++).

A camera's grain is what hides most codes, so a softened picture is tried first; what still hides (a tilt, a
blur, a glare) is tried for in other ways, each dearer than the one before. A code that is found is right by
its own error correction; check digits and check characters are asked by who reads its text.
"""

from collections.abc import Callable, Iterator

import zxingcpp
from PIL import Image, ImageFilter

from desktop.ports.code_pictures import PictureCode

FORMATS = zxingcpp.barcode_formats_from_str("DataMatrix,QRCode")
SOFTENED = ImageFilter.GaussianBlur(1.2)
_WIDEST = 1600  # a photo of twelve megapixels is looked at smaller first

Way = Callable[[Image.Image], list[PictureCode]]


def codes_in(picture: Image.Image) -> tuple[PictureCode, ...]:
    """Each code of an "L" picture once, by the first way that finds any."""
    for size in _sizes(picture):
        for way in WAYS:
            if found := tuple(dict.fromkeys(way(size))):
                return found
    return ()


def _sizes(picture: Image.Image) -> Iterator[Image.Image]:
    largest = max(picture.size)
    if largest <= _WIDEST:
        yield picture
        return
    scale = _WIDEST / largest
    smaller = round(picture.width * scale) or 1, round(picture.height * scale) or 1
    yield picture.resize(smaller, Image.Resampling.BILINEAR, reducing_gap=2.0)
    yield picture


def _read(picture: Image.Image, *, dark_on_light: bool = True) -> list[PictureCode]:
    found = zxingcpp.read_barcodes(picture, formats=FORMATS, try_invert=not dark_on_light)
    # .text is for people: a GS1 code's has brackets, and data with brackets would look the same
    return [PictureCode(one.symbology_identifier, one.bytes.decode("latin-1")) for one in found]


def _softened(picture: Image.Image) -> list[PictureCode]:
    return _read(picture.filter(SOFTENED))


def _as_it_is(picture: Image.Image) -> list[PictureCode]:
    return _read(picture)


def _sharpened(picture: Image.Image) -> list[PictureCode]:
    return _read(picture.filter(ImageFilter.UnsharpMask(6, 300, 0)))


def _half(picture: Image.Image) -> list[PictureCode]:
    return _read(picture.reduce(2))


def _turned(picture: Image.Image) -> list[PictureCode]:
    return _read(picture.rotate(45, Image.Resampling.BICUBIC, expand=True, fillcolor=200))


def _light_on_dark(picture: Image.Image) -> list[PictureCode]:
    return _read(picture, dark_on_light=False)


WAYS: tuple[Way, ...] = (_softened, _as_it_is, _half, _sharpened, _turned, _light_on_dark)
