"""Where the window stands on the screen, from one start to the next; never larger than the free screen.

Read before the window is there: its own small file of numbers, and nothing but Qt is imported. The place says
nothing about anybody, so it is the workstation's and lies in clear beside the settings.
"""

import os
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FRAME = QSize(4, 40)  # logical pixels: the largest that desktops put around a window; known once it is there
_LARGEST = 64  # bytes of the file: five numbers
_FAR = 1 << 15  # no screen is that large; beyond, the numbers are damaged


class WindowPlace:
    """Of one window, kept in *path*: « x y width height maximised », logical pixels.

    The corner is the frame's, the size that of the inside.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def give(self, window: QWidget) -> None:
        """Put *window*, not shown yet, where the last one stood; else in the middle, in its own size.

        Where the screen is smaller than that, or is gone since, it takes what is free.
        """
        kept = self._read()
        screen = QGuiApplication.primaryScreen()
        if kept is not None:
            screen = QGuiApplication.screenAt(kept[0].center()) or screen
        free = screen.availableGeometry()
        place = fitted(QRect(free.topLeft(), window.size()) if kept is None else kept[0], free)
        if kept is None:
            place.moveCenter(free.center())
            place = fitted(place, free)
        window.resize(place.size())
        window.move(place.topLeft())
        if kept is not None and kept[1]:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)

    def keep(self, window: QWidget) -> None:
        """Write where *window* stands. A disk that takes nothing more costs only that."""
        inside = (
            window.normalGeometry() if window.isMaximized() or window.isMinimized() else window.geometry()
        )
        corner = inside.topLeft() + window.frameGeometry().topLeft() - window.geometry().topLeft()
        numbers = (corner.x(), corner.y(), inside.width(), inside.height(), int(window.isMaximized()))
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            beside.write_text(" ".join(map(str, numbers)), encoding="ascii")
            beside.replace(self._path)

    def _read(self) -> tuple[QRect, bool] | None:
        """None on the first start, and where the file is no longer what was written."""
        try:
            with self._path.open("rb") as file:
                x, y, width, height, maximised = map(int, file.read(_LARGEST).split())
        except (OSError, ValueError):
            return None
        sound = max(abs(x), abs(y)) < _FAR and 0 < width < _FAR and 0 < height < _FAR
        return (QRect(x, y, width, height), maximised == 1) if sound else None


def fitted(place: QRect, free: QRect) -> QRect:
    """*place*, the corner of a window's frame and the size inside, made to lie within *free*."""
    size = place.size().boundedTo(free.size() - FRAME)
    room = free.size() - FRAME - size
    x = min(max(place.x(), free.x()), free.x() + room.width())
    y = min(max(place.y(), free.y()), free.y() + room.height())
    return QRect(x, y, size.width(), size.height())
