"""Pictures as PDF image objects: JPEG bytes as they are, or drawn pixels in the smallest plain form."""

import io
import zlib
from functools import reduce

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageChops

_DEVICE = {"1": Name.DeviceGray, "L": Name.DeviceGray, "RGB": Name.DeviceRGB}
MOST_COLOURS = 256
LEVELS, STEP = 16, 17  # of 4 bits, and between two of them
AREA = 8  # pixels whose neighbours are as they: less is the edge of a letter
_BESIDE = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1))


def jpeg_stream(pdf: pikepdf.Pdf, content: bytes, size: tuple[int, int], mode: str) -> pikepdf.Stream:
    """A grey or RGB JPEG, bit for bit: see :func:`desktop.pdf.convert.jpeg.strip_metadata`."""
    return _stream(pdf, content, size, mode, 8, Filter=Name.DCTDecode)


def image_stream(pdf: pikepdf.Pdf, picture: Image.Image, *, quality: int | None = None) -> pikepdf.Stream:
    """A picture of mode 1, L or RGB: as JPEG of *quality*, or without any loss when None."""
    if quality is not None and picture.mode != "1":
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, subsampling=0)
        return _stream(pdf, out.getvalue(), picture.size, picture.mode, 8, Filter=Name.DCTDecode)
    if picture.mode == "1":
        return _packed(pdf, picture.tobytes(), picture.size, 1, 1, Name.DeviceGray)
    if picture.mode == "L":
        if has_few_levels(picture):
            levels = picture.point(lambda value: value // STEP)
            return _packed(pdf, _halves(levels), picture.size, 4, 1, Name.DeviceGray)
        return _packed(pdf, picture.tobytes(), picture.size, 8, 1, Name.DeviceGray)
    few = picture.getcolors(MOST_COLOURS)
    if few is not None:
        return _indexed(pdf, picture)
    return _packed(pdf, picture.tobytes(), picture.size, 8, 3, Name.DeviceRGB)


def with_few_levels(picture: Image.Image) -> Image.Image:
    """A drawn page in 16 levels a colour where that hides nothing, else the same picture.

    No pixel moves by more than 8 of 255, which only edges of letters do; where two areas, however small,
    would take one level, or colours remain too many, nothing is changed.
    """
    bands = [_levelled(band) for band in picture.split()]
    if not all(bands):
        return picture
    made = Image.merge(picture.mode, [band for band in bands if band is not None])
    return made if made.mode == "L" or made.getcolors(MOST_COLOURS) is not None else picture


def has_few_levels(picture: Image.Image) -> bool:
    """True for a grey picture that 4 bits a pixel hold without loss."""
    return not any(count for value, count in enumerate(picture.histogram()) if value % STEP)


def _levelled(band: Image.Image) -> Image.Image | None:
    """In 16 levels; None when two values that areas have are one level."""
    apart = [ImageChops.difference(band, ImageChops.offset(band, *step)) for step in _BESIDE]
    flat = reduce(ImageChops.lighter, apart).point(lambda value: 0 if value else 255)
    areas = [value for value, count in enumerate(band.histogram(flat)) if count >= AREA]
    levels = {_level(value) for value in areas}
    return band.point(_level) if len(levels) == len(areas) else None


def _level(value: int) -> int:
    return (value + STEP // 2) // STEP * STEP


def _halves(levels: Image.Image) -> bytes:
    """Two pixels a byte, each row on bytes of its own."""
    width, height = levels.size
    even = Image.new("L", (width + width % 2, height))
    even.paste(levels)
    data = even.tobytes()
    first, second = int.from_bytes(data[::2]), int.from_bytes(data[1::2])
    return (first << 4 | second).to_bytes(len(data) // 2)


def _indexed(pdf: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Stream:
    palette = picture.quantize(MOST_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    if palette.convert("RGB").tobytes() != picture.tobytes():
        exact = Image.new("P", (1, 1))
        colours = [colour for _, colour in picture.getcolors(MOST_COLOURS) or []]
        exact.putpalette([part for colour in colours if isinstance(colour, tuple) for part in colour])
        palette = picture.quantize(palette=exact, dither=Image.Dither.NONE)
    if palette.convert("RGB").tobytes() != picture.tobytes():
        return _packed(pdf, picture.tobytes(), picture.size, 8, 3, Name.DeviceRGB)
    table = bytes(palette.getpalette() or [])
    count = len(table) // 3
    space = Array([Name.Indexed, Name.DeviceRGB, count - 1, String(table[: 3 * count])])
    if count <= LEVELS:
        return _packed(pdf, _halves(_numbers_of(palette)), picture.size, 4, 1, space)
    return _packed(pdf, palette.tobytes(), picture.size, 8, 1, space)


def _numbers_of(palette: Image.Image) -> Image.Image:
    return Image.frombytes("L", palette.size, palette.tobytes())


def _packed(
    pdf: pikepdf.Pdf, pixels: bytes, size: tuple[int, int], bits: int, colours: int, space: object
) -> pikepdf.Stream:
    """Flate with a PNG « up » predictor, written here so that qpdf passes it on as it is."""
    row = (size[0] * bits * colours + 7) // 8
    packer = zlib.compressobj(9)
    parts = []
    for start in range(0, row * size[1], row):
        parts.append(packer.compress(b"\0" + pixels[start : start + row]))
    parts.append(packer.flush())
    parameters = Dictionary(Predictor=15, Colors=colours, BitsPerComponent=bits, Columns=size[0])
    made = pdf.make_stream(b"".join(parts))
    made.Filter, made.DecodeParms = Name.FlateDecode, parameters
    return _described(made, size, space, bits)


def _stream(
    pdf: pikepdf.Pdf, content: bytes, size: tuple[int, int], mode: str, bits: int, **entries: object
) -> pikepdf.Stream:
    made = pdf.make_stream(content)
    for name, value in entries.items():
        made["/" + name] = value
    return _described(made, size, _DEVICE[mode], bits)


def _described(made: pikepdf.Stream, size: tuple[int, int], space: object, bits: int) -> pikepdf.Stream:
    made.Type, made.Subtype = Name.XObject, Name.Image
    made.Width, made.Height = size
    made.ColorSpace, made.BitsPerComponent = space, bits
    return made
