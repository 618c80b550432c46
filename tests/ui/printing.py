"""The printer's dialog, as a user answers it."""

from pathlib import Path

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication

from tests.ui.desk.conftest import Bench


def dialogs() -> list[QPrintDialog]:
    """The printer's dialogs that are open."""
    windows = QApplication.topLevelWidgets()
    return [one for one in windows if isinstance(one, QPrintDialog) and one.isVisible()]


def print_into(bench: Bench, target: Path) -> None:
    """What the user does in the dialog: this printer, all pages."""
    (dialog,) = dialogs()
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    dialog.accepted.emit(printer)  # its own button would look for a real printer
    dialog.close()
    bench.settle()
