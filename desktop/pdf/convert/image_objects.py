"""Pictures as PDF image objects: JPEG bytes as they are, or drawn pixels in the smallest plain form."""

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

_DEVICE = {"1": Name.DeviceGray, "L": Name.DeviceGray, "RGB": Name.DeviceRGB}
MOST_COLOURS = 256


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
        return _packed(pdf, picture.tobytes(), picture.size, 8, 1, Name.DeviceGray)
    few = picture.getcolors(MOST_COLOURS)
    if few is not None:
        return _indexed(pdf, picture)
    return _packed(pdf, picture.tobytes(), picture.size, 8, 3, Name.DeviceRGB)


def _indexed(pdf: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Stream:
    palette = picture.quantize(MOST_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    if palette.convert("RGB").tobytes() != picture.tobytes():
        return _packed(pdf, picture.tobytes(), picture.size, 8, 3, Name.DeviceRGB)
    table = bytes(palette.getpalette() or [])
    count = len(table) // 3
    space = Array([Name.Indexed, Name.DeviceRGB, count - 1, String(table[: 3 * count])])
    return _packed(pdf, palette.tobytes(), picture.size, 8, 1, space)


def _packed(
    pdf: pikepdf.Pdf, pixels: bytes, size: tuple[int, int], bits: int, colours: int, space: object
) -> pikepdf.Stream:
    """Flate with a PNG « up » predictor, written here so that qpdf passes it on as it is."""
    row = (size[0] * bits * colours + 7) // 8
    packer = zlib.compressobj(6)
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
