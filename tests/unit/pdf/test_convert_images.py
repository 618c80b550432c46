"""Photos and scans of every kind become conforming pages that look like them, or are refused."""

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure
from desktop.pdf.convert import convert
from desktop.pdf.convert.images import is_photo
from desktop.pdf.render_image import ImageFile
from desktop.ports.pdf import PageImage

SIZE = (420, 594)
ORIENTATION = 0x0112


def paper() -> Image.Image:
    """Not symmetric in any way: a block at the top left, a red ring below on the right."""
    picture = Image.new("RGB", SIZE, (250, 250, 245))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 200, 90), fill=(20, 20, 40))
    pen.ellipse((240, 420, 380, 560), outline=(180, 20, 20), width=12)
    return picture


def as_file(picture: Image.Image, kind: str, **saving: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **saving)
    return out.getvalue()


def turned(orientation: int) -> bytes:
    notes = Image.Exif()
    notes[ORIENTATION] = orientation
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    picture = paper().transpose(back[orientation]) if orientation in back else paper()
    return as_file(picture, "JPEG", exif=notes, quality=95)


def see_through() -> Image.Image:
    picture = paper().convert("RGBA")
    picture.putalpha(paper().convert("L").point(lambda value: 0 if value > 240 else 255))
    return picture


def deep(mode: str) -> Image.Image:
    return paper().convert("L").convert("I").point(lambda value: value * 257).convert(mode)


KINDS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: as_file(paper(), "JPEG", quality=95),
    "jpeg grey": lambda: as_file(paper().convert("L"), "JPEG"),
    "jpeg cmyk": lambda: as_file(paper().convert("CMYK"), "JPEG", quality=95),
    "jpeg progressive": lambda: as_file(paper(), "JPEG", progressive=True),
    "png": lambda: as_file(paper(), "PNG"),
    "png 1 bit": lambda: as_file(paper().convert("1"), "PNG"),
    "png palette": lambda: as_file(paper().convert("P"), "PNG"),
    "png 16 bit": lambda: as_file(deep("I;16"), "PNG"),
    "png alpha": lambda: as_file(see_through(), "PNG"),
    "webp": lambda: as_file(paper(), "WEBP", quality=95),
    "webp alpha": lambda: as_file(see_through(), "WEBP", lossless=True),
    "bmp": lambda: as_file(paper(), "BMP"),
    "bmp 1 bit": lambda: as_file(paper().convert("1"), "BMP"),
    "tiff fax": lambda: as_file(paper().convert("1"), "TIFF", compression="group4"),
    "tiff cmyk": lambda: as_file(paper().convert("CMYK"), "TIFF"),
    "tiff 16 bit": lambda: as_file(deep("I;16"), "TIFF"),
    "tiff jpeg": lambda: as_file(paper(), "TIFF", compression="jpeg"),
    **{f"jpeg turned {number}": partial(turned, number) for number in range(1, 9)},
}


def pages(content: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [document[number].render(scale=1).to_pil().convert("RGB") for number in range(len(document))]
    finally:
        document.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_looks_as_it_did(kind: str) -> None:
    made = convert(KINDS[kind]())
    assert isinstance(made, Conversion)
    assert made.report.confirmed == "2b"
    assert made.changes == ("pdfa.change_from_image",)
    (shown,) = pages(made.content)
    expected = paper()
    if "alpha" in kind:  # what shines through is white paper
        expected = Image.new("RGB", SIZE, "white")
        expected.paste(paper(), mask=see_through().getchannel("A"))
    if any(word in kind for word in ("16 bit", "grey", "1 bit", "fax")):
        expected, shown = expected.convert("L").convert("RGB"), shown.convert("L").convert("RGB")
    difference = ImageChops.difference(
        shown.resize((42, 59), Image.Resampling.BOX), expected.resize((42, 59), Image.Resampling.BOX)
    )
    assert max(ImageStat.Stat(difference).mean) < 6


def test_a_jpeg_keeps_its_bytes_but_not_its_notes() -> None:
    """No loss, and neither place nor camera goes to the platform."""
    notes = Image.Exif()
    notes[0x010F] = "Camera of the practice"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = as_file(paper(), "JPEG", exif=notes, icc_profile=profile)
    made = convert(content)
    assert isinstance(made, Conversion)
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        kept = bytes(pdf.pages[0].Resources.XObject.Im0.read_raw_bytes())
    assert b"Camera" not in made.content
    assert kept[kept.index(b"\xff\xda") :] == content[content.index(b"\xff\xda") :]


def _deep_tiff(photometric: int, value: int) -> bytes:
    """64 × 64 dots of 16 bits, all of one *value*."""
    data = struct.pack("<H", value) * 4096
    tags = [
        (256, 4, 64), (257, 4, 64), (258, 3, 16), (259, 3, 1), (262, 3, photometric), (273, 4, 8),
        (277, 3, 1), (278, 4, 64), (279, 4, len(data)),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHLL", tag, kind, 1, number) for tag, kind, number in tags)
    return (
        b"II*\0" + struct.pack("<L", 8 + len(data)) + data + struct.pack("<H", len(tags)) + table + bytes(4)
    )


def _deep_png(values: list[int], key: int) -> bytes:
    """Two halves of 16 bits grey, one value of which stands for nothing."""
    row = b"".join(struct.pack("<H", value) * 32 for value in values)
    picture = Image.frombytes("I;16", (64, 64), row * 64)
    content = as_file(picture, "PNG")
    place = content.index(b"IDAT") - 4
    chunk = b"tRNS" + struct.pack(">H", key)
    return b"".join(
        [content[:place], struct.pack(">L", 2), chunk, struct.pack(">L", zlib.crc32(chunk)), content[place:]]
    )


DEEP: dict[str, tuple[Callable[[], bytes], tuple[int, int]]] = {
    "black is zero": (lambda: _deep_tiff(1, 60_000), (233, 233)),
    "white is zero": (lambda: _deep_tiff(0, 60_000), (22, 22)),
    "key not there": (lambda: _deep_png([30_000, 1_000], 5), (116, 3)),
    "key": (lambda: _deep_png([30_000, 1_000], 1_000), (116, 255)),
    "key in the low byte only": (lambda: _deep_png([30_000, 0x0105], 0x0205), (116, 1)),
}


@pytest.mark.parametrize("kind", DEEP)
def test_sixteen_bits_are_seen_as_they_are(kind: str) -> None:
    """An X-ray must come out neither white nor turned round, in the copy and before it."""
    make, expected = DEEP[kind]
    content = make()
    made = convert(content)
    assert isinstance(made, Conversion)
    before = ImageFile.open(content)
    assert isinstance(before, ImageFile)
    image = before.draw(0, 64, 0)
    assert isinstance(image, PageImage)
    shown = Image.frombytes("RGB", (64, 64), image.pixels, "raw", "RGBX")
    (copied,) = pages(made.content)
    for picture in (shown, copied.resize((64, 64))):
        for place, value in zip((8, 56), expected, strict=True):
            seen = picture.convert("L").getpixel((place, 32))
            assert isinstance(seen, float | int)
            assert abs(seen - value) <= 2


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "MPO"])
def test_of_a_film_the_first_picture_is_taken_and_that_is_said(kind: str) -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "green", "blue")]
    made = convert(as_file(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert isinstance(made, Conversion)
    assert made.differs and made.changes == ("pdfa.change_from_image", "pdfa.change_first_picture")
    still = convert(as_file(frames[0], kind))
    assert isinstance(still, Conversion)
    assert not still.differs and still.changes == ("pdfa.change_from_image",)


PLACE = b"GPS+49.6117+006.1319/"


@pytest.mark.parametrize("kind", ["baseline", "progressive", "restarts", "thumbnail", "between", "endless"])
def test_nothing_behind_or_between_the_picture_travels(kind: str) -> None:
    """A phone's film, with an end marker of its own; notes and thumbnails in every place."""
    options: dict[str, dict[str, Any]] = {
        "progressive": {"progressive": True},
        "restarts": {"restart_marker_rows": 1},
    }
    saving = options.get(kind, {})
    content = as_file(paper(), "JPEG", quality=95, **saving)
    plain = content
    if kind == "thumbnail":
        assert content[2:4] == b"\xff\xe0" and content[4:6] == b"\0\x10"
        little = content[6:18] + b"\x01\x07" + PLACE
        content = content[:4] + (len(little) + 2).to_bytes(2, "big") + little + content[20:]
    if kind == "between":
        content = content[:-2] + b"\xff\xfe" + (len(PLACE) + 2).to_bytes(2, "big") + PLACE + b"\xff\xd9"
    if kind == "endless":
        content = content[:-2]
    film = b"\0\0\0\x18ftypmp42" + PLACE
    made = convert(content + film + (b"" if kind == "endless" else b"\xff\xd9tail"))
    assert isinstance(made, Conversion)
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        kept = bytes(pdf.pages[0].Resources.XObject.Im0.read_raw_bytes())
    assert PLACE not in kept and b"ftyp" not in kept
    if kind != "endless":  # one without an end is drawn anew
        assert kept == plain
    (shown,) = pages(made.content)
    assert max(ImageStat.Stat(ImageChops.difference(shown.resize(SIZE), paper())).mean) < 6


def test_one_page_a_frame_in_the_size_that_the_scanner_wrote() -> None:
    others = [paper().convert("1"), paper().convert("L")]
    content = as_file(paper(), "TIFF", save_all=True, dpi=(50, 50), append_images=others)
    made = convert(content)
    assert isinstance(made, Conversion)
    assert made.report.pages == 3
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        box = [float(value) for value in pdf.pages[0].MediaBox]
    assert box == pytest.approx([0, 0, SIZE[0] * 72 / 50, SIZE[1] * 72 / 50], abs=0.01)


def test_a_preview_inside_a_tiff_is_no_page() -> None:
    small = paper().resize((42, 59))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    made = convert(as_file(paper(), "TIFF", save_all=True, append_images=[small]))
    assert isinstance(made, Conversion)
    assert made.report.pages == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "BMP"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    content = as_file(paper(), kind)
    answer = convert(content[: len(content) * 2 // 3])
    assert isinstance(answer, Failure)
    assert answer.code is Code.FILE_UNREADABLE


def test_a_bomb_is_refused_before_it_opens() -> None:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes(9)))
    answer = convert(content + part(b"IEND", b""))
    assert isinstance(answer, Failure)
    assert answer.code is Code.FILE_UNSAFE


def test_grain_is_told_from_ink() -> None:
    """A grainy scan without loss would be ten times larger than the photo that it is."""
    grain = Image.effect_noise((900, 900), 40)
    assert is_photo(Image.merge("RGB", (grain, grain.rotate(90), grain.rotate(180))))
    assert not is_photo(paper().resize((900, 900)))
