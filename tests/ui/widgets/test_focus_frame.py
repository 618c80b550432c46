"""The frame of a table or list that has the focus is whole: nothing inside is painted over it."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.history.view import HistoryRows, HistoryTable
from desktop.ui.record.document_list import DocumentList
from desktop.ui.record.document_model import DocumentModel
from desktop.ui.theme import Role, Scheme, apply_theme, color
from desktop.ui.views.table import ReadOnlyTable

SIZE = 240
CORNER = 8  # pixels; the radius is 6


def _table() -> QAbstractItemView:
    table = ReadOnlyTable("table", (lambda: "Date", lambda: "Acte"), stretched=frozenset({1}))
    table.fill([("12.05.2026", "Lecture")] * 30)
    table.selectRow(0)
    return table


def _list() -> QAbstractItemView:
    lines = QListWidget()
    lines.addItems([f"ligne {n}" for n in range(30)])
    lines.setCurrentRow(0)
    return lines


def _documents() -> QAbstractItemView:
    return DocumentList(DocumentModel())


def _history() -> QAbstractItemView:
    parent = QWidget()
    table = HistoryTable(HistoryRows(parent))
    parent.setParent(table)
    return table


@pytest.fixture(params=list(Scheme))
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Scheme]:
    apply_theme(qapp, request.param)
    yield request.param
    apply_theme(qapp, Scheme.LIGHT)


def _picture(widget: QWidget, scale: int) -> QImage:
    picture = QImage(SIZE * scale, SIZE * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    picture.fill(color(Role.WINDOW))
    widget.render(picture)
    return picture


def _is_frame(shown: QColor) -> bool:
    """At least half of it is the accent's colour: edges of a curve are mixed with what lies beside."""
    accent, ground = color(Role.ACCENT), color(Role.SURFACE)
    return _distance(shown, accent) * 2 <= _distance(ground, accent)


def _distance(one: QColor, two: QColor) -> int:
    return sum(abs(getattr(one, part)() - getattr(two, part)()) for part in ("red", "green", "blue"))


def _corners(picture: QImage, scale: int) -> list[int]:
    """Pixels of the frame in each corner: upper left, upper right, lower left, lower right."""
    near, far = range(CORNER * scale), range(picture.width() - CORNER * scale, picture.width())
    return [
        sum(_is_frame(picture.pixelColor(QPoint(x, y))) for x in across for y in down)
        for down in (near, far)
        for across in (near, far)
    ]


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("make", [_table, _list, _documents, _history])
def test_the_frame_is_whole(
    qtbot: QtBot, scheme: Scheme, scale: int, make: Callable[[], QAbstractItemView]
) -> None:
    page, other = QWidget(), QLineEdit()
    view = make()
    layout = QVBoxLayout(page)
    layout.addWidget(other)
    layout.addWidget(view)
    view.setFixedSize(SIZE, SIZE)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    view.viewport().repaint()
    inside = view.viewport().geometry()
    view.setFocus()  # later, as by Tab: what lies inside must not stay where it was without the focus
    qtbot.waitUntil(view.hasFocus)
    assert view.viewport().geometry() == inside, "nothing moves when the focus comes"
    picture = _picture(view, scale)
    corners = _corners(picture, scale)
    for part in view.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        part.hide()
    assert corners == _corners(_picture(view, scale), scale), "as if there were nothing inside"
    middle, last = SIZE * scale // 2, SIZE * scale - 1
    for depth in range(2 * scale):
        for x, y in (
            (middle, depth),
            (depth, CORNER * scale),
            (last - depth, CORNER * scale),
            (middle, last - depth),
        ):
            assert _is_frame(picture.pixelColor(x, y)), (x, y)
