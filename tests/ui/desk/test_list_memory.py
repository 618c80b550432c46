"""Widths and order of the list: as this user left them, at the next record and the next start."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.record.document_list import DocumentList
from desktop.ui.record.list_rows import Column
from tests.ui.desk.conftest import KLEIN, Bench

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def _list(bench: Bench) -> DocumentList:
    return bench.record_view().list


def _shares(bench: Bench) -> list[int]:
    """Hundredths of the room that each column has."""
    shown = _list(bench)
    widths = [shown.columnWidth(column) for column in Column]
    return [100 * width // sum(widths) for width in widths]


def _draw(bench: Bench) -> list[int]:
    shown = _list(bench)
    before = _shares(bench)
    with bench.qtbot.waitSignal(shown.columns.widths_drawn):
        for _ in range(2):
            QTest.keyClick(shown, Qt.Key.Key_Left, BOTH)
    shown.sortByColumn(Column.AUTHOR, Qt.SortOrder.AscendingOrder)
    bench.settle()
    assert _shares(bench)[Column.TITLE] < before[Column.TITLE]
    return _shares(bench)


def _order(bench: Bench) -> tuple[int, Qt.SortOrder]:
    header = _list(bench).horizontalHeader()
    return header.sortIndicatorSection(), header.sortIndicatorOrder()


def test_they_are_there_at_the_next_record_and_the_next_login(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    drawn = _draw(bench)
    bench.desks.record.close()
    bench.settle()
    bench.open_record()
    assert _shares(bench) == drawn and _order(bench) == (Column.AUTHOR, Qt.SortOrder.AscendingOrder)
    bench.desks.session.log_out()
    bench.settle()
    bench.log_in()
    bench.open_record()
    assert _shares(bench) == drawn and _order(bench) == (Column.AUTHOR, Qt.SortOrder.AscendingOrder)


def test_another_holder_has_his_own(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    drawn = _draw(bench)
    bench.desks.session.log_out()
    bench.settle()
    bench.insert(KLEIN, events=4)
    bench.pin()
    bench.settle()
    bench.open_record()
    assert _shares(bench) != drawn and _order(bench) == (Column.DATE, Qt.SortOrder.DescendingOrder)


def test_nothing_but_numbers_and_words_of_the_program_is_kept(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    _draw(bench)
    kept = bench.store.setting("list_taste")
    assert isinstance(kept, str) and "widths" in kept
    assert "Muller" not in kept and "Bilan" not in kept and "d1" not in kept
