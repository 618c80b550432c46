"""« Re-saved without visible change »: the vector gate alone, with the look compared page by page."""

import io

import pikepdf
import pypdfium2
from pikepdf import pdfa

from desktop.domain.deposit import CheckReport
from desktop.pdf.check import check

SCALE = 1.0  # 72 dpi
MOST_PAGES = 20
TOLERATED = 2  # mean difference of a page, of 255


def resaved(content: bytes, flavour: str) -> bytes | None:
    """A copy that the engine's gate and our checker approve and that looks the same, or None."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            out = io.BytesIO()
            pdfa.save(pdf, out, flavour)
    except (pdfa.PdfaError, pikepdf.PdfError, ValueError):
        return None
    report = check(out.getvalue())
    if not isinstance(report, CheckReport) or report.confirmed is None:
        return None
    return out.getvalue() if _looks_same(content, out.getvalue()) else None


def _looks_same(before: bytes, after: bytes) -> bool:
    try:
        first, second = pypdfium2.PdfDocument(before), pypdfium2.PdfDocument(after)
    except pypdfium2.PdfiumError:
        return False
    try:
        if len(first) != len(second):
            return False
        return all(_difference(first[n], second[n]) < TOLERATED for n in range(min(len(first), MOST_PAGES)))
    finally:
        first.close()
        second.close()


def _difference(first: pypdfium2.PdfPage, second: pypdfium2.PdfPage) -> float:
    left, right = (page.render(scale=SCALE, grayscale=True).to_pil() for page in (first, second))
    if left.size != right.size:
        return 255.0
    from PIL import ImageChops, ImageStat

    return float(ImageStat.Stat(ImageChops.difference(left, right)).mean[0])
