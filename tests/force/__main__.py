"""``python -m tests.force [--short] [--only WORD] [--seed N]``: figures, and 1 when a promise was broken."""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from desktop.domain.card_image import SimulatedReader, save_readers
from tests.force import kills, platform_acts, store_acts
from tests.force.figures import Figure, report
from tests.force.practice import Stage
from tests.simulator_fixture import running_simulator


def figures(folder: Path, seed: int, times: int, only: str) -> Iterator[Figure]:
    """All kinds; *times*: trials of each kind of kill."""
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
        chosen = [(act, times) for act in acts if only in f"kill {act.name}"]
        yield from kills.killed(chosen, folder / "kills", dice, stage.later)


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_const", const=4, default=40, dest="times")
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = random.randrange(10**6) if given.seed is None else given.seed
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="dsp-force-") as folder:
        return report(figures(Path(folder), seed, given.times, given.only))


if __name__ == "__main__":
    sys.exit(main())
