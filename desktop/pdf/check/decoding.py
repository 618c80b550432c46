"""Is everything that a page draws still in the file? Every stream of every page is decoded once, strictly.

PDFium and qpdf patch damaged data in silence, and a damaged page then looks like an emptier one: a copy would
show less than the paper. So other decoders are asked: zlib to the last byte and its checksum, Pillow's for
JPEG, JPEG 2000 and fax, the frame of every JBIG2 segment, the frame of every font program.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream
from PIL import Image

from desktop.pdf.check.decoders import Undecodable, decoded, inflate, inflate_unsummed
from desktop.pdf.check.font_programs import is_font_program
from desktop.pdf.check.jbig2 import is_whole_jbig2
from desktop.pdf.check.usage import appearances_of, resources_of

CONTENT, IMAGE, FONT = "content", "image", "font"
_DEEPEST = 28
_MOST_ROWS_MISSING = 1
_MOST_PIXELS = 400_000_000
_PILLOW = {"/DCTDecode": "JPEG", "/JPXDecode": "JPEG2000"}
_COMPONENTS = {
    "/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4,
    "/Indexed": 1, "/Separation": 1, "/G": 1, "/RGB": 3, "/CMYK": 4, "/I": 1,
}  # fmt: skip
_GRAPHICS = ("/XObject", "/Pattern", "/Font", "/ExtGState")


@dataclass(frozen=True, slots=True)
class Damage:
    """A page (0-based) with a part that cannot be decoded: its ``kind``, and the object of it."""

    page: int
    kind: str
    detail: str


def damaged_parts(pdf: pikepdf.Pdf) -> Iterator[Damage]:
    """Everything that a page draws and that is not whole in the file, once a page and object."""
    streams = _Streams()
    for number, page in enumerate(pdf.pages):
        for kind, detail in streams.faults_of(page.obj):
            yield Damage(number, kind, detail)


@dataclass(slots=True)
class _Streams:
    """What was found of each stream, so that one that many pages draw is decoded once."""

    known: dict[tuple[int, int], str] = field(default_factory=dict)

    def faults_of(self, page: Object) -> Iterator[tuple[str, str]]:
        seen: set[tuple[int, int]] = set()
        contents = page.get("/Contents")
        for part in contents if isinstance(contents, Array) else [contents]:
            if isinstance(part, Stream):
                yield from self._told(CONTENT, part, seen)
        yield from self._drawn_with(resources_of(page), seen, 0)
        for look in appearances_of(page):
            yield from self._form(look, seen, 0)

    def _told(self, kind: str, stream: Object, seen: set[tuple[int, int]]) -> Iterator[tuple[str, str]]:
        place = stream.objgen
        if place in seen:
            return
        seen.add(place)
        if place not in self.known:
            self.known[place] = _fault(kind, stream)
        if self.known[place]:
            yield kind, f"obj {place[0]} {place[1]}: {self.known[place]}"

    def _form(self, form: Object, seen: set[tuple[int, int]], depth: int) -> Iterator[tuple[str, str]]:
        if form.objgen in seen:
            return
        yield from self._told(CONTENT, form, seen)
        yield from self._drawn_with(form.get("/Resources"), seen, depth + 1)

    def _drawn_with(
        self, resources: Object | None, seen: set[tuple[int, int]], depth: int
    ) -> Iterator[tuple[str, str]]:
        if depth > _DEEPEST or not isinstance(resources, Dictionary):
            return
        for group in _GRAPHICS:
            things = resources.get(group)
            for thing in things.values() if isinstance(things, Dictionary) else ():
                if isinstance(thing, Dictionary | Stream):
                    yield from self._thing(group, thing, seen, depth)

    def _thing(
        self, group: str, thing: Object, seen: set[tuple[int, int]], depth: int
    ) -> Iterator[tuple[str, str]]:
        if group == "/Font":
            yield from self._font(thing, seen, depth)
        elif group == "/ExtGState":
            mask = thing.get("/SMask")
            drawn = mask.get("/G") if isinstance(mask, Dictionary) else None
            if isinstance(drawn, Stream):
                yield from self._form(drawn, seen, depth)
        elif not isinstance(thing, Stream):
            return
        elif thing.get("/Subtype") == Name.Image:
            for image in (thing, thing.get("/SMask"), thing.get("/Mask")):
                if isinstance(image, Stream):
                    yield from self._told(IMAGE, image, seen)
        else:
            yield from self._form(thing, seen, depth)

    def _font(self, font: Object, seen: set[tuple[int, int]], depth: int) -> Iterator[tuple[str, str]]:
        inner = font.get("/DescendantFonts")
        for one in [font, *(list(inner) if isinstance(inner, Array) else [])]:
            descriptor = one.get("/FontDescriptor") if isinstance(one, Dictionary) else None
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                program = descriptor.get(key) if isinstance(descriptor, Dictionary) else None
                if isinstance(program, Stream):
                    yield from self._told(FONT, program, seen)
        glyphs = font.get("/CharProcs")
        for glyph in glyphs.values() if isinstance(glyphs, Dictionary) else ():
            if isinstance(glyph, Stream):
                yield from self._form(glyph, seen, depth)


def _fault(kind: str, stream: Object) -> str:
    """What is wrong with one stream, or ""."""
    try:
        data, left = decoded(stream, inflate_unsummed if kind == FONT else inflate)
        if kind == IMAGE:
            return _image_fault(stream, data, left)
        if left:
            return f"{left[0]} in {kind}"
        return "" if kind == CONTENT or is_font_program(data) else "font program"
    except Undecodable as problem:
        return str(problem)


def _image_fault(image: Object, data: bytes, left: list[str]) -> str:
    if not left:
        return _pixels_fault(image, data)
    name = left[0]
    if name == "/JBIG2Decode":
        return "" if is_whole_jbig2(data) else "JBIG2"
    if name == "/CCITTFaxDecode":
        return _fax_fault(image)
    if name not in _PILLOW or len(left) > 1:
        return f"unknown filter {name}"
    return _picture_fault(data, _PILLOW[name])


def _picture_fault(data: bytes, kind: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return ""  # a bomb; the reader that draws it has limits of its own
                picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as problem:
        return f"{kind}: {problem}"[:100]
    return ""


def _fax_fault(image: Object) -> str:
    """Group 3 and 4 by libtiff; what pikepdf cannot wrap for it is left to the reader."""
    try:
        pikepdf.PdfImage(image).as_pil_image().load()
    except (OSError, SyntaxError, EOFError, Image.DecompressionBombError) as problem:
        return f"CCITT: {problem}"[:100]
    except Exception:  # noqa: BLE001 - an unusual but possible image is not called damaged for our reader's sake
        return ""
    return ""


def _pixels_fault(image: Object, data: bytes) -> str:
    """Fewer pixels than the size promises, by more than a row."""
    row = _row_bytes(image)
    height = image.get("/Height", image.get("/H"))
    if row is None or not isinstance(height, int):
        return ""
    missing = row * height - len(data)
    return f"{missing} bytes of pixels" if missing > row * _MOST_ROWS_MISSING else ""


def _row_bytes(image: Object) -> int | None:
    width, bits = image.get("/Width", image.get("/W")), image.get("/BitsPerComponent", image.get("/BPC", 1))
    if image.get("/ImageMask", image.get("/IM")) is True:
        count: int | None = 1
        bits = 1
    else:
        count = _components(image.get("/ColorSpace", image.get("/CS")))
    if count is None or not isinstance(width, int) or not isinstance(bits, int):
        return None
    return (width * bits * count + 7) // 8


def _components(space: Object | None) -> int | None:
    if isinstance(space, Name):
        return _COMPONENTS.get(str(space))
    if not isinstance(space, Array) or not len(space):
        return None
    kind = str(space[0])
    if kind == "/ICCBased" and len(space) > 1 and isinstance(space[1], Stream):
        count = space[1].get("/N")
        return count if isinstance(count, int) else None
    if kind == "/DeviceN" and len(space) > 1 and isinstance(space[1], Array):
        return len(space[1])
    return _COMPONENTS.get(kind)
