"""The list of documents: the accessible twin of the ligne de vie, same documents, same selection."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.domain.record import Document
from desktop.domain.texts import text
from desktop.ui.record.document_model import Column, DocumentModel
from desktop.ui.widgets.badged_cell import BadgedLine, Index
from desktop.ui.widgets.unsearched import Unsearched

ROW_HEIGHT = 34
_NARROW, _MIDDLE = 620, 820


class _Title(BadgedLine):
    """As high as every row of the list, whatever stands in it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)


class DocumentList(Unsearched, QTableView):
    """Enter opens, Ctrl+Enter opens large, a click chooses, a double click opens.

    A double click opens what its first press hit: the list may be filled anew and move in between, as after
    an unlock, and Qt forgets the first press then.
    """

    current_changed = Signal(str)
    opened = Signal(str)
    opened_large = Signal(str)

    def __init__(self, model: DocumentModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("document-list")
        self.setAccessibleName(text("record.list_name"))
        self.setAccessibleDescription(text("record.list_keys"))
        self._documents = model
        self._silent = False
        self._pressed = ""  # the document under the last press
        self.setModel(model)
        self.setItemDelegateForColumn(Column.TITLE, _Title(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)

    def current(self) -> Document | None:
        """The chosen document."""
        index = self.currentIndex()
        return self._documents.document(index.row()) if index.isValid() else None

    def set_current(self, document_id: str) -> None:
        """Choose a document without a signal."""
        row = self._documents.row_of(document_id)
        self._silent = True
        try:
            if row is None:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
                return
            index = self._documents.index(row, Column.TITLE)
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)
        finally:
            self._silent = False

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._silent and current.row() != previous.row():
            self.current_changed.emit(self._documents.document(current.row()).id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            document = self.current()
            if document is not None:
                large = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
                (self.opened_large if large else self.opened).emit(document.id)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._pressed = self._documents.document(index.row()).id if index.isValid() else ""
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed
        if event.button() is not Qt.MouseButton.LeftButton or self._documents.row_of(pressed) is None:
            super().mouseDoubleClickEvent(event)
            return
        event.accept()
        self.opened.emit(pressed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_columns(event.size().width())
        super().resizeEvent(event)

    def _fit_columns(self, width: int) -> None:
        self.setColumnHidden(Column.LEVEL, width < _NARROW)
        self.setColumnHidden(Column.CATEGORY, width < _MIDDLE)
        self.setColumnWidth(Column.DATE, 104)
        self.setColumnWidth(Column.CATEGORY, max(int(width * 0.22), 170))
        self.setColumnWidth(Column.AUTHOR, max(int(width * 0.22), 150))
        self.setColumnWidth(Column.LEVEL, 112)
