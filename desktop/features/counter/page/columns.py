"""The columns of the counter's tables: as this pharmacist drew them, on this PC."""

from collections.abc import Mapping
from functools import partial

from desktop.features.counter.page.desk import Desk
from desktop.features.counter.service.widths import Widths
from desktop.ui.tasks import Lane


class Columns:
    """Of the lines and of the day's history."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept = Widths(desk.bench.rows)
        self._tables = {"lines": desk.view.counter.lines.columns, "day": desk.view.day.table.columns}
        for name, table in self._tables.items():
            table.widths_drawn.connect(partial(self._drawn, name))

    def read(self) -> None:
        """Those of who logged in."""
        self._desk.ask(self._kept.known, self._show, lane=Lane.STORE)

    def forget(self) -> None:
        """The next pharmacist has his own."""
        self._show({})

    def _show(self, known: Mapping[str, tuple[int, ...]]) -> None:
        for name, table in self._tables.items():
            table.set_widths(known.get(name, ()))

    def _drawn(self, name: str, drawn: tuple[int, ...]) -> None:
        desk = self._desk
        if desk.bench.account() is not None:
            desk.bench.ask.keep(lambda: self._kept.keep(name, drawn), desk.show_failure)
