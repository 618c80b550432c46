"""Play the matrix: ``python -m tests.cards [--page FILE] [--only WORD]``; the last line is the counts.

Exit code 0 only if no cell failed or was skipped.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.cards import page, rows
from tests.cards.table import counts, exit_code
from tests.cards.token import play


def main() -> int:
    """Every row in turn."""
    parser = argparse.ArgumentParser(prog="python -m tests.cards")
    parser.add_argument("--page", type=Path, help="the page whose table is written anew")
    parser.add_argument("--only", default="", help="rows with this word in their name")
    options = parser.parse_args()
    began, done = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="dsp-cards-") as folder:
        for number, token in enumerate(rows.TOKENS):
            if options.only.lower() in token.name.lower():
                done.append(play(token, Path(folder) / str(number), lambda line: print(line, flush=True)))
    if options.page is not None and not options.only:
        page.write(options.page, done)
    print(f"{len(done)} tokens in {time.monotonic() - began:.0f} s")
    print(counts(done))
    return exit_code(done)


if __name__ == "__main__":
    sys.exit(main())
