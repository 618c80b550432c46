"""Plays scenarios on a running demo: acts like a user and looks at the screen like one."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.qa.actions import Actions
from desktop.qa.chain import REAL
from desktop.qa.expectations import Expectations
from desktop.qa.platform import PlatformControl
from desktop.qa.program import PATIENCE_S, NotSeen, Program, Screen
from desktop.qa.readers import Readers
from desktop.qa.scenario import Scenario, ScenarioStep


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one scenario ended. ``problem`` is "" when all went well; ``skipped`` says why it did not play."""

    scenario: str
    title: str
    ms: int
    problem: str = ""
    skipped: str = ""
    worst_gap_ms: int = 0

    @property
    def ok(self) -> bool:
        """Played to the end, or not playable here."""
        return not self.problem


class Player:
    """One demo, many scenarios; each begins logged out, with two empty readers and fresh cards."""

    def __init__(
        self,
        program: Program,
        folder: Path,
        *,
        chain: str,
        scratch: Path,
        started: Callable[[ScenarioStep], None] = lambda _: None,
        restart: Callable[[], None] | None = None,
    ) -> None:
        """*chain*: "reader" or "software"; *scratch*: folder for made-up modules; *restart*: starts the
        program anew after a scenario that changed its settings."""
        self._program = program
        self._readers = Readers(folder)
        self._platform = PlatformControl(folder)
        self._chain = chain
        self._scratch = scratch
        self._started = started
        self._restart = restart
        self._fresh = self._readers.save()
        self._spoiled = False

    def play(self, scenario: Scenario) -> Outcome:
        """Play one; never raises for what the program does."""
        if scenario.needs == REAL and self._chain != REAL:
            return Outcome(scenario.name, scenario.title, 0, skipped="needs the real reader chain")
        begun = time.monotonic()
        actions = Actions(self._program, self._readers, self._platform, self._scratch)
        expectations = Expectations(self._program, self._readers, self._platform, actions)
        problem, step = "", None
        try:
            self.reset()
            self._program.gaps_ms()
            for step in scenario.steps:
                self._started(step)
                if step.word.expectation:
                    expectations.check(step)
                else:
                    actions.perform(step)
        except (NotSeen, OSError, ValueError, KeyError, StopIteration) as error:
            where = str(step) if step is not None else "before the first step"
            problem = f"{where}: {_told(error)}\n{self._picture()}"
        self._spoiled = actions.changed_settings or bool(problem)
        gaps: list[float] = []
        with contextlib.suppress(NotSeen, OSError, ValueError):
            gaps = self._program.gaps_ms()
        spent = round((time.monotonic() - begun) * 1000)
        worst = round(max([*gaps, *expectations.gaps], default=0))
        return Outcome(scenario.name, scenario.title, spent, problem, worst_gap_ms=worst)

    def tidy_up(self) -> None:
        """After the last one: cards as they were, readers empty."""
        with contextlib.suppress(NotSeen, OSError, ValueError, KeyError):
            self.reset()

    def reset(self) -> None:
        """Logged out, service on, two empty readers, cards and platform as they were."""
        if self._spoiled and self._restart is not None:
            self._restart()
        self._spoiled = False
        self._platform.clear_faults()
        end = time.monotonic() + PATIENCE_S
        restored = False
        while True:
            screen = self._program.look()
            session = screen.states.get("session")
            if session == "signed-out" and not restored:
                self._readers.restore(self._fresh)
                restored = True
            if restored and _is_fresh(screen):
                return
            if time.monotonic() > end:
                raise NotSeen("the login screen with two empty readers")
            self._leave(screen)
            time.sleep(0.1)

    def _leave(self, screen: Screen) -> None:
        """One step towards the login page."""
        press = {"lock": "lock-log-out", "terms": "terms-decline", "card": "card-back"}
        button = press.get(str(screen.states.get("page")), "")
        if screen.find("fileNameEdit"):
            self._program.key("Escape")
        elif button and screen.find(button):
            with contextlib.suppress(NotSeen):
                self._program.click(button, 1)
        elif screen.states.get("session") in ("active", "active-offline"):
            self._program.key("ctrl+L")

    def _picture(self) -> str:
        """What stands on the screen, for the report; secret fields are never told."""
        try:
            screen = self._program.look()
        except (NotSeen, OSError, ValueError):
            return "the program does not answer"
        lines = [line for line in screen.words().splitlines() if line.strip()]
        return (
            f"states: {screen.states}, keyboard: {screen.keyboard!r}\non the screen: "
            + " | ".join(lines)[:1500]
        )


def _is_fresh(screen: Screen) -> bool:
    states = screen.states
    return (states.get("page"), states.get("card")) == ("login", "reader-empty")


def _told(error: Exception) -> str:
    if isinstance(error, NotSeen):
        return f"not seen: {error}"
    return f"{type(error).__name__}: {error}"
