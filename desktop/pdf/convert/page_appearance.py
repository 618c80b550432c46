"""Pages as PDFium draws them, seen in blocks of a few pixels."""

import pypdfium2 as pdfium
from PIL import Image, ImageChops

BLOCK = 8
SCALE = 1.0  # 72 dpi
FINE_SCALE = 3.0
LONGEST_SIDE = 2000.0  # pixels

# Readers place pictures to the pixel and text more finely: that step is no change.
STEPS = tuple(
    sorted(((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)), key=lambda step: abs(step[0]) + abs(step[1]))
)


def rendered(page: pdfium.PdfPage, scale: float, **options: bool) -> Image.Image:
    """The page in colours, at *scale* or less; with four bytes a pixel, which Pillow takes as they are."""
    scale = min(scale, LONGEST_SIDE / max(page.get_size()))
    drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True, **options)
    picture: Image.Image = drawn.to_pil()
    return picture if picture.mode in ("RGB", "RGBX") else picture.convert("RGB")


def blocks(picture: Image.Image) -> Image.Image:
    """The mean of each block, in three colours."""
    return picture.reduce(BLOCK).convert("RGB")


def strongest(picture: Image.Image) -> Image.Image:
    """The largest of the three colours, as grey."""
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)
