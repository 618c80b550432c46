"""The résumés des prestations in the window: nothing is read before it is chosen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from desktop.domain.errors import Code, Failure
from desktop.domain.record import MandateKind
from desktop.domain.texts import failure_text, text
from desktop.features.prestations.domain import Kind, Performed
from desktop.features.prestations.feature import PRESTATIONS
from desktop.features.prestations.view import PrestationsView
from desktop.kernel.feature import add_words
from tests.fakes import FakeKept
from tests.fakes.features import FakePrestations
from tests.samples.practice import NOW, mandate
from tests.ui.desk.conftest import Bench, letter
from tests.ui.printing import dialogs

REFERENT = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
LINES = (
    Performed(date(2024, 5, 4), Kind.CONSULTATION, "Consultation", "Dr Klein", 1),
    Performed(date(2024, 7, 4), Kind.LABORATORY, "Analyses", "Labo K.", 12),
    Performed(None, Kind.OTHER, "", "", None),
)


@pytest.fixture
def port() -> FakePrestations:
    fake = FakePrestations()
    fake.of = {"urn:8": LINES, "urn:7": ()}
    return fake


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakePrestations) -> Iterator[Bench]:
    """Anne's record has two résumés of the CNS, none of this year, and a third without data."""
    add_words((PRESTATIONS,))
    made = make_bench(plug=lambda made: (PRESTATIONS.over(port, FakeKept(PRESTATIONS.kept, made.vault)),))
    made.platform.mandates["p1"] = REFERENT
    year = NOW.year
    made.platform.records["p1"] = tuple(
        replace(letter(n, f"Résumé {n}", own=False), category="resume-prestations", unique_id=f"urn:{n}",
                created=datetime(year - ago, 6, 18, tzinfo=UTC))
        for n, ago in ((8, 1), (7, 2), (6, 3))
    )  # fmt: skip
    yield made
    for dialog in dialogs():
        dialog.close()


def open_page(bench: Bench) -> PrestationsView:
    bench.log_in()
    bench.open_record()
    bench.click("tab-prestations")
    bench.settle()
    assert bench.shell.page() == "prestations"
    return bench.find_a(PrestationsView, "prestations-view")


def rows(view: PrestationsView) -> list[list[str]]:
    table = view.table
    cells = [[table.item(r, c) for c in range(table.columnCount())] for r in range(table.rowCount())]
    return [[cell.text() if cell else "" for cell in line] for line in cells]


def words(bench: Bench, name: str) -> str:
    found = bench.find_a(QLabel, name)
    return found.text() if found.isVisible() else ""


@pytest.mark.parametrize("kind", [MandateKind.CONSULTATION, MandateKind.CERCLE_MEDICAL])
def test_cf071_without_the_mandate_there_is_no_tab(bench: Bench, kind: MandateKind) -> None:
    bench.platform.mandates["p1"] = replace(REFERENT, kind=kind)
    bench.log_in()
    bench.open_record()
    tab = bench.shell.findChild(QAbstractButton, "tab-prestations")
    assert tab is None or not tab.isVisible()


def test_cf062_nothing_is_read_before_a_year_is_chosen(bench: Bench, port: FakePrestations) -> None:
    view = open_page(bench)
    assert [button.text() for button in view.tabs.values()] == [str(NOW.year - ago) for ago in (1, 2, 3)]
    assert port.readings == [] and "read_document" not in bench.platform.asked
    assert words(bench, "prestations-empty") == text("prestations.choose")
    assert words(bench, "prestations-missing") == text("prestations.missing", year=NOW.year)


def test_cf060_each_year_is_read_once(bench: Bench, port: FakePrestations) -> None:
    view = open_page(bench)
    for number in ("d8", "d7", "d8"):
        bench.click(f"prestations-year-{number}")
        bench.settle()
    assert port.readings == [("p1", "urn:8"), ("p1", "urn:7")]
    assert rows(view) == [
        ["04.07.2024", "Analyses", "Labo K.", "12"], ["04.05.2024", "Consultation", "Dr Klein", "1"],
        ["–", "–", "–", "–"],
    ]  # fmt: skip


def test_years_by_keyboard_and_kinds_by_choice(bench: Bench, port: FakePrestations) -> None:
    view = open_page(bench)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    assert port.readings == [("p1", "urn:8")]
    view.kind.setCurrentIndex(view.kinds.index(Kind.LABORATORY))
    view.kind.activated.emit(view.kind.currentIndex())
    assert [line[1] for line in rows(view)] == ["Analyses"]
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    assert words(bench, "prestations-empty") == text("prestations.no_lines")
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert len(rows(view)) == 3, "another year begins with all kinds"


def test_without_data_the_pdf_is_named(bench: Bench) -> None:
    open_page(bench)
    bench.click("prestations-year-d6")
    bench.settle()
    assert words(bench, "prestations-empty") == text("prestations.no_data")


def test_what_is_shown_is_printed(bench: Bench, port: FakePrestations) -> None:
    view = open_page(bench)
    bench.click("prestations-year-d8")
    bench.settle()
    view.kind.setCurrentIndex(view.kinds.index(Kind.CONSULTATION))
    view.kind.activated.emit(view.kind.currentIndex())
    QTest.keyClick(view, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    ((_, _, data),) = bench.fakes.writer.written
    assert data["rows"] == (("04.05.2024", "Consultation", "Dr Klein", "1"),)
    assert text("prestations.kind_consultation") in str(data["paragraphs"])
    assert len(port.readings) == 1 and len(dialogs()) == 1


def test_a_refusal_is_shown_and_asked_again_by_f5(bench: Bench, port: FakePrestations) -> None:
    view = open_page(bench)
    port.failure = Failure.of(Code.NOT_ENTITLED, lock="habilitation")
    bench.click("prestations-year-d8")
    bench.settle()
    assert failure_text(port.failure) in bench.visible()
    port.failure = None
    QTest.keyClick(view, Qt.Key.Key_F5)
    bench.settle()
    assert len(rows(view)) == 3


def test_cf014_nothing_of_it_stays_at_a_lock(bench: Bench) -> None:
    open_page(bench)
    bench.click("prestations-year-d8")
    bench.settle()
    bench.pull()
    bench.settle()
    assert "Labo K." not in bench.words_in_widgets()
