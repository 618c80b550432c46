"""A page that is larger than a turn of the event loop is made in several, and is there when all of it is."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.bind.pages import LARGE, PAGES, Pages
from desktop.ui.shell import Shell
from desktop.ui.views.base import View
from tests.waiting import LIMIT_MS


@pytest.fixture
def shell(qtbot: QtBot) -> Shell:
    made = Shell()
    made.fill()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_page_is_made_in_parts(kind: Callable[[QWidget], View], shell: Shell) -> None:
    owner = QObject()
    pages = Pages(shell, owner)
    for _ in range(3):
        pages._step(kind)
        assert shell.stack.indexOf(pages._made.get(kind, QWidget())) == -1, "not yet a page"
    page = pages.take(kind)
    assert pages.take(kind) is page and shell.stack.indexOf(page) >= 0
    assert len([w for w in shell.findChildren(View) if type(w) is type(page)]) == 1, "not begun twice"


def test_all_pages_are_there_at_the_end(shell: Shell, qtbot: QtBot) -> None:
    owner = QObject()
    pages = Pages(shell, owner)
    over: list[bool] = []
    pages.make_ahead(lambda: over.append(True))
    assert not pages._made, "not in the turn that asks"
    qtbot.waitUntil(lambda: bool(over), timeout=LIMIT_MS)
    assert set(pages._made) == set(PAGES) and shell.stack.count() == len(PAGES)
