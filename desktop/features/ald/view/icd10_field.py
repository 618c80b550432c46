"""A field for an ICD-10 code: letters of a code or of a title offer codes, the arrows and Enter take one."""

from functools import cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from desktop.domain.icd10 import categories
from desktop.ui.theme import CONTROL_HEIGHT

_WIDTH = 96
_LIST_WIDTH = 480
_LONGEST = 40  # letters of a title


class Icd10Field(QLineEdit):
    """Signals: ``written`` (the user changed it, or took a code that was offered)."""

    written = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setMaxLength(_LONGEST)
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.setFixedWidth(_WIDTH)
        self.textEdited.connect(lambda _: self.written.emit())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Two thousand titles are offered where somebody wants one."""
        if self.completer() is None:
            offers = _Offers(self)
            self.setCompleter(offers)
            offers.activated.connect(lambda _: self.written.emit(), Qt.ConnectionType.QueuedConnection)
        super().focusInEvent(event)


class _Offers(QCompleter):
    """« E11 Type 2 diabetes mellitus »; the field keeps the code alone."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(_titles(), field)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(8)
        if (popup := self.popup()) is not None:
            popup.setMinimumWidth(_LIST_WIDTH)

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return super().pathFromIndex(index).partition(" ")[0]


@cache
def _titles() -> QStringListModel:
    return QStringListModel([f"{code} {title}" for code, title in categories().items()])
