"""The work list on the screen: what a line says, and that all of it is done by keyboard."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.domain.record import DspState
from desktop.domain.referent import EndCause, Statement, StatementState
from desktop.domain.texts import Language, set_language
from desktop.features.worklist.domain import (
    Annonces,
    Choice,
    Declared,
    Line,
    Order,
    Prestations,
    Summary,
    Task,
    Wish,
    line,
    tasks,
)
from desktop.features.worklist.feature import WORKLIST
from desktop.features.worklist.service import Worklist
from desktop.features.worklist.view.home import HomePanel
from desktop.features.worklist.view.screen import WorklistModel, WorklistView
from desktop.ui.theme import Scheme, apply_theme
from desktop.ui.widgets.badged_cell import BADGES
from tests.unit.features.test_worklist_clocks import TODAY
from tests.unit.features.test_worklist_order import (
    ALL,
    FINE,
    GONE,
    LATE,
    LEAVING,
    MASKED,
    NOW,
    OLD,
    SOON,
    ago,
    lines,
    names,
    someone,
)

LIST = Worklist(lines(LATE, SOON, MASKED, LEAVING, OLD, FINE, GONE), NOW)
UNKNOWN = replace(someone("Unknown"), summary=None, statement=None, prestations=None, new_documents=None,
                  annonces=None, duplicates=None)  # fmt: skip


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> WorklistView:
    set_language(Language.FR)
    apply_theme(qapp, Scheme.LIGHT)
    made = WorklistView()
    qtbot.addWidget(made)
    made.resize(1366, 532)
    made.show()
    made.wished.connect(lambda wish: made.show_state(replace(made._model, wish=wish)))
    return made


def row(view: WorklistView, told: Line) -> list[str]:
    """Every cell of one patient, badges in brackets."""
    rows = view.rows
    number = [shown.told.patient.id for shown in rows.lines].index(told.told.patient.id)
    found = []
    for column in range(rows.columnCount()):
        index = rows.index(number, column)
        badges = "".join(f" [{words}, {tone}]" for words, tone in rows.data(index, BADGES) or ())
        found.append((str(rows.data(index)) + badges).strip())
    return found


def test_every_line_says_what_is_due_in_words(view: WorklistView) -> None:
    view.show_state(WorklistModel(LIST))
    said = {told.told.patient.family: row(view, told) for told in LIST.lines}
    assert said["Fine"] == [
        "FINE X, 33", "12.05.1993", "effective 01.04.2021", "05.01.2026 · v2", "aucun",
        "[non reçu, muted]", "05.01.2028", "aucune", "aucun", "–",
    ]  # fmt: skip
    assert said["Late"][3] == "[■ en retard 1833 j, danger]" and said["Late"][9] == "résumé"
    assert said["Soon"][6] == "[▲ dans 5 j, warning]" and said["Soon"][9] == "relevé ALD"
    assert said["Masked"][7] == "[▲ 2 · 16 j, warning]" and said["Masked"][9] == "annonce"
    assert said["Leaving"][2] == "[préavis 21.07.2026, warning]"
    assert said["Old"][3] == "06.05.2025 [ancien, muted]" and said["Old"][9] == "résumé"
    assert said["Gone"][2] == "07.06.2026 [terminée, muted]" and set(said["Gone"][3:]) == {"–"}


def test_cf098_a_closed_dsp_says_so_and_has_no_task(view: WorklistView) -> None:
    closed = replace(LATE, patient=replace(LATE.patient, dsp=DspState.CLOSED))
    found = line(closed, NOW, TODAY)
    view.show_state(WorklistModel(Worklist((found,), NOW)))
    said = row(view, found)
    assert said[2] == "[fermé, déclaration révoquée, muted]" and set(said[3:]) == {"–"}


def test_what_was_not_told_is_never_shown_as_nothing(view: WorklistView) -> None:
    (found,) = lines(UNKNOWN)
    view.show_state(WorklistModel(Worklist((found,), NOW)))
    assert set(row(view, found)[3:]) == {"à l'ouverture"}


def test_the_states_of_a_statement(view: WorklistView) -> None:
    def said(state: StatementState, accepted_days_ago: int, sent_hours_ago: float) -> str:
        sent = NOW - timedelta(hours=sent_hours_ago)
        told = someone("S", statement=Statement(ago(accepted_days_ago), state, sent))
        (found,) = lines(told)
        view.show_state(WorklistModel(Worklist((found,), NOW)))
        return row(view, found)[6]

    assert said(StatementState.SENT, 725, 2) == "15.06.2026 [envoyé, muted]"
    assert said(StatementState.SENT, 725, 30) == "[réponse attendue, accent]"
    assert said(StatementState.RETURNED, 725, 30) == "[▲ retourné, warning]"
    assert said(StatementState.RETURNED, 740, 30) == "[■ en retard 10 j, danger]", "late says more"


def test_what_a_row_has_no_room_for_is_said_and_pointed_at(view: WorklistView) -> None:
    """The sentence of a row tells days and badges, also under the mouse."""
    view.show_state(WorklistModel(LIST))
    said = {shown.told.patient.family: n for n, shown in enumerate(view.rows.lines)}
    for family, words in (
        ("Soon", "Relevé ALD : 15.06.2026, ▲ dans 5 j"),
        ("Old", "Résumé : 06.05.2025 · v1, ancien"),
        ("Leaving", "Déclaration : fin 21.07.2026, préavis"),
        ("Masked", "À faire : annonce"),
    ):
        for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            assert words in str(view.rows.data(view.rows.index(said[family], 0), role)).replace("\u00a0", " ")


def test_a_statement_that_was_sent_asks_nothing_of_the_doctor() -> None:
    """It waits for the CNS; one that came back waits for him."""
    for state, expected in (
        (StatementState.SENT, ()), (StatementState.RECEIVED, ()),
        (StatementState.RETURNED, (Task.STATEMENT,)), (StatementState.TO_DO, (Task.STATEMENT,)),
    ):  # fmt: skip
        (found,) = lines(someone("S", statement=Statement(ago(740), state, NOW)))
        assert tasks(found) == expected, state


def test_widths_are_drawn_and_none_pushes_another_out(view: WorklistView, qtbot: QtBot) -> None:
    view.show_state(WorklistModel(LIST))
    table, told = view.table, list[dict[Order, int]]()
    view.widths_changed.connect(told.append)
    before = [table.columnWidth(n) for n in range(10)]
    view.show_state(WorklistModel(LIST, Wish(order=Order.PATIENT)))
    view.resize(1360, 532)
    assert not table._drawn.isActive(), "the program's own work is no hand"
    view.resize(1366, 532)
    table.horizontalHeader().resizeSection(0, before[0] + 120)
    qtbot.waitUntil(lambda: bool(told))
    after = [table.columnWidth(n) for n in range(10)]
    assert after[0] > before[0] + 60 and sum(after) <= table.viewport().width()
    view.show_state(WorklistModel(LIST, widths={}))
    assert [table.columnWidth(n) for n in range(10)] == before
    view.show_state(WorklistModel(LIST, widths=told[0]))
    assert [table.columnWidth(n) for n in range(10)] == after


def test_thirteen_rows_stand_on_the_smallest_usual_screen(view: WorklistView, qtbot: QtBot) -> None:
    view.show_state(WorklistModel(Worklist(lines(*(someone(f"N{n:02}") for n in range(20))), NOW)))
    qtbot.waitUntil(lambda: view.table.viewport().height() > 0 and view.table.rowHeight(0) == 30)
    assert view.table.viewport().height() >= 13 * 30
    assert not any(view.table.isColumnHidden(n) for n in range(view.rows.columnCount()))
    assert view.line.isHidden(), "nothing is left out that it had to say"


@pytest.mark.parametrize("cause", [*EndCause, None])
@pytest.mark.parametrize("language", list(Language))
def test_no_date_is_cut_on_the_smallest_usual_screen(
    view: WorklistView, language: Language, cause: EndCause | None
) -> None:
    """Its words, its badges and the room around them, as the delegate paints them; the heads too."""
    set_language(language)
    waits = Statement(ago(725), StatementState.SENT, NOW - timedelta(hours=30))
    gone = replace(GONE, declaration=replace(GONE.declaration, cause=cause))
    double = replace(MASKED, duplicates=3)
    many = [someone(f"N{n:02}") for n in range(20)]  # with the bar beside them
    missing = someone("Missing", prestations=Prestations(ago(500)), statement=waits)
    ages = someone("Ages", summary=Summary(12, ago(340)))
    everybody = lines(gone, missing, SOON, double, LEAVING, OLD, UNKNOWN, ages, *many)
    view.show_state(WorklistModel(Worklist(everybody, NOW)))
    view.refresh()
    metrics = view.table.fontMetrics()
    for column in range(view.rows.columnCount()):
        narrow = view.table.columnWidth(column) - 19
        head = view.rows.headerData(column, Qt.Orientation.Horizontal)
        assert metrics.horizontalAdvance(head) <= narrow, head
        for number in range(view.rows.rowCount()):
            index = view.rows.index(number, column)
            words, badges = view.rows.data(index), view.rows.data(index, BADGES) or ()
            beside = view.table.columnWidth(column + 1) if view.table.columnSpan(number, column) > 1 else 0
            room = narrow + beside
            boxes = sum(metrics.horizontalAdvance(badge) + 16 + 6 for badge, _ in badges)
            gap = 0 if words else 12  # a badge alone stands where the words would
            assert metrics.horizontalAdvance(words) + boxes <= room + gap, (words, badges)


def test_a_narrow_window_says_the_chosen_line_in_full(view: WorklistView, qtbot: QtBot) -> None:
    view.show_state(WorklistModel(LIST))
    view.resize(683, 400)
    qtbot.waitUntil(lambda: view.table.isColumnHidden(8) and view.line.isVisible())
    assert view.table.horizontalScrollBar().maximum() == 0
    assert "LATE X, 33" in view.line.text() and "Doublons : aucun" in view.line.text().replace("\u00a0", " ")


def test_the_screen_reader_hears_a_row_as_one_sentence(view: WorklistView) -> None:
    view.show_state(WorklistModel(LIST))
    spoken = str(view.rows.data(view.rows.index(0, 4), Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("LATE X, 33") and "en retard 1833 j" in spoken and "Annonces" in spoken
    assert view.table.accessibleName() == "Mes patients déclarés"
    assert view.words.accessibleName() and view.order.accessibleName()
    assert view.choices[Choice.LATE].accessibleName() == "En retard 1"


def test_every_key_that_f1_names_works(view: WorklistView, qtbot: QtBot) -> None:
    (page,) = WORKLIST.pages
    assert {hint.key for hint in page.keys} == {
        "Enter", "F4", "Ctrl+F", "Ctrl+Right", "Ctrl+Down", "F5", "Ctrl+P",
    }  # fmt: skip
    view.show_state(WorklistModel(LIST))
    view.focus_first()
    qtbot.waitUntil(view.table.hasFocus)
    with qtbot.waitSignal(view.refresh_asked):
        QTest.keyClick(view.table, Qt.Key.Key_F5)
    with qtbot.waitSignal(view.print_asked):
        QTest.keyClick(view.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view.table, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert names(view.shown()) == ["Late"] and view.choices[Choice.LATE].isChecked()
    QTest.keyClick(view.table, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert len(view.shown()) == 7
    QTest.keyClick(view.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert view._model.wish.order is Order.PATIENT and names(view.shown())[0] == "Fine"
    QTest.keyClick(view.table, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert view.order.currentText() == "Urgence"
    QTest.keyClick(view.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(view.words.hasFocus)


def test_enter_opens_the_patient_under_the_cursor(view: WorklistView, qtbot: QtBot) -> None:
    view.show_state(WorklistModel(LIST))
    view.focus_first()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.patient_chosen) as chosen:
        QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert chosen.args == [SOON.patient]


def test_f4_opens_him_on_his_summary(view: WorklistView, qtbot: QtBot) -> None:
    view.show_state(WorklistModel(LIST))
    view.focus_first()
    qtbot.waitUntil(view.table.hasFocus)
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    with qtbot.assertNotEmitted(view.patient_chosen), qtbot.waitSignal(view.summary_chosen) as chosen:
        QTest.keyClick(view.table, Qt.Key.Key_F4)
    assert chosen.args == [SOON.patient]


def test_ctrl_and_an_arrow_walk_in_a_name_and_filter_where_there_is_none(
    view: WorklistView, qtbot: QtBot
) -> None:
    view.show_state(WorklistModel(LIST))
    view.words.setFocus()
    qtbot.waitUntil(view.words.hasFocus)
    QTest.keyClick(view.words, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view._model.wish.choice is Choice.LATE
    QTest.keyClicks(view.words, "la x")
    view.words.setCursorPosition(0)
    QTest.keyClick(view.words, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view._model.wish.choice is Choice.LATE and view.words.cursorPosition() == 3


def test_letters_look_for_a_name_and_escape_takes_it_back(view: WorklistView, qtbot: QtBot) -> None:
    view.show_state(WorklistModel(LIST))
    view.focus_first()
    QTest.keyClick(view.table, Qt.Key.Key_M)
    QTest.keyClicks(view.words, "as")
    assert names(view.shown()) == ["Masked"]
    with qtbot.waitSignal(view.patient_chosen) as chosen:
        QTest.keyClick(view.words, Qt.Key.Key_Return)
    assert chosen.args == [MASKED.patient], "from the filter it is the first that is left"
    with qtbot.assertNotEmitted(view.back_asked):
        QTest.keyClick(view.words, Qt.Key.Key_Escape)
    assert len(view.shown()) == 7
    with qtbot.waitSignal(view.back_asked):
        QTest.keyClick(view.table, Qt.Key.Key_Escape)


def test_the_patient_under_the_cursor_stays_under_it_when_the_list_is_read_again(view: WorklistView) -> None:
    view.show_state(WorklistModel(LIST))
    view.table.setCurrentIndex(view.rows.index(3, 0))
    urgent = someone("Urgent", summary=Summary(0, None))
    view.show_state(WorklistModel(Worklist(lines(urgent, *(told.told for told in LIST.lines)), NOW)))
    assert view.shown()[view.table.currentIndex().row()].told.patient.family == "Leaving"
    view.table.setCurrentIndex(view.rows.index(0, 0))
    view.show_state(WorklistModel(LIST))
    assert view.table.currentIndex().row() == 0, "who stands on the most urgent one stands on it after F5"


@pytest.mark.parametrize("wish", [Wish(order=Order.PATIENT), Wish(Choice.LATE), Wish(words="x")])
def test_another_filter_or_order_begins_at_its_top(view: WorklistView, wish: Wish) -> None:
    view.show_state(WorklistModel(LIST))
    view.table.setCurrentIndex(view.rows.index(3, 0))
    view.show_state(WorklistModel(LIST, wish))
    assert view.table.currentIndex().row() == 0


def test_cf074_a_filter_does_not_count_what_was_not_told_as_nothing(view: WorklistView) -> None:
    def said(*told: Declared) -> list[str]:
        view.show_state(WorklistModel(Worklist(lines(*told), NOW)))
        return [view.choices[choice].text() for choice in Choice]

    assert said(UNKNOWN) == ["Tous 1", "En retard –", "Sous 30 j –", "Annonces –", "Préavis 0", "Anciens –"]
    assert view.choices[Choice.ANNONCES].accessibleName() == "Annonces à l'ouverture"
    assert said(UNKNOWN, LATE)[1] == "En retard ≥ 1"
    assert said(LATE, GONE)[1:4] == ["En retard 1", "Sous 30 j 0", "Annonces 0"], "who is gone has no task"
    assert said(replace(LATE, statement=None))[1] == "En retard 1", "he is late, whatever else is not told"


@pytest.mark.parametrize(("number", "rises"), [(0, True), (3, True), (4, False), (7, False)])
def test_the_mark_of_the_sorted_column_points_to_where_it_grows(
    view: WorklistView, number: int, rises: bool
) -> None:
    view.show_state(WorklistModel(LIST))
    header = view.table.horizontalHeader()
    header.sectionClicked.emit(number)
    up = Qt.SortOrder.AscendingOrder
    assert (header.sortIndicatorOrder() is up) is rises


def test_a_click_on_a_head_sorts_and_marks_it(view: WorklistView) -> None:
    view.show_state(WorklistModel(LIST))
    view.table.horizontalHeader().sectionClicked.emit(3)
    assert view._model.wish.order is Order.SUMMARY and names(view.shown())[0] == "Late"
    assert view.table.horizontalHeader().sortIndicatorSection() == 3
    assert view.order.currentText() == "Résumé"


def test_nobody_declared_and_nobody_found_are_two_sentences(view: WorklistView) -> None:
    view.show_state(WorklistModel(Worklist((), NOW)))
    assert view._empty.text().startswith("Aucun patient déclaré. La liste se remplit")
    view.show_state(WorklistModel(LIST, Wish(words="zz")))
    assert view._empty.text() == "Aucun de vos 7 patients déclarés ne correspond au filtre."
    view.show_state(WorklistModel(LIST))
    assert view._empty.isHidden()


def test_a_failure_keeps_the_former_list_and_says_of_when_it_is(view: WorklistView) -> None:
    view.show_state(WorklistModel(LIST, failure=Failure(Code.OFFLINE)))
    assert view._message.isVisible() and len(view.shown()) == 7
    assert view._count.whole() == "Liste non reçue. Échéances du 10.06.2026 12:00 ci-dessous. Réessayer (F5)."
    view.show_state(WorklistModel(failure=Failure(Code.OFFLINE)))
    assert view._count.whole() == "Liste non reçue. Réessayer (F5)." and not view.shown()


def test_patients_that_could_not_be_read_are_told(view: WorklistView) -> None:
    view.show_state(WorklistModel(replace(LIST, unread=2)))
    assert view._message.isVisible() and view._message.what().startswith("2 patients de la liste")


@pytest.mark.parametrize("language", Language)
def test_the_whole_speaks_each_language(view: WorklistView, language: Language) -> None:
    everybody = (*ALL, UNKNOWN, someone("P", prestations=Prestations(ago(400))))
    view.show_state(WorklistModel(Worklist(lines(*everybody), NOW)))
    set_language(language)
    try:
        view.retranslate()
        late = {"fr": "En retard 2", "de": "Überfällig 2", "lb": "Ze spéit 2", "en": "Overdue 2"}
        assert view.choices[Choice.LATE].text().split()[0] == late[language.value].split()[0]
        assert "{" not in "".join(word for told in lines(*everybody) for word in row(view, told))
    finally:
        set_language(Language.FR)


def test_home_shows_it_where_somebody_is_declared(qtbot: QtBot) -> None:
    set_language(Language.FR)
    panel = HomePanel()
    qtbot.addWidget(panel)
    panel.show_state(WorklistModel(Worklist((), NOW)))
    assert panel.isHidden()
    panel.show_state(WorklistModel(loading=True))
    assert panel.isHidden(), "nothing is known yet"
    panel.show_state(WorklistModel(LIST))
    assert not panel.isHidden()
    panel.resize(1300, 400)
    panel.show()
    table = panel.table
    assert [shown.told.patient.family for shown in panel.rows.lines] == [
        "Late",
        "Soon",
        "Masked",
        "Leaving",
        "Old",
    ]
    qtbot.waitUntil(lambda: table.viewport().height() >= 5 * table.rowHeight(0) > 0)  # the last one whole
    with qtbot.waitSignal(panel.summary_chosen) as chosen:
        table.setFocus()
        qtbot.waitUntil(table.hasFocus)
        QTest.keyClick(table, Qt.Key.Key_F4)
    assert chosen.args == [LATE.patient]
    counts = "En retard 1 · Sous 30 j 1 · Annonces 1 · Préavis 1 · Anciens 1"
    assert panel.said.text() == f"7 patients · liste du 10.06.2026 12:00 · {counts}"
    panel.show_state(WorklistModel(failure=Failure(Code.OFFLINE)))
    assert not panel.isHidden() and "n'a pas été reçue" in panel.said.text()


@pytest.mark.parametrize("since", [None, ago(-3)], ids=["without", "in the future"])
def test_annonces_without_a_day_that_can_be_are_counted_all_the_same(
    view: WorklistView, since: date | None
) -> None:
    (found,) = lines(replace(someone("A"), annonces=Annonces(3, since), summary=Summary(1, ago(3))))
    view.show_state(WorklistModel(Worklist((found,), NOW)))
    assert row(view, found)[7] == "[▲ 3, warning]"
