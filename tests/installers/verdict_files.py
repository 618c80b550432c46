"""``python -m tests.installers.verdict_files FOLDER``: 60 files whose verdicts an installed tree must repeat.

Letters as programs write them, the odd kinds that a practice drops, and mutants of them, from one seed.
"""

import itertools
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.pdfa import mutants, realistic
from tests.pdfa.file_kinds import kinds
from tests.unit.pdf.pdf_samples import form_letter

COUNT = 60
_SEED = 20260101


def files() -> Iterator[bytes]:
    """Half of them as they are made, half changed."""
    left_out: list[str] = []
    made = [content for _, content in realistic.documents(left_out)]
    whole = [form_letter(), form_letter("PDF/A-2B"), *made[:14], *list(kinds(left_out).values())[:14]]
    yield from whole
    yield from (content for _, content in mutants.make_mutants(whole[:16], COUNT - len(whole), _SEED))


def main(folder: Path) -> None:
    """Write them as 00.pdf, 01.pdf …"""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it wonders about dates in fonts
    for number, content in enumerate(itertools.islice(files(), COUNT)):
        (folder / f"{number:02}.pdf").write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
