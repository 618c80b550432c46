"""The historique on the screen: whose acts, in words, and what the filters say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.domain.record import Document, Level
from desktop.domain.texts import Language, set_language
from desktop.domain.trace import Trace
from desktop.features.history.domain import Choice, Period, actions, people
from desktop.features.history.view import NARROW, HistoryModel, HistoryView
from desktop.services.known_names import Names
from desktop.ui.widgets.badged_cell import BADGES, BadgedLine
from desktop.ui.widgets.message import Message
from tests.samples.practice import deposit, document
from tests.ui.finding import child
from tests.ui.views import samples

READ = Trace(
    id="t1", when=samples.NOW, who="Dr Claire WEBER", function="Médecin", role="cercle-medical",
    action="read", change="", software="DSP Desktop 0.1.0", patient_id="p1", document_id="d1",
    succeeded=True, refusal="",
)  # fmt: skip
LEVEL = replace(READ, id="t2", who="titulaire", function="", role="titulaire", action="level-change",
                change="standard→confidentiel", software="portail")  # fmt: skip
WRONG = replace(READ, id="t3", who="Marc KIEFFER", role="", action="open", document_id="", succeeded=False,
                refusal="presence_wrong")  # fmt: skip
DISABLED = replace(LEVEL, id="t4", who="administrateur", role="administrateur", action="document-disabled",
                   change="", document_id="d9")  # fmt: skip
ROWS = (READ, LEVEL, WRONG, DISABLED)
BILAN = document(deposit(title="Bilan sanguin"), "d1")
NAMES = Names({"p1": "MULLER Anne"}, {"d1": BILAN}, {"p1": samples.NOW})


def model(**changes: object) -> HistoryModel:
    read = HistoryModel(
        rows=ROWS, names=NAMES, total=4, people=people(ROWS), actions=actions(ROWS), read_at=samples.NOW
    )
    return replace(read, **changes)  # type: ignore[arg-type]


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[HistoryView]:
    set_language(Language.FR)
    made = HistoryView()
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.show_state(model())
    yield made
    set_language(Language.FR)


def cells(view: HistoryView, row: int) -> list[str]:
    rows = view.rows
    return [str(rows.data(rows.index(row, column))) for column in range(rows.columnCount())]


def entries(combo: QComboBox) -> list[str]:
    return [combo.itemText(n) for n in range(combo.count())]


def test_who_did_what_in_words(view: HistoryView) -> None:
    """CF-063: the patient's and the administrators' acts stand among the others."""
    assert cells(view, 0)[1:] == [
        "Dr Claire WEBER (Médecin)", "cercle médical de confiance", "Lecture d'un document", "Bilan sanguin",
    ]  # fmt: skip
    assert cells(view, 1)[1:4] == [
        "titulaire du DSP", "–", "Changement de niveau\u00a0: standard → confidentiel",
    ]  # fmt: skip
    assert cells(view, 2)[1:] == [
        "Marc KIEFFER (Médecin)", "–",
        "Ouverture du dossier (refusé\u00a0: code de présence faux)", "–",
    ]  # fmt: skip
    assert "administrateur" in cells(view, 3)[1] and cells(view, 3)[3] == "Document désactivé"


def test_no_code_and_no_id_stands_on_the_screen(view: HistoryView) -> None:
    """A document that is not in the user's list has no name, and its id would say more than the list."""
    words = " ".join(" ".join(cells(view, row)) for row in range(4))
    words += " ".join(entries(view.act) + entries(view.person))
    for code in ("level-change", "cercle-medical", "document-disabled", "presence_wrong", "d9", "d1", "p1"):
        assert code not in words
    assert cells(view, 3)[4] == "document hors de votre liste"


@pytest.mark.parametrize(
    ("listed_at", "words"),
    [
        ({}, "titre pas encore connu"),
        ({"p1": samples.NOW - timedelta(seconds=1)}, "titre pas encore connu"),
        ({"p1": samples.NOW}, "document hors de votre liste"),
        ({"p2": samples.NOW}, "titre pas encore connu"),
    ],
)
def test_outside_the_list_is_said_only_where_the_list_is_as_new_as_the_act(
    view: HistoryView, listed_at: dict[str, datetime], words: str
) -> None:
    """A list that is on its way, or older than the document, says nothing about it."""
    view.show_state(model(names=Names({}, {}, listed_at)))
    assert cells(view, 0)[4] == words
    view.table.selectRow(0)
    assert words in view.line.text()


def test_cf042_a_masked_document_carries_its_badge(view: HistoryView) -> None:
    masked = Names({}, {"d1": replace(BILAN, level=Level.ANNONCE)}, {})
    view.show_state(model(names=masked))
    place = view.rows.index(0, 4)
    assert view.rows.data(place, BADGES) == (("masqué au patient", "warning"),)
    spoken = view.rows.data(place, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Bilan sanguin, masqué au patient" and cells(view, 0)[4] == "Bilan sanguin"
    assert isinstance(view.table.itemDelegateForColumn(4), BadgedLine)
    view.table.selectRow(0)
    assert "Bilan sanguin · masqué au patient" in view.line.text()
    view.show_state(model())
    assert view.rows.data(place, BADGES) == () and "masqué" not in view.line.text()


@pytest.mark.parametrize("language", list(Language))
def test_every_language_says_it(view: HistoryView, language: Language) -> None:
    set_language(language)
    view.retranslate()
    words = [*cells(view, 0), *entries(view.period), *entries(view.person), *entries(view.act)]
    assert all(words) and not any("history." in word or "[" in word for word in words)
    headers = [view.rows.headerData(n, Qt.Orientation.Horizontal) for n in range(5)]
    assert len(set(headers)) == 5


def test_the_chosen_line_stands_in_full(view: HistoryView) -> None:
    view.table.setFocus()
    view.table.selectRow(0)
    assert view.line.isVisible()
    for part in ("Dr Claire WEBER (Médecin)", "cercle médical", "Lecture", "Bilan sanguin", "fait", "0.1.0"):
        assert part in view.line.text()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    assert "portail" in view.line.text() and "titulaire" in view.line.text()
    view.show_state(HistoryModel())
    assert not view.line.isVisible() and view.line.text() == ""


def test_filters_offer_what_occurs_and_tell_what_was_chosen(view: HistoryView, qtbot: QtBot) -> None:
    assert entries(view.person) == [
        "Toutes les personnes", "administrateur de la plateforme", "Dr Claire WEBER (Médecin)",
        "Marc KIEFFER (Médecin)", "titulaire du DSP",
    ]  # fmt: skip
    assert len(entries(view.act)) == 5 and entries(view.act)[0] == "Tous les actes"
    with qtbot.waitSignal(view.chosen) as told:
        view.person.setCurrentIndex(4)
        view.person.activated.emit(4)
    (choice,) = told.args
    assert choice == Choice(Period.YEAR, people((LEVEL,))[0], "")
    view.show_state(model(choice=choice, rows=(LEVEL,)))
    assert view.person.currentText() == "titulaire du DSP"
    assert "1 acte sur 4" in child(view, QLabel, "history-count").text()
    with qtbot.waitSignal(view.chosen) as told:
        child(view, QAbstractButton, "history-reset").click()
    assert told.args == [Choice(Period.YEAR)]


def test_a_filter_that_nothing_is_left_of_stays_chosen(view: HistoryView) -> None:
    """Another period may have no act of this person: the filter must not silently go."""
    choice = Choice(Period.WEEK, people((WRONG,))[0], "open")
    view.show_state(model(choice=choice, rows=(), people=(), actions=(), total=0))
    assert view.person.currentText() == "Marc KIEFFER (Médecin)"
    assert view.act.currentText() == "Ouverture du dossier"
    assert view.period.currentText() == "7 derniers jours"


def test_what_is_not_read_is_not_counted(view: HistoryView) -> None:
    view.show_state(HistoryModel(loading=True))
    assert view.rows.rowCount() == 0
    assert child(view, QLabel, "history-count").text() == ""
    view.show_state(HistoryModel(failure=Failure(Code.NOT_ENTITLED)))
    assert child(view, Message, "history-message").what()


def test_offline_it_says_so_and_asks_nothing(view: HistoryView) -> None:
    view.show_state(HistoryModel(offline=True))
    assert "hors ligne" in child(view, Message, "history-message").what()
    assert not child(view, QAbstractButton, "history-refresh").isEnabled()


def test_f5_reads_again(view: HistoryView, qtbot: QtBot) -> None:
    view.table.setFocus()
    qtbot.waitUntil(view.table.hasFocus)
    with qtbot.waitSignal(view.refresh_asked):
        QTest.keyClick(view.table, Qt.Key.Key_F5)


def test_a_narrow_table_leaves_the_role_to_the_chosen_line(view: HistoryView, qtbot: QtBot) -> None:
    assert not view.table.isColumnHidden(2)
    view.resize(NARROW - 100, 700)
    qtbot.waitUntil(lambda: view.table.isColumnHidden(2))
    view.table.selectRow(0)
    assert "cercle médical" in view.line.text()


def test_some_thousands_are_as_quick_as_ten(view: HistoryView) -> None:
    """Only the lines before the eyes are put into words."""
    asked: list[str] = []
    many = tuple(replace(READ, id=str(n), when=samples.NOW - timedelta(minutes=n)) for n in range(5000))

    class Counted(dict[str, Document]):
        def get(self, key: str, default: Any = None) -> Any:
            asked.append(key)
            return super().get(key, default)

    view.show_state(model(rows=many, total=5000, names=Names({}, Counted(d1=BILAN), {})))
    view.table.viewport().repaint()
    assert view.rows.rowCount() == 5000 and len(asked) < 400
