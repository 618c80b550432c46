"""The demo console: cards go in and out of ``reader.json``, patients are shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton

from desktop.domain.card_image import SimulatedReader, load_readers, save_readers
from desktop.domain.texts import Language, set_language
from desktop.simulator.console.folder import ConsoleFolder
from desktop.simulator.console.window import ConsoleWindow
from tests.patient_bot import PatientBot
from tests.ui.finding import child


def _card(id: str, holder: str, flaw: str = "") -> dict[str, str]:
    return {
        "id": id, "label": id, "holder": holder, "profession": "Médecin", "flaw": flaw, "pin": "135790",
        "puk": "12345678",
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three cards, two empty readers, one patient."""
    save_readers(tmp_path / "reader.json", (SimulatedReader("A"), SimulatedReader("B")))
    cards = [
        _card("weber", "Dr Claire Weber"),
        _card("kieffer", "Dr Marc Kieffer"),
        _card("expired", "Dr X", "expired"),
    ]
    patient = {
        "patient_id": "pat-0001", "text_key": "console.why_recent", "family": "Muller", "given": "Anne",
        "birth_date": "12.05.1993", "matricule": "1793051210323",
    }  # fmt: skip
    scans = [{"id": "rx-tour", "text": "DSPRX1:A:B", "text_key": "console.rx_tour"}]
    codes = {"pat-0001": "901623"}
    data = {"cards": cards, "patients": codes, "suggestions": [patient], "scans": scans}
    (tmp_path / "console.json").write_text(json.dumps(data))
    return tmp_path


def _cards(folder: Path) -> list[str | None]:
    return [reader.card for reader in load_readers(folder / "reader.json")]


def _events(folder: Path) -> list[int]:
    return [reader.events for reader in load_readers(folder / "reader.json")]


def test_insert_pull_and_swap_count_events(folder: Path) -> None:
    console = ConsoleFolder(folder)
    console.insert(0, "weber")
    assert (_cards(folder), _events(folder)) == (["weber", None], [1, 0])
    console.insert(0, "weber")
    assert _events(folder) == [1, 0], "already there"
    console.insert(0, "kieffer")
    assert (_cards(folder), _events(folder)) == (["kieffer", None], [3, 0])
    console.insert(1, "kieffer")
    assert (_cards(folder), _events(folder)) == ([None, "kieffer"], [4, 1])
    console.pull(0)
    assert _events(folder) == [4, 1], "nothing to pull"
    console.pull(1)
    assert (_cards(folder), _events(folder)) == ([None, None], [4, 2])


def test_before_the_simulator_wrote_anything_the_window_waits(
    tmp_path: Path, qtbot: Any, folder: Path
) -> None:
    empty = tmp_path / "later"
    empty.mkdir()
    window = ConsoleWindow(ConsoleFolder(empty))
    qtbot.addWidget(window)
    window.show()
    assert window.findChild(QPushButton, "insert-weber") is None
    for name in ("reader.json", "console.json"):
        (empty / name).write_bytes((folder / name).read_bytes())
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "insert-weber") is not None)


def test_a_click_inserts_and_pulls(qtbot: Any, folder: Path) -> None:
    window = ConsoleWindow(ConsoleFolder(folder))
    qtbot.addWidget(window)
    window.show()
    insert = child(window, QPushButton, "insert-weber")
    qtbot.mouseClick(insert, Qt.MouseButton.LeftButton)
    assert _cards(folder) == ["weber", None]
    assert not insert.isEnabled()
    assert child(window, QLabel, "reader-state-0").text() == "Dr Claire Weber"
    qtbot.mouseClick(child(window, QRadioButton, "reader-1"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(child(window, QPushButton, "insert-kieffer"), Qt.MouseButton.LeftButton)
    assert _cards(folder) == ["weber", "kieffer"]
    qtbot.mouseClick(child(window, QPushButton, "pull"), Qt.MouseButton.LeftButton)
    assert _cards(folder) == [None, "kieffer"]


def test_the_patient_is_shown_and_the_matricule_copied(qtbot: Any, folder: Path) -> None:
    window = ConsoleWindow(ConsoleFolder(folder))
    qtbot.addWidget(window)
    window.show()
    assert child(window, QLabel, "patient-0").text().split("\n") == [
        "MULLER Anne",
        "12.05.1993",
        "1793 0512 103 23",
    ]
    assert "901623" in child(window, QLabel, "patient-code-0").text()
    qtbot.mouseClick(child(window, QPushButton, "patient-copy-0"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "1793051210323"


@pytest.mark.parametrize("language", list(Language))
def test_every_interactive_widget_has_a_name_in_every_language(
    qtbot: Any, folder: Path, language: Language
) -> None:
    set_language(language)
    try:
        window = ConsoleWindow(ConsoleFolder(folder))
        qtbot.addWidget(window)
        buttons = [*window.findChildren(QPushButton), *window.findChildren(QRadioButton)]
        assert len(buttons) >= 6
        assert all(b.objectName() and b.text() for b in buttons)
    finally:
        set_language(Language.FR)


def test_a_damaged_console_file_is_not_the_end(qtbot: Any, folder: Path) -> None:
    (folder / "console.json").write_text("{broken")
    window = ConsoleWindow(ConsoleFolder(folder))
    qtbot.addWidget(window)
    assert window.findChild(QPushButton, "insert-weber") is None


def test_the_window_of_qa_is_offered_where_the_program_can_be_watched(qtbot: Any, folder: Path) -> None:
    plain = ConsoleWindow(ConsoleFolder(folder))
    watched = ConsoleWindow(ConsoleFolder(folder), simulator=True)
    for window in (plain, watched):
        qtbot.addWidget(window)
        window.show()
    assert not child(plain, QPushButton, "open-simulator").isVisible()
    with qtbot.waitSignal(watched.simulator_asked):
        child(watched, QPushButton, "open-simulator").click()


def test_a_code_is_copied_or_typed_into_the_program(folder: Path, qtbot: PatientBot) -> None:
    window = ConsoleWindow(ConsoleFolder(folder), simulator=True)
    qtbot.addWidget(window)
    asked: list[str] = []
    window.scan_asked.connect(asked.append)
    qtbot.mouseClick(child(window, QPushButton, "code-copy-rx-tour"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "DSPRX1:A:B"
    qtbot.mouseClick(child(window, QPushButton, "scan-rx-tour"), Qt.MouseButton.LeftButton)
    assert asked == ["DSPRX1:A:B"]
    alone = ConsoleWindow(ConsoleFolder(folder))
    qtbot.addWidget(alone)
    assert child(alone, QPushButton, "scan-rx-tour").isHidden(), "there is no program to type into"
