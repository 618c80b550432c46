"""Run by :mod:`tests.ui.desk.test_window_fits` in a process of its own for each scale of the screen.

Every page in every language, and in one with longer words, in each room that a screen leaves at that scale.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.network import NetworkState
from desktop.domain.record import MandateKind
from desktop.domain.texts import Language, set_language
from desktop.ui.shell import Shell
from desktop.ui.shell_contents import ShellModel
from desktop.ui.shell_menus import Tab
from desktop.ui.state_bar import StateModel
from desktop.ui.theme import Scheme, apply_theme
from desktop.ui.views.base import View
from desktop.ui.views.situation import CardSituation
from tests import pseudo_locale
from tests.samples.practice import mandate
from tests.ui.desk.conftest import Bench
from tests.ui.desk.test_every_language import cut
from tests.ui.desk.test_small_window import named, parts
from tests.ui.views.test_all_views import SCREENS

SCALE = float(os.environ.get("DSP_SCALE", "1"))
PICTURES, ALL = os.environ.get("DSP_PICTURES", ""), bool(os.environ.get("DSP_ALL_PICTURES"))
TITLE_AND_TASKBAR = 80  # logical pixels of the height that the desktop takes
SIZES = ((1366, 768), (1920, 1080), (1024, 700))
LARGEST_SCALE = {(1024, 700): 1.5}
PSEUDO = "pseudo"
LOOKS = 50
TABS = (
    ("home", "shell.tab_patients"), ("worklist", "about.title"), ("outbox", "shell.tab_outbox"),
    ("mine", "terms.title"), ("fourth", "recovery.title"),
)  # fmt: skip


def rooms() -> list[tuple[int, int]]:
    """What each screen leaves for the window, logical pixels."""
    return [
        (int(w / SCALE), int(h / SCALE) - TITLE_AND_TASKBAR)
        for w, h in SIZES
        if LARGEST_SCALE.get((w, h), SCALE) >= SCALE
    ]


def settle(page: QWidget) -> None:
    """Until *page* stays as large as it is: what folds makes it lay itself out anew."""
    still, before = 0, None
    while still < 12:
        QApplication.processEvents()
        now = page.size(), page.window().size()
        still, before = (still + 1 if now == before else 0), now


def place(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


def sticks_out(part: QWidget) -> QWidget | None:
    """The first that holds *part* and is too small for it, below what scrolls."""
    inner, holder = QRect(QPoint(), part.size()), part
    while (parent := holder.parentWidget()) is not None:
        inner.translate(holder.pos())
        if (
            isinstance(parent.parentWidget(), QAbstractScrollArea)
            and parent.objectName() == "qt_scrollarea_viewport"
        ):
            return None
        if not parent.rect().contains(inner):
            return parent
        holder = parent
    return None


def overlapping(page: QWidget) -> Iterator[str]:
    """Two parts of a page, neither in the other, over the same pixels."""
    found = [(part, place(part).adjusted(1, 1, -1, -1)) for part in parts(page)]
    found = [
        (part, where) for part, where in found if not isinstance(part.parent(), QComboBox | QAbstractSpinBox)
    ]
    for (first, one), (second, two) in itertools.combinations(found, 2):
        inside = first.isAncestorOf(second) or second.isAncestorOf(first)
        if not inside and one.intersects(two):
            seen = first.visibleRegion().boundingRect(), second.visibleRegion().boundingRect()
            if not seen[0].isEmpty() and not seen[1].isEmpty():
                yield f"{named(first)} over {named(second)}"


def wrong_with(shell: Shell, page: QWidget) -> Iterator[str]:
    for one in cut(page):
        yield f"cut {one}"
    for part in parts(page):
        if (holder := sticks_out(part)) is not None:
            yield f"{named(part)} sticks out of {holder.objectName() or type(holder).__name__}"
    yield from overlapping(page)
    bar = shell.state_bar
    if not (bar.isVisible() and bar.geometry().bottom() <= shell.height()):
        yield "the state bar is not in sight"
    for part in parts(bar):
        if part.visibleRegion().boundingRect().size() != part.size():
            yield f"state bar: {named(part)} is cut"
    primary = page.primary() if isinstance(page, View) else None
    if primary is not None and primary.isVisible():
        foot = shell.findChild(QPushButton, "page-foot-primary")
        whole = primary.visibleRegion().boundingRect().size() == primary.size()
        if not (whole or (foot is not None and foot.isVisible() and foot.text() == primary.text())):
            yield "the primary button is not in sight"


class Fitting:
    """What does not fit, found page by page, each in every room of this scale."""

    def __init__(self, shell: Shell, language: str) -> None:
        self._shell, self._language = shell, language
        self._wrong: dict[str, str] = {}

    def look(self, name: str, page: QWidget) -> None:
        """*page* is in front."""
        for room in rooms():
            self._shell.resize(*room)
            settle(page)
            assert (self._shell.width(), self._shell.height()) == room, "larger than the screen"
            found = list(wrong_with(self._shell, page))
            for _ in range(LOOKS if found else 0):  # what is laid out later fits later; what is cut stays cut
                settle(page)
                found = list(wrong_with(self._shell, page))
                if not found:
                    break
            for one in found:
                self._wrong.setdefault(f"{name}: {one}", f"{room[0]}×{room[1]}")
            if PICTURES and (found or ALL):
                where = f"{SCALE:g}-{self._language}-{name}-{room[0]}x{room[1]}.png".replace(" ", "-")
                self._shell.grab().save(str(Path(PICTURES) / where))

    def told(self) -> str:
        return "\n".join(sorted(f"{one} in {room}" for one, room in self._wrong.items()))


LANGUAGES = pytest.mark.parametrize("language", [*(one.value for one in Language), PSEUDO])


@contextmanager
def speaking(language: str) -> Iterator[Language]:
    with pseudo_locale.spoken() if language == PSEUDO else nullcontext():
        yield Language.FR if language == PSEUDO else Language(language)
    set_language(Language.FR)


@LANGUAGES
def test_every_page_of_the_window_fits(bench: Bench, language: str) -> None:
    """Anne's médecin référent before her record."""
    bench.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    bench.log_in()
    bench.open_record()
    bench.make_every_page()
    shell, seen = bench.shell, Fitting(bench.shell, language)
    with speaking(language) as chosen:
        for spoken in (Language.DE if chosen is Language.FR else Language.FR, chosen):
            shell.language_chosen.emit(spoken)
            bench.make_ahead()
            bench.settle()
        if language == PSEUDO:
            assert pseudo_locale.lengthened("Déposer un document") in bench.words_in_widgets()
        for name, page in list(shell._filled._pages.items()):
            shell.set_page(name)
            bench.settle()
            seen.look(name, page)
        for name, ask in (("keys", shell.show_keys), ("security", shell.show_security)):
            ask()
            seen.look(name, shell.overlay)
        shell.set_page("record")
        for large in (False, True):
            bench.record_view().open_document("d1", large=large)
            bench.settle()
            seen.look("a document, large" if large else "a document", bench.record_view())
    assert not seen.told(), seen.told()


@LANGUAGES
def test_every_state_of_a_page_fits(qtbot: QtBot, qapp: QApplication, language: str) -> None:
    """In the demo, whose band takes a line more."""
    apply_theme(qapp, Scheme.LIGHT)
    shell = Shell()
    shell.fill()
    shell.allow_close()
    qtbot.addWidget(shell)
    seen = Fitting(shell, language)
    tabs = tuple(Tab(name, key) for name, key in TABS)
    with speaking(language) as chosen:
        set_language(chosen)
        shell.show_state(ShellModel("Dr Claire WEBER", tabs, demo=True))
        shell.state_bar.show_state(StateModel(CardSituation.BLOCKED, NetworkState.OFFLINE, 3, 2, demo=True))
        shell.show()
        for name, (make, fill) in SCREENS.items():
            view = make(parent=shell.stack)  # type: ignore[call-arg]
            shell.add_page(name, view)
            fill(view)
            shell.set_page(name)
            seen.look(name, view)
    assert not seen.told(), seen.told()
