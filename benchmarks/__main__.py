"""Runs every benchmark, or the one that is named, and prints each figure beside its target."""

import argparse
import importlib
import os
import sys

from benchmarks.former import former_build

BENCHMARKS = ("start", "journey", "lifeline", "purge", "card", "convert", "pdfa")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS)
    parser.add_argument("--against", metavar="COMMIT_OR_FOLDER", help="a former build, measured too")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of at least 5 unless said\n")
    print(f"{'what':62} {'target':>14} {'measured':>22}")
    with former_build(given.against) as against:
        for name in (given.name,) if given.name else BENCHMARKS:
            for what, target, measured in importlib.import_module(f"benchmarks.{name}").rows(against):
                print(f"{what:62} {target:>14} {measured:>22}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
