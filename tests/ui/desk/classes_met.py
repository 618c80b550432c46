"""Run by :mod:`tests.ui.desk.test_classes_met` in a process of its own: no other test was there before."""

from PySide6 import QtWidgets
from PySide6.QtWidgets import QApplication

from desktop.demo.probe import screen
from tests.ui.desk.conftest import Bench
from tests.waiting import LIMIT_MS


def _is_built(name: str) -> bool:
    """PySide6 builds a class when somebody asks for it."""
    return isinstance(vars(QtWidgets).get(name), type)


def test_no_class_is_built_that_nobody_asked_for(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    view = bench.record_view()
    with bench.qtbot.waitSignal(view.page_shown, timeout=LIMIT_MS):
        view.open_document(view.model.document(0).id)
    QApplication.processEvents()
    assert screen()["windows"]
    bench.shell.overlay.hide()
    bench.desks.session.lock()
    bench.unlock()
    assert bench.shell.page() == "record" and _is_built("QMainWindow")
    assert not _is_built("QWizard") and not _is_built("QMdiArea")
    QtWidgets.QScrollArea().viewport()
    assert _is_built("QWizard"), "what this test is about: one object of Qt's own, and all are built"
