"""A part that is shown before it has a place opens as a window of its own, for a blink."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.bind.pages import PAGES
from desktop.ui.record.record_view import RecordView
from desktop.ui.shell import Shell
from desktop.ui.tasks import Tasks
from desktop.ui.views.compare import CompareView
from desktop.ui.views.lock import LockView
from desktop.ui.views.login import LoginView
from desktop.ui.views.terms import TermsView
from tests.fakes import FakeController
from tests.waiting import LIMIT_MS


class _Windows(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.opened.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.fixture
def windows(qapp: QApplication) -> Iterator[list[str]]:
    eyes = _Windows()
    qapp.installEventFilter(eyes)
    yield eyes.opened
    qapp.removeEventFilter(eyes)


def test_the_eyes_see_a_window(windows: list[str]) -> None:
    stray = QWidget()
    stray.setObjectName("stray")
    stray.show()
    assert windows == ["QWidget stray"]
    stray.deleteLater()


@pytest.mark.parametrize(
    "make", [*PAGES, LoginView, LockView, TermsView, Shell, lambda: CompareView("compare")]
)
def test_no_page_opens_a_window_while_it_is_made(make: Callable[[], QWidget], windows: list[str]) -> None:
    made = make()
    assert windows == []
    made.deleteLater()


def test_no_record_opens_a_window_while_it_is_made(windows: list[str]) -> None:
    tasks = Tasks()
    made = RecordView(tasks)
    while made.make_next():
        assert windows == []
    made.open(FakeController())
    assert windows == []
    made.deleteLater()
    assert tasks.close(LIMIT_MS)
