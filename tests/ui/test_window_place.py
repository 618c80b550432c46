"""Where the window stands: as it was left, and never larger than what is free."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.shell import DESIGN
from desktop.ui.window_place import FRAME, WindowPlace, fitted

LAPTOP = QRect(0, 0, 1366, 720)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Callable[[], QWidget]]:
    def make() -> QWidget:
        made = QWidget()
        made.resize(*DESIGN)
        qtbot.addWidget(made)
        return made

    yield make


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("screen", [(1366, 768), (1920, 1080), (1024, 700)])
def test_a_first_window_lies_within_the_free_screen(screen: tuple[int, int], scale: float) -> None:
    free = QRect(0, 0, int(screen[0] / scale), int(screen[1] / scale) - 48)
    place = fitted(QRect(free.topLeft(), QSize(*DESIGN)), free)
    assert free.contains(QRect(place.topLeft(), place.size() + FRAME))
    assert place.size() == QSize(*DESIGN).boundedTo(free.size() - FRAME)


@pytest.mark.parametrize("corner", [(-400, -30), (1300, 700), (5000, 20)])
def test_a_place_beyond_the_screen_is_brought_back(corner: tuple[int, int]) -> None:
    place = fitted(QRect(*corner, 900, 500), LAPTOP)
    assert place.size() == QSize(900, 500) and LAPTOP.contains(QRect(place.topLeft(), place.size() + FRAME))


def test_the_next_window_stands_where_the_last_one_did(
    window: Callable[[], QWidget], tmp_path: Path, qapp: QApplication
) -> None:
    place, free = WindowPlace(tmp_path / "window"), qapp.primaryScreen().availableGeometry()
    first = window()
    place.give(first)
    assert free.contains(first.geometry()), "the design is larger than this screen"
    first.move(free.x() + 31, free.y() + 17)
    first.resize(501, 302)
    first.show()
    place.keep(first)
    second = window()
    place.give(second)
    assert second.size() == QSize(501, 302) and second.pos() == first.pos()
    assert not second.windowState() & Qt.WindowState.WindowMaximized
    second.showMaximized()
    place.keep(second)
    third = window()
    place.give(third)
    assert third.windowState() & Qt.WindowState.WindowMaximized
    assert third.normalGeometry().size() in (QSize(501, 302), QSize(0, 0)), "where it goes back to"


@pytest.mark.parametrize(
    "left", ["", "1 2 3", "a b c d e", "0 0 0 0 0", "0 0 99999999 20 0", "0 0 -5 20 0", "\0" * 99]
)
def test_a_damaged_file_is_a_first_start(window: Callable[[], QWidget], tmp_path: Path, left: str) -> None:
    path = tmp_path / "window"
    path.write_text(left)
    given, first = window(), window()
    WindowPlace(path).give(given)
    WindowPlace(tmp_path / "none").give(first)
    assert given.geometry() == first.geometry()


def test_a_folder_that_takes_nothing_costs_only_the_place(
    window: Callable[[], QWidget], tmp_path: Path
) -> None:
    WindowPlace(tmp_path / "gone" / "window").keep(window())
    assert not (tmp_path / "gone").exists()
