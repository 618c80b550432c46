"""The printer's dialog, as a user answers it."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton

from desktop.ui.record.print_dialog import PrintDialog
from tests.ui.desk.conftest import Bench


def dialogs() -> list[PrintDialog]:
    """The printer's dialogs that are open."""
    windows = QApplication.topLevelWidgets()
    return [one for one in windows if isinstance(one, PrintDialog) and one.isVisible()]


def press_print(dialog: PrintDialog) -> None:
    """What is chosen there goes to the printer."""
    act = dialog.findChild(QPushButton, "print-act")
    assert act is not None
    act.click()


def print_into(bench: Bench, target: Path) -> None:
    """What the user does in the dialog: this printer, all pages; what it got of it."""
    (dialog,) = dialogs()
    press_print(dialog)
    bench.settle()
    ((_order, content),) = bench.pdf.printed
    target.write_bytes(content)
