"""The pharmacist's counter: a scanned ordonnance on the real window, and 10,000 lines of history filtered."""

import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median

from PySide6.QtWidgets import QApplication

from benchmarks.journey import Figures, between
from desktop.domain.prescription.ordonnance import Amount, Product
from desktop.domain.prescription.standing import Dispense, DispenseState
from desktop.features.counter.feature import COUNTER
from desktop.features.counter.view.day import DayView
from desktop.features.counter.view.model import DayModel
from desktop.kernel.feature import add_words
from desktop.ui.theme import Scheme, apply_theme
from tests.e2e.tour.demo_run import ROOT, TourRun
from tests.e2e.tour.driver import key

SCANS, LATENCY_MS, LINES, TIMES = 7, 20, 10_000, 7
CARD, CODE, PRODUCT = "thill", "rx-tour", "Metformine"
_QUIET_S = 0.5  # behind a code no key acts for a moment
_READ_ONCE_S = 2.5  # one code twice in two seconds is read once


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians of :data:`SCANS` codes, answers late by :data:`LATENCY_MS`, and of :data:`TIMES` filters."""
    with tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder:
        shown = _scans(Path(folder))
    filtered, bare = _history()
    return [
        (
            f"scan to ordonnance on the screen ({LATENCY_MS} ms latency)",
            "≤ 300 ms",
            f"{statistics.median(shown):.0f} ms (max {max(shown):.0f})",
        ),
        (f"{LINES} lines of history, filtered and painted", "≤ 50 ms", f"{median(filtered):.0f} ms"),
        ("  bare search of the word in the same lines", "", f"{median(bare):.1f} ms"),
    ]


def _scans(folder: Path) -> list[float]:
    """Milliseconds from the scanner's last key to the painted lines, each time."""
    stage = TourRun(folder, "software", build=ROOT)
    stage.start()
    try:
        program = stage.program
        program.until("data", lambda: stage.state()["loaded"], 300)
        stage.control("POST", "/faults", {"kind": "latency", "value": LATENCY_MS})
        stage.console.click(f"insert-{CARD}")
        program.type_into("pin-field", stage.pin)
        key("Return")
        program.wait("counter-scan")
        figures = Figures(program)
        console = json.loads((stage.platform / "console.json").read_text())
        code = next(str(one["text"]) for one in console["scans"] if one["id"] == CODE)
        for number in range(SCANS):
            program.scan(code)
            program.until("painted", partial(_painted, figures, number + 1))
            program.wait_words("Réservée pour vous")
            time.sleep(_QUIET_S)
            key("Escape")
            program.until("left", lambda: not program.find("counter-lease"))
            time.sleep(_READ_ONCE_S)
        return between(figures.marks(), "code-scanned", "ordonnance-painted")
    finally:
        stage.stop()


def _painted(figures: Figures, times: int) -> bool:
    return [name for name, _ in figures.marks()].count("ordonnance-painted") >= times


def _history() -> tuple[list[float], list[float]]:
    """Milliseconds of a filter to its painted rows, and of looking the word up in as many strings."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application, Scheme.LIGHT)
    add_words((COUNTER,))
    dispenses = tuple(map(_dispense, range(LINES)))
    view = DayView()
    view.resize(1366, 532)
    view.show_state(DayModel(dispenses))
    view.show()
    application.processEvents()
    words = [" ".join((one.patient, one.product.label, one.batch)).lower() for one in dispenses]
    filtered, bare = list[float](), list[float]()
    for number in range(TIMES):
        wanted = f"lot{number:02}"
        began = time.perf_counter()
        view.words.setText(wanted)
        view.table.viewport().repaint()
        filtered.append((time.perf_counter() - began) * 1000)
        assert len(view.rows.dispenses) == LINES // 100
        began = time.perf_counter()
        assert sum(wanted in line for line in words) == LINES // 100
        bare.append((time.perf_counter() - began) * 1000)
    view.close()
    return filtered, bare


def _dispense(number: int) -> Dispense:
    at = datetime(2026, 6, 10, 7, tzinfo=UTC) + timedelta(seconds=4 * number)
    return Dispense(
        f"urn:uuid:{number}", f"line-{number}", DispenseState.HANDED_OVER, "Pharmacie du Cygne",
        "Sandra Thill", at, at, Product(f"Metformine {number % 700} mg", (), "A10BA02", "", "", "comprimé"),
        Amount(Decimal(30), "comprimé"), batch=f"LOT{number % 100:02}", patient=f"Müller {number} Anne",
        ordonnance="",
    )  # fmt: skip
