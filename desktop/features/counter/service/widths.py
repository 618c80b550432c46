"""How this pharmacist drew the columns of the counter's tables, kept with his own rows."""

from collections.abc import Mapping

from desktop.domain.errors import Result
from desktop.features.counter.service.kept_rows import put_widths, widths
from desktop.ports.kept import KeptPort


class Widths:
    """Call it in the store's lane."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def known(self) -> Result[Mapping[str, tuple[int, ...]]]:
        """By the table's name; one that he never touched is not there."""
        return self._rows.read(widths)

    def keep(self, name: str, drawn: tuple[int, ...]) -> Result[None]:
        """In the place of the former ones."""
        return self._rows.write(lambda rows: put_widths(rows, name, drawn))
