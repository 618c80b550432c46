"""What a scenario expects: on the screen, of card and session, on the platform. Each waits a while."""

import time
from collections.abc import Callable
from typing import Any

from desktop.qa.actions import Actions
from desktop.qa.platform import PlatformControl
from desktop.qa.program import PATIENCE_S, NotSeen, Program, Screen
from desktop.qa.readers import Readers
from desktop.qa.scenario import ScenarioStep

# Against a hang, never a promise of the product: a busy machine needs its time.
WITHIN_S = PATIENCE_S


class Expectations:
    """One method an expectation word; ``gaps`` collects how long the GUI thread was away."""

    def __init__(
        self, program: Program, readers: Readers, platform: PlatformControl, actions: Actions
    ) -> None:
        self._program, self._readers, self._platform = program, readers, platform
        self._actions = actions
        self._within = WITHIN_S
        self.gaps: list[float] = []

    def check(self, step: ScenarioStep) -> None:
        """NotSeen when it does not hold in time."""
        details = dict(step.details)
        self._within = float(details.pop("within", WITHIN_S))
        getattr(self, f"expect_{step.word.name}")(step.value, **details)

    # -- words -----------------------------------------------------------------------------------------

    def expect_see(self, words: str) -> None:
        self._until(f"« {words} »", lambda screen: words.lower() in screen.words().lower())

    def expect_not_see(self, words: str, during: float = 0) -> None:
        self._never(f"« {words} » gone", lambda screen: words.lower() in screen.words().lower(), during)

    def expect_code(self, code: str) -> None:
        """A situation on the login screen tells its code with its text; so do the messages."""
        self._until(f"code {code}", lambda screen: code in _codes(screen))

    def expect_no_code(self, code: str, during: float = 0) -> None:
        self._never(f"no code {code}", lambda screen: code in _codes(screen), during)

    # -- states ----------------------------------------------------------------------------------------

    def expect_page(self, page: str) -> None:
        self._state("page", page)

    def expect_card(self, situation: str) -> None:
        self._state("card", situation)

    def expect_session(self, state: str) -> None:
        self._state("session", state)

    def expect_record(self, state: str) -> None:
        self._state("record", state)

    # -- widgets ---------------------------------------------------------------------------------------

    def expect_shown(self, name: str) -> None:
        self._until(f"{name} shown", lambda screen: screen.find(name) is not None)

    def expect_hidden(self, name: str) -> None:
        self._until(f"{name} hidden", lambda screen: screen.find(name) is None)

    def expect_enabled(self, name: str) -> None:
        self._until(f"{name} enabled", lambda screen: bool((screen.find(name) or {}).get("enabled")))

    def expect_disabled(self, name: str) -> None:
        self._until(
            f"{name} disabled", lambda screen: not (screen.find(name) or {"enabled": True})["enabled"]
        )

    # -- card, platform, patient, GUI ------------------------------------------------------------------

    def expect_tries_left(self, tries: int, of: str = "weber") -> None:
        """What the card itself counts."""
        self._until(f"{tries} tries left on {of}", lambda _: self._readers.card(of).pin_tries == tries)

    def expect_platform_sessions(self, count: int) -> None:
        self._until(f"{count} sessions on the platform", lambda _: len(self._sessions()) == count)

    def expect_patient_shown(self, wanted: bool) -> None:  # noqa: FBT001 - the value of a text file
        """Whether the opened patient's name or matricule stands anywhere on the screen."""
        patient = self._actions.patient
        marks = (patient["family"].upper(), patient["matricule"])

        def shown(screen: Screen) -> bool:
            words = screen.words()
            return marks[0] in words.upper() or marks[1] in words.replace(" ", "")

        if wanted:
            self._until("the patient on the screen", shown)
        else:
            self._never("no trace of the patient on the screen", shown, 0)

    def expect_ordonnance(self, name: str, line: int = 1, state: str = "") -> None:
        """Where a line stands on the platform: of a code of the console, or of the one remembered."""
        code = self._platform.ordonnance(name, self._actions.remembered)

        def stands(_: Screen) -> bool:
            told = self._platform.state()["features"]["prescription"]["ordonnances"][code]["lines"]
            return any(one["number"] == line and one["state"] == state for one in told)

        self._until(f"line {line} of {name} {state}", stands)

    def expect_calm(self, longest_ms: int) -> None:
        """The window answered all the time since the last ``calm``."""
        self.gaps += self._program.gaps_ms()
        worst = max(self.gaps, default=0)
        if worst > longest_ms:
            raise NotSeen(f"a window that answers within {longest_ms} ms (it took {worst:.0f} ms)")

    def _sessions(self) -> list[Any]:
        return list(self._platform.state()["sessions"])

    def _state(self, name: str, wanted: str) -> None:
        self._until(f"{name} {wanted}", lambda screen: screen.states.get(name) == wanted)

    def _until(self, what: str, test: Callable[[Screen], bool]) -> None:
        self._program.until(what, test, self._within)

    def _never(self, what: str, test: Callable[[Screen], bool], during: float) -> None:
        """It goes away in time, and stays away."""
        self._until(what, lambda screen: not test(screen))
        end = time.monotonic() + during
        while time.monotonic() < end:
            if test(self._program.look()):
                raise NotSeen(what)
            time.sleep(0.05)


def _codes(screen: Screen) -> str:
    return f"{screen.words()} {screen.states.get('code', '')}"
