"""Photos and scans to PDF pages: the picture's own bytes where PDF/A takes them, else drawn anew.

A page takes the size that the scanner wrote, when that is a paper size; a photo is put on A4.
"""

import io
import zlib
from dataclasses import dataclass

import pikepdf
from PIL import Image, ImageCms, UnidentifiedImageError

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.convert import jpeg
from desktop.pdf.convert.candidate import Approved, write_conforming
from desktop.pdf.convert.image_objects import image_stream, jpeg_stream
from desktop.pdf.image_flattening import flattened

MOST_PIXELS = 150_000_000  # of one picture; 450 MB when drawn
MOST_FRAMES = 500
A4 = 595.276, 841.89
LONGEST_PAPER = 1240.0  # points; A3 and a little
JPEG_QUALITY = 92
SMALL_PIXELS = 500_000
SAMPLE_ROWS = 32
HARDLY = 0.35

_KINDS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
_PLAIN = ("1", "L", "RGB")
_EXIF_ORIENTATION = 0x0112
_TURNS = {1: 0, 6: 90, 3: 180, 8: 270}  # EXIF orientation to degrees clockwise
_USUAL_CODINGS = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive; all Huffman
_SMALLER_VERSION = 254  # TIFF tag NewSubfileType, bit 0


@dataclass(frozen=True, slots=True)
class _Page:
    """One picture as a PDF image, how it is turned, and its size on paper (points, before turning)."""

    image: pikepdf.Stream
    turn: int
    size: tuple[float, float]


def is_image(content: bytes) -> bool:
    """True for JPEG, PNG, TIFF, WebP, BMP and GIF, by their first bytes."""
    return (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"GIF8"))
        or (content.startswith(b"RIFF") and content[8:12] == b"WEBP")
        or (content.startswith(b"BM") and content[6:10] == bytes(4))
    )  # fmt: skip


def images_to_pdf(content: bytes) -> Result[Conversion]:
    """A conforming PDF with one page for each page of a scan. FILE_UNREADABLE, FILE_UNSAFE (too many pixels).

    Of a film or a series only the first picture is taken, which is said.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
            is_scan = picture.format == "TIFF"
            frames = getattr(picture, "n_frames", 1) if is_scan else 1
            is_film = not is_scan and getattr(picture, "is_animated", False)
            if frames > MOST_FRAMES:
                return Failure.of(Code.FILE_UNSAFE)
            with pikepdf.new() as pdf:
                for number in range(frames):
                    picture.seek(number)
                    if frames > 1 and _is_preview(picture):
                        continue
                    if picture.width * picture.height > MOST_PIXELS:
                        return Failure.of(Code.FILE_UNSAFE)
                    _add(pdf, _page_of(pdf, picture, content))
                copy = write_conforming(pdf)
                return copy if isinstance(copy, Failure) else _told(copy, is_film=is_film)
    except Image.DecompressionBombError:
        return Failure.of(Code.FILE_UNSAFE)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, ImageCms.PyCMSError):
        return Failure.of(Code.FILE_UNREADABLE)


def _told(copy: Approved, *, is_film: bool) -> Conversion:
    changes = ("pdfa.change_from_image", *(("pdfa.change_first_picture",) if is_film else ()))
    return Conversion(copy.content, copy.report, differs=is_film, changes=changes)


def _is_preview(picture: Image.Image) -> bool:
    """A smaller version of another page of the same TIFF."""
    tags = getattr(picture, "tag_v2", {})
    return bool(int(tags.get(_SMALLER_VERSION, 0)) & 1)


def _page_of(pdf: pikepdf.Pdf, picture: Image.Image, content: bytes) -> _Page:
    picture.load()  # a broken picture shows itself here and not on the patient's screen
    orientation = picture.getexif().get(_EXIF_ORIENTATION, 1)
    resolution = _resolution(picture)
    bare = jpeg.strip_metadata(content) if _is_plain_jpeg(picture, content) else None
    if bare is not None and orientation in _TURNS:
        image = jpeg_stream(pdf, bare, picture.size, picture.mode)
        return _Page(image, _TURNS[orientation], _on_paper(picture.size, resolution, _TURNS[orientation]))
    drawn = _plain(picture)
    lossy = _was_lossy(picture, content) or is_photo(drawn)
    if orientation in (5, 6, 7, 8):
        resolution = resolution and (resolution[1], resolution[0])
    image = image_stream(pdf, drawn, quality=JPEG_QUALITY if lossy else None)
    return _Page(image, 0, _on_paper(drawn.size, resolution, 0))


def _is_plain_jpeg(picture: Image.Image, content: bytes) -> bool:
    """Grey or sRGB, coded as every reader of PDF decodes it: its bytes are taken as they are."""
    if picture.format != "JPEG" or picture.mode not in ("L", "RGB"):
        return False
    if jpeg.coding(content) not in _USUAL_CODINGS:
        return False
    profile = picture.info.get("icc_profile")
    return not profile or (picture.mode == "RGB" and _is_srgb(profile))


def _is_srgb(profile: bytes) -> bool:
    try:
        name = ImageCms.getProfileName(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return name.strip().lower().startswith(("srgb", "artifex srgb", "c2", "u-srgb"))


def _was_lossy(picture: Image.Image, content: bytes) -> bool:
    if picture.format in ("JPEG", "MPO"):
        return True
    if picture.format == "WEBP":
        return b"VP8 " in content[:4096]
    return picture.format == "TIFF" and str(picture.info.get("compression", "")) == "jpeg"


def is_photo(picture: Image.Image) -> bool:
    """True when a large picture would hardly shrink without loss: grain of a scanner or a camera."""
    if picture.mode == "1" or picture.width * picture.height < SMALL_PIXELS:
        return False
    middle = picture.height // 2
    sample = picture.crop((0, middle - SAMPLE_ROWS, picture.width, middle + SAMPLE_ROWS)).tobytes()
    return len(zlib.compress(sample, 1)) > HARDLY * len(sample)


def _plain(picture: Image.Image) -> Image.Image:
    """Black and white, grey or sRGB on white paper, upright."""
    profile = picture.info.get("icc_profile")
    picture = flattened(picture)
    if picture.mode == "P":
        picture = picture.convert("RGB")
    if profile and picture.mode in ("RGB", "CMYK"):
        picture = _to_srgb(picture, profile)
    return picture if picture.mode in _PLAIN else picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken profile says nothing about the colours
    return made or picture


def _resolution(picture: Image.Image) -> tuple[float, float] | None:
    dpi = picture.info.get("dpi")
    try:
        across, down = (float(value) for value in dpi)  # type: ignore[union-attr]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 50 <= across <= 2400 and 50 <= down <= 2400 else None


def _on_paper(
    size: tuple[int, int], resolution: tuple[float, float] | None, turn: int
) -> tuple[float, float]:
    """Points across and down, before turning; what is no paper size fits on A4."""
    if resolution is not None:
        width, height = (72.0 * pixels / dpi for pixels, dpi in zip(size, resolution, strict=True))
        if max(width, height) <= LONGEST_PAPER and min(width, height) >= 28:
            return width, height
    across, down = size if turn in (0, 180) else size[::-1]
    longest, shortest = max(A4), min(A4)
    paper = (longest, shortest) if across > down else (shortest, longest)
    scale = min(paper[0] / across, paper[1] / down)
    least = 4.0  # PDF/A wants at least 3 points a side
    return max(size[0] * scale, least), max(size[1] * scale, least)


def _add(pdf: pikepdf.Pdf, made: _Page) -> None:
    page = pdf.add_blank_page(page_size=made.size)
    width, height = made.size
    page.obj.Contents = pdf.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q".encode())
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=made.image))
    if made.turn:
        page.obj.Rotate = made.turn
