"""The list of documents: the accessible twin of the ligne de vie, same documents, same selection."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from desktop.domain.record import Document
from desktop.domain.texts import text
from desktop.services.list_taste import Grouping, ListTaste
from desktop.ui.record.document_model import DocumentModel
from desktop.ui.record.list_columns import STEP, ListColumns
from desktop.ui.record.list_line import INDENT, ROW_HEIGHT, ListLine
from desktop.ui.record.list_rows import Column
from desktop.ui.widgets.unsearched import Unsearched

HEAD_HEIGHT = 32


class DocumentList(Unsearched, QTableView):
    """Enter opens, Ctrl+Enter opens large, a click chooses, a double click opens; Ctrl+Shift+→ and ←
    widen and narrow the documents' column. → and ← unfold and fold a group, or what stands under a document;
    with Ctrl all groups. Signals: ``taste_changed`` (:class:`ListTaste`: order, widths or grouping),
    ``grouping_shown`` (:class:`Grouping`), ``versions_asked`` (a :class:`Document` that was unfolded),
    ``menu_asked`` (where on the screen), ``beside_asked`` (Ctrl+D). Several can be
    chosen (Shift, Ctrl+Space).

    A double click opens what its first press hit: the list may be filled anew and move in between, as after
    an unlock, and Qt forgets the first press then.
    """

    current_changed = Signal(str)
    opened = Signal(str)
    opened_large = Signal(str)
    taste_changed = Signal(object)
    grouping_shown = Signal(object)
    versions_asked = Signal(object)
    menu_asked = Signal(object)
    beside_asked = Signal()

    def __init__(self, model: DocumentModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("document-list")
        self.setAccessibleName(text("record.list_name"))
        self.setAccessibleDescription(text("record.list_keys"))
        self._documents = model
        self._silent = False
        self._pressed = ""  # the document under the last press
        self._fold_at: int | None = None  # the row that a release folds
        self._several: tuple[str, ...] = ()  # what is chosen beside the cursor, while the list is filled anew
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._note_several)
        model.modelReset.connect(self._choose_several)
        self.setItemDelegate(ListLine(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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
        header.setFixedHeight(HEAD_HEIGHT)
        header.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.columns = ListColumns(self)
        self.columns.widths_drawn.connect(self._tell_taste)
        self.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(lambda *_: self._tell_taste())

    def taste(self) -> ListTaste:
        """As it stands."""
        header = self.horizontalHeader()
        descending = header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        grouping = self._documents.grouping()
        return ListTaste(self.columns.widths(), header.sortIndicatorSection(), descending, grouping)

    def show_taste(self, taste: ListTaste) -> None:
        """As its user left it; without a signal."""
        self._silent = True
        try:
            self.columns.set_widths(taste.widths)
            order = Qt.SortOrder.DescendingOrder if taste.descending else Qt.SortOrder.AscendingOrder
            if 0 <= taste.column < len(Column):
                self.sortByColumn(taste.column, order)
            self._documents.set_grouping(taste.grouping)
            self.grouping_shown.emit(taste.grouping)
        finally:
            self._silent = False

    def group_by(self, grouping: Grouping) -> None:
        """The rows stand together by it from now on; what was chosen stays."""
        chosen = self.current()
        self._documents.set_grouping(grouping)
        if chosen is not None:
            self.set_current(chosen.id)
        self._tell_taste()

    def has_rows(self) -> bool:
        """Whether any stands in it."""
        return self._documents.rowCount() > 0

    def current(self) -> Document | None:
        """The chosen document."""
        index = self.currentIndex()
        return self._documents.document_at(index.row()) if index.isValid() else None

    def chosen(self) -> tuple[Document, ...]:
        """All that are chosen, in the order of the list."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        found = (self._documents.document_at(row) for row in rows)
        return tuple(document for document in found if document is not None)

    def _note_several(self) -> None:
        chosen = self.chosen()
        self._several = tuple(document.id for document in chosen) if len(chosen) > 1 else ()

    def _choose_several(self) -> None:
        flags = QItemSelectionModel.SelectionFlag
        for name in self._several:
            row = self._documents.row_of(name)
            if row is not None:
                index = self._documents.index(row, Column.TITLE)
                self.selectionModel().select(index, flags.Select | flags.Rows)

    def set_current(self, document_id: str) -> None:
        """Choose a document without a signal; what hides it is opened."""
        row = self._documents.row_of(document_id)
        if row is None and document_id:
            self._documents.reveal(document_id)
            row = self._documents.row_of(document_id)
        self._silent = True
        try:
            if row is None:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
                return
            index = self._documents.index(row, Column.TITLE)
            flags = QItemSelectionModel.SelectionFlag
            among = len(self.chosen()) > 1 and self.selectionModel().isRowSelected(row, QModelIndex())
            how = flags.NoUpdate if among else flags.ClearAndSelect | flags.Rows
            self.selectionModel().setCurrentIndex(index, how)
            self.scrollTo(index)
        finally:
            self._silent = False

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._silent and current.row() != previous.row():
            document = self._documents.document_at(current.row())
            if document is not None:
                self.current_changed.emit(document.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            document = self.current()
            if document is not None:
                (self.opened_large if ctrl else self.opened).emit(document.id)
            elif self._documents.is_group(row):
                self._fold(row)
        elif key == Qt.Key.Key_D and ctrl:
            self.beside_asked.emit()
        elif key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
        elif ctrl and shift:
            self.columns.widen(STEP if key == Qt.Key.Key_Right else -STEP)
        elif ctrl:
            self.fold_groups(closed=key == Qt.Key.Key_Left)
        elif row >= 0:
            self._go(row, unfold=key == Qt.Key.Key_Right)

    def fold_groups(self, *, closed: bool) -> None:
        """All of them; the cursor stays on its document, or goes to the first group."""
        chosen = self.current()
        self._documents.fold_groups(closed=closed)
        if chosen is not None and not closed:
            self.set_current(chosen.id)
        elif self.has_rows():
            self._stand_on(0)

    def _go(self, row: int, *, unfold: bool) -> None:
        """Unfold or fold what stands at *row*; from there on, to what it stands under."""
        is_open = self._documents.is_open(row)
        if is_open is not None and is_open is not unfold:
            self._fold(row)
        elif not unfold:
            over = self._documents.over(row)
            if over is not None:
                self._stand_on(over)

    def _stand_on(self, row: int) -> None:
        """Choose it alone, whatever key is held: Qt would take Ctrl for one more to choose."""
        flags = QItemSelectionModel.SelectionFlag
        index = self._documents.index(row, Column.TITLE)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _fold(self, row: int) -> None:
        wanted = self._documents.wants_versions(row)
        self._documents.fold(row)
        if wanted is not None:
            self.versions_asked.emit(wanted)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() is not QContextMenuEvent.Reason.Mouse:  # by key: at the row, wherever the mouse is
            below = self.visualRect(self.currentIndex()).bottomLeft()
            at = self.mapToGlobal(QPoint(below.x() + INDENT, below.y() + self.horizontalHeader().height()))
        self.menu_asked.emit(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        document = self._documents.document_at(index.row()) if index.isValid() else None
        self._pressed = document.id if document is not None else ""
        left = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        self._fold_at = index.row() if left and self._folds(index, event.position().x()) else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        row, self._fold_at = self._fold_at, None
        if row is not None and self.indexAt(event.position().toPoint()).row() == row:
            self._fold(row)

    def _folds(self, index: QModelIndex, x: float) -> bool:
        """Whether a press there means a group, or the sign before a title."""
        if self._documents.is_group(index.row()):
            return True
        sign = index.column() == Column.TITLE and x - self.columnViewportPosition(Column.TITLE) <= INDENT
        return sign and self._documents.is_open(index.row()) is not None

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
