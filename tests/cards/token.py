"""One row before it is played: what it needs, what it lacks, how a fresh token of it is made."""

import subprocess
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cards.operations import PLAYED, Bench
from tests.cards.table import Cell, Operation, Row, Verdict

SOFT = {
    Operation.PULL: "a token in software is in no reader",
}


@dataclass(frozen=True, slots=True)
class Token:
    """``packages``: Debian's, the first ones tell the versions. ``lacks``: cells without a meaning, and why.

    ``open`` makes a fresh token in an empty folder, with the card port on it.
    """

    name: str
    packages: tuple[str, ...]
    open: Callable[[Path], AbstractContextManager[Bench]]
    lacks: Mapping[Operation, str] = field(default_factory=dict)
    emulated: str = ""


def play(token: Token, folder: Path, told: Callable[[str], None]) -> Row:
    """Every cell on a token of its own; *told* hears of each."""
    cells: dict[Operation, Cell] = {}
    missing = [package for package in token.packages if not version(package)]
    for operation, work in PLAYED.items():
        if reason := token.lacks.get(operation):
            cells[operation] = Cell(Verdict.NONE, reason)
        elif missing:
            cells[operation] = Cell(Verdict.SKIPPED, "could not be installed: " + " ".join(missing))
        else:
            place = folder / operation.name.lower()
            place.mkdir(parents=True)
            cells[operation] = _cell(token, work, place)
        cell = cells[operation]
        told(f"{token.name} | {operation} | {cell.verdict.value} | {cell.words}")
    measured = ", ".join(f"{package} {version(package)}" for package in token.packages)
    return Row(token.name, f"{measured}; {token.emulated} is played" if token.emulated else measured, cells)


def _cell(token: Token, work: Callable[[Bench], str], place: Path) -> Cell:
    try:
        with token.open(place) as bench:
            return Cell(Verdict.PASSED, work(bench))
    except Exception as error:
        words = " ".join(str(error).split()) or "no words"
        return Cell(Verdict.FAILED, f"{type(error).__name__}: {words[:300]}")


def version(package: str) -> str:
    """Of an installed package; "" for one that is not there."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package]
    try:
        said = subprocess.run(query, capture_output=True, text=True, check=False).stdout.split()
    except OSError:
        return ""
    return said[1] if said[:1] == ["installed"] else ""
