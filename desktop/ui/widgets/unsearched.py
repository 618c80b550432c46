"""Lists and tables without Qt's own search by letters."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop.ui.widgets.letters import writes

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView

    _Base = QAbstractItemView
else:
    _Base = object


class Unsearched(_Base):
    """To stand before a Qt view: letters find no row, for Qt would keep them for good (CF-017).

    They go on to the page, whose field may want them (:meth:`desktop.ui.views.base.Speaking.letters_field`).
    """

    def keyboardSearch(self, search: str) -> None:
        """Nothing: what is typed here is kept nowhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if writes(event) and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)
