"""A picture file shown as pages: the « before » of a photo or scan, drawn as any viewer shows it."""

import io

from PIL import Image, UnidentifiedImageError

from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.image_flattening import flattened
from desktop.ports.pdf import PageImage

KINDS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
MOST_PIXELS = 150_000_000
MOST_FRAMES = 500
LONGEST_PT = 842.0  # a picture without a believable resolution is as high as an A4 page
_EXIF_ORIENTATION = 0x0112


class ImageFile:
    """The frames of one picture file; decoded anew for each drawing, so that nothing large is held."""

    def __init__(self, content: bytes, sizes: tuple[tuple[float, float], ...]) -> None:
        self._content = content
        self.sizes = sizes

    @staticmethod
    def open(content: bytes) -> "Result[ImageFile]":
        """FILE_NOT_PDF when it is no picture either, FILE_UNSAFE with too many pixels, FILE_UNREADABLE."""
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        try:
            picture = Image.open(io.BytesIO(content), formats=KINDS)
        except UnidentifiedImageError:
            return Failure.of(Code.FILE_NOT_PDF)
        except Image.DecompressionBombError:
            return Failure.of(Code.FILE_UNSAFE)
        except (OSError, SyntaxError, ValueError):
            return Failure.of(Code.FILE_UNREADABLE)
        frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
        if frames > MOST_FRAMES:
            return Failure.of(Code.FILE_UNSAFE)
        try:
            sizes = []
            for number in range(frames):
                picture.seek(number)
                if picture.width * picture.height > MOST_PIXELS:
                    return Failure.of(Code.FILE_UNSAFE)
                sizes.append(_points(picture))
        except (OSError, SyntaxError, ValueError, EOFError):
            return Failure.of(Code.FILE_UNREADABLE)
        return ImageFile(content, tuple(sizes))

    def draw(self, page: int, width: int, rotation: int) -> Result[PageImage]:
        """One frame *width* pixels wide after turning it clockwise."""
        try:
            with Image.open(io.BytesIO(self._content), formats=KINDS) as picture:
                picture.seek(page)
                across, down = self.sizes[page]
                least = round(width * max(across / down, down / across, 1.0))
                picture.draft("RGB", (least, least))  # a JPEG need not be decoded larger than it is shown
                drawn = flattened(picture).convert("RGB")
            if rotation:
                drawn = drawn.rotate(-rotation, expand=True)
            height = max(round(drawn.height * width / drawn.width), 1)
            drawn = drawn.resize((max(width, 1), height), Image.Resampling.BILINEAR, reducing_gap=2.0)
            pixels = drawn.tobytes("raw", "RGBX")
        except (OSError, SyntaxError, ValueError, EOFError, ZeroDivisionError):
            return Failure.of(Code.RENDER_FAILED, page=page + 1)
        return PageImage(page, drawn.width, drawn.height, drawn.width * 4, pixels)


def _points(picture: Image.Image) -> tuple[float, float]:
    """Size on the screen, upright, in points."""
    width, height = picture.size
    if picture.getexif().get(_EXIF_ORIENTATION, 1) in (5, 6, 7, 8):
        width, height = height, width
    scale = LONGEST_PT / max(width, height)
    return max(width * scale, 1.0), max(height * scale, 1.0)
