"""Small pictures of all pages, fetched as they come into sight."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from desktop.domain.texts import text
from desktop.ui.record.page_source import PageSource
from desktop.ui.theme import GRID
from desktop.ui.widgets.unsearched import Unsearched

WIDTH = 96


class Thumbnails(Unsearched, QListWidget):
    """A list of pages; choosing one emits :attr:`chosen`."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer-thumbnails")
        self.setAccessibleName(text("viewer.thumbnails_name"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(GRID // 2)
        self.setFixedWidth(WIDTH + 5 * GRID)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._source: PageSource | None = None
        self.currentRowChanged.connect(self._choose)
        self.verticalScrollBar().valueChanged.connect(self._want)

    def set_source(self, source: PageSource | None) -> None:
        """Show the pages of another document."""
        self.blockSignals(True)
        self.clear()
        self._source = source
        if source is not None:
            source.image_ready.connect(self._arrived)
            sizes = source.opened.page_sizes
            tallest = min(max((h / w for w, h in sizes), default=1.4), 2.0)
            self.setIconSize(QSize(WIDTH, round(WIDTH * tallest)))
            blank = QPixmap(self.iconSize())
            blank.fill(QColor(0, 0, 0, 0))
            for page in range(len(sizes)):
                item = QListWidgetItem(QIcon(blank), str(page + 1))
                item.setData(
                    Qt.ItemDataRole.AccessibleTextRole,
                    text("viewer.page_of", page=page + 1, pages=len(sizes)),
                )
                self.addItem(item)
        self.blockSignals(False)
        self._want()

    def _choose(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(row)

    def set_page(self, page: int) -> None:
        """Mark the present page without a signal."""
        self.blockSignals(True)
        self.setCurrentRow(page)
        self.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._want()

    def _width(self, page: int) -> int:
        assert self._source is not None
        return self._source.wanted_width(page, round(WIDTH * self.devicePixelRatioF()), 0)

    def _want(self) -> None:
        """Ask for the pages in sight; what is there already is put into its place."""
        if self._source is None or not self.isVisible():
            return
        room = self.maximumViewportSize()
        middle, bottom = room.width() // 2, room.height()
        first = self.indexAt(QPoint(middle, 2 * GRID)).row()
        last = self.indexAt(QPoint(middle, bottom - 2 * GRID)).row()
        for page in range(max(first, 0), (last if last >= 0 else self.count() - 1) + 1):
            self._fill(page)
            if not self._source.want_image(page, self._width(page), 0):
                return

    def _arrived(self, page: int) -> None:
        if self._source is not None and 0 <= page < self.count():
            self._fill(page)
            self._want()

    def _fill(self, page: int) -> None:
        assert self._source is not None
        item = self.item(page)
        image = self._source.image(page, self._width(page), 0)
        if image is None or item.data(Qt.ItemDataRole.UserRole):
            return
        item.setData(Qt.ItemDataRole.UserRole, True)
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        item.setIcon(QIcon(pixmap))
