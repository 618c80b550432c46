"""Labels: headings, body, muted and links; never rich text, so that no record can inject markup."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.ui.theme import restyle


def label(content: str, kind: str = "body", parent: QWidget | None = None) -> QLabel:
    """A plain-text label that wraps; *kind*: body, muted, strong, heading."""
    result = QLabel(content, parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("kind", kind)
    result.setWordWrap(kind in ("body", "muted"))
    return result


def heading(content: str, parent: QWidget | None = None) -> QLabel:
    """The heading of a screen or panel."""
    return label(content, "heading", parent)


def muted(content: str, parent: QWidget | None = None) -> QLabel:
    """Secondary text."""
    return label(content, "muted", parent)


def strong(content: str, parent: QWidget | None = None) -> QLabel:
    """Text in the headings' weight."""
    return label(content, "strong", parent)


def set_tone(widget: QWidget, tone: str) -> None:
    """Give *widget* the tone "accent", "warning", "danger" or "" (never the only sign)."""
    if (widget.property("tone") or "") != tone:  # of what never had one nothing changes
        widget.setProperty("tone", tone)
        restyle(widget)


def link(content: str, name: str, clicked: Callable[[], object] | None = None) -> QPushButton:
    """A quiet act that reads as a link, but is a button for keyboard and screen reader."""
    result = QPushButton(content)
    result.setObjectName(name)
    result.setProperty("kind", "link")
    result.setAccessibleName(content)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    if clicked is not None:
        result.clicked.connect(lambda: clicked())
    return result


def rule() -> QFrame:
    """A thin line between two parts."""
    line = QFrame()
    line.setProperty("kind", "rule")
    return line


class ElidedLabel(QLabel):
    """One line that ends in « … » where it is too narrow; the whole text is in tool tip and name."""

    def __init__(self, content: str = "", kind: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setMinimumWidth(40)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""
        self.set_whole(content)

    def set_whole(self, content: str) -> None:
        """Show *content*, shortened as needed."""
        self._whole = content
        self.setAccessibleName(content)
        self.updateGeometry()
        self._fit()

    def whole(self) -> str:
        """The text without shortening."""
        return self._whole

    def sizeHint(self) -> QSize:
        # Of the whole text: a label that was once cut must be able to grow again.
        return QSize(
            QFontMetrics(self.font()).horizontalAdvance(self._whole) + 4, super().sizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._fit()
        super().paintEvent(event)

    def _fit(self) -> None:
        fitted = QFontMetrics(self.font()).elidedText(
            self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 40)
        )
        if fitted != self.text():
            self.setText(fitted)
            self.setToolTip(self._whole if fitted != self._whole else "")
