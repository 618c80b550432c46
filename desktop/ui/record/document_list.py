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
from desktop.services.list_taste import ListTaste
from desktop.ui.record.document_model import Column, DocumentModel
from desktop.ui.record.list_columns import STEP, ListColumns
from desktop.ui.widgets.badged_cell import BadgedLine, Index
from desktop.ui.widgets.unsearched import Unsearched

ROW_HEIGHT = 34


class _Title(BadgedLine):
    """As high as every row of the list, whatever stands in it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)


class DocumentList(Unsearched, QTableView):
    """Enter opens, Ctrl+Enter opens large, a click chooses, a double click opens; Ctrl+Shift+→ and ←
    widen and narrow the documents' column. Signal ``taste_changed`` (:class:`ListTaste`): order or widths.

    A double click opens what its first press hit: the list may be filled anew and move in between, as after
    an unlock, and Qt forgets the first press then.
    """

    current_changed = Signal(str)
    opened = Signal(str)
    opened_large = Signal(str)
    taste_changed = Signal(object)

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
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.columns = ListColumns(self)
        self.columns.widths_drawn.connect(self._tell_taste)
        self.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(lambda *_: self._tell_taste())

    def taste(self) -> ListTaste:
        """As it stands."""
        header = self.horizontalHeader()
        descending = header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        return ListTaste(self.columns.widths(), header.sortIndicatorSection(), descending)

    def show_taste(self, taste: ListTaste) -> None:
        """As its user left it; without a signal."""
        self._silent = True
        try:
            self.columns.set_widths(taste.widths)
            order = Qt.SortOrder.DescendingOrder if taste.descending else Qt.SortOrder.AscendingOrder
            if 0 <= taste.column < len(Column):
                self.sortByColumn(taste.column, order)
        finally:
            self._silent = False

    def has_rows(self) -> bool:
        """Whether any stands in it."""
        return self._documents.rowCount() > 0

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
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & both == both and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.columns.widen(STEP if event.key() == Qt.Key.Key_Right else -STEP)
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
        self.columns.fit(event.size().width())
        super().resizeEvent(event)

    def _tell_taste(self) -> None:
        if not self._silent:
            self.taste_changed.emit(self.taste())
