"""Runs every benchmark, or the one that is named, and prints each figure beside its target."""

import importlib
import os
import sys
from pathlib import Path


def main() -> int:
    """Print the table."""
    names = [p.stem for p in sorted(Path(__file__).parent.glob("[a-z]*.py"))]
    wanted = [n for n in names if len(sys.argv) < 2 or n == sys.argv[1]]
    if not wanted:
        print(f"no such benchmark; there are: {', '.join(names)}")
        return 2
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of at least 5 unless said\n")
    print(f"{'what':62} {'target':>14} {'measured':>22}")
    for name in wanted:
        for what, target, measured in importlib.import_module(f"benchmarks.{name}").rows():
            print(f"{what:62} {target:>14} {measured:>22}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
