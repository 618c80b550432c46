"""The workstation's clock is set wrong between confirming and sending, and back again."""

import itertools
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.force.cuts import PUBLISH, until_it_works
from tests.force.figures import Figure
from tests.force.forked import ChildError, Tell, whole
from tests.force.practice import Stage, doctor, wrong_deposits

SHIFTS = tuple(sign * span for span in (timedelta(days=1), timedelta(days=365)) for sign in (1, -1))
MOMENTS = ("before it is sent", "after a lost answer", "before a login")


def shifted(folder: Path, stage: Stage, times: int) -> Iterator[Figure]:
    """Each shift at each moment."""
    began = time.monotonic()
    broken: list[str] = []
    trials = list(itertools.product(SHIFTS, MOMENTS)) * times
    for number, (shift, moment) in enumerate(trials):
        home = folder / f"clock-{number}"
        home.mkdir(parents=True)
        try:
            said = whole(partial(_trial, stage, home, shift, moment))
        except ChildError as error:
            said = [f"failed: {error}"]
        stage.simulator.control.clear_faults()
        stage.later()
        broken += [f"{shift.days:+} days {moment}: {sentence}" for sentence in said]
    yield Figure(
        "clock: a day, a year, and back", len(trials), tuple(broken), f"{time.monotonic() - began:.0f} s"
    )


def _trial(stage: Stage, home: Path, shift: timedelta, moment: str, tell: Tell) -> None:
    with doctor(stage, home) as one:
        name = one.confirm("Lettre").unique_id
        if moment == "after a lost answer":
            stage.simulator.control.fault("lost_answer", PUBLISH, times=1)
            one.outbox.pump()
        one.clock.shift = shift.total_seconds()
        if moment == "before a login":
            one.platform.drop_session()
            one.vault.close()
            try:
                one.log_in()
            except AssertionError:  # refused for the clock: said to the user, who sets it
                one.clock.shift = 0.0
                until_it_works(one.log_in)
        one.outbox.pump()
        one.clock.shift = 0.0
        one.outbox.pump()
        rows = one.settle()
    if wrong := wrong_deposits(stage, home, rows, [name]):
        tell(wrong)
