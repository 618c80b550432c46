"""A themed application, worker lanes that are closed again, and an open record."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Scheme, apply_theme
from tests.fakes import FakeController
from tests.waiting import LIMIT_MS


@pytest.fixture
def themed(qapp: QApplication) -> QApplication:
    """The light scheme, whatever ran before."""
    apply_theme(qapp, Scheme.LIGHT)
    return qapp


@pytest.fixture
def tasks(themed: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.close(LIMIT_MS)


@pytest.fixture
def opened(qtbot: QtBot, tasks: Tasks) -> Callable[[FakeController], RecordView]:
    """Open a record on a controller and wait until it is loaded."""

    def open_record(controller: FakeController) -> RecordView:
        view = RecordView(tasks)
        view.open(controller)
        qtbot.addWidget(view)
        view.resize(1366, 700)
        view.show()
        with qtbot.waitSignal(view.loaded):
            view.start()
        return view

    return open_record
