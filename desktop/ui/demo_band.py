"""The band over the window of a demo: nothing that it shows is real."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.widgets.text import strong


class DemoBand(QFrame):
    """One line across the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("demo-band")
        self.setProperty("kind", "demo")
        self._words = strong("")
        self._words.setObjectName("demo-band-text")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2, 2 * GRID, 2)
        layout.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)
        self.refresh()

    def refresh(self) -> None:
        """Say it in the language in force."""
        self._words.setText(text("shell.demo_band"))
