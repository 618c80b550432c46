"""Which printer, which pages, how often: a dialog of our own, because Qt's talks to the print service itself.

A service that hangs would hold the window with it; and on Linux Qt's offers a file, which would be an export
(CF-067).
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QSpinBox, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.ports.paper import Printer, PrintOrder, Sides
from desktop.ui.theme import GRID
from desktop.ui.widgets.buttons import primary_button, quiet_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import label

_MOST_COPIES = 99


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """What the user chose; ``pages`` are 0-based."""

    order: PrintOrder
    pages: tuple[int, ...]


class PrintDialog(QDialog):
    """Modal, without a loop of its own: *chosen* is called once the user prints, and never if he does not."""

    def __init__(
        self,
        parent: QWidget,
        printers: tuple[Printer, ...],
        pages: int,
        chosen: Callable[[PaperChoice], object],
    ) -> None:
        """*printers*: the default one first."""
        super().__init__(parent)
        self._chosen = chosen
        self.setObjectName("print-dialog")
        self.setWindowTitle(text("print.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.printer, self.sides = QComboBox(), QComboBox()
        for one in printers:
            self.printer.addItem(one.label, one.name)
        for sides, words in (
            (Sides.AS_SET, text("print.as_set")),
            (Sides.ONE, text("print.one")),
            (Sides.TWO, text("print.two")),
        ):
            self.sides.addItem(words, sides)
        self.first, self.last, self.copies = (
            _number(1, pages, 1),
            _number(1, pages, pages),
            _number(1, _MOST_COPIES, 1),
        )
        self.first.valueChanged.connect(self.last.setMinimum)
        self.last.valueChanged.connect(self.first.setMaximum)
        self._show()

    def _show(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(label(text("print.purpose")))  # CF-067
        layout.addWidget(FormRow(text("print.printer"), self.printer, "print-printer"))
        layout.addLayout(
            row(
                FormRow(text("print.first"), self.first, "print-first"),
                FormRow(text("print.last"), self.last, "print-last"),
                FormRow(text("print.copies"), self.copies, "print-copies"),
            )
        )
        layout.addWidget(FormRow(text("print.sides"), self.sides, "print-sides"))
        act = primary_button(text("print.act"), "print-act", self._print)
        layout.addLayout(row(act, None, quiet_button(text("print.cancel"), "print-cancel", self.reject)))
        self.printer.setFocus()

    def _print(self) -> None:
        order = PrintOrder(self.printer.currentData(), self.copies.value(), Sides(self.sides.currentData()))
        choice = PaperChoice(order, tuple(range(self.first.value() - 1, self.last.value())))
        self.accept()
        self._chosen(choice)


def _number(least: int, most: int, value: int) -> QSpinBox:
    """Typed, or changed by the arrow keys: the stylesheet hides its buttons.

    Without them (NoButtons) a styled field is one pixel wide, and no number is seen in it.
    """
    field = QSpinBox()
    field.setRange(least, most)
    field.setValue(value)
    field.lineEdit().setTextMargins(GRID + 3, 0, GRID, 0)  # the stylesheet's padding does not reach it
    return field
