"""``python -m tests.force [--short] [--only WORD] [--seed N]``: figures, and 1 when a promise was broken.

Without a screen (``DISPLAY``) the cycles of the window are left out, which is said.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.card_image import SimulatedReader, save_readers
from tests.force import clocks, cuts, cycles, damage, kills, locks, platform_acts, store_acts
from tests.force.figures import Figure, report
from tests.force.practice import Stage
from tests.simulator_fixture import running_simulator


@dataclass(frozen=True, slots=True)
class Form:
    """How much of each kind: kills of each act, which of the cuts, locks, rounds of the clock, window cycles.

    ``step``: every so many pages and writes.
    """

    kills: int
    cuts: slice
    locks: int
    clocks: int
    cycles: int
    step: int


LONG = Form(40, slice(None), 60, 1, 300, 1)
SHORT = Form(3, slice(1, None, 9), 6, 1, 15, 20)


def figures(folder: Path, form: Form, seed: int, only: str) -> Iterator[Figure]:
    """All kinds; *only*: those with this word in their name."""
    dice = random.Random(seed)
    with running_simulator(folder / "platform", cards="weber") as simulator:
        simulator.control.wait_loaded()
        save_readers(simulator.folder / "reader.json", (SimulatedReader("Lecteur", "weber", 1),))
        stage = Stage(simulator)
        acts: list[kills.Act] = [
            store_acts.FirstStart(),
            store_acts.Migration(),
            store_acts.Purge(),
            store_acts.TakeBack(),
            platform_acts.DepositAct(stage),
            platform_acts.VersionAct(stage),
            platform_acts.LevelAct(stage),
            platform_acts.LiftAct(stage),
        ]
        chosen = [(act, form.kills) for act in acts if only in f"kill: {act.name}"]
        yield from kills.killed(chosen, folder / "kills", dice, stage.later)
        if only in "cut":
            yield from cuts.cut(folder / "cuts", stage, form.cuts)
        if only in "locks":
            yield locks.locked(folder / "locks", stage, form.locks, dice)
        if only in "clock":
            yield from clocks.shifted(folder / "clocks", stage, form.clocks)
    if only in "damage: one page":
        yield damage.pages(folder / "pages", form.step)
    if only in "damage: full disk":
        yield from damage.full_disk(folder / "writes", max(1, form.step // 5))
    if only in "cycles" and os.environ.get("DISPLAY"):
        yield cycles.cycled(folder / "cycles", form.cycles)


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_const", const=SHORT, default=LONG, dest="form")
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = random.randrange(10**6) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    if not os.environ.get("DISPLAY"):
        print("no screen: the cycles of the window are left out", flush=True)
    with tempfile.TemporaryDirectory(prefix="dsp-force-") as folder:
        return report(figures(Path(folder), given.form, seed, given.only))


if __name__ == "__main__":
    sys.exit(main())
