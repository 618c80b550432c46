"""The system's own dialogs for printing and saving, opened without a nested event loop."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.domain.errors import Result
from desktop.domain.texts import text
from desktop.ports import OpenedPdf, PdfPort
from desktop.ui.record.copies import CopyMark, paint_copy

PrintWork = Callable[[PdfPort, OpenedPdf, CopyMark], Result[None]]


def choose_printer(parent: QWidget, chosen: Callable[[PrintWork], None]) -> None:
    """Ask for a printer; *chosen* gets the work that prints on it."""
    # Loads the print plugin: only when someone prints.
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setObjectName("print-dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: chosen(lambda pdf, opened, mark: paint_copy(printer, pdf, opened, mark)))
    dialog.setModal(True)
    dialog.show()


def choose_target(parent: QWidget, name: str, chosen: Callable[[Path], None]) -> None:
    """Ask where to save; *chosen* gets the path."""
    dialog = QFileDialog(parent, text("viewer.save"))
    dialog.setObjectName("save-dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("PDF (*.pdf)")
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(f"{name}.pdf")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
