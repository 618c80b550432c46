"""The list of documents as a table model that sorts, filters and groups by itself (a proxy would be slow)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.record import Document, Episode
from desktop.domain.texts import current_language, text
from desktop.services.document_stacks import stacks
from desktop.services.list_taste import Grouping
from desktop.ui.record.list_beneath import RowStack, StackedRow
from desktop.ui.record.list_filter import Filter, passing
from desktop.ui.record.list_groups import CLOSED_SIGN, OPEN_SIGN, Group, groups
from desktop.ui.record.list_order import newest_first, ordered
from desktop.ui.record.list_rows import Column, Row, RowMaker
from desktop.ui.theme import strong_font
from desktop.ui.widgets.badged_cell import BADGES, MARK, Badges

Index = QModelIndex | QPersistentModelIndex
DOCUMENT = Qt.ItemDataRole.UserRole + 2
GROUP = Qt.ItemDataRole.UserRole + 4
"""Words and count of a row over a group; None in every other row."""
FOLD = Qt.ItemDataRole.UserRole + 5
"""The sign of a row that others stand under, "" of one that stands under another; None of all others."""
OPEN_MARK = "▸ "
_OF_A_ROW = frozenset(
    {
        BADGES, DOCUMENT, FOLD, GROUP, MARK, Qt.ItemDataRole.FontRole, Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    }
)  # fmt: skip
SLICE = 400  # rows that are folded in one turn of the event loop


Line = Row | StackedRow | Group


class DocumentModel(QAbstractTableModel):
    """Newest first until a header is clicked. A row is a document with what stands under it, or a group."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: list[Row] = []
        self._all: list[Row] = []  # in the order of the list: what a filter lets through keeps it
        self._rows: list[Row] = []
        self._lines: Sequence[Line] = self._rows
        self._total = 0
        self._language = current_language()
        self._under: dict[str, RowStack] = {}
        self._former: dict[str, tuple[Document, ...]] = {}
        self._episodes: Mapping[str, Episode] = {}
        self._grouping = Grouping.NONE
        self._closed: set[str] = set()  # keys of groups
        self._filter = Filter()
        self._open = ""
        self._order = (Column.DATE, Qt.SortOrder.DescendingOrder)
        self._headers = (
            text("record.column_date"),
            text("record.column_document"),
            text("record.column_category"),
            text("record.column_author"),
            text("record.column_level"),
        )

    # -- content

    def set_documents(
        self, documents: Sequence[Document], fresh: frozenset[str], taken: frozenset[str] = frozenset()
    ) -> None:
        """Replace the content; ids in *fresh* carry « nouveau », those in *taken* « données ».

        A list grows by pages, and is loaded again after a deposit: a row that says the same stays.
        """
        self.beginResetModel()
        language, self._language = self._language, current_language()
        before = {row.document.id: row for row in self._all} if language is self._language else {}
        for under in self._under.values() if before else ():
            before |= {row.document.id: row for row in under.rows()}
        maker = RowMaker(before)
        rows = [maker.row(d, fresh=d.id in fresh, taken=d.id in taken) for d in documents]
        self._total = len(rows)
        self._newest = newest_first(self._stack(documents, rows, maker))
        self._all = self._ordered(self._newest)
        self._arrange()
        self.endResetModel()

    def set_episodes(self, episodes: Iterable[Episode]) -> None:
        """Whose documents may stand together; shown with the next :meth:`set_documents`."""
        self._episodes = {episode.id: episode for episode in episodes}

    def set_former(self, document_id: str, former: Sequence[Document]) -> None:
        """The versions that a document of the list replaced, newest first, as the platform knows them."""
        self._former[document_id] = tuple(former)
        row = self.row_of(document_id)
        was_open = self._under.get(document_id, RowStack()).open
        if row is not None and was_open:
            self._close(row)
        maker = RowMaker({})
        beneath = self._under.setdefault(document_id, RowStack())
        beneath.known = True
        beneath.former = tuple(maker.row(d, fresh=False, taken=False) for d in former)
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
            if was_open:
                self._unfold(row)

    def prepare(self) -> Iterator[None]:
        """Make a long list ready for its first filter, a slice a step."""
        for start in range(0, len(self._all), SLICE):
            for row in self._all[start : start + SLICE]:
                row.folded()
            yield

    def set_filter(self, chosen: Filter) -> None:
        """Show what *chosen* lets through."""
        if chosen == self._filter:
            return
        self.beginResetModel()
        self._filter = chosen
        self._arrange()
        self.endResetModel()

    def set_grouping(self, grouping: Grouping) -> None:
        """What the rows stand together by; every group is open."""
        if grouping is self._grouping:
            return
        self.beginResetModel()
        self._grouping = grouping
        self._closed.clear()
        self._lay_lines()
        self.endResetModel()

    def set_open(self, document_id: str) -> None:
        """Mark the row of the document that is open; "" for none."""
        before, self._open = self._open, document_id
        for row in (self.row_of(before), self.row_of(document_id)):
            if row is not None and before != document_id:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    # -- what is there

    def open_id(self) -> str:
        """The document that is open, "" for none."""
        return self._open

    def filter(self) -> Filter:
        """The filter in force."""
        return self._filter

    def grouping(self) -> Grouping:
        """What the rows stand together by."""
        return self._grouping

    def documents(self) -> tuple[Document, ...]:
        """What has a row now, in order."""
        return tuple(line.document if isinstance(line, Row) else line.row.document for line in self._shown())

    def ids(self) -> frozenset[str]:
        """Ids of what the filter lets through, what stands under a row or in a closed group too."""
        found = {row.document.id for row in self._rows}
        for name, under in self._under.items():
            if name in found:
                found |= {row.document.id for row in under.rows()}
        return frozenset(found)

    def shown(self) -> int:
        """How many documents of the list the filter lets through."""
        return self._total if self._filter.is_empty() else len(self.ids())

    def document(self, row: int) -> Document:
        """The document of a row that is no group's."""
        found = self.document_at(row)
        assert found is not None, "a group"
        return found

    def document_at(self, row: int) -> Document | None:
        """The document of a row; None where it is a group's, or there is no such row."""
        if not 0 <= row < len(self._lines):
            return None
        line = self._lines[row]
        if isinstance(line, Group):
            return None
        return line.document if isinstance(line, Row) else line.row.document

    def find(self, document_id: str) -> Document | None:
        """A former version or a copy that stands under a row."""
        for under in self._under.values():
            for row in under.rows():
                if row.document.id == document_id:
                    return row.document
        return None

    def row_of(self, document_id: str) -> int | None:
        """The row of a document that has one."""
        if not document_id:
            return None
        for number, line in enumerate(self._lines):
            if isinstance(line, Row):
                if line.document.id == document_id:
                    return number
            elif isinstance(line, StackedRow) and line.row.document.id == document_id:
                return number
        return None

    def total(self) -> int:
        """Documents before filtering."""
        return self._total

    # -- folding

    def is_group(self, row: int) -> bool:
        """Whether *row* stands over a group."""
        return 0 <= row < len(self._lines) and isinstance(self._lines[row], Group)

    def is_open(self, row: int) -> bool | None:
        """Whether what stands under *row* is shown; None where nothing does."""
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        if isinstance(line, Group):
            return not line.closed
        if isinstance(line, Row) and self._holds(line):
            return self._beneath(line).open
        return None

    def wants_versions(self, row: int) -> Document | None:
        """The document of *row* where only the platform knows what it replaced."""
        line = self._lines[row]
        if not isinstance(line, Row) or not line.document.replaces:
            return None
        under = self._beneath(line)
        return None if under.former or under.known else line.document

    def fold(self, row: int) -> None:
        """Hide what stands under *row*, or show it."""
        line = self._lines[row]
        if isinstance(line, Group):
            (self._closed.discard if line.closed else self._closed.add)(line.key)
        elif isinstance(line, Row):
            self._under.setdefault(line.document.id, RowStack())
        if self.is_open(row):
            self._close(row)
        elif self.is_open(row) is False:
            self._unfold(row)
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def fold_groups(self, *, closed: bool) -> None:
        """All groups at once."""
        if self._grouping is Grouping.NONE:
            return
        self.beginResetModel()
        keys = {line.key for line in self._lines if isinstance(line, Group)}
        self._closed = keys if closed else set()
        self._lay_lines()
        self.endResetModel()

    def over(self, row: int) -> int | None:
        """The row that *row* stands under, or the group that it is in."""
        under = isinstance(self._lines[row], StackedRow)
        for number in range(row - 1, -1, -1):
            if isinstance(self._lines[number], Row if under else Group):
                return number
        return None

    def reveal(self, document_id: str) -> None:
        """Open what hides a document that the filter lets through."""
        for number, line in enumerate(self._lines):
            if not (isinstance(line, Group) and line.closed):
                continue
            if any(row.document.id == document_id for row in line.rows):
                self.fold(number)
                return
        for name, under in self._under.items():
            if not under.open and any(r.document.id == document_id for r in under.rows()):
                self.reveal(name)
                row = self.row_of(name)
                if row is not None:
                    self.fold(row)
                return

    # -- Qt's model

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if 0 <= index.row() < len(self._lines) and 0 <= index.column() < len(Column):
                return self._lines[index.row()].cells[index.column()]
            return None
        if role not in _OF_A_ROW or not 0 <= index.row() < len(self._lines):
            return None
        line = self._lines[index.row()]
        if isinstance(line, Group):
            return _of_group(line, role)
        return self._of_document(line, index.column(), role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        across = orientation is Qt.Orientation.Horizontal
        if across and role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(Column):
            return self._headers[section]
        if across and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        chosen = (Column(column), order) if column >= 0 else (Column.DATE, Qt.SortOrder.DescendingOrder)
        if chosen == self._order:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [(_name(self._lines[index.row()]), index.column()) for index in before]
        self._order = chosen
        self._all = self._ordered(self._newest)
        self._arrange()
        wanted = {name for name, _ in kept}
        places = {_name(line): n for n, line in enumerate(self._lines) if wanted and _name(line) in wanted}
        after = [self.index(places.get(name, -1), column) for name, column in kept]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # -- how it is done

    def _of_document(self, line: Row | StackedRow, column: int, role: int) -> Any:
        row = line if isinstance(line, Row) else line.row
        title = column == Column.TITLE
        if role == DOCUMENT:
            return row.document
        if role == BADGES:
            return self._badges(line) if title else None
        is_open = row.document.id == self._open
        if role in (MARK, Qt.ItemDataRole.FontRole):
            return (OPEN_MARK if role == MARK else strong_font()) if is_open else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip() if title else row.cells[column]
        if role == FOLD:
            return self._sign(line) if title else None
        if role == GROUP:
            return None
        if not title:
            return row.cells[column]
        spoken = row.spoken(self._badges(line))
        return f"{spoken}, {text('record.row_open')}" if is_open else spoken

    def _badges(self, line: Row | StackedRow) -> Badges:
        if isinstance(line, StackedRow):
            return line.badges()
        if not self._holds(line):
            return line.badges
        return (*line.badges, *self._beneath(line).badges(line))

    def _sign(self, line: Row | StackedRow) -> str | None:
        if isinstance(line, StackedRow):
            return ""
        if not self._holds(line):
            return None
        return OPEN_SIGN if self._beneath(line).open else CLOSED_SIGN

    def _holds(self, row: Row) -> bool:
        """Whether something stands under it, or may."""
        under = self._under.get(row.document.id)
        if under is not None and (under.former or under.copies):
            return True
        return bool(row.document.replaces) and (under is None or not under.known)

    def _beneath(self, row: Row) -> RowStack:
        return self._under.get(row.document.id) or RowStack()

    def _stack(self, documents: Sequence[Document], rows: list[Row], maker: RowMaker) -> list[Row]:
        """The rows that stand in the list; the others stand under them."""
        found, was_open = stacks(documents), {name for name, under in self._under.items() if under.open}
        ids = {document.id for document in documents} if self._former else set[str]()
        self._former = {name: former for name, former in self._former.items() if name in ids}
        self._under = {}
        for name, asked in self._former.items():
            made = tuple(maker.row(d, fresh=False, taken=False) for d in asked)
            self._under[name] = RowStack(made, (), True, name in was_open)
        if not found:
            return rows
        by_id = {row.document.id: row for row in rows}
        hidden = set()
        for name, stack in found.items():
            former = tuple(by_id[document.id] for document in stack.former)
            copies = tuple(by_id[document.id] for document in stack.copies)
            asked_before = self._under.get(name, RowStack())
            self._under[name] = RowStack(
                asked_before.former or former, copies, asked_before.known, name in was_open
            )
            hidden |= {row.document.id for row in (*former, *copies)}
        return [row for row in rows if row.document.id not in hidden]

    def _ordered(self, newest: list[Row]) -> list[Row]:
        column, order = self._order
        return ordered(newest, column, descending=order is Qt.SortOrder.DescendingOrder)

    def _arrange(self) -> None:
        chosen = self._filter
        if chosen.is_empty():
            self._rows = self._all
        else:
            rows = passing(self._all, chosen)
            hidden = self._found_under(rows) if self._under else []
            if hidden:
                rows = self._ordered(newest_first([*rows, *hidden]))
            self._rows = rows
        self._lay_lines()

    def _found_under(self, rows: list[Row]) -> list[Row]:
        """A former version or copy that passes where the row over it does not stands for itself."""
        there = {row.document.id for row in rows}
        found = []
        for name, under in self._under.items():
            if name not in there:
                found += passing(under.rows(), self._filter)[:1]
        return found

    def _lay_lines(self) -> None:
        if self._grouping is Grouping.NONE:
            self._lines = self._with_under(self._rows)
            return
        lines: list[Line] = []
        for group in groups(self._rows, self._grouping, self._episodes, frozenset(self._closed)):
            lines.append(group)
            if not group.closed:
                lines += self._with_under(group.rows)
        self._lines = lines

    def _with_under(self, rows: list[Row]) -> Sequence[Line]:
        """*rows*, each with what is shown under it."""
        opened = {name: under for name, under in self._under.items() if under.open}
        if not opened:
            return rows
        lines: list[Line] = []
        for row in rows:
            lines.append(row)
            if row.document.id in opened:
                lines += opened[row.document.id].lines()
        return lines

    def _close(self, row: int) -> None:
        line = self._lines[row]
        if isinstance(line, Group):
            line.closed = True
            after = next((n for n in range(row + 1, len(self._lines)) if self.is_group(n)), len(self._lines))
        else:
            assert isinstance(line, Row)
            under = self._beneath(line)
            under.open = False
            after = row + 1 + len(under.rows())
        if after == row + 1:
            return
        self.beginRemoveRows(QModelIndex(), row + 1, after - 1)
        self._lines = [*self._lines[: row + 1], *self._lines[after:]]
        self.endRemoveRows()

    def _unfold(self, row: int) -> None:
        line = self._lines[row]
        if isinstance(line, Group):
            line.closed = False
            inside = self._with_under(line.rows)
        else:
            assert isinstance(line, Row)
            under = self._beneath(line)
            under.open = True
            inside = under.lines()
        if not inside:
            return
        self.beginInsertRows(QModelIndex(), row + 1, row + len(inside))
        self._lines = [*self._lines[: row + 1], *inside, *self._lines[row + 1 :]]
        self.endInsertRows()

    def _shown(self) -> Iterator[Row | StackedRow]:
        return (line for line in self._lines if not isinstance(line, Group))


def _of_group(group: Group, role: int) -> Any:
    if role == GROUP:
        return group.cells[0], group.count
    if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
        return group.spoken()
    return strong_font() if role == Qt.ItemDataRole.FontRole else None


def _name(line: Line) -> str:
    if isinstance(line, Row):
        return line.document.id
    return f"group {line.key}" if isinstance(line, Group) else line.row.document.id
