"""Speed of the PDF/A checker and of the render child; run by ``dev.py bench``."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIMES = 5
FEW_TIMES = 3


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """(what, target, median of five runs)."""
    sys.path[:0] = [str(ROOT)]
    from desktop.pdf.check import check
    from desktop.pdf.service import PdfService

    four, many = _letter(4), _letter(500)
    service = PdfService()
    try:
        service.warm()
        service.check(four)
        found = [
            ("PDF/A check, 4 pages", "30 ms", _median(lambda: check(four))),
            ("PDF/A check, 500 pages", "1500 ms", _median(lambda: check(many))),
            ("PDF/A check, 4 pages, in the child", "30 ms", _median(lambda: service.check(four))),
            ("first page of 500 pages", "150 ms", _median(lambda: _first_page(service, many))),
            ("memory of the child, 500 pages", "300 MB", _memory(service, many)),
            *_beside_qpdf(),
        ]
    finally:
        service.close()
    return found


def _beside_qpdf() -> list[tuple[str, str, str]]:
    """Papers of a practice, then letters alone: those have no target."""
    from benchmarks.convert import as_pdf, scanned_pages

    program = shutil.which("qpdf")
    kinds = ("pdfa check of 40 letters and 10 scans", "pdfa check of 50 letters")
    if program is None:
        return [(f"{kind}, by qpdf --check's time", "≤ 1.3 ×", "not installed") for kind in kinds[:1]]
    scans = [as_pdf(scanned_pages(1))] * 10
    letters = [_letter(1 + number % 5, declared=number % 2 == 0) for number in range(50)]
    return [
        (f"{kind}, by qpdf --check's time", target, _ratio(program, papers))
        for kind, target, papers in zip(kinds, ("≤ 1.3 ×", ""), (letters[:40] + scans, letters), strict=True)
    ]


def _ratio(program: str, papers: list[bytes]) -> str:
    """One run of ours for all; qpdf takes one file a run."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder, f"{number}.pdf") for number in range(len(papers))]
        for name, paper in zip(names, papers, strict=True):
            name.write_bytes(paper)
        each: list[list[str | Path]] = [[program, "--check", name] for name in names]
        for _ in range(FEW_TIMES):
            theirs.append(_seconds(*each))
            ours.append(_seconds([sys.executable, "-m", "desktop", "pdfa", "check", *names]))
    mine, other = statistics.median(ours), statistics.median(theirs)
    return f"{mine / other:.2f} × ({mine:.2f} s)"


def _seconds(*commands: list[str | Path]) -> float:
    """That the commands take one after another; of a paper that does not conform the code is not 0."""
    started = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    return time.perf_counter() - started


def _first_page(service: "PdfService", content: bytes) -> None:  # type: ignore[name-defined]  # noqa: F821
    opened = service.open(content)
    service.page_image(opened, 0, 900, 0)
    service.release(opened)


def _memory(service: "PdfService", content: bytes) -> str:  # type: ignore[name-defined]  # noqa: F821
    if not sys.platform.startswith("linux"):
        return "not measured here"
    opened = service.open(content)
    for page in range(0, 500, 10):
        service.page_image(opened, page, 900, 0)
    service.find(opened, "contrôle")
    service.check(content)
    children = [service._children.opened[opened.handle].child, service._children.work.child()]
    peaks = []
    for child in children:
        status = Path(f"/proc/{child.pid}/status").read_text()
        peaks.append(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")))
    service.release(opened)
    return " / ".join(f"{peak // 1024} MB" for peak in peaks) + " (render / work)"


def _median(call: Callable[[], object], times: int = TIMES) -> str:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return f"{statistics.median(taken) * 1000:.0f} ms"


def _letter(pages: int, *, declared: bool = True) -> bytes:
    import fpdf

    pdf = fpdf.FPDF(enforce_compliance="PDF/A-1B" if declared else None)
    pdf.set_title("Lettre")
    pdf.add_font("Liberation", fname=str(ROOT / "resources" / "fonts" / "LiberationSans-Regular.ttf"))
    pdf.set_font("Liberation", size=10)
    for page in range(pages):
        pdf.add_page()
        for line in range(40):
            pdf.cell(
                0,
                6,
                f"Page {page}, ligne {line} : évolution favorable, contrôle à six semaines.",
                new_x="LMARGIN",
                new_y="NEXT",
            )
    return bytes(pdf.output())


if __name__ == "__main__":
    for row in rows():
        print("  ".join(row))
