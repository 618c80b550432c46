"""Lets a tester in another process see what a demo window shows: names, words and places.

Opened with ``--probe SOCKET`` in demo mode only. Of a secret field it tells the dots that stand there.
"screen" tells the widgets and the states, "figures" when things happened and how long the GUI thread was away
(the own gaps: without what it only waited for a processor; the busy ones: the processor time that it took).
A line of JSON is an order for the demo's fingers
(a click, a key) or for its clock, where the program gave the probe some.
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QWidget,
)

from desktop.common.performance import marks, spans
from desktop.demo.run_delay import RunDelay

_ROWS = 60
_BEAT_MS = 4


class Probe(QObject):
    """Answers each line sent to the local socket with one line of JSON: the visible widgets."""

    def __init__(
        self,
        name: str,
        parent: QObject,
        *,
        states: Callable[[], dict[str, Any]] = dict,
        obey: Callable[[dict[str, Any]], bool] = lambda _: False,
    ) -> None:
        """*states* tells where the program stands; *obey* does a tester's order, False if it cannot."""
        super().__init__(parent)
        self._states = states
        self._obey = obey
        self._server = _Server(self._answer, self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(name)
        self._server.listen(name)
        self._gaps: list[float] = []
        self._own_gaps: list[float] = []
        self._busy_gaps: list[float] = []
        self._run_delay = RunDelay()
        self.destroyed.connect(self._run_delay.close)
        self._painted = False  # gaps count from the first paint on
        self._last, self._waited, self._busy = self._moment()
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._on_beat)
        self._beat.start(_BEAT_MS)

    def _on_beat(self) -> None:
        now, waited, busy = self._moment()
        if self._painted and len(self._gaps) < 200_000:
            gap = (now - self._last) * 1000 - _BEAT_MS
            self._gaps.append(gap)
            self._own_gaps.append(gap - (waited - self._waited))
            self._busy_gaps.append((busy - self._busy) * 1000)
        self._waited, self._busy = waited, busy
        self._painted = self._painted or any(name == "first-paint" for name, _ in marks())
        self._last = now

    def _moment(self) -> tuple[float, float, float]:
        """Now (s), what was waited for a processor (ms), and processor time (s): of one moment. A wait of the
        thread between two of them would be taken off this gap and count in the next."""
        while True:
            waited, now, busy = self._run_delay.ms(), time.perf_counter(), time.thread_time()
            if self._run_delay.ms() == waited:
                return now, waited, busy

    def _answer(self, socket: QLocalSocket) -> None:
        while socket.canReadLine():
            self._on_beat()  # a gap that ends with a question counts too
            wanted = bytes(socket.readLine().data()).strip()
            socket.write(json.dumps(self._say(wanted)).encode() + b"\n")
            socket.flush()
            # The tester's own question is not the program's gap, nor what it waited for meanwhile.
            self._last, self._waited, self._busy = self._moment()

    def _say(self, wanted: bytes) -> dict[str, Any]:
        if wanted == b"screen":
            return {**screen(), "states": self._states()}
        if wanted.startswith(b"{"):
            try:
                return {"done": self._obey(json.loads(wanted))}
            except ValueError:
                return {"done": False}
        return self._figures()

    def _figures(self) -> dict[str, Any]:
        gaps, self._gaps = self._gaps, []
        own_gaps, self._own_gaps = self._own_gaps, []
        busy_gaps, self._busy_gaps = self._busy_gaps, []
        return {
            "marks": marks(),
            "spans": spans(),
            "gaps_ms": gaps,
            "own_gaps_ms": own_gaps,
            "busy_gaps_ms": busy_gaps,
        }


class _Server(QLocalServer):
    """Makes the sockets itself: of one that C++ makes and deletes PySide6 keeps its own half for ever."""

    def __init__(self, answer: Callable[[QLocalSocket], None], parent: QObject) -> None:
        super().__init__(parent)
        self._answer = answer

    def incomingConnection(self, descriptor: int) -> None:
        socket = QLocalSocket(self)
        socket.setSocketDescriptor(descriptor)
        socket.readyRead.connect(lambda: self._answer(socket))
        socket.disconnected.connect(socket.deleteLater)


def screen() -> dict[str, Any]:
    """Every visible window with its visible widgets."""
    windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    return {"windows": [_window(w) for w in windows], "keyboard": _keyboard()}


def _keyboard() -> str:
    """Whose the keys are: a name, or the kind of a widget without one."""
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.objectName() or widget.metaObject().className()


def _window(window: QWidget) -> dict[str, Any]:
    widgets = [_widget(w) for w in _within(window) if _can_be_seen(w, window)]
    if isinstance(window, QMenu):
        widgets += [_entry(window, action) for action in window.actions() if action.isVisible()]
    return {"title": window.windowTitle(), "rect": _rect(window), "widgets": widgets}


def _within(widget: QWidget) -> Iterator[QWidget]:
    """All under it, parents first.

    Each asks for its own: PySide6 lets go of what it met with the one who was asked, and of a scroll bar that
    Qt made it would keep its half as long as the window lives, dozens with every record that was closed.
    """
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        yield child
        yield from _within(child)


def _entry(menu: QMenu, action: QAction) -> dict[str, Any]:
    place = menu.actionGeometry(action)
    rect = _pixels(QRect(menu.mapToGlobal(place.topLeft()), place.size()))
    return {
        "name": action.objectName(),
        "kind": "QAction",
        "text": action.text(),
        "accessible": action.text(),
        "rect": rect,
        "enabled": action.isEnabled(),
        "focus": False,
    }


def _can_be_seen(widget: QWidget, window: QWidget) -> bool:
    if not widget.isVisible() or widget.window() is not window:
        return False
    surface = _viewport(widget) if isinstance(widget, QAbstractScrollArea) else widget
    return not surface.visibleRegion().isEmpty()


def _viewport(area: QAbstractScrollArea) -> QWidget:
    """By its name: a tester shall not make PySide6 build every kind of widget, as ``viewport()`` does."""
    found = area.findChild(QWidget, "qt_scrollarea_viewport", Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, QWidget) else area.viewport()


def _widget(widget: QWidget) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": widget.objectName(),
        "kind": type(widget).__name__,
        "text": _words(widget),
        "accessible": widget.accessibleName(),
        "rect": _rect(widget),
        "enabled": widget.isEnabled(),
        "focus": widget.hasFocus(),
    }
    if isinstance(widget, QAbstractButton) and widget.isCheckable():
        found["checked"] = widget.isChecked()
    if isinstance(widget, QAbstractItemView):
        found["rows"] = _rows(widget)
    return found


def _words(widget: QWidget) -> str:
    if isinstance(widget, QLineEdit):
        if widget.echoMode() is QLineEdit.EchoMode.Password:
            return widget.displayText()  # dots: whoever types sees how many arrived
        shown = widget.echoMode() is QLineEdit.EchoMode.Normal and not _is_secret(widget)
        return widget.text() if shown else ""
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QDateEdit):
        return widget.text()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QProgressBar):
        return widget.text()
    return ""


def _is_secret(widget: QWidget) -> bool:
    return bool(widget.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData)


def _rows(view: QAbstractItemView) -> list[dict[str, Any]]:
    model = view.model()
    count = model.rowCount() if model else 0
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount() if model else 0
    rows = []
    port = _viewport(view)
    for row in range(min(count, 500)):
        cells = [model.index(row, column) for column in range(columns)]
        rect = QRect()
        for cell in cells:
            rect = rect.united(view.visualRect(cell))
        if rect.isEmpty() or not port.rect().intersects(rect):
            continue
        seen = rect.intersected(port.rect())
        place = QRect(port.mapToGlobal(seen.topLeft()), seen.size())
        words = [str(cell.data() or "") for cell in cells]
        spoken = [str(cell.data(Qt.ItemDataRole.AccessibleTextRole) or "") for cell in cells]
        rows.append({"row": row, "cells": words, "spoken": " ".join(spoken), "rect": _pixels(place)})
        if len(rows) >= _ROWS:
            break
    return rows


def _rect(widget: QWidget) -> list[int]:
    return _pixels(QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size()))


def _pixels(place: QRect) -> list[int]:
    """Device pixels of the screen, which is where a hand acts."""
    ratio = QApplication.primaryScreen().devicePixelRatio()
    return [round(v * ratio) for v in (place.x(), place.y(), place.width(), place.height())]
