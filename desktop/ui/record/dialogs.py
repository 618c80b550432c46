"""Dialogs for printing and saving, opened without a nested event loop."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.domain.errors import Result
from desktop.domain.texts import text
from desktop.ports.paper import Printer
from desktop.ports.pdf import OpenedPdf, PdfCopiesPort
from desktop.ui.record.print_dialog import PrintDialog
from desktop.ui.record.stamped_copies import CopyMark, paint_copy, printed_copy

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PrintWork = Callable[[PdfCopiesPort, OpenedPdf, CopyMark], Result[None]]


def choose_printer(
    parent: QWidget, printers: tuple[Printer, ...], pages: int, chosen: Callable[[PrintWork], object]
) -> QDialog:
    """Ask for one of the *printers* and for some of the *pages*; *chosen* gets the work that prints them.

    The dialog tells by its own signal when none was chosen.
    """
    if not sys.platform.startswith("linux"):
        return show_system_dialog(parent, pages, chosen)
    dialog = PrintDialog(
        parent,
        printers,
        pages,
        lambda choice: chosen(lambda pdf, opened, mark: printed_copy(pdf, opened, mark, choice)),
    )
    dialog.show()
    return dialog


def show_system_dialog(parent: QWidget, pages: int, chosen: Callable[[PrintWork], object]) -> QDialog:
    """Windows, macOS: the system's own dialog and printing, with what a printer offers besides."""
    # Loads the print plugin: only when someone prints.
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setObjectName("print-dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)  # it would be an export (CF-067)
    dialog.setMinMax(1, pages)

    def accepted() -> None:
        wanted = _wanted_pages(printer, pages)
        chosen(lambda pdf, opened, mark: paint_copy(printer, pdf, opened, mark, wanted))

    dialog.accepted.connect(accepted)
    dialog.setModal(True)
    dialog.show()
    return dialog


def _wanted_pages(printer: "QPrinter", pages: int) -> tuple[int, ...]:
    """The pages (0-based) that the user chose: Qt leaves the range to the program."""
    ranges = printer.pageRanges()
    if printer.printRange() is not printer.PrintRange.PageRange or ranges.isEmpty():
        return tuple(range(pages))
    return tuple(page for page in range(pages) if ranges.contains(page + 1))


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
