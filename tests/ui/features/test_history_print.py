"""The printed historique: whose copy it is, of whom, and that nothing is printed once its right is over."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Level, MandateKind
from desktop.domain.texts import Language, failure_text, text
from desktop.domain.trace import Trace
from desktop.features.history.domain import Choice, Period
from desktop.features.history.feature import HISTORY_FEATURE
from desktop.features.history.view import HistoryView
from desktop.pdf.write import DocumentWriter
from desktop.services.session import SessionState
from desktop.ui.dates import moment
from tests.fakes import FakeKept
from tests.fakes.features import FakeHistory
from tests.samples.practice import ACCOUNT, NOW, mandate
from tests.ui.desk.conftest import ANNE, Bench, letter
from tests.ui.printing import dialogs, press_print, print_into

READER = Trace(
    id="t1", when=NOW - timedelta(days=1), who="Infirmière Jo Reuter", function="Infirmier",
    role="cercle-medical", action="read", change="", software="x", patient_id="p1", document_id="d1",
    succeeded=True, refusal="",
)  # fmt: skip
ADMIN = replace(
    READER, id="t2", when=NOW - timedelta(days=9), who="administrateur", function="", role="administrateur",
    action="document-disabled", document_id="d7",
)  # fmt: skip


@pytest.fixture
def port() -> FakeHistory:
    fake = FakeHistory()
    fake.traces = (READER, ADMIN)
    return fake


@pytest.fixture
def bench(make_bench: Callable[..., Bench], port: FakeHistory) -> Iterator[Bench]:
    """Anne's médecin référent looks at the historique of her record."""
    made = make_bench(
        plug=lambda made: (HISTORY_FEATURE.over(port, FakeKept(HISTORY_FEATURE.kept, made.vault)),)
    )
    made.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    masked = replace(letter(1, "Bilan sanguin secret", own=False), level=Level.ANNONCE)
    made.platform.records["p1"] = (masked,)
    made.log_in()
    made.open_record()
    made.click("tab-history")
    made.settle()
    yield made
    for dialog in dialogs():
        dialog.close()


def view_of(bench: Bench) -> HistoryView:
    return bench.find_a(HistoryView, "history-view")


def ask_to_print(bench: Bench) -> None:
    bench.click("history-print")
    bench.settle()


def words_in(content: bytes | Path) -> list[str]:
    found = pypdfium2.PdfDocument(content)
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in found]
    found.close()
    return pages


def test_cf068_each_page_says_whose_copy_it_is_and_of_when(bench: Bench, tmp_path: Path) -> None:
    ask_to_print(bench)
    print_into(bench, tmp_path / "print.pdf")
    (foot,) = words_in(tmp_path / "print.pdf")
    assert f"copie du DSP · {ACCOUNT.name} · {moment(bench.services.record.now())}" in foot
    assert "Envoyé à l'imprimante." in bench.visible()
    assert bench.pdf.calls.count("open") == bench.pdf.calls.count("release") == 1


@pytest.mark.parametrize("language", list(Language))
def test_what_is_printed_is_what_the_screen_shows(
    bench: Bench, port: FakeHistory, language: Language
) -> None:
    """CF-048, CF-063: the lines that the platform gave, an administrator's too; nothing is read for it."""
    bench.shell.language_chosen.emit(language)
    bench.settle()
    ask_to_print(bench)
    ((template, written_in, data),) = bench.fakes.writer.written
    assert (template, written_in) == ("tableau", language.value)
    made = DocumentWriter().write(template, written_in, data)
    assert isinstance(made, bytes)
    (page,) = words_in(made)
    shown = view_of(bench).rows
    cells = [
        shown.data(shown.index(row, column), Qt.ItemDataRole.AccessibleTextRole)
        for row in range(shown.rowCount())
        for column in range(shown.columnCount())
    ]
    titles = [shown.headerData(n, Qt.Orientation.Horizontal) for n in range(shown.columnCount())]
    count = bench.words_of("history-count")
    assert len(cells) == 10 and text("record.badge_annonce") in cells[4]
    for words in (*cells, *titles, count, ANNE.name, ANNE.matricule.grouped(), text("history.heading")):
        assert str(words) in page, words
    assert text("history.all_people") in page and text("history.period_year") in page
    assert len(port.readings) == 1 and "read_document" not in bench.platform.asked


def test_each_page_of_a_long_one_names_the_patient() -> None:
    """Sheets come apart."""
    data = {
        "title": "Historique", "patient": {"name": ANNE.name}, "columns": ["Quand", "Qui"],
        "rows": [["17.11.2026", "Dr X"]] * 90,
    }  # fmt: skip
    made = DocumentWriter().write("tableau", "fr", data)
    assert isinstance(made, bytes)
    pages = words_in(made)
    assert len(pages) > 2 and all(ANNE.name in page and "Quand" in page for page in pages)


def test_only_what_the_filters_let_through_is_printed(bench: Bench) -> None:
    view_of(bench).chosen.emit(Choice(Period.YEAR, action="read"))
    bench.settle()
    ask_to_print(bench)
    ((_, _, data),) = bench.fakes.writer.written
    rows, notes = data["rows"], data["paragraphs"]
    assert isinstance(rows, tuple) and len(rows) == 1
    assert isinstance(notes, tuple) and "1 acte sur 2" in notes[0] and "Lecture" in notes[1]


def test_ctrl_p_prints_and_f1_tells_it(bench: Bench) -> None:
    view = view_of(bench)
    view.table.setFocus()
    bench.qtbot.waitUntil(view.table.hasFocus)
    QTest.keyClick(view.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    assert len(dialogs()) == 1
    dialogs()[0].close()
    bench.shell.show_keys()
    assert "Ctrl+P" in bench.visible()


def test_nothing_is_printed_of_nothing(bench: Bench) -> None:
    view_of(bench).chosen.emit(Choice(Period.YEAR, action="no-such-act"))
    bench.settle()
    assert not bench.find_a(QAbstractButton, "history-print").isEnabled()
    view_of(bench).print_asked.emit()
    bench.settle()
    assert bench.fakes.writer.written == []


@pytest.mark.parametrize("where", ["written", "printed"])
def test_a_print_that_failed_is_told(bench: Bench, tmp_path: Path, where: str) -> None:
    failure = Failure.of(Code.PRINT_REFUSED)
    bench.fakes.writer.failure = failure if where == "written" else None
    bench.pdf.taken = failure if where == "printed" else None
    ask_to_print(bench)
    if where == "printed":
        print_into(bench, tmp_path / "print.pdf")
    assert dialogs() == [] and failure_text(failure) in bench.visible()
    assert "Envoyé" not in bench.visible()
    assert bench.find_a(QAbstractButton, "history-print").isEnabled(), "it can be tried again"


def test_cf061_nothing_is_printed_once_the_right_is_over(bench: Bench) -> None:
    """The dialog goes with the record; one of the system's own may answer all the same."""
    ask_to_print(bench)
    (dialog,) = dialogs()
    bench.desks.record.end(Failure(Code.MANDATE_ENDED))
    assert dialogs() == []
    press_print(dialog)
    bench.settle()
    assert bench.pdf.rendered == []


def test_cf014_a_lock_closes_the_dialog_and_a_late_print_opens_none(bench: Bench) -> None:
    ask_to_print(bench)
    assert len(dialogs()) == 1
    bench.pull()
    assert dialogs() == []
    bench.settle()
    bench.unlock()
    bench.fakes.writer.gate.shut()
    bench.click("history-print")
    bench.qtbot.waitUntil(lambda: len(bench.fakes.writer.written) == 2)
    bench.pull()
    bench.fakes.writer.gate.open()
    bench.settle()
    assert dialogs() == [] and bench.session() is SessionState.LOCKED


def test_cf067_there_is_no_way_to_a_file(bench: Bench) -> None:
    """The page has a printer and nothing else; the same word as in the viewer stands for saving."""
    buttons = [b.text() for b in view_of(bench).findChildren(QAbstractButton) if b.text()]
    assert text("history.print") in buttons
    assert text("viewer.save") not in buttons and len(buttons) == 3


def test_a_print_that_fails_once_its_page_was_left_is_told_where_the_user_is(bench: Bench) -> None:
    """Nobody shall believe that the paper lies there."""
    ask_to_print(bench)
    silent = Failure(Code.PRINT_SERVICE_SILENT)
    bench.pdf.taken = silent
    bench.pdf.print_gate.shut()
    (dialog,) = dialogs()
    press_print(dialog)
    bench.shell.page_chosen.emit("record")
    assert failure_text(silent) not in bench.visible()
    bench.pdf.print_gate.open()
    bench.settle()
    assert bench.shell.page() == "record" and failure_text(silent) in bench.visible()


def test_a_printer_that_is_missing_is_told_where_the_user_is(bench: Bench) -> None:
    bench.pdf.print_gate.shut()
    bench.click("history-print")
    bench.qtbot.waitUntil(lambda: "printers" in bench.pdf.calls)
    bench.pdf.found = Failure(Code.NO_PRINTER)
    bench.shell.page_chosen.emit("record")
    bench.pdf.print_gate.open()
    bench.settle()
    assert failure_text(Failure(Code.NO_PRINTER)) in bench.visible()
