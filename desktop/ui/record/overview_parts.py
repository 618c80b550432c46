"""What features add to « À savoir »: asked anew for each record, and when they have something else."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.kernel.overview import Makes, OverviewPart


class OverviewParts(QObject):
    """Filled as pages are made. Signal: ``changed(OverviewPart)``."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._makes: list[tuple[OverviewPart, Makes]] = []

    def add(self, part: OverviewPart, makes: Makes) -> None:
        """One more that may add to *part*; the first that has something does."""
        self._makes.append((part, makes))

    def make(self, part: OverviewPart, parent: QWidget) -> QWidget | None:
        """What is added to *part* now."""
        for of, makes in self._makes:
            made = makes(parent) if of is part else None
            if made is not None:
                return made
        return None
