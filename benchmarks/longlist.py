"""A record of 10,000 documents by 10,000 authors: how long the window is away while it comes and goes; and a
list of 100,000 rows: how long it filters, sorts and groups."""

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.domain.catalog import Theme
from desktop.services.list_taste import Grouping
from desktop.system.memory import SELDOM
from desktop.ui.record.document_model import DocumentModel
from desktop.ui.record.list_filter import Filter
from desktop.ui.record.list_rows import Column
from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Scheme, apply_theme
from tests.fakes import FakeController
from tests.samples.record import documents

DOCUMENTS = 10_000
GAP = "≤ 50 ms"
ROWS, AUTHORS = 100_000, 500


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """The longest turn of the event loop in each part, once; "busy": the most processor time of one."""
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
    turns.until(lambda: bool(loaded))
    a_second = time.monotonic() + 1
    turns.until(lambda: time.monotonic() > a_second)
    shown = turns.longest()
    view._filter_changed(Filter(words="bilan"))
    turns.until(lambda: view.line.view.line().count() == view.model.rowCount())
    view._filter_changed(Filter())
    turns.until(lambda: view.line.view.line().count() == len(listed))
    filtered = turns.longest()
    began = time.perf_counter()
    turns.take(view.wipe)
    turns.until(lambda: not tasks.busy())
    emptied = turns.longest()
    took = time.perf_counter() - began
    view.close()
    tasks.close()
    return [*_gaps(shown, filtered, emptied, took), *_of_many_rows()]


def _gaps(shown: str, filtered: str, emptied: str, took: float) -> list[tuple[str, str, str]]:
    what = f"longest gap of the GUI thread, {DOCUMENTS} documents"
    return [
        (f"{what} shown", GAP, shown),
        (f"{what} filtered", GAP, filtered),
        (f"{what} emptied", GAP, emptied),
        (f"{DOCUMENTS} documents emptied", "≤ 1 s", f"{took:.2f} s"),
    ]


def _of_many_rows() -> list[tuple[str, str, str]]:
    """Processor time of the model, the worst of its kind; Qt's painting is that of the rows on the screen."""
    model = DocumentModel()
    model.set_documents(
        tuple(
            replace(d, author=replace(d.author, name=f"Dr {n % AUTHORS}"))
            for n, d in enumerate(documents(ROWS))
        ),
        frozenset(),
    )
    deque(model.prepare(), 0)

    def worst(acts: Sequence[Callable[[], object]]) -> str:
        took = []
        for act in acts:
            began = time.thread_time()
            act()
            took.append((time.thread_time() - began) * 1000)
        return f"{max(took):.0f} ms"

    def filtering() -> str:
        chosen = (Filter(words="bilan"), Filter(words="lettre klein"), Filter(theme=Theme.EXAMENS), Filter())
        return worst([partial(model.set_filter, one) for one in chosen])

    filtered = filtering()
    sorted_by = worst([partial(model.sort, column, order) for column in Column for order in Qt.SortOrder])
    grouped = worst([partial(model.set_grouping, grouping) for grouping in Grouping if grouping])
    return [
        (f"{ROWS} rows filtered", GAP, filtered),
        (f"{ROWS} rows sorted by any column", GAP, sorted_by),
        (f"{ROWS} rows grouped by any of them", GAP, grouped),
        (f"{ROWS} rows filtered in groups", GAP, filtering()),
    ]


class _Turns:
    def __init__(self, application: QApplication) -> None:
        self._application = application
        self._gap = self._busy = 0.0

    def until(self, over: Callable[[], bool]) -> None:
        """Turn the loop until *over*."""
        end = time.monotonic() + 120
        while not over():
            assert time.monotonic() < end, "it never came"
            self.take(self._application.processEvents)
            time.sleep(0.001)

    def take(self, turn: Callable[[], object]) -> None:
        """One turn of the loop."""
        began, busy = time.perf_counter(), time.thread_time()
        turn()
        self._gap = max(self._gap, (time.perf_counter() - began) * 1000)
        self._busy = max(self._busy, (time.thread_time() - busy) * 1000)

    def longest(self) -> str:
        """Since it was asked before."""
        gap, busy = self._gap, self._busy
        self._gap = self._busy = 0.0
        return f"{gap:.0f} ms (busy {busy:.0f})"
