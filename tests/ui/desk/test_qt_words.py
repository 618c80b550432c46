"""Dialogs that Qt brings along speak the language of the screen."""

import tomllib

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDateEdit,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from desktop.common.resource_files import resource
from desktop.domain.texts import Language, set_language
from desktop.ui import turns
from desktop.ui.first_screen import FirstScreen
from desktop.ui.qt_words import speak_qt
from desktop.ui.record import dialogs
from desktop.ui.shell import Shell
from tests.ui.desk.conftest import Bench
from tests.waiting import LIMIT_MS


def words_of_the_save_dialog(bench: Bench) -> set[str]:
    dialogs.choose_target(bench.shell, "copie", lambda _path: None)
    dialog = bench.shell.findChild(QFileDialog, "save-dialog")
    assert dialog is not None
    said = {button.text().replace("&", "") for button in dialog.findChildren(QPushButton)}
    dialog.close()
    return said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.FR, {"Enregistrer", "Annuler"}),
        (Language.DE, {"Speichern", "Abbrechen"}),
        (Language.LB, {"Späicheren", "Ofbriechen"}),
        (Language.EN, {"Save", "Cancel"}),
    ],
)
def test_the_file_chooser_speaks_the_screens_language(
    bench: Bench, language: Language, words: set[str]
) -> None:
    """Qt has no Luxembourgish: the catalogue there is ours. It speaks again after each change."""
    for chosen in (Language.DE, language):
        bench.shell.language_chosen.emit(chosen)
        bench.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)
    assert words <= words_of_the_save_dialog(bench)


def test_a_fields_menu_and_the_calendar_speak_it_too(bench: Bench) -> None:
    """In a form that was there before the language was chosen."""
    bench.log_in()
    bench.open_record()
    bench.start_deposit()
    for language, copy, march in (
        (Language.DE, "Kopieren", "März"),
        (Language.LB, "Kopéieren", "Mäerz"),
        (Language.FR, "Copier", "mars"),
    ):
        bench.shell.language_chosen.emit(language)
        bench.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)
        bench.settle()
        menu = bench.title_field().createStandardContextMenu()
        said = {action.text().replace("&", "").partition("\t")[0] for action in menu.actions()}
        menu.deleteLater()
        assert copy in said, said
        for name in ("deposit-date", "lifeline-day"):
            calendar = bench.find_a(QDateEdit, name).calendarWidget()
            assert calendar.locale().monthName(3) == march, (name, language)


def test_what_the_luxembourgish_catalogue_says_is_what_qt_asks_for(qapp: QApplication, qtbot: QtBot) -> None:
    """A source that Qt has given up, or that was mistyped, would be said in French for ever."""
    set_language(Language.LB)
    speak_qt(qapp)
    chooser, shown = QFileDialog(), QMessageBox()
    qtbot.addWidget(chooser)
    qtbot.addWidget(shown)
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
    kinds = QMessageBox.StandardButton
    for kind in (kinds.Ok, kinds.Cancel, kinds.Yes, kinds.No, kinds.Retry, kinds.Ignore, kinds.Abort,
                 kinds.Close, kinds.Discard, kinds.Help, kinds.Apply, kinds.Reset, kinds.RestoreDefaults,
                 kinds.SaveAll, kinds.YesToAll, kinds.NoToAll, kinds.Open, kinds.Save):  # fmt: skip
        shown.addButton(kind)
    own = set(tomllib.loads(resource("qt-words", "lb.toml").read_text(encoding="utf-8")).values())
    buttons = (*chooser.findChildren(QAbstractButton), *shown.buttons())
    words = [*(one.text() for one in buttons), *(one.text() for one in chooser.findChildren(QLabel))]
    said = {one for one in words if any(map(str.isalpha, one))}
    actions = {action.text() for action in chooser.findChildren(QAction) if action.text()}
    said |= {one.removeprefix("Weisen ") for one in actions}  # « Weisen » and the name of a column
    set_language(Language.FR)
    speak_qt(qapp)
    assert len(said) > 20 and said - own == set()


def test_from_the_start_on(bench: Bench, qapp: QApplication, qtbot: QtBot) -> None:
    """Before the window has its first widget: a catalogue that comes later paints the whole window twice."""
    set_language(Language.DE)
    first = FirstScreen(qapp, Shell(), "light", demo=False)
    first.shell.allow_close()
    qtbot.addWidget(first.shell)
    assert {"Speichern", "Abbrechen"} <= words_of_the_save_dialog(bench)
