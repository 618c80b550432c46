"""Badges: a word on a soft ground; the colour only supports the word."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.ui.widgets.text import set_tone


class Badge(QLabel):
    """*tone*: "", accent, warning, danger."""

    def __init__(self, content: str, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(content, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", "badge")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        set_tone(self, tone)

    def set(self, content: str, tone: str = "") -> None:
        """Change word and tone; an empty word hides the badge."""
        self.setText(content)
        set_tone(self, tone)
        self.setVisible(bool(content))
