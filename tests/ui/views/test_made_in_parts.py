"""A view that is made in parts is laid out while some are missing, as ``QWidget.grab`` of its window does.

What an override of Qt's raises there is not told at once: PySide6 keeps it, takes it for that of the next
override, a size hint, and ends the process.
"""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.prescribing.view.ordonnance import RxView
from desktop.features.summary.view.editor import EditorView
from desktop.ui.bind.pages import LARGE
from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Tasks

Parts = Callable[[QWidget], Iterator[object]]
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def _record(parent: QWidget) -> Iterator[object]:
    view, tasks = RecordView(Tasks(parent), parent), True
    yield view
    while tasks:
        tasks = view.make_next()
        yield view


@pytest.mark.parametrize("parts", [*LARGE.values(), EditorView.in_steps, RxView.in_steps, _record])
def test_a_view_can_be_laid_out_after_each_of_its_parts(parts: Parts, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QHBoxLayout(window)
    window.show()
    count = 0
    for count, _ in enumerate(parts(window), 1):  # noqa: B007
        for size in ((1366, 700), (480, 264)):
            for child in window.findChildren(QWidget, options=DIRECT):
                child.resize(*size)
            assert not window.grab().isNull()
            QApplication.processEvents()
    assert count > 1, "in one part: it would show nothing"
