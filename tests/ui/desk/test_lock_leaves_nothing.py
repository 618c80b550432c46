"""A day of locks leaves nothing behind in the window: no widget, no object, no longer list, no byte."""

import gc
import os
import subprocess
import sys
import types
from collections import Counter, deque
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import Object

from desktop.ui.desk.kept_by_qt import forget_kept
from tests.simulator_fixture import ROOT
from tests.ui.desk.conftest import Bench
from tests.waiting import LIMIT_MS

SETTLED, MORE = 10, 20  # cycles: caches are full, and what one of them leaves is there as often
_BOUNDED = ("_marks", "_spans")  # desktop.common.performance: 2000 of each


def read_lock_unlock(bench: Bench) -> None:
    """One cycle, with the sweep that comes seconds after the lock: the next record stands by then."""
    view = bench.record_view()
    with bench.qtbot.waitSignal(view.page_shown, timeout=LIMIT_MS):
        view.open_document(view.model.document(0).id)
    bench.settle()
    view.close_document()
    del view
    bench.pull()
    bench.settle()
    bench.unlock()
    for _ in forget_kept(bench.shell, lambda: iter(())):
        pass
    bench.log.clear()


def let_die() -> None:
    """What was given up ends."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()


def _alive() -> Counter[str]:
    let_die()
    kinds = map(type, gc.get_objects())  # never the objects themselves: a proxy would ask what it stands for
    held = [kind for kind in kinds if issubclass(kind, Object) or _is_ours(kind)]
    widgets = (f"{w.metaObject().className()} in the window" for w in QApplication.allWidgets())
    return Counter(kind.__qualname__ for kind in held) + Counter(widgets) + _lengths()


def _is_ours(kind: type) -> bool:
    return str(kind.__module__).startswith("desktop.")  # of some kinds it is no text


def _lengths() -> Counter[str]:
    """How much is in the lists of our objects and modules, by their kind and name."""
    found: Counter[str] = Counter()
    for owner, held in _holders():
        for name, part in held.items():
            if isinstance(part, list | dict | set | deque) and name not in _BOUNDED:
                found[f"in {owner}.{name}"] += len(part)
    return found


def _holders() -> Iterator[tuple[str, dict[str, object]]]:
    for name, module in list(sys.modules.items()):
        if name.startswith("desktop.") and isinstance(module, types.ModuleType):
            yield name, dict(vars(module))
    for thing in gc.get_objects():
        kind = type(thing)
        if _is_ours(kind):
            slots = [s for one in kind.__mro__ for s in one.__dict__.get("__slots__", ()) if s[:2] != "__"]
            yield kind.__qualname__, {**getattr(thing, "__dict__", {}), **_slotted(thing, slots)}


def _slotted(thing: object, slots: list[str]) -> dict[str, object]:
    return {slot: getattr(thing, slot) for slot in slots if hasattr(thing, slot)}


def test_more_cycles_leave_no_more_objects(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    bench.make_ahead()
    for _ in range(SETTLED):
        read_lock_unlock(bench)
    _alive()  # it makes PySide6 build classes
    before = _alive()
    for _ in range(MORE):
        read_lock_unlock(bench)
    left = _alive() - before
    assert {kind: count for kind, count in left.items() if count >= MORE} == {}


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_more_cycles_leave_no_more_bytes() -> None:
    """In a process of its own, where nobody else's blocks count."""
    env = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    inner = "tests/ui/desk/bytes_left.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", inner]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:]
