"""Killed at a random moment of an act, then started again: each act says what must hold afterwards."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from tests.force.figures import Figure
from tests.force.forked import Child, ChildError, Tell, whole

BEGUN = "begun"


class Act(Protocol):
    """One act of the program and its promise."""

    name: str

    def prepare(self, home: Path) -> None:
        """What stands before the act; runs in a child, to its end."""
        ...

    def run(self, home: Path, tell: Tell) -> None:
        """Tell ``begun``, do it, tell what was acknowledged to the user; killed anywhere after begun."""
        ...

    def after(self, home: Path, told: list[str]) -> str:
        """Start again and look: "" or what is broken; runs in a child. *told*: what was acknowledged."""
        ...


def killed(
    acts: list[tuple[Act, int]], folder: Path, dice: random.Random, between: Callable[[], None]
) -> Iterator[Figure]:
    """Each act as often as asked, with one figure each; *between* trials time passes."""
    for act, times in acts:
        began = time.monotonic()
        length = _length(act, folder / f"{act.name}-whole", between)
        between()
        broken: list[str] = []
        early = 0
        for number in range(times):
            moment = dice.uniform(0, 1.1 * length)
            home = folder / f"{act.name}-{number}"
            home.mkdir(parents=True)
            try:
                sentence, finished = _trial(act, home, moment, between)
            except ChildError as error:
                sentence, finished = f"the next start failed: {error}", False
            early += not finished
            between()
            if sentence:
                broken.append(f"killed {moment * 1000:.0f} ms after its begin: {sentence}")
        spent = time.monotonic() - began
        measured = f"{early} in the act (of {length * 1000:.0f} ms), {spent:.0f} s"
        yield Figure(f"kill: {act.name}", times, tuple(broken), measured)


def _length(act: Act, home: Path, between: Callable[[], None]) -> float:
    """Seconds of the whole act; its own promise holds without a kill too."""
    home.mkdir(parents=True)
    whole(lambda tell: act.prepare(home))
    between()
    child = Child(lambda tell: act.run(home, tell))
    child.wait_for(BEGUN)
    began = time.monotonic()
    told = child.rest()
    length = time.monotonic() - began
    assert child.status == 0, f"{act.name} does not work at all"
    sentence = _after(act, home, told)
    assert not sentence, f"{act.name}, not killed: {sentence}"
    return length


def _trial(act: Act, home: Path, moment: float, between: Callable[[], None]) -> tuple[str, bool]:
    whole(lambda tell: act.prepare(home))
    between()
    child = Child(lambda tell: act.run(home, tell))
    child.wait_for(BEGUN)
    time.sleep(moment)
    told = child.kill()
    return _after(act, home, told), child.status == 0


def _after(act: Act, home: Path, told: list[str]) -> str:
    return " ".join(whole(lambda tell: tell(act.after(home, told).replace("\n", " ") or ""))).strip()
