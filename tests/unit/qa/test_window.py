"""The window « Simulateur »: marked DEMO, every button acts on the simulator's folder."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QListWidget, QPushButton, QSpinBox

from desktop.domain.card_image import (
    KeyPair,
    SimulatedReader,
    load_card,
    load_readers,
    new_card,
    save_readers,
)
from desktop.domain.texts import Language, set_language
from desktop.qa.player import Outcome
from desktop.qa.scenario import Scenario, ScenarioStep
from desktop.qa.window import scenario_runner
from desktop.qa.window.main_window import SimulatorWindow
from tests.ui.finding import child

GOOD = 'title = "{title}"\nabout = "why"\nsteps = [{{ insert = "weber" }}, {{ card = "ready" }}]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cards").mkdir()
    pair = KeyPair("key", "certificate")
    lines = []
    for id, holder, flaw in (("weber", "Dr Claire Weber", ""), ("expired", "Dr Léa Hoffmann", "expired")):
        new_card(id, id, "01", "3B00", pair, pair, b"135790", b"12345678").save(
            tmp_path / "cards" / f"{id}.json"
        )
        line = {"id": id, "label": id, "holder": holder, "profession": "Médecin", "flaw": flaw}
        lines.append({**line, "pin": "135790", "puk": "12345678"})
    save_readers(tmp_path / "reader.json", (SimulatedReader("A"), SimulatedReader("B")))
    console = {"cards": lines, "patients": {}, "suggestions": []}
    (tmp_path / "console.json").write_text(json.dumps(console))
    say_chain(tmp_path, "software")
    return tmp_path


def say_chain(folder: Path, kind: str, why: str = "", detail: str = "") -> None:
    (folder / "chain.json").write_text(json.dumps({"kind": kind, "why": why, "detail": detail}))


@pytest.fixture
def window(qtbot: Any, folder: Path) -> Iterator[SimulatorWindow]:
    made = SimulatorWindow(folder, folder / "no-program")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def click(window: SimulatorWindow, qtbot: Any) -> Callable[[str], None]:
    def act(name: str) -> None:
        button = window.findChild(QAbstractButton, name)
        assert button is not None, name
        assert button.isEnabled(), name
        button.click()

    return act


def words(window: SimulatorWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None
    return label.text()


@pytest.mark.parametrize("language", list(Language))
def test_it_is_marked_demo_in_title_and_banner_in_every_language(
    qtbot: Any, folder: Path, language: Language
) -> None:
    set_language(language)
    try:
        window = SimulatorWindow(folder, folder / "none")
        qtbot.addWidget(window)
        mark = "DÉMO" if language is Language.FR else "DEMO"
        assert mark in window.windowTitle()
        assert mark in words(window, "sim-band-text")
        buttons = window.findChildren(QPushButton)
        assert len(buttons) >= 15
        assert all(button.objectName() and button.text() for button in buttons)
        window.close()
    finally:
        set_language(Language.FR)


def test_what_is_copied_is_marked_demo(window: SimulatorWindow, click: Callable[[str], None]) -> None:
    click("sim-copy")
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("DÉMO")
    assert len(copied.splitlines()) > 4


CHAINS = [
    ("reader", "", "", "Chaîne réelle"),
    ("software", "", "", "choisie au démarrage"),
    ("software", "packages", "pcscd", "des paquets manquent : pcscd"),
    ("software", "namespaces", "", "espace de noms"),
    ("software", "system", "win32", "Linux"),
    ("software", "start", "x", "n'a pas démarré"),
]


@pytest.mark.parametrize(("kind", "why", "detail", "told"), CHAINS)
def test_it_says_which_chain_runs_and_why(
    window: SimulatorWindow, folder: Path, kind: str, why: str, detail: str, told: str
) -> None:
    say_chain(folder, kind, why, detail)
    window.refresh()
    assert told in words(window, "sim-chain")


def test_before_the_program_said_anything_nothing_is_played(window: SimulatorWindow, folder: Path) -> None:
    (folder / "chain.json").unlink()
    window.refresh()
    assert "démarre" in words(window, "sim-chain")
    assert not child(window, QPushButton, "sim-play").isEnabled()


def test_cards_go_in_out_and_are_swapped(
    window: SimulatorWindow, click: Callable[[str], None], folder: Path
) -> None:
    def inside() -> list[tuple[str | None, int, bool]]:
        return [(r.card, r.events, r.mute) for r in load_readers(folder / "reader.json")]

    click("sim-insert-1")
    assert inside() == [("weber", 1, False), (None, 0, False)]
    assert words(window, "sim-state-1") == "Dr Claire Weber"
    chosen = child(window, QComboBox, "sim-card-1")
    chosen.setCurrentIndex(1)
    click("sim-unseen-1")
    assert inside()[0] == ("expired", 1, False)
    assert words(window, "sim-state-1") == "Dr Léa Hoffmann – Carte expirée"
    click("sim-remove-1")
    assert inside()[0] == (None, 2, False)
    click("sim-mute-1")
    click("sim-insert-1")
    assert inside()[0] == ("expired", 3, True)
    assert "à l'envers" in words(window, "sim-state-1")


def test_service_readers_held_card_and_remote_session(
    window: SimulatorWindow, click: Callable[[str], None], folder: Path
) -> None:
    click("sim-service-crash")
    assert (folder / "service-stopped").read_text() == "kill"
    assert "arrêté" in words(window, "sim-service")
    click("sim-service-start")
    click("sim-service-freeze")
    assert (folder / "service-stopped").read_text() == "freeze"
    click("sim-service-start")
    assert not (folder / "service-stopped").exists()
    click("sim-insert-2")
    click("sim-held-2")
    assert (folder / "card-held").read_text() == "2"
    click("sim-held-2")
    assert not (folder / "card-held").exists()
    click("sim-remote")
    assert (folder / "remote-session").exists()
    click("sim-unplug")
    assert load_readers(folder / "reader.json") == ()
    assert words(window, "sim-state-1") == "débranché"
    click("sim-unplug")
    assert len(load_readers(folder / "reader.json")) == 2


def test_speed_tries_and_atr(window: SimulatorWindow, click: Callable[[str], None], folder: Path) -> None:
    click("sim-insert-1")
    speed = child(window, QComboBox, "sim-speed-1")
    speed.activated.emit(3)
    assert load_readers(folder / "reader.json")[0].delay_ms == 600_000
    child(window, QSpinBox, "sim-tries").setValue(1)
    child(window, QSpinBox, "sim-puk-tries").setValue(0)
    child(window, QComboBox, "sim-atr").activated.emit(0)
    image = load_card(folder / "cards" / "weber.json")
    assert (image.pin_tries, image.puk_tries) == (1, 0)
    assert image.atr_hex.startswith("3B6D")
    assert words(window, "sim-atr-digits").startswith("3B 6D 00")
    assert (words(window, "sim-pin"), words(window, "sim-puk")) == ("PIN 135790", "PUK 12345678")


def test_pulling_while_it_works_can_be_called_off(
    window: SimulatorWindow, click: Callable[[str], None], qtbot: Any
) -> None:
    """There is no program here: the wait ends at once, and the button is ready again."""
    click("sim-insert-1")
    button = child(window, QPushButton, "sim-cut-1")
    before = button.text()
    click("sim-cut-1")
    qtbot.waitUntil(lambda: button.text() == before)


# -- scenarios ---------------------------------------------------------------------------------------


class FakePlayer:
    """Passes those called good, fails the others."""

    played: list[str] = []

    def __init__(self, *_: object, started: Callable[[ScenarioStep], None], **__: object) -> None:
        self._started = started

    def play(self, scenario: Scenario) -> Outcome:
        for step in scenario.steps:
            self._started(step)
        self.played.append(scenario.name)
        problem = "" if "good" in scenario.name else "step 2 (card = 'ready'): not seen: card ready"
        return Outcome(scenario.name, scenario.title, 1200, problem, worst_gap_ms=9)

    def tidy_up(self) -> None:
        """Nothing to tidy."""


@pytest.fixture
def scenarios(window: SimulatorWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> QListWidget:
    monkeypatch.setattr(scenario_runner, "Player", FakePlayer)
    FakePlayer.played = []
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("a-good", "b-bad"):
        (folder / f"{name}.toml").write_text(GOOD.format(title=name))
    (folder / "c-real.toml").write_text('needs = "reader"\n' + GOOD.format(title="c-real"))
    window._scenarios.open_folder(folder)
    shown = child(window, QListWidget, "sim-scenarios")
    assert shown is not None
    return shown


def rows(shown: QListWidget) -> list[str]:
    return [shown.item(number).text() for number in range(shown.count())]


def test_shipped_scenarios_are_listed_by_title(window: SimulatorWindow) -> None:
    shown = child(window, QListWidget, "sim-scenarios")
    assert shown.count() >= 25
    assert any("Carte retirée, dossier ouvert" in row for row in rows(shown))


def test_one_and_all_are_played_and_tell_how_it_ended(
    window: SimulatorWindow, click: Callable[[str], None], scenarios: QListWidget, qtbot: Any
) -> None:
    assert rows(scenarios) == ["·  a-good", "·  b-bad", "–  c-real"]
    scenarios.setCurrentRow(0)
    click("sim-play")
    qtbot.waitUntil(lambda: words(window, "sim-status").startswith("Réussis"))
    assert words(window, "sim-status") == "Réussis : 1, échoués : 0."
    assert "✓ Réussi en 1.2 s" in window._scenarios.report.toPlainText()
    qtbot.waitUntil(child(window, QPushButton, "sim-play-all").isEnabled)
    click("sim-play-all")
    qtbot.waitUntil(lambda: words(window, "sim-status") == "Réussis : 1, échoués : 1.")
    assert rows(scenarios) == ["✓  a-good", "✗  b-bad", "–  c-real"]
    assert FakePlayer.played == ["a-good", "a-good", "b-bad"]
    assert "not seen: card ready" in window._scenarios.report.toPlainText()


def test_a_bad_file_is_told_with_its_place(window: SimulatorWindow, tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    (folder / "mine.toml").write_text('title = "t"\nsteps = [{ insrt = "weber" }]')
    window._scenarios.open_folder(folder)
    assert "mine.toml, step 1: unknown word « insrt »" in words(window, "sim-status")


def test_the_real_chain_plays_all(window: SimulatorWindow, folder: Path, scenarios: QListWidget) -> None:
    say_chain(folder, "reader")
    window.refresh()
    assert bool(scenarios.item(2).flags() & Qt.ItemFlag.ItemIsEnabled)
