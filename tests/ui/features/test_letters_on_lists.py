"""A letter that is typed on a list returns to the field beside it, on every page that has one."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.ald.view.add_panel import AddPanel
from desktop.features.counter.view.day import DayView
from desktop.features.prescribing.view.favourites import FavouriteList
from desktop.features.prescribing.view.ordonnance import RxView
from desktop.ui.widgets.panel import column

Made = tuple[QWidget, QWidget, QLineEdit]


def _ald() -> Made:
    panel = AddPanel()
    panel.begin(frozenset())
    return panel, panel.found, panel.field


def _favourites() -> Made:
    made = FavouriteList()
    made.show_favourites(())
    return made, made.table, made.filter


def _day() -> Made:
    day = DayView()
    return day, day.table, day.words


def _ordonnance() -> Made:
    view = RxView()
    return view, view.table, view.field


@pytest.mark.parametrize("make", [_ald, _favourites, _day, _ordonnance])
def test_a_letter_returns_to_the_field(qtbot: QtBot, make: Callable[[], Made]) -> None:
    view, rows, field = make()
    window = QWidget()
    qtbot.addWidget(window)
    column_of = column()
    window.setLayout(column_of)
    column_of.addWidget(view)
    window.resize(1200, 700)
    window.show()
    view.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for part in (rows, field):
        part.setEnabled(True)
        hidden: QWidget | None = part
        while hidden is not None and not hidden.isVisible():
            hidden.setVisible(True)
            hidden = hidden.parentWidget()
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_D)
    assert field.text() == "d" and field.hasFocus()
