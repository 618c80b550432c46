"""Plays scenarios in a thread of its own, on the demo that is open beside the window."""

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.common.passing_folders import Passing, PassingFolder
from desktop.qa.player import Outcome, Player
from desktop.qa.program import Program
from desktop.qa.scenario import Scenario, ScenarioStep


class ScenarioRunner(QObject):
    """Signals: ``begun(Scenario)``, ``step_begun(name, Step)``, ``ended(Outcome)``, ``all_ended()``."""

    begun = Signal(object)
    step_begun = Signal(str, object)
    ended = Signal(object)
    all_ended = Signal()

    def __init__(self, folder: Path, probe: Path, parent: QObject) -> None:
        """*folder*: the simulator's; *probe*: the local socket of the program."""
        super().__init__(parent)
        self._folder = folder
        self._probe = probe
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._busy = False

    def runs(self) -> bool:
        """Whether a scenario is being played."""
        return self._busy

    def start(self, scenarios: Sequence[Scenario], chain: str) -> None:
        """Play them one after the other; nothing happens while others are played."""
        if self.runs():
            return
        self._stop.clear()
        self._busy = True
        arguments = (tuple(scenarios), chain)
        self._thread = threading.Thread(target=self._play, args=arguments, name="scenarios")
        self._thread.start()

    def stop(self) -> None:
        """Give up at the next look; returns when the thread is gone."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def give_up(self) -> None:
        """Ask for the end without waiting for it."""
        self._stop.set()

    def _play(self, scenarios: Sequence[Scenario], chain: str) -> None:
        program = Program(self._probe, self._stop.is_set)
        with PassingFolder(Passing.QA) as scratch:
            try:
                player = Player(program, self._folder, chain=chain, scratch=scratch.path, started=self._tell)
            except (OSError, ValueError, KeyError) as error:
                for scenario in scenarios:
                    self.ended.emit(Outcome(scenario.name, scenario.title, 0, problem=str(error)))
                self._end()
                return
            for scenario in scenarios:
                if self._stop.is_set():
                    break
                self._name = scenario.name
                self.begun.emit(scenario)
                self.ended.emit(player.play(scenario))
            player.tidy_up()
        self._end()

    def _end(self) -> None:
        self._busy = False
        self.all_ended.emit()

    def _tell(self, step: ScenarioStep) -> None:
        self.step_begun.emit(self._name, step)
