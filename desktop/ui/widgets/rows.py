"""List rows: a line that is a button, with aligned columns (« Ouverts aujourd'hui », « À faire »)."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QStyleOption, QWidget

from desktop.ui.icons import Glyph, paint_glyph
from desktop.ui.theme import GRID, ROW_HEIGHT, Role, body_font, color, strong_font
from desktop.ui.widgets.letters import writes


class ListRow(QAbstractButton):
    """*cells* are texts; the first is strong, the others muted.

    *widths*: pixels of each cell, 0 = shares what is left. Enter clicks, ↑/↓ move between rows. Space and
    letters are a text that somebody types on: they click nothing, and go on to the page.
    """

    def __init__(
        self,
        cells: Sequence[str],
        name: str,
        clicked: Callable[[], object] | None = None,
        *,
        widths: Sequence[int] = (),
        glyph: Glyph | None = None,
        glyph_role: Role = Role.MUTED,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "row")
        self.setAccessibleName(", ".join(cell for cell in cells if cell))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._cells = tuple(cells)
        self._widths = tuple(widths) or (0,) * len(self._cells)
        self._glyph, self._glyph_role = glyph, glyph_role
        if clicked is not None:
            self.clicked.connect(lambda: clicked())

    def cells(self) -> tuple[str, ...]:
        """The texts shown."""
        return self._cells

    def sizeHint(self) -> QSize:
        return QSize(320, ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key == Qt.Key.Key_Down:
            self._move(1)
        elif key == Qt.Key.Key_Up:
            self._move(-1)
        elif writes(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _move(self, by: int) -> None:
        """To the row below or above, within the same parent."""
        parent = self.parentWidget()
        if parent is None:
            return
        found = parent.findChildren(QAbstractButton)
        rows = [row for row in found if isinstance(row, ListRow) and (row is self or row.isVisible())]
        rows.sort(key=lambda row: row.mapTo(parent, row.rect().topLeft()).y())
        target = rows.index(self) + by
        if 0 <= target < len(rows):
            rows[target].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        from PySide6.QtWidgets import QStyle  # 4 ms, and the first page has rows only where several cards are

        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        x = GRID + 4
        if self._glyph is not None:
            paint_glyph(painter, QRect(x, (self.height() - 18) // 2, 18, 18), self._glyph, self._glyph_role)
            x += 18 + GRID + 4
        free = self.width() - x - GRID - sum(self._widths) - 2 * GRID * (len(self._cells) - 1)
        share = max(free // max(self._widths.count(0), 1), 24)
        for index, (cell, width) in enumerate(zip(self._cells, self._widths, strict=True)):
            width = width or share
            painter.setFont(strong_font() if index == 0 else body_font())
            painter.setPen(color(Role.TEXT if index == 0 else Role.MUTED))
            fitted = painter.fontMetrics().elidedText(cell, Qt.TextElideMode.ElideRight, width)
            box = QRect(x, 0, width, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitted)
            x += width + 2 * GRID
        painter.end()
