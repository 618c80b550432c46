"""The ligne de vie at 5,000 events: one frame of a zoom or a pan, from the new scale to the last pixel."""

import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.services.lifeline import build_lifeline
from desktop.ui.record.lifeline import LifelineView
from desktop.ui.theme import Scheme, apply_theme
from tests.samples.record import NOW, documents, episodes

EVENTS = 5000
FRAMES = 120
SIZE = QSize(1366, 300)
TARGET = "≤ 5 ms"


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians and 99th percentiles of frames at every zoom between twelve years and a month."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application, Scheme.LIGHT)
    view = LifelineView()
    view.resize(SIZE)
    view.set_line(build_lifeline(documents(EVENTS), episodes(200), NOW), frozenset())
    view.show()
    _await_window(view, application)
    picture = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    drawn = _frames(view, lambda: view.render(picture, QPoint()))
    shown = _frames(view, view.viewport().repaint)
    view.close()
    place = application.platformName()
    return [
        (f"ligne de vie, {EVENTS} events, a frame into a picture", TARGET, _words(drawn)),
        (f"ligne de vie, {EVENTS} events, a frame on the screen ({place})", TARGET, _words(shown)),
    ]


def _await_window(view: LifelineView, application: QApplication) -> None:
    """A window that the desktop has not shown yet paints nothing."""
    deadline = time.monotonic() + 10
    while not ((handle := view.windowHandle()) and handle.isExposed()):
        assert time.monotonic() < deadline, "the window never came"
        application.processEvents()


def _frames(view: LifelineView, paint: Callable[[], object]) -> list[float]:
    """Milliseconds of each frame; the first ones warm the caches and do not count."""
    view.show_all()
    zooms = cycle([1.15] * 20 + [1 / 1.15] * 20)
    found = []
    for number in range(FRAMES + 10):
        began = time.perf_counter()
        view.zoom(next(zooms))
        paint()
        if number >= 10:
            found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


def _words(found: list[float]) -> str:
    return f"{statistics.median(found):.1f} ms (p99 {found[int(len(found) * 0.99)]:.1f})"
