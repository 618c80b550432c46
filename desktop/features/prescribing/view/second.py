"""In which language of the patient the paper says the posology once more, beside the French one."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from desktop.domain.texts import Language, text
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.text import muted

_NAMES: Final = {Language.DE: "Deutsch", Language.LB: "Lëtzebuergesch", Language.EN: "English"}
"""Each by its own name, as its reader looks for it; French is there in any case."""


class SecondLanguage(Speaking):
    """Signal: ``chosen(Language | None)``; None: French alone."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-second-language", parent)
        self._title = muted("")
        self._title.setWordWrap(False)
        self.bind(self._title.setText, lambda: text("prescribing.second_language"))
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.setObjectName("rx-second")
        self.box.setMinimumHeight(CONTROL_HEIGHT)
        self.bind(self.box.setAccessibleName, lambda: text("prescribing.second_language"))
        self.box.addItems(["", *_NAMES.values()])
        self.bind(lambda words: self.box.setItemText(0, words), lambda: text("prescribing.second_none"))
        self.box.activated.connect(lambda place: self.chosen.emit((None, *_NAMES)[place]))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._title)
        layout.addWidget(self.box)

    def show_language(self, language: Language | None) -> None:
        """What the draft says."""
        self.box.setCurrentIndex((None, *_NAMES).index(language) if language in _NAMES else 0)
