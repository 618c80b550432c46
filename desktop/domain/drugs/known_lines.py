"""Lines as the rules see them: with all their codes, and their substances by one name each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.domain.drugs.data import DrugData
from desktop.domain.drugs.findings import CheckedLine, RouteKind
from desktop.domain.drugs.names import stem


@dataclass(frozen=True, slots=True)
class KnownLine:
    """``codes`` are all by which a rule may know it, ``dci`` the stems of its substances.

    ``strange``: one of its substances at least is not in the data.
    """

    line: CheckedLine
    codes: frozenset[str]
    dci: frozenset[str]
    strange: bool = False

    @property
    def own(self) -> bool:
        """Of the ordonnance that is checked, not of what the patient takes besides."""
        return self.line.number > 0

    @property
    def local(self) -> bool:
        """Drops for the eye, a cream."""
        return self.line.route is RouteKind.LOCAL

    def runs(self, today: date, days: int = 0) -> bool:
        """Whether it is taken, or ended no more than *days* ago."""
        return self.line.ended is None or self.line.ended + timedelta(days=days) >= today


def known_line(line: CheckedLine, data: DrugData) -> KnownLine:
    """*line* with what *data* know of it."""
    codes = data.codes(line.atc, line.inns)
    named = (one for code in line.atc if (one := data.coded(code)) is not None)
    whole = [one.name for one in named]
    dci = frozenset(part for name in (*line.inns, *whole) for part in map(stem, name.split("/")) if part)
    known = bool(whole) or data.combined(line.inns) is not None
    strange = not known and not (line.inns and all(map(data.named, line.inns)))
    return KnownLine(line, codes, dci, strange)


def numbers(lines: Iterable[KnownLine]) -> tuple[int, ...]:
    """The numbers of those of the ordonnance, each once."""
    return tuple(sorted({one.line.number for one in lines if one.own}))


def labels(lines: Iterable[KnownLine]) -> str:
    """What they are called, each once."""
    return ", ".join(dict.fromkeys(one.line.label for one in lines))


def others(lines: Iterable[KnownLine]) -> tuple[str, ...]:
    """Names of those that are not of the ordonnance."""
    return tuple(dict.fromkeys(one.line.label for one in lines if not one.own))
