"""Lets a tester in another process see what a demo window shows: names, words and places, read-only.

Opened with ``--probe SOCKET`` in demo mode only. It never reads a secret field, changes nothing and
knows no command but "screen"; the tester acts with the mouse and the keyboard like anyone else.
"""

import json
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QWidget,
)

_ROWS = 60


class Probe(QObject):
    """Answers each line sent to the local socket with one line of JSON: the visible widgets."""

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(name)
        self._server.newConnection.connect(self._greet)
        self._server.listen(name)

    def _greet(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._answer(socket))
        socket.disconnected.connect(socket.deleteLater)

    def _answer(self, socket: QLocalSocket) -> None:
        while socket.canReadLine():
            socket.readLine()
            socket.write(json.dumps(screen()).encode() + b"\n")
        socket.flush()


def screen() -> dict[str, Any]:
    """Every visible window with its visible widgets."""
    windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    return {"windows": [_window(w) for w in windows]}


def _window(window: QWidget) -> dict[str, Any]:
    widgets = [_widget(w) for w in window.findChildren(QWidget) if _can_be_seen(w, window)]
    return {"title": window.windowTitle(), "rect": _rect(window), "widgets": widgets}


def _can_be_seen(widget: QWidget, window: QWidget) -> bool:
    return widget.isVisible() and widget.window() is window and not widget.visibleRegion().isEmpty()


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
    if model is None:
        return []
    rows = []
    for row in range(min(model.rowCount(), 500)):
        cells = [model.index(row, column) for column in range(model.columnCount())]
        rect = QRect()
        for cell in cells:
            rect = rect.united(view.visualRect(cell))
        if rect.isEmpty() or not view.viewport().rect().intersects(rect):
            continue
        seen = rect.intersected(view.viewport().rect())
        corner = view.viewport().mapToGlobal(seen.topLeft())
        words = [str(cell.data() or "") for cell in cells]
        rows.append(
            {"row": row, "cells": words, "rect": [corner.x(), corner.y(), seen.width(), seen.height()]}
        )
        if len(rows) >= _ROWS:
            break
    return rows


def _rect(widget: QWidget) -> list[int]:
    corner = widget.mapToGlobal(QPoint(0, 0))
    return [corner.x(), corner.y(), widget.width(), widget.height()]
