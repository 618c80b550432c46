"""The system's own dialogs for printing and saving, opened without a nested event loop."""

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.domain.errors import Result
from desktop.domain.texts import text
from desktop.ports.pdf import OpenedPdf, PdfPagesPort
from desktop.ui.record.stamped_copies import CopyMark, paint_copy

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PrintWork = Callable[[PdfPagesPort, OpenedPdf, CopyMark], Result[None]]


class Outputs(Enum):
    """Where a print may go: on Linux the dialog offers a file too, which would be an export (CF-067)."""

    ANY = auto()
    PAPER = auto()


def has_printer() -> bool:
    """Whether the system knows a printer; it may take a moment to say."""
    from PySide6.QtPrintSupport import QPrinterInfo

    return bool(QPrinterInfo.availablePrinterNames())


def choose_printer(
    parent: QWidget, pages: int, chosen: Callable[[PrintWork], None], outputs: Outputs = Outputs.ANY
) -> None:
    """Ask for a printer and for some of the *pages*; *chosen* gets the work that prints them on it."""
    # Loads the print plugin: only when someone prints.
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setObjectName("print-dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, outputs is Outputs.ANY)
    dialog.setMinMax(1, pages)

    def accepted() -> None:
        wanted = _wanted_pages(printer, pages)
        chosen(lambda pdf, opened, mark: paint_copy(printer, pdf, opened, mark, wanted))

    dialog.accepted.connect(accepted)
    dialog.setModal(True)
    dialog.show()


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
