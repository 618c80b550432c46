"""Series of two hundred pictures of codes as a camera takes them, seeded: the same on every machine.

A box's DataMatrix or an ordonnance's QR code is printed with some contrast on tinted carton, seen at a tilt,
lit unevenly with a glare, out of focus or moved, with the sensor's noise, and kept as JPEG. How strong each
of these is, is drawn for each picture; none is kept or left out for how it reads.
"""

import io
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from desktop.domain.prescription.box import check_digit
from desktop.domain.prescription.identifier import OrdonnanceCode, new_access_code, new_identifier
from desktop.scanning.symbols import datamatrix_png, qr_png

SIZE = 600
COUNT = 200
SEEDS = (20261130, 1, 2, 3, 4)
"""One series a seed: a decoder is judged on each of them, as one alone may be a lucky one."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture and what is in it; ``file``: JPEG. ``is_box``: a DataMatrix, else a QR code."""

    file: bytes
    text: str
    is_box: bool


def photos(count: int = COUNT, seed: int = SEEDS[0]) -> Iterator[Photo]:
    """Half of them boxes, half ordonnances."""
    drawn = random.Random(seed)
    for number in range(count):
        is_box = number % 2 == 0
        text = _box(drawn) if is_box else _ordonnance(drawn)
        png = datamatrix_png(text, module=8) if is_box else qr_png(text, module=8)
        yield Photo(_photographed(Image.open(io.BytesIO(png)).convert("L"), drawn), text, is_box)


def _box(drawn: random.Random) -> str:
    number = f"02{drawn.randrange(10**11):011}"
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    batch = "".join(drawn.choices(letters, k=drawn.randint(5, 10)))
    serial = "".join(drawn.choices(letters, k=drawn.randint(8, 20)))
    expiry = date(2027, 1, 1).toordinal() + drawn.randrange(1500)
    return f"01{number}{check_digit(number)}21{serial}\x1d17{date.fromordinal(expiry):%y%m%d}10{batch}"


def _ordonnance(drawn: random.Random) -> str:
    return OrdonnanceCode(new_identifier(drawn.getrandbits), new_access_code(drawn.getrandbits)).qr_text()


def _photographed(code: Image.Image, drawn: random.Random) -> bytes:
    picture = _tilted(_printed(code, drawn), drawn)
    picture = _lit(picture, drawn)
    picture = _blurred(picture, drawn)
    picture = _noisy(picture, drawn)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=drawn.randint(45, 90))
    return kept.getvalue()


def _printed(code: Image.Image, drawn: random.Random) -> Image.Image:
    """Ink on carton: a contrast of 25 to 90 %, dots that spread or starve; a code of 35 to 70 %."""
    if drawn.random() < 0.3:
        code = code.filter(drawn.choice([ImageFilter.MinFilter(3), ImageFilter.MaxFilter(3)]))
    paper = drawn.randint(130, 250)
    ink = round(paper * (1 - drawn.uniform(0.25, 0.9)))
    printed = Image.new("L", (SIZE * 2, SIZE * 2), paper)
    toned = code.point([round(ink + (paper - ink) * level / 255) for level in range(256)])
    side = round(SIZE * 2 * drawn.uniform(0.35, 0.7))
    toned = toned.resize((side, side), Image.Resampling.BICUBIC)
    corner = (SIZE * 2 - side) // 2 + drawn.randint(-40, 40), (SIZE * 2 - side) // 2 + drawn.randint(-40, 40)
    pen = ImageDraw.Draw(printed)
    for line in range(4):  # the print around it
        pen.rectangle((60, 40 + line * 40, drawn.randint(300, 1100), 55 + line * 40), fill=ink)
    printed.paste(toned, corner)
    return printed


def _tilted(picture: Image.Image, drawn: random.Random) -> Image.Image:
    """Turned by any angle, then seen from up to 30° aside."""
    level = picture.getpixel((2, 2))
    turned = picture.rotate(drawn.uniform(0, 360), Image.Resampling.BICUBIC, fillcolor=level)
    lean = math.radians(drawn.uniform(0, 30))
    across, down = drawn.choice([(1, 0), (0, 1)])
    far, width = 0.35 * math.sin(lean) / SIZE, 1 / math.cos(lean)
    # x' = (a x + b y + c) / (g x + h y + 1): the far side is smaller
    scale = (width if across else 1, width if down else 1)
    centre = SIZE / 2
    g, h = across * far, down * far
    middle = g * centre + h * centre + 1
    a, e = 2 * scale[0] * middle, 2 * scale[1] * middle
    matrix = (
        a + SIZE * g, SIZE * h, SIZE * middle - (a + SIZE * g) * centre - SIZE * h * centre,
        SIZE * g, e + SIZE * h, SIZE * middle - SIZE * g * centre - (e + SIZE * h) * centre,
        g, h,
    )  # fmt: skip
    return turned.transform(
        (SIZE, SIZE), Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BICUBIC, fillcolor=level
    )


def _lit(picture: Image.Image, drawn: random.Random) -> Image.Image:
    """Darker to one side by up to half, and for every second picture a glare that washes out up to 60 %."""
    wide = SIZE * 3 // 2
    slope = Image.linear_gradient("L").resize((wide, wide)).rotate(drawn.uniform(0, 360))
    least, margin = drawn.uniform(0.5, 1.0), (wide - SIZE) // 2
    shade = slope.point([round(255 * (least + (1 - least) * level / 255)) for level in range(256)])
    picture = ImageChops.multiply(picture, shade.crop((margin, margin, margin + SIZE, margin + SIZE)))
    if drawn.random() < 0.5:
        strength, side = drawn.uniform(0.2, 0.6), round(SIZE * drawn.uniform(0.4, 1.0))
        spot = ImageChops.invert(Image.radial_gradient("L")).resize((side, side))
        spot = spot.point([round(max(0, level - 75) * 255 / 180 * strength) for level in range(256)])
        mask = Image.new("L", (SIZE, SIZE), 0)
        mask.paste(spot, (drawn.randint(0, SIZE - side), drawn.randint(0, SIZE - side)))
        picture.paste(255, mask=mask)
    return picture


def _blurred(picture: Image.Image, drawn: random.Random) -> Image.Image:
    """Out of focus by up to 2.5 pixels, or moved by up to seven."""
    if drawn.random() < 0.6:
        return picture.filter(ImageFilter.GaussianBlur(drawn.uniform(0.5, 2.5)))
    way = drawn.randint(2, 7)
    direction = drawn.choice([(1, 0), (0, 1), (1, 1)])
    moved = picture
    for step in range(1, way):
        shifted = ImageChops.offset(picture, direction[0] * step, direction[1] * step)
        moved = Image.blend(moved, shifted, 1 / (step + 1))
    return moved


def _noisy(picture: Image.Image, drawn: random.Random) -> Image.Image:
    """Grain of each pixel's own, up to a twelfth of the whole range; the sum of two even draws."""
    strength = drawn.uniform(4, 20)
    for _ in range(2):
        grain = Image.frombytes("L", (SIZE, SIZE), drawn.randbytes(SIZE * SIZE))
        grain = grain.point([round(128 + (level - 127.5) / 127.5 * strength) for level in range(256)])
        picture = ImageChops.add(picture, grain, 1, -128)
    return picture
