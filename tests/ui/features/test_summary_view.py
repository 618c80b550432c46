"""The summary editor on the screen: every act by key and by mouse, each said in words, nothing cut off."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.card import PinAsker, PinState
from desktop.domain.texts import Language, code_words, set_language
from desktop.features.summary.cells import preview_rows
from desktop.features.summary.domain import editing
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.entries import (
    Allergy,
    Coding,
    Medication,
    Observation,
    PartialDate,
    Quantity,
    Reaction,
    Severity,
)
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.terminology import SNOMED
from desktop.features.summary.service.searching import hits
from desktop.features.summary.view.editor import WIDE, EditorView
from desktop.features.summary.view.fields import fields_of
from desktop.features.summary.view.model import EditorModel, Publishing, Step, Written
from desktop.features.summary.view.rows import RowList
from desktop.ui.theme import Scheme, apply_theme, body_font
from tests.samples.drafts import METFORMIN, NOW, PENICILLIN, RAMIPRIL_5, RAMIPRIL_10, typical
from tests.ui.finding import child

ALLERGIES, MEDICATION = SectionKey.ALLERGIES, SectionKey.MEDICATION
LONG = "Produits de contraste iodés, après injection rapide au scanner de 2019 à l'hôpital de Luxembourg"


def model(draft: Draft | None = None, **changes: object) -> EditorModel:
    draft = draft or typical()
    made = EditorModel(
        draft,
        ALLERGIES,
        today=date(2026, 11, 27),
        left=editing.decisions_left(draft),
        undecided=editing.decisions_left(draft),
        beside=preview_rows(draft),
        saved_at=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> Iterator[EditorView]:
    set_language(Language.FR)
    apply_theme(qapp, Scheme.LIGHT)
    made = EditorView()
    qtbot.addWidget(made)
    made.resize(1334, 516)
    made.show()
    made.show_state(model())
    made.activateWindow()
    made.focus_first()
    qtbot.waitUntil(made.lines.list.hasFocus)
    yield made
    set_language(Language.FR)


def heard(signal: SignalInstance) -> QSignalSpy:
    return QSignalSpy(signal)


def told(spy: QSignalSpy) -> list[list[Any]]:
    return [list(spy.at(n)) for n in range(spy.count())]


def place_of(rows: QListView, number: int) -> QPoint:
    return rows.visualRect(rows.model().index(number, 0)).center()


def test_sections_say_what_is_decided_in_words_too(view: EditorView) -> None:
    allergies = next(row for row in view.sections.rows if row.id == ALLERGIES.value)
    assert allergies.right == "2?"
    assert allergies.spoken == "Allergies et intolérances, obligatoire, à décider, 2 propositions attendent"
    assert view.decisions.text().replace("\u00a0", " ") == (
        "3 décisions restent : Allergies et intolérances, Problèmes actifs et ALD, Traitement en cours"
    )
    decided = editing.accept(typical(), ALLERGIES, "l1")
    view.show_state(model(decided))
    allergies = next(row for row in view.sections.rows if row.id == ALLERGIES.value)
    assert allergies.right == "1 1?" and "1 ligne publiée" in allergies.spoken


def test_a_line_is_one_sentence_with_its_source_and_its_decision(view: EditorView) -> None:
    """CF-088; the sign before it says nothing that the words do not."""
    first, second = view.lines.list.rows
    assert (
        first.words
        == "Pénicilline · allergie · risque élevé · réaction\u00a0: choc (intensité sévère) · depuis 1998"
    )
    assert (first.beside, first.right) == ("reprise de v7 du 10.09.2025", "à décider")
    assert second.beside == "Lettre de sortie, cardiologie, HRS, 02.11.2026"
    spoken = view.lines.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"{first.words}, à décider, {first.beside}"


@pytest.mark.parametrize(
    ("key", "signal"),
    [(Qt.Key.Key_Space, "toggled"), (Qt.Key.Key_Delete, "refused"), (Qt.Key.Key_F2, "opened")],
)
def test_one_key_decides_about_the_line_under_the_cursor(view: EditorView, key: Qt.Key, signal: str) -> None:
    spy = heard(getattr(view.lines, signal))
    QTest.keyClick(view.lines.list, Qt.Key.Key_Down)
    QTest.keyClick(view.lines.list, key)
    assert told(spy) == [["l2"]]


@pytest.mark.parametrize(
    ("button", "signal"),
    [("accept", "toggled"), ("refuse", "refused"), ("edit", "opened"), ("object", "objected")],
)
def test_the_same_by_mouse(view: EditorView, button: str, signal: str) -> None:
    spy = heard(getattr(view.lines, signal))
    rows = view.lines.list
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place_of(rows, 1))
    QTest.mouseClick(child(view, QAbstractButton, f"summary-line-{button}"), Qt.MouseButton.LeftButton)
    assert told(spy) == [["l2"]]


def test_a_click_on_the_sign_accepts(view: EditorView) -> None:
    spy, rows = heard(view.lines.toggled), view.lines.list
    at = place_of(rows, 1)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(12, at.y()))
    assert told(spy) == [["l2"]]


def test_lines_are_moved_and_letters_begin_a_new_one(view: EditorView) -> None:
    moved, searched = heard(view.lines.moved), heard(view.lines.search.searched)
    QTest.keyClick(view.lines.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert told(moved) == [["l1", 1]]
    QTest.keyClick(view.lines.list, Qt.Key.Key_N)
    assert told(searched) == [["n"]] and view.lines.search.line.hasFocus()


def test_of_two_sources_that_disagree_one_is_chosen(view: EditorView) -> None:
    view.show_state(model(section=MEDICATION))
    rows = view.lines.list.rows
    assert [row.title for row in rows] == [False, True, False, False]
    assert rows[1].words.startswith("Les sources se contredisent")
    chosen, toggled = heard(view.lines.chosen), heard(view.lines.toggled)
    for _ in range(2):  # past the heading
        QTest.keyClick(view.lines.list, Qt.Key.Key_Down)
    QTest.keyClick(view.lines.list, Qt.Key.Key_Space)
    assert told(chosen) == [["l5", RAMIPRIL_10]] and told(toggled) == []
    assert RAMIPRIL_5.strength in rows[2].words


def test_without_a_line_the_acts_say_what_they_would_do(view: EditorView) -> None:
    view.show_state(model(editing.accept(typical(), ALLERGIES, "l1"), cursor="l1"))
    accept = child(view, QAbstractButton, "summary-line-accept")
    assert accept.text() == "Reprendre (Espace)"
    view.show_state(model(section=SectionKey.DEVICES))
    assert accept.text() == "Accepter (Espace)" and not accept.isEnabled()


def test_cf074_none_of_four_answers_is_chosen_beforehand(view: EditorView) -> None:
    assert not any(radio.isChecked() for radio in view.lines.states.values())
    assert view.lines.states[SectionState.NONE_KNOWN].text() == "Aucune allergie connue"
    spy = heard(view.lines.state_chosen)
    QTest.keyClick(view.lines.states[SectionState.UNAVAILABLE], Qt.Key.Key_Space)
    assert told(spy) == [[SectionState.UNAVAILABLE]]
    none = editing.set_state(typical(), ALLERGIES, SectionState.NONE_KNOWN)
    view.show_state(model(none))
    checked = [state for state, radio in view.lines.states.items() if radio.isChecked()]
    assert checked == [SectionState.NONE_KNOWN]


def test_what_a_state_would_take_out_is_asked_and_the_harmless_answer_has_the_keyboard(
    view: EditorView,
) -> None:
    draft = editing.accept(editing.accept(typical(), ALLERGIES, "l1"), ALLERGIES, "l2")
    stake = editing.at_stake(draft.section(ALLERGIES), SectionState.NONE_KNOWN)
    kept, dropped = heard(view.lines.lines_kept), heard(view.lines.lines_dropped)
    view.show_state(model(draft, asking=SectionState.NONE_KNOWN, at_stake=stake))
    assert child(view, QLabel, "summary-question-text").text() == "2 lignes seraient retirées."
    keep = child(view, QAbstractButton, "summary-question-keep")
    assert keep.hasFocus()
    QTest.keyClick(keep, Qt.Key.Key_Space)
    QTest.mouseClick(child(view, QAbstractButton, "summary-question-drop"), Qt.MouseButton.LeftButton)
    assert (kept.count(), dropped.count()) == (1, 1)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert kept.count() == 2


def test_hits_come_while_one_types_and_the_words_can_be_kept(view: EditorView) -> None:
    search = view.lines.search
    view.show_state(model(searched="peni", hits=hits(ALLERGIES, "peni")))
    rows = search.hits.rows
    assert "SNOMED CT" in "".join(row.right for row in rows)
    assert rows[-1].words == "Garder «\u00a0peni\u00a0» sans code"
    taken, kept = heard(search.taken), heard(search.kept)
    search.line.setFocus()
    QTest.keyClick(search.line, Qt.Key.Key_Return)
    assert taken.count() == 1
    for _ in rows:
        QTest.keyClick(search.line, Qt.Key.Key_Down)
    QTest.keyClick(search.line, Qt.Key.Key_Return)
    assert told(kept) == [["peni"]]
    left = heard(search.left)
    QTest.keyClick(search.line, Qt.Key.Key_Escape)
    assert left.count() == 1
    view.show_state(model(searched="pen", hits=hits(ALLERGIES, "peni")))
    assert [row.id for row in search.hits.rows] == ["free"], "an answer to other words is none"


def test_a_code_that_does_not_exist_is_said(view: EditorView) -> None:
    view.show_state(
        model(section=SectionKey.PROBLEMS, searched="Z99X", hits=hits(SectionKey.PROBLEMS, "Z99X"))
    )
    said = child(view, QLabel, "summary-unknown-code")
    assert said.isVisible() and "Le code Z99X n'existe pas dans la table" in said.text()


def form(view: EditorView, name: str) -> QLineEdit:
    return child(view, QLineEdit, f"summary-form-{name}")


def test_a_line_has_its_own_form_and_keeps_what_nobody_touched(view: EditorView) -> None:
    view.show_state(model(written=Written("l1", PENICILLIN)))
    assert form(view, "allergy-reactions").text() == "choc (sévère)"
    assert form(view, "allergy-onset").text() == "1998"
    written = heard(view.lines.written)
    form(view, "allergy-reactions").setText("choc (sévère); urticaire")
    form(view, "allergy-onset").setText("03.1998")
    QTest.keyClick(form(view, "allergy-onset"), Qt.Key.Key_Return)
    ((entry,),) = told(written)
    assert entry == replace(
        PENICILLIN, onset=PartialDate("1998-03"), reactions=(PENICILLIN.reactions[0], Reaction("urticaire"))
    )


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("severity", list(Severity))
def test_how_severe_a_reaction_is_stands_in_brackets(
    view: EditorView, severity: Severity, language: Language
) -> None:
    """Of one that is added as of one that was there, whose codes stay; in the language of the screen."""
    coded = Reaction("éruption (tronc)", (Coding(SNOMED, "271807003", "Eruption"),))
    set_language(language)
    view.show_state(model(written=Written("l1", replace(PENICILLIN, reactions=(coded,)))))
    assert form(view, "allergy-reactions").text() == "éruption (tronc)", "brackets that say nothing of it"
    written = heard(view.lines.written)
    word = code_words("summary", "severity", severity.value)
    typed = f"éruption (tronc) ({word}); toux ({str(word).upper()}) ; fièvre (soir)"
    form(view, "allergy-reactions").setText(typed)
    QTest.keyClick(form(view, "allergy-onset"), Qt.Key.Key_Return)
    ((entry,),) = told(written)
    assert entry.reactions == (
        replace(coded, severity=severity), Reaction("toux", (), severity), Reaction("fièvre (soir)"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("strength", "850", "Unité manquante"),
        ("start", "14.03.2027", "Le 14.03.2027 est dans l'avenir"),
        ("start", "mars 98", "Date illisible"),
        ("text", " ", "Écrivez ce qui doit être publié."),
    ],
)
def test_a_slip_is_told_under_its_field_and_nothing_is_taken(
    view: EditorView, field: str, typed: str, said: str
) -> None:
    view.show_state(model(section=MEDICATION, written=Written("l4", METFORMIN)))
    written, line = heard(view.lines.written), form(view, f"medication-{field}")
    line.setText(typed)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert written.count() == 0 and line.hasFocus()
    assert said in child(view, QLabel, f"summary-form-medication-{field}-error").text()


def test_a_treatment_that_is_planned_may_begin_later(view: EditorView) -> None:
    view.show_state(model(section=MEDICATION, written=Written("l4", METFORMIN)))
    written = heard(view.lines.written)
    status = child(view, QComboBox, "summary-form-medication-status")
    status.setCurrentIndex([status.itemText(n) for n in range(status.count())].index("prévu"))
    form(view, "medication-start").setText("14.03.2027")
    QTest.keyClick(form(view, "medication-start"), Qt.Key.Key_Return)
    assert written.count() == 1


def test_what_cannot_be_read_yet_is_told_to_the_draft_as_a_remark(view: EditorView) -> None:
    view.show_state(model(section=MEDICATION, written=Written("l4", METFORMIN)))
    typed, line = heard(view.lines.typed), form(view, "medication-start")
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "mars")
    (entry,) = told(typed)[-1]
    assert isinstance(entry, Medication) and entry.start == METFORMIN.start
    assert entry.note == "Depuis\u00a0: mars"


def test_a_value_of_a_laboratory_keeps_its_digits(view: EditorView) -> None:
    seen = Observation(text="HbA1c", value=Quantity("7.20", "%", "%"))
    view.show_state(model(section=SectionKey.RESULTS, written=Written("x", seen)))
    assert form(view, "observation-value").text() == "7,20 %"
    written = heard(view.lines.written)
    QTest.keyClick(form(view, "observation-value"), Qt.Key.Key_Return)
    assert told(written) == [[seen]]


def test_names_wrap_and_are_never_cut(view: EditorView) -> None:
    long = editing.add(
        typical(), ALLERGIES, editing.typed(Allergy(text=LONG), "n", "Dr Claire WEBER", date(2026, 11, 27))
    )
    view.show_state(model(long))
    rows = view.lines.list
    height = rows.visualRect(rows.model().index(2, 0)).height()
    lines = QFontMetrics(body_font()).horizontalAdvance(LONG) // rows.room() + 2  # and its source
    assert height >= lines * QFontMetrics(body_font()).height()
    view.resize(700, 516)
    narrow = rows.visualRect(rows.model().index(2, 0)).height()
    assert narrow >= height


def test_every_target_is_large_and_every_input_has_a_name(view: EditorView) -> None:
    view.show_state(model(written=Written("l1", PENICILLIN)))
    kinds = (QAbstractButton, QLineEdit, QComboBox)
    for widget in view.findChildren(QWidget):
        if isinstance(widget, kinds) and widget.isVisible() and widget.objectName().startswith("summary"):
            assert widget.accessibleName(), widget.objectName()
            assert min(widget.width(), widget.height()) >= 24, widget.objectName()
    assert view.lines.list.sizeHintForRow(0) >= 40
    for rows in view.findChildren(RowList):
        assert rows.accessibleName(), rows.objectName()


def test_a_narrow_window_shows_one_panel_and_ctrl_e_the_other(view: EditorView) -> None:
    view.resize(WIDE - 300, 336)
    assert view.menu.isVisible() and not view.sections.isVisible()
    assert view.lines.isVisible() and not view._beside.isVisible()
    QTest.keyClick(view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert view._beside.isVisible() and not view.lines.isVisible()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.lines.isVisible()
    spy = heard(view.section_chosen)
    view.menu.activated.emit(2)
    assert told(spy) == [[SectionKey.PROBLEMS]]


@pytest.mark.parametrize(
    ("key", "modifier", "signal"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, "reviewed"),
        (Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier, "unchanged_kept"),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "undo_asked"),
        (Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier, "check_asked"),
        (Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier, "print_asked"),
    ],
)
def test_keys_of_the_page(view: EditorView, key: Qt.Key, modifier: Qt.KeyboardModifier, signal: str) -> None:
    spy = heard(getattr(view, signal))
    QTest.keyClick(view.lines.list, key, modifier)
    assert spy.count() == 1


def test_cf084_what_the_colleague_sees_is_what_is_accepted(view: EditorView) -> None:
    """CF-087: the print and the Bundle have the same words (CF-089)."""
    shown = [row.words for row in view._side.rows]
    assert not any("Pénicilline" in words for words in shown) and "Pas encore décidé" in shown
    draft = editing.set_state(editing.accept(typical(), ALLERGIES, "l1"), MEDICATION, SectionState.NONE_KNOWN)
    shown = [row.words for row in preview_rows(draft)]
    assert any(words.startswith("Pénicilline") for words in shown) and "Aucun traitement connu" in shown


def test_only_enter_in_its_field_or_the_button_signs(view: EditorView) -> None:
    view.show_state(model(publishing=Publishing(PinState(tries_left=3), 7, (Step.PREPARED,))))
    strip = view.publish
    assert strip.field.hasFocus() and strip._tries.text() == "3 essais restants"
    signed = heard(strip.signed_with)
    QTest.keyClicks(strip.field, "123456")
    QTest.keyClick(view.lines.list, Qt.Key.Key_Return)
    assert signed.count() == 0
    QTest.keyClick(strip.field, Qt.Key.Key_Return)
    assert signed.count() == 1 and strip.field.characters() == 0


def test_enter_before_both_documents_are_made_counts_once_they_are(view: EditorView) -> None:
    making = Publishing(PinState(tries_left=3), 7, running=True)
    view.show_state(model(publishing=making))
    signed = heard(view.publish.signed_with)
    QTest.keyClicks(view.publish.field, "123456")
    QTest.keyClick(view.publish.field, Qt.Key.Key_Return)
    assert signed.count() == 0
    # what was on its way before is known, and the documents are begun
    for running in (False, True):
        view.show_state(model(publishing=replace(making, running=running)))
        assert signed.count() == 0 and view.publish.field.characters() == 6
    view.show_state(model(publishing=replace(making, running=False, done=(Step.PREPARED,))))
    assert signed.count() == 1


def test_the_button_for_a_keypad_has_the_keyboard_once_both_documents_are_made(view: EditorView) -> None:
    making = Publishing(PinState(asker=PinAsker.KEYPAD), 7, running=True)
    view.show_state(model(publishing=making))
    view.show_state(model(publishing=replace(making, running=False, done=(Step.PREPARED,))))
    assert view.publish.button.hasFocus()


def test_the_last_try_wants_its_tick_and_a_keypad_its_sentence(view: EditorView) -> None:
    view.show_state(model(publishing=Publishing(PinState(tries_left=1), 7, (Step.PREPARED,))))
    QTest.keyClicks(view.publish.field, "123456")
    assert not view.publish.button.isEnabled()
    child(view, QAbstractButton, "summary-pin-last-try").click()
    assert view.publish.button.isEnabled()
    view.show_state(model(publishing=Publishing(PinState(asker=PinAsker.KEYPAD), 7, (Step.PREPARED,))))
    assert view.publish._tries.text() == "Tapez le PIN sur le lecteur." and not view.publish.field.isVisible()
    view.show_state(model(publishing=Publishing(PinState(asker=PinAsker.MODULE), 7, (Step.PREPARED,))))
    assert view.publish._tries.text() == "Le module demande le PIN dans sa fenêtre."
    asked = heard(view.publish.keypad_asked)
    QTest.keyClick(view.publish.button, Qt.Key.Key_Space)
    assert asked.count() == 1


def test_the_steps_say_how_far_it_is(view: EditorView) -> None:
    view.show_state(model(publishing=Publishing(PinState(), 7, (Step.PREPARED,), running=True)))
    words = [child(view, QLabel, f"summary-step-{step.value}").text() for step in Step]
    assert words == ["✓ 1 Préparé", "… 2 Signature sur la carte", "3 Envoi", "4 Confirmation"]


def test_warnings_are_read_before_the_pin_and_the_harmless_answer_has_the_keyboard(view: EditorView) -> None:
    review, sign, left = heard(view.review_asked), heard(view.signing_asked), heard(view.warnings_left)
    said: dict[str, Any] = {
        "checked": True, "left": (), "warnings": ("10 lignes ne sont pas reprises.", "Ancien."),
    }  # fmt: skip
    view.show_state(model(**said))
    assert "10 lignes" in child(view, QLabel, "summary-warnings-text").text()
    keep = child(view, QAbstractButton, "summary-warnings-keep")
    assert keep.hasFocus()
    QTest.keyClick(keep, Qt.Key.Key_Return)
    child(view, QAbstractButton, "summary-warnings-drop").click()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert (review.count(), sign.count(), left.count()) == (1, 1, 1)
    view.show_state(model(**{**said, "left": (ALLERGIES,)}))
    assert not keep.isVisible(), "what stops it is said first"


@pytest.mark.parametrize("language", list(Language))
def test_every_language_says_it(view: EditorView, language: Language) -> None:
    set_language(language)
    view.retranslate()
    words = [row.words for row in view.sections.rows] + [view.decisions.text(), view.check.text()]
    assert all(words) and not any("summary." in one for one in words)
    for kind in (Allergy, Medication):
        titles = [field.title for field in fields_of(kind)]
        assert len(set(titles)) == len(titles)


def test_nothing_of_it_stays(view: EditorView) -> None:
    view.show_state(model(written=Written("l1", PENICILLIN), searched="latex"))
    view.show_state(EditorModel())
    for rows in (view.sections, view.lines.list, view._side, view.lines.search.hits):
        assert rows.rows == ()
    assert all(not line.text() for line in view.findChildren(QLineEdit))
    assert view.lines.list._delegate._heights == {}
