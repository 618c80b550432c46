"""A hand that aims at a row or a button while something is being waited for meets what it aimed at."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QWidget

from desktop.domain.record import MandateKind
from desktop.domain.texts import Language, set_language
from desktop.ui.widget_tree import within
from desktop.ui.widgets.progress import DelayedProgress
from tests.samples.practice import mandate
from tests.ui.desk.conftest import Bench
from tests.ui.desk.test_small_window import settle

_AIMED_AT = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit)
_WAITED_FOR = "La plateforme répond lentement"


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Iterator[Bench]:
    """Anne's médecin référent before her record."""
    made = make_bench()
    made.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    made.log_in()
    made.open_record()
    made.make_every_page()
    yield made
    set_language(Language.FR)


def places(page: QWidget) -> dict[QWidget, QPoint]:
    """Where what can be clicked stands on *page*; what is not before the eyes stands nowhere."""
    settle()
    return {
        part: part.mapTo(page, QPoint(0, 0))
        for part in within(page)
        if isinstance(part, _AIMED_AT) and part.isVisible() and not part.visibleRegion().isEmpty()
    }


def test_nothing_moves_when_a_wait_is_shown(bench: Bench) -> None:
    """Neither by the line after 300 ms nor by its words after 3 s."""
    seen, moved = 0, []
    for name, page in bench.shell._filled._pages.items():
        bench.shell.set_page(name)
        bench.settle()
        for wait in [part for part in within(page) if isinstance(part, DelayedProgress)]:
            if not _stands(wait):
                continue
            before = places(page)
            wait.wait(_WAITED_FOR)
            wait._show_bar()
            wait._explain()
            after = places(page)
            seen += 1
            moved += [
                f"{name}, {wait.objectName()}: {part.objectName()} by {after[part].y() - was.y()}"
                for part, was in before.items()
                if part in after and after[part] != was
            ]
            wait.done()
            settle()
    assert seen >= 8 and not moved, "\n".join(moved)


def _stands(wait: QWidget) -> bool:
    """Whether its page shows where it would stand: the part of the page around it is there."""
    around = wait.parentWidget()
    return around is not None and around.isVisible()
