"""Runs every benchmark, or the one that is named, and prints each figure beside its target.

A target that is missed is marked, and the program ends with 1.
"""

import argparse
import importlib
import os
import sys

from benchmarks.former import former_build
from benchmarks.targets import misses

BENCHMARKS = (
    "start",
    "quit",
    "journey",
    "gaps",
    "lifeline",
    "longlist",
    "worklist",
    "editor",
    "codes",
    "drugs",
    "counter",
    "counters",
    "purge",
    "outbox",
    "store",
    "card",
    "signing",
    "convert",
    "pdfa",
    "scanning",
    "summary",
    "summary_issue",
    "summary_rules",
)


def main() -> int:
    """Print the table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", nargs="?", choices=BENCHMARKS)
    parser.add_argument("--against", metavar="COMMIT_OR_FOLDER", help="a former build, measured too")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of at least 5 unless said\n")
    print(f"{'what':62} {'target':>14} {'measured':>22}")
    missed = 0
    with former_build(given.against) as against:
        for name in (given.name,) if given.name else BENCHMARKS:
            for what, target, measured in importlib.import_module(f"benchmarks.{name}").rows(against):
                late = misses(target, measured)
                missed += late
                print(f"{what:62} {target:>14} {measured:>22}{'  MISSED' if late else ''}", flush=True)
    print(f"\n{missed} of the targets missed" if missed else "\nEvery target is reached.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
