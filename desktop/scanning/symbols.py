"""Codes to print: a box's GS1 DataMatrix (for the self-test) and an ordonnance's QR code.

SVG for a typst page, PNG for a screen; neither has a colour or an alpha channel, as PDF/A-1 wants.
"""

import io
import re
from typing import TYPE_CHECKING

from desktop.scanning.separators import GS

if TYPE_CHECKING:
    import zxingcpp
    from segno import QRCode

QR_ERROR_LEVEL = "m"  # 15 % may be soiled: a folded sheet out of a pocket
_ELEMENT = re.compile(r"(01\d{14}|1[1357]\d{6})|(?!01|1[1357])(240|71\d|\d\d)([^\x1d]+)\x1d?")


def qr_svg(text: str) -> str:
    """A QR code as SVG, one unit a module, its quiet zone around it."""
    written = io.BytesIO()
    _qr(text).save(written, kind="svg", xmldecl=False, svgns=True, dark="#000", light="#fff")
    return written.getvalue().decode()


def qr_png(text: str, module: int) -> bytes:
    """The same as a picture in black and white, *module* pixels a module."""
    written = io.BytesIO()
    _qr(text).save(written, kind="png", scale=module)
    return written.getvalue()


def datamatrix_svg(message: str) -> str:
    """A square GS1 DataMatrix of an element string (GS between elements), as SVG."""
    return _datamatrix(message).to_svg(add_quiet_zones=True)


def datamatrix_png(message: str, module: int) -> bytes:
    """The same as a picture in black and white, *module* pixels a module."""
    from PIL import Image

    pixels = memoryview(_datamatrix(message).to_image(scale=module, add_quiet_zones=True))  # type: ignore[arg-type]
    height, width = pixels.shape or (0, 0)
    written = io.BytesIO()
    Image.frombytes("L", (width, height), pixels.tobytes()).save(written, "PNG")
    return written.getvalue()


def bracketed(message: str) -> str:
    """``(01)…(10)…``: how the writer wants an element string; ValueError for one that cannot be cut."""
    found, place = [], 0
    while place < len(message):
        element = _ELEMENT.match(message, place)
        if element is None:
            raise ValueError(message)
        fixed, ai, value = element.groups()
        found.append(f"({fixed[:2]}){fixed[2:]}" if fixed else f"({ai}){value}")
        place = element.end()
    return "".join(found)


def _qr(text: str) -> "QRCode":
    import segno

    # make() would choose a Micro QR code for a short text, which few scanners read
    return segno.make_qr(text, error=QR_ERROR_LEVEL, boost_error=False)


def _datamatrix(message: str) -> "zxingcpp.Barcode":
    import zxingcpp

    # not square, it would be a strip of 8 x 64 modules (DMRE), which older scanners do not know
    return zxingcpp.create_barcode(
        bracketed(message.rstrip(GS)), zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True
    )
