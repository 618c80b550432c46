"""What the list shows: words, theme, author, level."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.catalog import Theme
from desktop.domain.folding import holds_words, search_words
from desktop.domain.record import Level
from desktop.ui.record.list_rows import Row


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown; empty fields do not filter. *found*: ids that a full-text search added to *words*;
    *only*: those that were chosen, to be left alone."""

    words: str = ""
    found: frozenset[str] = frozenset()
    theme: Theme | None = None
    author: str = ""
    level: Level | None = None
    only: frozenset[str] = frozenset()

    def is_empty(self) -> bool:
        """True when everything is shown."""
        return not (self.words.strip() or self.theme or self.author or self.level or self.only)


def passing(rows: Sequence[Row], chosen: Filter) -> list[Row]:
    """What *chosen* lets through, in the order of *rows*: one condition a pass, the first leaves few for the
    others."""
    left = [row for row in rows if row.document.id in chosen.only] if chosen.only else list(rows)
    if chosen.theme is not None:
        left = [row for row in left if row.theme is chosen.theme]
    if chosen.level is not None:
        left = [row for row in left if row.document.level is chosen.level]
    if chosen.author:
        left = [row for row in left if row.document.author.name == chosen.author]
    words, found = search_words(chosen.words), chosen.found
    if not words:
        return left
    if found:
        return [row for row in left if row.document.id in found or holds_words(row.folded(), words)]
    for word in words:
        if word.isalpha():  # as holds_words, without a call for each of thousands
            left = [row for row in left if word in (row.found_by or row.folded())]
        else:
            left = [row for row in left if holds_words(row.folded(), (word,))]
    return left
