"""The text of the page that is shown: for screen readers, and to copy by keyboard."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.domain.texts import text
from desktop.ui.record.clipboard import private


class TextPane(QPlainTextEdit):
    """Read-only; what is copied out of it is as private as what the mouse selects on the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer-text")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)  # no history of pages that were left
        self.setAccessibleName(text("viewer.text_pane_tip"))
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        # Also by keyboard: a reader without a mouse selects with Shift and arrows.
        flags = self.textInteractionFlags()
        self.setTextInteractionFlags(flags | flags.TextSelectableByKeyboard)
        self.hide()

    def createMimeDataFromSelection(self) -> QMimeData:
        return private(self.textCursor().selection().toPlainText())
