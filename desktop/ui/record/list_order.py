"""The order of the list's rows: by one column, newest first within what is equal there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from desktop.ui.record.list_rows import Column, Row


def newest_first(rows: Iterable[Row]) -> list[Row]:
    """By their dates; what came first comes first where these are equal."""
    return sorted(rows, key=_when, reverse=True)


def ordered(newest: Sequence[Row], column: Column, *, descending: bool) -> list[Row]:
    """*newest* as of :func:`newest_first`. Few different names stand in a column of many rows: these are
    compared, not the rows."""
    if column is Column.DATE:
        return list(newest) if descending else list(newest[::-1])
    if column is Column.LEVEL:
        ranks: defaultdict[int, list[Row]] = defaultdict(list)
        for row in newest:
            ranks[row.rank].append(row)
        return [row for rank in sorted(ranks, reverse=descending) for row in ranks[rank]]
    named: defaultdict[str, list[Row]] = defaultdict(list)
    place = int(column)  # an enum's member is looked up slowly
    for row in newest:
        named[row.cells[place]].append(row)
    together: defaultdict[str, list[list[Row]]] = defaultdict(list)
    for words, these in named.items():
        together[these[0].folds[words]].append(these)
    found: list[Row] = []
    for folded in sorted(together, reverse=descending):
        same = together[folded]
        found += same[0] if len(same) == 1 else newest_first(row for rows in same for row in rows)
    return found


def _when(row: Row) -> float:
    return row.at
