"""The list of documents as a table model that sorts and filters by itself (a proxy would be slow)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.catalog import Theme, category
from desktop.domain.folding import fold, holds_words, search_words
from desktop.domain.record import Author, Document, DocumentStatus, Level
from desktop.domain.texts import current_language, text
from desktop.services.lifeline import document_time
from desktop.ui.dates import day, moment
from desktop.ui.theme import strong_font
from desktop.ui.views.describe import level_word, masked_badge, masked_words
from desktop.ui.widgets.badged_cell import BADGES, MARK, Badges

Index = QModelIndex | QPersistentModelIndex
DOCUMENT = Qt.ItemDataRole.UserRole + 2
OPEN_MARK = "▸ "
_OF_A_ROW = frozenset(
    {
        BADGES, DOCUMENT, MARK, Qt.ItemDataRole.FontRole, Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    }
)  # fmt: skip
SLICE = 400  # rows that are folded in one turn of the event loop
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Column(IntEnum):
    """The columns, in order."""

    DATE = 0
    TITLE = 1
    CATEGORY = 2
    AUTHOR = 3
    LEVEL = 4


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown; empty fields do not filter. *found*: ids that a full-text search added to *words*."""

    words: str = ""
    found: frozenset[str] = frozenset()
    theme: Theme | None = None
    author: str = ""
    level: Level | None = None

    def is_empty(self) -> bool:
        """True when everything is shown."""
        return not (self.words.strip() or self.theme or self.author or self.level)


def author_words(document: Document) -> str:
    """« HRS, Dr Klein »."""
    return ", ".join(part for part in (document.author.organisation, document.author.name) if part)


class _Folds(dict[str, str]):
    """What each name, date and title of a list is folded to, worked out when a filter or an order asks."""

    def __missing__(self, words: str) -> str:
        folded = self[words] = fold(words)
        return folded


@dataclass(frozen=True, slots=True)
class _Row:
    document: Document
    fresh: bool
    taken: bool
    cells: tuple[str, str, str, str, str]
    when: datetime
    rank: int
    theme: Theme | None
    badges: Badges
    folds: _Folds

    def key(self, column: Column) -> Any:
        """What the list is ordered by in *column*."""
        match column:
            case Column.DATE:
                return self.when
            case Column.LEVEL:
                return self.rank
            case _:
                return self.folds[self.cells[column]]

    def folded(self) -> str:
        """All that the filter's words are looked for in."""
        date, title, name, author, _ = self.cells
        return " ".join(self.folds[words] for words in (title, name, author, self.document.facility, date))

    def spoken(self) -> str:
        """Title and badges in words."""
        return ", ".join((self.cells[Column.TITLE], *(words for words, _ in self.badges)))


class DocumentModel(QAbstractTableModel):
    """Newest first until a header is clicked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[_Row] = []
        self._language = current_language()
        self._rows: list[_Row] = []
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

    def set_documents(
        self, documents: Sequence[Document], fresh: frozenset[str], taken: frozenset[str] = frozenset()
    ) -> None:
        """Replace the content; ids in *fresh* carry « nouveau », those in *taken* « données ».

        A list grows by pages, and is loaded again after a deposit: a row that says the same stays.
        """
        self.beginResetModel()
        language, self._language = self._language, current_language()
        before = {row.document.id: row for row in self._all} if language is self._language else {}
        rows = _Rows(before)
        self._all = [
            rows.row(document, fresh=document.id in fresh, taken=document.id in taken)
            for document in documents
        ]
        self._arrange()
        self.endResetModel()

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

    def set_open(self, document_id: str) -> None:
        """Mark the row of the document that is open; "" for none."""
        before, self._open = self._open, document_id
        for row in (self.row_of(before), self.row_of(document_id)):
            if row is not None and before != document_id:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def open_id(self) -> str:
        """The document that is open, "" for none."""
        return self._open

    def filter(self) -> Filter:
        """The filter in force."""
        return self._filter

    def documents(self) -> tuple[Document, ...]:
        """What is shown, in order."""
        return tuple(row.document for row in self._rows)

    def ids(self) -> frozenset[str]:
        """Ids of what is shown."""
        return frozenset(row.document.id for row in self._rows)

    def document(self, row: int) -> Document:
        """The document of a row."""
        return self._rows[row].document

    def row_of(self, document_id: str) -> int | None:
        """The row of a document that is shown."""
        return next((i for i, row in enumerate(self._rows) if row.document.id == document_id), None)

    def total(self) -> int:
        """Documents before filtering."""
        return len(self._all)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if 0 <= index.row() < len(self._rows) and 0 <= index.column() < len(Column):
                return self._rows[index.row()].cells[index.column()]
            return None
        if role in _OF_A_ROW:
            if not 0 <= index.row() < len(self._rows):
                return None
            row = self._rows[index.row()]
            if role == DOCUMENT:
                return row.document
            if role == BADGES:
                return row.badges if index.column() == Column.TITLE else None
            is_open = row.document.id == self._open
            if role in (MARK, Qt.ItemDataRole.FontRole):
                return (OPEN_MARK if role == MARK else strong_font()) if is_open else None
            if role == Qt.ItemDataRole.ToolTipRole:
                return _tip(row) if index.column() == Column.TITLE else row.cells[index.column()]
            if index.column() != Column.TITLE:
                return row.cells[index.column()]
            return f"{row.spoken()}, {text('record.row_open')}" if is_open else row.spoken()
        return None

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
        kept = [(self._rows[index.row()], index.column()) for index in before]
        self._order = chosen
        self._arrange()
        places = {id(row): number for number, row in enumerate(self._rows)}
        after = [self.index(places[id(row)], column) for row, column in kept]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, order = self._order
        words = search_words(self._filter.words)
        everything = self._filter.is_empty()
        rows = [row for row in self._all if everything or self._passes(row, words)]
        # Newest first within equal keys, whatever the column.
        rows.sort(key=lambda row: row.when, reverse=True)
        if column is not Column.DATE or order is Qt.SortOrder.AscendingOrder:
            rows.sort(key=lambda row: row.key(column), reverse=order is Qt.SortOrder.DescendingOrder)
        self._rows = rows

    def _passes(self, row: _Row, words: tuple[str, ...]) -> bool:
        chosen = self._filter
        if chosen.theme is not None and row.theme is not chosen.theme:
            return False
        if chosen.level is not None and row.document.level is not chosen.level:
            return False
        if chosen.author and row.document.author.name != chosen.author:
            return False
        return not words or row.document.id in chosen.found or holds_words(row.folded(), words)


class _Rows:
    """Makes rows; what many documents share (category, author, level) is worked out once a list."""

    def __init__(self, before: Mapping[str, _Row]) -> None:
        """*before*: rows of the same language, by document id."""
        self._before = before
        self._folds = _Folds()
        self._kinds: dict[str, tuple[str, Theme | None]] = {}
        self._authors: dict[Author, str] = {}
        self._levels = {level: (level_word(level), rank) for rank, level in enumerate(Level)}
        self._new = (text("record.badge_new"), "accent")
        self._data = (text("record.badge_data"), "muted")
        self._masked = masked_badge()
        self._disabled = (text("record.badge_disabled"), "danger")

    def row(self, document: Document, *, fresh: bool, taken: bool) -> _Row:
        """One document with everything that painting, sorting and filtering need."""
        former = self._before.get(document.id)
        if former is not None and former.fresh is fresh and former.taken is taken:
            same = former.document
            if same is document or same == document:  # comparing thousands field by field takes 20 ms
                return former
        name, theme = self._kind(document.category)
        level, rank = self._levels[document.level]
        when = document_time(document)
        badges = []
        if document.status is DocumentStatus.DISABLED:
            badges.append(self._disabled)
        if document.level is Level.ANNONCE:
            badges.append(self._masked)
        if fresh:
            badges.append(self._new)
        if taken:
            badges.append(self._data)
        cells = (day(when), document.title or name, name, self._author(document), level)
        return _Row(document, fresh, taken, cells, when or _NEVER, rank, theme, tuple(badges), self._folds)

    def _kind(self, slug: str) -> tuple[str, Theme | None]:
        found = self._kinds.get(slug)
        if found is None:
            kind = category(slug)
            found = self._kinds[slug] = (kind.label(current_language()), kind.theme)
        return found

    def _author(self, document: Document) -> str:
        found = self._authors.get(document.author)
        if found is None:
            found = self._authors[document.author] = author_words(document)
        return found


def _tip(row: _Row) -> str:
    document = row.document
    lines = [row.cells[Column.TITLE]]
    if document.status is DocumentStatus.DISABLED:
        lines.append(text("record.disabled_why"))
    if document.level is Level.ANNONCE:
        lines.append(masked_words(document))
    if row.taken:
        lines.append(text("record.data_why"))
    lines.append(text("record.registered", when=moment(document.registered)))
    return "\n".join(lines)
