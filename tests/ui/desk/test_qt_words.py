"""Dialogs that Qt brings along speak the language of the screen."""

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.texts import Language, set_language
from desktop.ui import turns
from desktop.ui.first_screen import FirstScreen
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
        (Language.LB, {"Enregistrer", "Annuler"}),
        (Language.EN, {"Save", "Cancel"}),
    ],
)
def test_the_file_chooser_speaks_the_screens_language(
    bench: Bench, language: Language, words: set[str]
) -> None:
    """Qt has no Luxembourgish: it speaks French there. It speaks again after each change."""
    for chosen in (Language.DE, language):
        bench.shell.language_chosen.emit(chosen)
        bench.qtbot.waitUntil(lambda: not turns._waiting, timeout=LIMIT_MS)
    assert words <= words_of_the_save_dialog(bench)


def test_from_the_start_on(bench: Bench, qapp: QApplication, qtbot: QtBot) -> None:
    """Before the window has its first widget: a catalogue that comes later paints the whole window twice."""
    set_language(Language.DE)
    first = FirstScreen(qapp, Shell(), "light", demo=False)
    first.shell.allow_close()
    qtbot.addWidget(first.shell)
    assert {"Speichern", "Abbrechen"} <= words_of_the_save_dialog(bench)
