"""A page's widgets are there for whom it is, ahead of the first look at it, and for nobody else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.domain.record import MandateKind
from desktop.domain.texts import Language, text
from desktop.features.counter.view.counter import CounterView
from desktop.features.counter.view.day import DayView
from desktop.features.counter.view.scanner import ScannerView
from desktop.features.prescribing.view.ordonnance import RxView
from desktop.ui import turns
from tests.samples.counter import PHARMACIST
from tests.samples.practice import ACCOUNT, mandate
from tests.ui.desk.conftest import Bench

COUNTER, EDITOR, ALD_OF_MINE = "counter-view", "summary-editor", "ald-mine-view"


def _take_all() -> None:
    while turns._waiting:
        turns._take()


@pytest.fixture
def by_hand(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No turn but those that the test takes."""
    bench.make_ahead()
    monkeypatch.setattr(turns, "_come_back", lambda: None)
    yield
    _take_all()


def _made(bench: Bench, name: str) -> bool:
    """Once nothing waits for its turn."""
    bench.make_ahead()
    return bench.shell.findChild(QWidget, name) is not None


def test_what_is_for_another_profession_is_never_made(bench: Bench) -> None:
    """A pharmacist's counter would take 2 MB of a doctor's window."""
    assert not _made(bench, COUNTER), "nobody knows yet who comes"
    bench.log_in()
    assert _made(bench, ALD_OF_MINE), "a médecin may be somebody's référent"
    assert not _made(bench, COUNTER)


def test_a_profession_without_it_has_nothing_of_the_referent_s(bench: Bench) -> None:
    bench.platform.accounts["H1"] = replace(ACCOUNT, profession="Chirurgien-Dentiste")
    bench.log_in()
    assert not _made(bench, ALD_OF_MINE)


def test_what_only_a_referent_s_record_shows_comes_with_the_first_of_them(bench: Bench) -> None:
    bench.log_in()
    assert not _made(bench, EDITOR)
    bench.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    bench.open_record()
    assert _made(bench, EDITOR), "before its tab is pressed"


def test_a_large_page_is_made_in_parts_and_whole_at_once_where_it_is_pressed(
    bench: Bench, by_hand: None
) -> None:
    """In one turn the ordonnance's takes the window 60 ms."""
    bench.log_in()
    while bench.shell.findChild(QWidget, "rx-view") is None:
        turns._take()
    view = bench.find_a(RxView, "rx-view")
    assert not view.is_whole, "one part of it"
    bench.shell.language_chosen.emit(Language.DE)  # between two parts
    bench.open_record()
    bench.find_a(QPushButton, "tab-prescribing").click()
    assert bench.shell.page() == "prescribing" and view.is_whole
    assert text("prescribing.heading") in bench.visible()
    assert "Ordonnance" not in [label.text() for label in view.findChildren(QLabel)]
    _take_all()  # who was about to make it finds it made
    assert len(bench.shell.findChildren(QWidget, "rx-view")) == 1


def test_a_page_that_is_asked_for_before_its_turn_is_made_then(bench: Bench) -> None:
    bench.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    bench.log_in()
    bench.open_record()
    bench.find_a(QPushButton, "tab-summary").click()
    assert bench.shell.page() == "summary"


def test_no_tab_of_the_counter_is_moved_once_it_stands(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A moved tree is styled again as a whole, and the pharmacist's home is made in the turn of his login."""
    moved = list[str]()

    def moves(view: QWidget, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ParentChange:
            moved.append(view.objectName())
        return QWidget.event(view, event)

    for tab in (CounterView, DayView, ScannerView):
        monkeypatch.setattr(tab, "event", moves, raising=False)
    bench.platform.accounts["H1"] = PHARMACIST
    bench.log_in()
    assert bench.shell.page() == "counter"
    assert moved == []
