"""The rows of the list of documents: what each says, is found by and is ordered by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from desktop.domain.catalog import Theme, category
from desktop.domain.folding import fold
from desktop.domain.record import Author, Document, DocumentStatus, Level
from desktop.domain.texts import current_language, text
from desktop.services.lifeline import document_time
from desktop.ui.dates import day, moment
from desktop.ui.views.describe import level_word, masked_badge, masked_words
from desktop.ui.widgets.badged_cell import Badges

NEVER = datetime(1, 1, 1, tzinfo=UTC)
Cells = tuple[str, str, str, str, str]


class Column(IntEnum):
    """The columns, in order."""

    DATE = 0
    TITLE = 1
    CATEGORY = 2
    AUTHOR = 3
    LEVEL = 4


def author_words(document: Document) -> str:
    """« HRS, Dr Klein »."""
    return ", ".join(part for part in (document.author.organisation, document.author.name) if part)


class Folds(dict[str, str]):
    """What each name, date and title of a list is folded to, worked out when a filter or an order asks."""

    def __missing__(self, words: str) -> str:
        folded = self[words] = fold(words)
        return folded


@dataclass(slots=True, eq=False)
class Row:
    """One document. ``at``: ``when`` in seconds, which are compared faster. ``found_by``: all that the
    filter's words are looked for in, "" until one asks."""

    document: Document
    fresh: bool
    taken: bool
    cells: Cells
    when: datetime
    at: float
    rank: int
    theme: Theme | None
    badges: Badges
    folds: Folds
    found_by: str = ""

    def key(self, column: Column) -> datetime | int | str:
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
        if not self.found_by:
            date, title, name, author, _ = self.cells
            facility = self.document.facility
            self.found_by = " ".join(self.folds[words] for words in (title, name, author, facility, date))
        return self.found_by

    def spoken(self, badges: Badges) -> str:
        """Title and *badges* in words."""
        return ", ".join((self.cells[Column.TITLE], *(words for words, _ in badges)))

    def tip(self) -> str:
        """What stands in the row's title and no column says."""
        document = self.document
        lines = [self.cells[Column.TITLE]]
        if document.status is DocumentStatus.DISABLED:
            lines.append(text("record.disabled_why"))
        if document.level is Level.ANNONCE:
            lines.append(masked_words(document))
        if self.taken:
            lines.append(text("record.data_why"))
        lines.append(text("record.registered", when=moment(document.registered)))
        return "\n".join(lines)


class RowMaker:
    """Makes rows; what many documents share (category, author, level) is worked out once a list."""

    def __init__(self, before: Mapping[str, Row]) -> None:
        """*before*: rows of the same language, by document id."""
        self._before = before
        self._folds = Folds()
        self._kinds: dict[str, tuple[str, Theme | None]] = {}
        self._authors: dict[Author, str] = {}
        self._levels = {level: (level_word(level), rank) for rank, level in enumerate(Level)}
        self._new = (text("record.badge_new"), "accent")
        self._data = (text("record.badge_data"), "muted")
        self._masked = masked_badge()
        self._disabled = (text("record.badge_disabled"), "danger")

    def row(self, document: Document, *, fresh: bool, taken: bool) -> Row:
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
        when = when or NEVER
        at = when.timestamp()
        return Row(document, fresh, taken, cells, when, at, rank, theme, tuple(badges), self._folds)

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
