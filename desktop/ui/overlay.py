"""A panel laid over the page inside the one window: keys, contacts, help. Esc closes it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import middle
from desktop.ui.widget_tree import discard, within
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading


class Overlay(QWidget):
    """Signals: ``closed``. Covers *host*, which says :meth:`fit`; focus returns where it was."""

    closed = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("overlay")
        self._host = host
        self._before: QWidget | None = None
        self._content: QWidget | None = None
        self._title = heading("")
        self._title.setObjectName("overlay-title")
        self._panel = Panel(margin=4 * GRID)
        self._panel.setObjectName("overlay-panel")
        self._close = primary_button("", "overlay-close", self.close_panel)
        self._panel.body.addWidget(self._title)
        self._panel.body.addLayout(row(None, self._close))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(middle(self._panel, 640))
        self.hide()

    def open_panel(self, title: str, content: QWidget) -> None:
        """Show *content* (taken over) under *title*."""
        self._drop_content()
        focused = self._host.window().focusWidget()
        if not self.isVisible():
            self._before = focused
        self._content = content
        self._title.setText(title)
        self._panel.setAccessibleName(title)
        self._close.setText(text("common.close"))
        self._close.setAccessibleName(text("common.close"))
        self._panel.body.insertWidget(1, content)
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self._close.setFocus()

    def close_panel(self) -> None:
        """Hide; nothing typed underneath is touched."""
        if self.isHidden():
            return
        self.hide()
        self._drop_content()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        self.closed.emit()

    def fit(self) -> None:
        """*host* has another size."""
        if self.isVisible():
            self.setGeometry(self._host.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001 - Qt's signature
        """Tab stays within the panel: the focus never wanders under the overlay."""
        stops = [w for w in within(self) if _is_stop(w)]
        if stops:
            focused = self.focusWidget()
            here = stops.index(focused) if focused in stops else -1
            stops[(here + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 110))
        painter.end()

    def _drop_content(self) -> None:
        if self._content is not None:
            self._panel.body.removeWidget(self._content)
            discard(self._content)
            self._content = None


def _is_stop(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()
