"""The versions of the document in the viewer: the one in force first, former ones below (CF-052)."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.domain.record import Document
from desktop.domain.texts import text
from desktop.ui.dates import moment


class VersionBox(QComboBox):
    """Hidden until there are some. Signal: ``version_chosen(Document, bool)``, True = a former one."""

    version_chosen = Signal(object, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("viewer-versions")
        self.setAccessibleName(text("viewer.versions"))
        self.hide()
        self._versions: tuple[Document, ...] = ()
        self.currentIndexChanged.connect(self._choose)

    def show_versions(self, document: Document, former: Sequence[Document]) -> None:
        """*document* is shown now; with the focus."""
        self._versions = (document, *former)
        blocked = QSignalBlocker(self)
        self.clear()
        for number, version in enumerate(self._versions):
            key = text("viewer.version_former" if number else "viewer.version_current")
            self.addItem(f"{key} · {moment(version.registered or version.created)}")
        blocked.unblock()
        self.show()
        self.setFocus()

    def shows_former(self) -> bool:
        """Whether a former one is chosen."""
        return not self.isHidden() and self.currentIndex() > 0

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._versions):
            self.version_chosen.emit(self._versions[row], row > 0)
