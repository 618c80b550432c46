"""What stands under the row of a document: the versions that it replaced, and further copies of it."""

from dataclasses import dataclass

from desktop.domain.texts import counted, text
from desktop.ui.record.list_rows import Cells, Row
from desktop.ui.widgets.badged_cell import Badges


@dataclass(slots=True, eq=False)
class StackedRow:
    """A former version, or a further copy, under the row of the document that stands for it."""

    row: Row
    former: bool

    @property
    def cells(self) -> Cells:
        """As in a row of its own."""
        return self.row.cells

    def badges(self) -> Badges:
        """What it is, behind what it says itself."""
        word = text("record.badge_former" if self.former else "record.badge_copy")
        return (*self.row.badges, (word, "muted"))


@dataclass(slots=True)
class RowStack:
    """What stands under one row. ``known``: whether the platform was asked for the former versions."""

    former: tuple[Row, ...] = ()
    copies: tuple[Row, ...] = ()
    known: bool = False
    open: bool = False

    def rows(self) -> tuple[Row, ...]:
        """All of it, in order."""
        return (*self.former, *self.copies)

    def lines(self) -> list[StackedRow]:
        """The same, to be shown."""
        return [StackedRow(r, True) for r in self.former] + [StackedRow(r, False) for r in self.copies]

    def badges(self, above: Row) -> Badges:
        """What the row over it says of it."""
        found: list[tuple[str, str]] = []
        if self.former:
            found.append((counted("record.versions", len(self.former) + 1), "muted"))
        elif above.document.replaces and not self.known:
            found.append((text("record.has_versions"), "muted"))
        if self.copies:
            found.append((counted("record.copies", len(self.copies) + 1), "muted"))
        return tuple(found)
