"""A record of 10,000 documents by 10,000 authors: how long the window is away while it comes and goes."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.app import SELDOM
from desktop.ui.record.document_model import Filter
from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Scheme, apply_theme
from tests.fakes import FakeController
from tests.samples.record import documents

DOCUMENTS = 10_000
GAP = "≤ 50 ms"


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """The longest turn of the event loop in each part, once."""
    import gc

    gc.set_threshold(*SELDOM)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application, Scheme.LIGHT)
    listed = tuple(
        replace(d, author=replace(d.author, name=f"Dr {n}")) for n, d in enumerate(documents(DOCUMENTS))
    )
    gc.freeze()
    tasks, loaded = Tasks(), list[bool]()
    view = RecordView(tasks)
    view.resize(1366, 700)
    view.open(FakeController(listed, page_size=50))
    view.loaded.connect(lambda: loaded.append(True))
    view.show()
    view.start()
    turns = _Turns(application)
    shown = turns.until(lambda: bool(loaded))
    a_second = time.monotonic() + 1
    shown = max(shown, turns.until(lambda: time.monotonic() > a_second))
    view._filter_changed(Filter(words="bilan"))
    filtered = turns.until(lambda: view.line.view.line().count() == view.model.rowCount())
    view._filter_changed(Filter())
    filtered = max(filtered, turns.until(lambda: view.line.view.line().count() == len(listed)))
    began = time.perf_counter()
    view.wipe()
    emptied = max((time.perf_counter() - began) * 1000, turns.until(lambda: not tasks.busy()))
    took = time.perf_counter() - began
    view.close()
    tasks.close()
    what = f"longest gap of the GUI thread, {DOCUMENTS} documents"
    return [
        (f"{what} shown", GAP, f"{shown:.0f} ms"),
        (f"{what} filtered", GAP, f"{filtered:.0f} ms"),
        (f"{what} emptied", GAP, f"{emptied:.0f} ms"),
        (f"{DOCUMENTS} documents emptied", "≤ 1 s", f"{took:.2f} s"),
    ]


class _Turns:
    def __init__(self, application: QApplication) -> None:
        self._application = application

    def until(self, over: Callable[[], bool]) -> float:
        """Turn the loop until *over*; milliseconds of its longest turn."""
        longest, end = 0.0, time.monotonic() + 120
        while not over():
            assert time.monotonic() < end, "it never came"
            began = time.perf_counter()
            self._application.processEvents()
            longest = max(longest, (time.perf_counter() - began) * 1000)
            time.sleep(0.001)
        return longest
