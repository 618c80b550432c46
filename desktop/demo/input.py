"""A tester's fingers in the demo: clicks and keys delivered to the windows as the window system would.

Demo mode only (see :mod:`desktop.demo.probe`). The mouse pointer of the person at the screen is not moved.
"""

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from desktop.demo.probe import screen

_log = logging.getLogger("dsp.demo")
_SCANNER_MS = 2  # between two of its keys
_MODIFIERS = {
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "shift": Qt.KeyboardModifier.ShiftModifier,
    "alt": Qt.KeyboardModifier.AltModifier,
}


def perform(order: dict[str, Any]) -> bool:
    """Do ``{"do": "press", "at": [x, y], "times": 1}``, ``{"do": "press", "name": …, "row": words}``,
    ``{"do": "key", "key": "ctrl+L"}``, ``{"do": "paste", "text": "1234"}`` or
    ``{"do": "scan", "text": …}`` (typed as by a keyboard-wedge scanner) soon, and
    ``{"do": "reveal", "name": …}`` (scroll there) at once. *at* is in device pixels, as the probe tells
    places. What is named is pressed where it stands then: it may have moved since the tester looked.

    False for an order that is not understood. It happens in the next turn of the event loop: a menu that
    opens runs a loop of its own, and the tester must not wait for its end.
    """
    try:
        if order.get("do") == "press" and "name" in order:
            name, row = str(order["name"]), str(order.get("row", ""))
            QTimer.singleShot(0, lambda: _press_named(name, row))
            return True
        if order.get("do") == "press":
            ratio = QApplication.primaryScreen().devicePixelRatio()
            at = QPoint(*(round(v / ratio) for v in order["at"]))
            times = int(order.get("times", 1))
            QTimer.singleShot(0, lambda: _press(at, times))
            return True
        if order.get("do") == "key":
            key, modifiers = _parse(str(order["key"]))
            QTimer.singleShot(0, lambda: _when_active(lambda: _type(key, modifiers)))
            return True
        if order.get("do") == "reveal":
            _reveal(str(order["name"]))
            return True
        if order.get("do") == "scan":
            keys = _as_keys(str(order["text"]))
            QTimer.singleShot(0, lambda: _when_active(lambda: _type_all(keys)))
            return True
        if order.get("do") == "paste":
            QApplication.clipboard().setText(str(order["text"]))
            QTimer.singleShot(0, lambda: _type(Qt.Key.Key_V, _MODIFIERS["ctrl"]))
            return True
    except (KeyError, TypeError, ValueError):
        _log.warning("a tester's order was not understood")
    return False


def _press(at: QPoint, times: int) -> None:
    window = _window_at(at)
    if window is None:
        return
    place = window.mapFromGlobal(QPointF(at)).toPoint()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseMove(window, place)
    QTest.mouseClick(window, button, none, place)
    if times > 1:
        QTest.mouseDClick(window, button, none, place)


def _press_named(name: str, row: str) -> None:
    """The middle of the widget, a dialog's before the page's, or of its first row with those words."""
    seen = [w for window in reversed(screen()["windows"]) for w in window["widgets"] if w["name"] == name]
    found: dict[str, Any] | None = next((w for w in seen if w["enabled"]), None)
    if found is not None and row:
        rows = found.get("rows", [])
        found = next((r for r in rows if row.lower() in " ".join(r["cells"]).lower()), None)
    if found is not None:
        x, y, width, height = found["rect"]
        ratio = QApplication.primaryScreen().devicePixelRatio()
        _press(QPoint(round((x + width // 2) / ratio), round((y + height // 2) / ratio)), 1)


def _reveal(name: str) -> None:
    """Turn the wheel until the widget of that name stands on the screen."""
    for window in QApplication.topLevelWidgets():
        widget = window.findChild(QWidget, name) if window.isVisible() else None
        parent = widget.parentWidget() if widget is not None and widget.isVisible() else None
        while widget is not None and parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()


def _window_at(at: QPoint) -> QWindow | None:
    """The topmost of our windows there; an open menu or dialog lies above the others."""
    above = [QApplication.activePopupWidget(), QApplication.activeModalWidget()]
    others = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    for widget in [*above, *reversed(others)]:
        if widget is not None and widget.frameGeometry().contains(at):
            return widget.windowHandle()
    return None


def _type(key: int, modifiers: Qt.KeyboardModifier) -> None:
    widget = _typed_at()
    window = widget.windowHandle() if widget is not None else None
    if window is not None:
        QTest.keyClick(window, key, modifiers)


def _when_active(typed: Callable[[], object]) -> None:
    """A window without a manager is not active again once its dialog was closed, and Qt leads no key to a
    shortcut of a window that is not: it gets the keyboard first, as a manager would give it."""
    widget = _typed_at()
    if widget is not None and QApplication.activeWindow() is None:
        widget.activateWindow()
        QTimer.singleShot(0, typed)
    else:
        typed()


def _typed_at() -> QWidget | None:
    """Who gets the keys. It is held while they are sent: PySide6 lets its window go with it otherwise."""
    widget: QWidget | None = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    if widget is None:
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        dialogs = [w for w in shown if w.parentWidget() is not None]
        widget = QApplication.activeWindow() or next(iter([*dialogs, *shown]), None)
    return widget


def _as_keys(code: str) -> str:
    """A code in keys that every keyboard has: a wedge spells the separator ``^]`` (domain §C.7)."""
    keys = code.replace("\x1d", "^]")
    if not keys.isascii() or not keys.isprintable():
        raise ValueError(code)
    return keys


def _type_all(keys: str) -> None:
    """A scanner keeps its pace whatever this computer does: its keys carry the times of its sending."""
    widget = _typed_at()
    window = widget.windowHandle() if widget is not None else None
    if window is None:
        return
    told = _ToldTime(window)
    QTest.keyClick(window, Qt.Key.Key_Shift)  # says nothing by itself, but by which clock events are timed
    window.removeEventFilter(told)
    for place, key in enumerate((*keys, "\r")):
        code = Qt.Key.Key_Return if key == "\r" else ord(key.upper())
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key)
            event.setTimestamp(told.at_ms + place * _SCANNER_MS)
            QCoreApplication.sendEvent(window, event)


class _ToldTime(QObject):
    """When a window's last key was pressed."""

    def __init__(self, window: QWindow) -> None:
        super().__init__()
        self.at_ms = 0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            self.at_ms = event.timestamp()
        return False


def _parse(words: str) -> tuple[Any, Qt.KeyboardModifier]:
    """ "ctrl+L", "Return", "Tab" or one ASCII character."""
    modifiers = Qt.KeyboardModifier.NoModifier
    if len(words) == 1:
        if not words.isascii():
            raise ValueError(words)
        return ord(words), modifiers
    *held, name = words.split("+")
    for word in held:
        modifiers |= _MODIFIERS[word.lower()]
    return Qt.Key[f"Key_{name}"], modifiers
