"""Plays steps in order on the running demo; each is looked at on the screen and on the platform."""

import contextlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import NotSeen, Window, key, picture

Step = Callable[[], None]


class Tour:
    """What every tour is: its steps, each a numbered picture and a line of ``tour.json``.

    ``card`` is the demo's card that it is played with, ``practitioner`` its holder; ``printers`` are those
    of the computer, none: its own print service is left as it is. ``whole``: it begins once every document
    of the demo is there. ``job``: the steps whose time is that of the job which the tour is about.
    """

    card: ClassVar[str]
    practitioner: ClassVar[str]
    printers: ClassVar[tuple[str, ...]] = ()
    whole: ClassVar[bool] = False
    job: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, stage: TourRun, out: Path) -> None:
        self.stage = stage
        self.out = out
        self.results: list[dict[str, Any]] = []
        self.patient: dict[str, str] = {}
        self.keys = 0  # pressed so far for the job, where a tour counts them
        self.after: Callable[[str], None] = lambda step: None
        self.take_picture: Callable[..., None] = picture

    def steps(self) -> Sequence[Step]:
        """In the order in which they are played; ``step_wrong_pin`` is called « wrong-pin »."""
        raise NotImplementedError

    def play(self) -> bool:
        """All steps; True when each is ok. Stops at the first that is not."""
        for step in self.steps():
            name = step.__name__.removeprefix("step_").replace("_", "-")
            started = time.monotonic()
            problem = ""
            try:
                step()
            except (NotSeen, AssertionError, KeyError, OSError) as error:
                problem = f"{type(error).__name__}: {error}"
            spent = round((time.monotonic() - started) * 1000)
            line = {"step": name, "ok": not problem, "ms": spent, "keys": self.keys}
            if name in self.job:
                line["job_ms"] = spent + max((one.get("job_ms", 0) for one in self.results), default=0)
            if problem:
                line["problem"] = problem
            self.results.append(line)
            self._picture(f"{len(self.results):02}-{name}.png")
            (self.out / "tour.json").write_text(json.dumps(self.results, indent=1, ensure_ascii=False))
            if problem:
                (self.out / "screen.txt").write_text(self._shown())
                return False
            self.after(name)
        (self.out / "platform.json").write_text(json.dumps(self.state(), indent=1, ensure_ascii=False))
        return True

    def _picture(self, name: str) -> None:
        """A program that is gone leaves no picture, and no second error."""
        with contextlib.suppress(OSError, NotSeen):
            self.take_picture(self.out / name, self.stage.program, self.stage.console)

    def _shown(self) -> str:
        try:
            names = [f"{s.name}: {s.text}" for s in self.stage.program.widgets() if s.name]
        except (OSError, NotSeen) as error:
            return f"{error}"
        return "\n".join(names)

    @property
    def program(self) -> Window:
        return self.stage.program

    def press(self, *names: str) -> None:
        """Press keys by their X names, each of them counted."""
        key(*names)
        self.keys += len(names)

    def close(self) -> None:
        """What the tour itself started ends."""

    def state(self) -> dict[str, Any]:
        return self.stage.state()

    def traces(self, action: str) -> list[dict[str, Any]]:
        """Successful traces of one action by the card holder."""
        return [
            t
            for t in self.state()["traces"]
            if t["action"] == action and t["succeeded"] and t["practitioner"] == self.practitioner
        ]
