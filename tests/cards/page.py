"""The table in docs/cards.md, between two marks; the words around it are people's."""

from collections.abc import Sequence
from pathlib import Path

from tests.cards.table import Row, counts, markdown

BEGIN = "<!-- written by `python3 dev.py test cards` -->"
END = "<!-- end of what the command writes -->"


def write(path: Path, rows: Sequence[Row]) -> None:
    """Put the table of *rows* in the place of the former one; ValueError where the marks are missing."""
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"no marks in {path}")
    table = markdown(rows)
    path.write_text(f"{before}{BEGIN}\n\n{table}\nCells: {counts(rows)}.\n\n{END}{after}", encoding="utf-8")
