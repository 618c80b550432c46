"""Tables that the program carries as CSV: what the file says of itself above its columns, and its rows."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_HEAD: Final = re.compile(r"# (title|version|source|licence|language|official|test): (.+)")


@dataclass(frozen=True, slots=True)
class TableHead:
    """What a table says of itself, for « sources et licences »; all words are the file's own.

    ``language`` (BCP 47) is that of its official labels, or of ours where it has none (``official`` False).
    ``test``: made for tests, no clinical source (« jeu de test »). ``remarks`` are its other lines.
    """

    file: str
    title: str
    version: str
    source: str
    licence: str
    language: str
    official: bool
    test: bool
    remarks: tuple[str, ...] = ()


def read_head(file: str, content: str) -> TableHead:
    """The lines ``# name: value`` before the table; KeyError where one is missing."""
    told: dict[str, str] = {}
    remarks = []
    for line in content.splitlines():
        if not line.startswith("#"):
            break
        match = _HEAD.fullmatch(line)
        if match is not None:
            told[match[1]] = match[2]
        else:
            remarks.append(line.removeprefix("#").strip())
    return TableHead(
        file, told["title"], told["version"], told["source"], told["licence"], told["language"],
        told["official"] == "yes", told["test"] == "yes", tuple(remarks),
    )  # fmt: skip


def read_rows(content: str) -> Iterator[Mapping[str, str]]:
    """The rows below the head, by the names of their columns."""
    return csv.DictReader(line for line in content.splitlines() if not line.startswith("#"))


def numbered_rows(content: str) -> Iterator[tuple[int, Mapping[str, str] | None]]:
    """As :func:`read_rows`, with the number of each row's line in the file, the first being 1.

    None for a row that has not one cell for each column: nobody knows which one is missing.
    """
    columns: list[str] | None = None
    for number, line in enumerate(content.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        cells = next(csv.reader([line]))
        if columns is None:
            columns = cells
        else:
            yield number, dict(zip(columns, cells, strict=True)) if len(cells) == len(columns) else None


def columns_of(content: str) -> tuple[str, ...]:
    """The names of the columns; empty for a file without a table."""
    named = (line for line in content.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(next(csv.reader([next(named, "")]), ()))


def parts(cell: str) -> tuple[str, ...]:
    """A cell that is a list: its parts, a semicolon between them."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())
