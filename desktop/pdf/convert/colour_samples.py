"""Asks PDFium how a colour or a picture looks on a screen."""

import io

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Stream
from PIL import Image

SIDE = 4  # points and pixels of a patch
ACROSS = 50
MOST_AT_ONCE = 2_500
MOST_PIXELS = 60_000_000

Colour = tuple[float, ...]


def drawn_colours(wanted: list[tuple[object, Colour]]) -> list[Colour | None]:
    """The red, green and blue (0 to 1) of each (colour space, values); None for what is not drawn."""
    found: list[Colour | None] = []
    for start in range(0, len(wanted), MOST_AT_ONCE):
        found += _patches(wanted[start : start + MOST_AT_ONCE])
    return found


def drawn_image(image: pikepdf.Stream) -> Image.Image | None:
    """The pixels of an image object without its masks, RGB or grey; None when they cannot be had."""
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    if not 0 < width * height <= MOST_PIXELS:
        return None
    with pikepdf.new() as pdf:
        copy = pdf.copy_foreign(image) if image.is_indirect else None
        if not isinstance(copy, Stream):
            return None
        for key in ("/SMask", "/Mask"):
            if key in copy:
                del copy[key]
        page = pdf.add_blank_page(page_size=(width, height))
        page.obj.Contents = pdf.make_stream(b"%d 0 0 %d 0 0 cm /Im Do" % (width, height))
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=copy))
        picture = _drawn(pdf)
    if picture is None or picture.size != (width, height):
        return None
    grey = picture.convert("L")
    return grey if grey.convert("RGB").tobytes() == picture.tobytes() else picture


def _patches(wanted: list[tuple[object, Colour]]) -> list[Colour | None]:
    with pikepdf.new() as pdf:
        spaces = Dictionary()
        lines: list[bytes] = []
        for number, (space, values) in enumerate(wanted):
            x, y = number % ACROSS * SIDE, number // ACROSS * SIDE
            numbers = b" ".join(b"%.4f" % value for value in values)
            if isinstance(space, Array):
                name = f"/S{number}"
                spaces[name] = _brought(pdf, space)
                lines.append(b"%s cs %s scn %d %d %d %d re f" % (name.encode(), numbers, x, y, SIDE, SIDE))
            else:
                lines.append(b"%s k %d %d %d %d re f" % (numbers, x, y, SIDE, SIDE))
        rows = (len(wanted) - 1) // ACROSS + 1
        page = pdf.add_blank_page(page_size=(ACROSS * SIDE, rows * SIDE))
        page.obj.Contents = pdf.make_stream(b"\n".join(lines))
        page.obj.Resources = Dictionary(ColorSpace=spaces)
        picture = _drawn(pdf)
    if picture is None:
        return [None] * len(wanted)
    found: list[Colour | None] = []
    for number in range(len(wanted)):
        x, y = number % ACROSS * SIDE + SIDE // 2, number // ACROSS * SIDE + SIDE // 2
        pixel = picture.getpixel((x, rows * SIDE - 1 - y))
        found.append(tuple(round(part / 255, 4) for part in pixel))  # type: ignore[union-attr]
    return found


def _brought(pdf: pikepdf.Pdf, space: pikepdf.Object) -> pikepdf.Object:
    """A colour space of another document; direct ones hold indirect parts."""
    if space.is_indirect:
        return pdf.copy_foreign(space)
    parts = []
    for part in space:
        if isinstance(part, Array):
            parts.append(_brought(pdf, part))
        elif isinstance(part, pikepdf.Object) and part.is_indirect:
            parts.append(pdf.copy_foreign(part))
        else:
            parts.append(part)
    return Array(parts)


def _drawn(pdf: pikepdf.Pdf) -> Image.Image | None:
    out = io.BytesIO()
    pdf.save(out)
    try:
        shown = pdfium.PdfDocument(out.getvalue())
    except pdfium.PdfiumError:
        return None
    try:
        page = shown[0]
        picture: Image.Image = page.render(scale=1).to_pil()
        page.close()
        return picture.convert("RGB")
    except pdfium.PdfiumError:
        return None
    finally:
        shown.close()
