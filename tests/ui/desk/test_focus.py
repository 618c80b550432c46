"""The keyboard always writes where the user looks."""

from PySide6.QtWidgets import QApplication, QLineEdit

from tests.ui.desk.conftest import Bench


def _focus() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def test_after_the_pin_the_search_field_takes_the_keys(bench: Bench) -> None:
    bench.shell.activateWindow()
    bench.qtbot.waitUntil(bench.shell.isActiveWindow)
    bench.log_in()
    assert _focus() == "search-field", "keys after a login must never reach the hidden PIN field"


def test_unlock_brings_the_focus_to_the_page_in_front(bench: Bench) -> None:
    bench.shell.activateWindow()
    bench.qtbot.waitUntil(bench.shell.isActiveWindow)
    bench.log_in()
    bench.pull()
    bench.settle()
    bench.unlock()
    widget = QApplication.focusWidget()
    assert isinstance(widget, QLineEdit) and widget.objectName() == "search-field"
