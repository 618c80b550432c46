"""The window with the prescriber's page in it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop.features.prescribing.feature import PRESCRIBING
from desktop.features.prescribing.service.drafts import RxDrafts
from desktop.features.prescribing.service.papers import RxPapers
from desktop.features.prescribing.view.ordonnance import RxView
from tests.fakes import FakeKept
from tests.fakes.prescribing import FakePrescribing
from tests.samples.practice import certificate
from tests.ui.desk.conftest import ANNE, WEBER, Bench

SIGNER = replace(WEBER, signature=certificate())
AMOX = "amoxicilline 500 mg gélule 1-1-1 7j"
METF = "metformine 850 mg comprimé 1-0-1 90j"
SIMVA = "simvastatine 20 mg comprimé 0-0-1 30j"
CLARI = "clarithromycine 500 mg comprimé 1-0-1 7j"
ENTER = Qt.Key.Key_Return


class Room:
    """The window with the prescriber's page in it, and what the store keeps."""

    def __init__(self, make_bench: Callable[..., Bench]) -> None:
        self.port = FakePrescribing()

        def plug(made: Bench) -> tuple[object, ...]:
            self.rows = FakeKept(PRESCRIBING.kept, made.vault)
            return (PRESCRIBING.over(self.port, self.rows),)

        self.bench = make_bench(plug=plug)
        self.drafts, self.papers = RxDrafts(self.rows), RxPapers(self.rows)

    @property
    def view(self) -> RxView:
        return self.bench.find_a(RxView, "rx-view")

    def open(self) -> RxView:
        self.bench.log_in(SIGNER)
        self.bench.open_record(ANNE)
        self.bench.click("tab-prescribing")
        self.bench.settle()
        assert self.bench.shell.page() == "prescribing"
        return self.view

    def type(self, words: str) -> None:
        self.view.field.setFocus()
        self.view.field.insert(words)  # QTest has no key for « é »
        self.view.field.textEdited.emit(self.view.field.text())
        self.bench.settle()

    def add(self, words: str) -> None:
        self.type(words)
        self.press(ENTER)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Where the keyboard is."""
        where = self.bench.shell.focusWidget()
        assert where is not None
        QTest.keyClick(where, key, modifier)
        self.bench.settle()

    def rows_shown(self) -> list[list[str]]:
        table = self.view.table
        cells = [[table.item(r, c) for c in range(table.columnCount())] for r in range(table.rowCount())]
        return [[cell.text() if cell else "" for cell in line] for line in cells]

    def chips(self) -> list[str]:
        return [badge.text() for badge in self.view._badges if badge.isVisible()]

    def words(self, name: str) -> str:
        found = self.bench.find_a(QLabel, name)
        return found.text() if found.isVisible() else ""

    def sign(self) -> None:
        self.press(Qt.Key.Key_F9)
        QTest.keyClicks(self.bench.find_a(QLineEdit, "rx-pin"), "123456")
        self.bench.settle()
        self.bench.click("rx-sign")
        self.bench.settle()
