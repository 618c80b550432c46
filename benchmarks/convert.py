"""Time and memory of conversions in their child process; the same ten files by Ghostscript, where it is.

Ghostscript is a program of its own, under the AGPL: it is measured here, and nothing of ours uses it.
"""

import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.pdf.service import PdfService

ROOT = Path(__file__).resolve().parent.parent
TIMES = 5
_MOST = ("≤ 1.0 ×", "≤ 1.5 ×")
SENTENCE = "Évolution favorable, œdème résorbé : contrôle à six semaines, 37,2 °C, 12 € à régler. "


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """(what, target, median of five runs, or the peak)."""
    sys.path[:0] = [str(ROOT)]
    from desktop.pdf.service import PdfService

    scan = scanned_pages(20)
    found = []
    peaks = []
    for what, target, name, content in (
        ("convert a 10-page Word export", "1500 ms", "a.pdf", _word_export(10)),
        ("convert a 10-page letter without its fonts", "1500 ms", "a.pdf", _letter(10)),
        ("convert a 20-page colour scan (TIFF)", "6000 ms", "a.tiff", _as_tiff(scan)),
        ("convert a 20-page colour scan (PDF)", "6000 ms", "a.pdf", as_pdf(scan)),
        ("convert a 20-page colour scan (PDF, CMYK)", "6000 ms", "a.pdf", as_pdf(_in_cmyk(scan))),
    ):
        service = PdfService()
        try:
            found.append((what, target, _median(service, content, name)))
            peaks.append(_peak(service))
        finally:
            service.close()
    known = [peak for peak in peaks if peak is not None]
    most = f"{max(known) // 1024} MB" if known else "not measured here"
    return [*found, ("memory of the converting child, at most", "250 MB", most), *_beside_ghostscript(scan)]


def _beside_ghostscript(scan: list[bytes]) -> list[tuple[str, str, str]]:
    """Sums over ten papers; our child is warm, as it is in the program, and theirs is begun for each file."""
    names = ("ten conversions, by Ghostscript's time", "ten copies, by Ghostscript's size")
    program = shutil.which("gs")
    if program is None:
        return [(name, target, "not installed") for name, target in zip(names, _MOST, strict=True)]
    from desktop.domain.errors import Failure
    from desktop.pdf.service import PdfService

    papers = [_word_export(pages) for pages in (1, 3, 10)] + [_letter(pages) for pages in (1, 5, 20)]
    papers += [as_pdf(scan[:pages]) for pages in (1, 5, 20)] + [as_pdf(_in_cmyk(scan[:5]))]
    ours, theirs, our_size, their_size = 0.0, 0.0, 0, 0
    service = PdfService()
    try:
        service.convert(papers[0], "a.pdf")
        for paper in papers:
            started = time.perf_counter()
            answer = service.convert(paper, "a.pdf")
            ours += time.perf_counter() - started
            if isinstance(answer, Failure):
                return [(name, target, "not converted") for name, target in zip(names, _MOST, strict=True)]
            our_size += len(answer.content)
            taken, size = _by_ghostscript(program, paper)
            theirs += taken
            their_size += size
    finally:
        service.close()
    measured = (f"{ours / theirs:.2f} × ({ours:.1f} s)", f"{our_size / their_size:.2f} ×")
    return list(zip(names, _MOST, measured, strict=True))


def _by_ghostscript(program: str, paper: bytes) -> tuple[float, int]:
    """Seconds and bytes of its PDF/A-2b."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "a.pdf"), Path(folder, "b.pdf")
        source.write_bytes(paper)
        command = [
            program, "-dPDFA=2", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-sDEVICE=pdfwrite",
            "-sColorConversionStrategy=RGB", "-dPDFACompatibilityPolicy=1", f"-sOutputFile={made}",
            str(source),
        ]  # fmt: skip
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return time.perf_counter() - started, made.stat().st_size


def _median(service: "PdfService", content: bytes, name: str) -> str:
    from desktop.domain.errors import Failure

    service.convert(content, name)
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        answer = service.convert(content, name)
        taken.append(time.perf_counter() - started)
        if isinstance(answer, Failure):
            return f"not converted ({answer.code.value})"
    return f"{statistics.median(taken) * 1000:.0f} ms"


def _peak(service: "PdfService") -> int | None:
    """Kilobytes that the child held at most."""
    child = service._children.convert.child()
    if not sys.platform.startswith("linux"):
        return None
    status = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def _word_export(pages: int) -> bytes:
    """By LibreOffice, as a plain PDF; without it, what a program prints that puts its fonts in."""
    office = shutil.which("soffice")
    if office is None:
        return _letter(pages, font=ROOT / "resources" / "fonts" / "LiberationSans-Regular.ttf")
    import docx

    document = docx.Document()
    for page in range(pages):
        document.add_heading(f"Compte rendu {page + 1}", 1)
        for _ in range(5):
            document.add_paragraph(SENTENCE * 4)
        table = document.add_table(rows=6, cols=4)
        for cell in table._cells:
            cell.text = "13,5 g/dl"
        if page + 1 < pages:
            document.add_page_break()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.docx")
        document.save(str(source))
        subprocess.run(
            [office, f"-env:UserInstallation={Path(folder, 'p').as_uri()}", "--headless", "--convert-to",
             "pdf", "--outdir", folder, str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return Path(folder, "a.pdf").read_bytes()


def _letter(pages: int, font: Path | None = None) -> bytes:
    import fpdf

    pdf = fpdf.FPDF()
    if font is not None:
        pdf.add_font("Letter", fname=str(font))
    pdf.set_font("Letter" if font else "Helvetica", size=10)
    for _ in range(pages):
        pdf.add_page()
        for _ in range(40):
            pdf.cell(0, 6, SENTENCE.replace("€", "EUR").replace("œ", "oe"), new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def scanned_pages(count: int) -> list[bytes]:
    """JPEG pages as a scanner makes them at 150 dpi: lines of ink, a coloured stamp, slight grain."""
    from PIL import Image, ImageChops, ImageDraw

    pages = []
    for number in range(count):
        picture = Image.new("RGB", (1240, 1754), (250, 249, 244))
        pen = ImageDraw.Draw(picture)
        for line in range(46):
            for word in range(12):
                start = 110 + 86 * word + number
                pen.line((start, 120 + 34 * line, start + 60, 120 + 34 * line), fill=(40, 40, 60), width=9)
        pen.ellipse((760, 1300, 1040, 1580), outline=(60, 60, 170), width=10)
        grain = Image.effect_noise(picture.size, 6).convert("RGB")
        picture = ImageChops.add(picture, grain, 1, -128)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80, dpi=(150, 150))
        pages.append(out.getvalue())
    return pages


def _in_cmyk(pages: list[bytes]) -> list[bytes]:
    from PIL import Image

    made = []
    for page in pages:
        out = io.BytesIO()
        Image.open(io.BytesIO(page)).convert("CMYK").save(out, "JPEG", quality=80, dpi=(150, 150))
        made.append(out.getvalue())
    return made


def _as_tiff(pages: list[bytes]) -> bytes:
    from PIL import Image

    pictures = [Image.open(io.BytesIO(page)) for page in pages]
    out = io.BytesIO()
    pictures[0].save(out, "TIFF", save_all=True, append_images=pictures[1:], compression="jpeg")
    return out.getvalue()


def as_pdf(pages: list[bytes]) -> bytes:
    """A PDF of JPEG pages."""
    import img2pdf

    return bytes(img2pdf.convert(pages))
