"""Speed of the PDF/A checker and of the render child; run by ``dev.py bench``."""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIMES = 5


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
        ]
    finally:
        service.close()
    return found


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
