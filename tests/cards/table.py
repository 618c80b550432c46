"""The matrix as data: its cells, what they come to, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Operation(StrEnum):
    """What is done with a card; the columns."""

    LOGIN = "login"
    SIGN = "sign"
    CHANGE_PIN = "change PIN"
    WRONG_PIN = "wrong PIN"
    BLOCK = "block"
    UNBLOCK = "unblock"
    CACHE_SECRET = "cache secret"
    PULL = "pull"
    SWAP = "swap"


class Verdict(Enum):
    """What a cell came to; NONE: it has no meaning for this token, and its words say why."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NONE = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """One operation on one token; ``words``: the figure, the fault or the reason, in one line."""

    verdict: Verdict
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One token. ``versions``: what it ran on, as measured."""

    token: str
    versions: str
    cells: Mapping[Operation, Cell] = field(default_factory=dict)

    def cell(self, operation: Operation) -> Cell:
        """A cell that nobody filled was not played: it counts as skipped."""
        return self.cells.get(operation, Cell(Verdict.SKIPPED, "not played"))


def count(rows: Sequence[Row], verdict: Verdict) -> int:
    """How many cells came to *verdict*."""
    return sum(row.cell(operation).verdict is verdict for row in rows for operation in Operation)


def exit_code(rows: Sequence[Row]) -> int:
    """0 only where something passed and nothing failed or was skipped."""
    bad = count(rows, Verdict.FAILED) + count(rows, Verdict.SKIPPED)
    return 0 if not bad and count(rows, Verdict.PASSED) else 1


def counts(rows: Sequence[Row]) -> str:
    """The last line of a run."""
    return ", ".join(
        f"{count(rows, verdict)} {verdict.value}"
        for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.SKIPPED)
    )


def markdown(rows: Sequence[Row]) -> str:
    """The table, then what the cells « – », failed and skipped say; without figures."""
    lines = ["| token | " + " | ".join(Operation) + " |", "| --- |" + " --- |" * len(Operation)]
    for row in rows:
        marks = " | ".join(row.cell(operation).verdict.value for operation in Operation)
        lines.append(f"| {row.token} | {marks} |")
    lines += ["", "| token | measured on |", "| --- | --- |"]
    lines += [f"| {row.token} | {row.versions} |" for row in rows]
    for title, verdicts in (
        ("Cells without a meaning, and why", (Verdict.NONE,)),
        ("Cells that failed or were skipped", (Verdict.FAILED, Verdict.SKIPPED)),
    ):
        lines += ["", f"{title}:", ""]
        said: dict[tuple[str, str], list[str]] = {}
        for operation in Operation:
            for row in rows:
                cell = row.cell(operation)
                if cell.verdict in verdicts:
                    said.setdefault((operation.value, cell.words), []).append(row.token)
        lines += [f"* {what}, {words}: {'; '.join(tokens)}" for (what, words), tokens in said.items()]
        if not said:
            lines.append("* none")
    return "\n".join(lines) + "\n"
