"""A day of locks leaves nothing behind in the window: no widget, no object of ours."""

import gc
from collections import Counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication

from tests.ui.desk.conftest import Bench
from tests.waiting import LIMIT_MS

SETTLED, MORE = 2, 4  # cycles: caches are full, and what one of them leaves is there as often


def _read_lock_unlock(bench: Bench) -> None:
    view = bench.record_view()
    with bench.qtbot.waitSignal(view.page_shown, timeout=LIMIT_MS):
        view.open_document(view.model.document(0).id)
    bench.settle()
    view.close_document()
    del view
    bench.pull()
    bench.settle()
    bench.unlock()


def _alive() -> Counter[str]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()
    kinds = map(type, gc.get_objects())  # never the objects themselves: a proxy would ask what it stands for
    held = [kind for kind in kinds if issubclass(kind, QObject) or _is_ours(kind)]
    widgets = (f"{w.metaObject().className()} in the window" for w in QApplication.allWidgets())
    return Counter(kind.__qualname__ for kind in held) + Counter(widgets)


def _is_ours(kind: type) -> bool:
    return str(kind.__module__).startswith("desktop.")  # of some kinds it is no text


def test_more_cycles_leave_no_more_objects(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    for _ in range(SETTLED):
        _read_lock_unlock(bench)
    _alive()  # it makes PySide6 build classes
    before = _alive()
    for _ in range(MORE):
        _read_lock_unlock(bench)
    left = _alive() - before
    assert {kind: count for kind, count in left.items() if count >= MORE} == {}
