"""Above the list: its filters (text, theme, author, level), and what its rows stand together by."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLineEdit, QWidget

from desktop.domain.catalog import Theme
from desktop.domain.record import Document, Level
from desktop.domain.texts import counted, text
from desktop.services.list_taste import Grouping
from desktop.ui.icons import Glyph
from desktop.ui.record.list_filter import Filter
from desktop.ui.record.list_groups import grouping_words, theme_words
from desktop.ui.theme import GRID
from desktop.ui.views.describe import level_word
from desktop.ui.widgets.buttons import icon_button

TYPING_MS = 120
_ARROW = 6 * GRID  # what a box needs beside its words
_WORDS = 120  # the least for what is typed


def count_words(chosen: Filter, shown: int, total: int) -> str:
    """How many documents there are, and how many of them the filter shows; "" where none came."""
    if not total:
        return ""
    if chosen.is_empty():
        return counted("record.documents", total)
    return text("record.shown_of", shown=shown, total=total)


class FilterBar(QWidget):
    """Emits :attr:`changed` with the filter, typed text after a short pause; and :attr:`grouping_changed`."""

    changed = Signal(object)
    grouping_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLineEdit()
        self.words.setObjectName("filter-text")
        self.words.setPlaceholderText(text("record.filter_placeholder"))
        self.words.setAccessibleName(text("record.filter_text"))
        self.words.setClearButtonEnabled(True)
        self.words.setMinimumWidth(_WORDS)
        self.theme = _combo("filter-theme", text("record.filter_theme"), text("record.all_themes"))
        for theme in Theme:
            self.theme.addItem(theme_words(theme), theme)
        self._authors = _Names(text("record.all_authors"), self)
        self.author = _combo("filter-author", text("record.filter_author"))
        self.author.setModel(self._authors)
        self.level = _combo("filter-level", text("record.filter_level"), text("record.all_levels"))
        for level in Level:
            self.level.addItem(level_word(level), level)
        self.grouping = _combo("list-grouping", text("record.group_by"))
        for grouping in Grouping:
            self.grouping.addItem(grouping_words(grouping), grouping)
        self.grouping.setMinimumWidth(112)
        self.grouping.activated.connect(
            lambda _: self.grouping_changed.emit(Grouping(self.grouping.currentData()))
        )
        self.reset_button = icon_button(text("record.filter_reset"), "filter-reset", Glyph.CLOSE, self.reset)
        self.reset_button.hide()
        self._only: frozenset[str] = frozenset()
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._emit)
        self._arrange()
        self.words.textChanged.connect(lambda: self._pause.start())
        self.words.returnPressed.connect(self._emit)

    def _arrange(self) -> None:
        """What is typed, then the boxes: beside it where their words have room, else below it."""
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(GRID)
        typed, boxes = QHBoxLayout(), QHBoxLayout()
        for line, share in ((typed, 3), (boxes, 10)):
            line.setSpacing(GRID)
            self._lines.addLayout(line, share)
        typed.addWidget(self.words)
        typed.addWidget(self.reset_button)
        for combo in (self.theme, self.author, self.level):
            boxes.addWidget(combo, 2)
            combo.currentIndexChanged.connect(self._emit)
        boxes.addWidget(self.grouping, 3)  # « Par épisode » is longer than « Thème »

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= self._needed()
        self._lines.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )

    def _needed(self) -> int:
        """Pixels for one line in which no box cuts the words that it begins with."""
        metrics, boxes = self.fontMetrics(), (self.theme, self.author, self.level, self.grouping)
        words = sum(metrics.horizontalAdvance(box.itemText(0)) + _ARROW + GRID for box in boxes)
        return _WORDS + self.reset_button.sizeHint().width() + GRID + words

    def set_documents(self, documents: Sequence[Document]) -> None:
        """Offer the authors and levels that occur."""
        chosen = self.author.currentData() or ""
        names = sorted({document.author.name for document in documents if document.author.name})
        self.author.blockSignals(True)
        self._authors.set_names(names)
        self.author.setCurrentIndex(self._authors.row_of(chosen))
        self.author.blockSignals(False)

    def show_grouping(self, grouping: Grouping) -> None:
        """Without a signal."""
        self.grouping.setCurrentIndex(list(Grouping).index(grouping))

    def show_only(self, ids: frozenset[str]) -> None:
        """Those of *ids*, among what the other filters let through."""
        self._only = ids
        self._emit()

    def filter(self) -> Filter:
        """What is chosen now."""
        # Qt hands a str enum back as a plain str.
        theme, level = self.theme.currentData(), self.level.currentData()
        return Filter(
            words=self.words.text().strip(),
            theme=Theme(theme) if theme else None,
            author=self.author.currentData() or "",
            level=Level(level) if level else None,
            only=self._only,
        )

    def choose(self, chosen: Filter) -> None:
        """As if the user had chosen it."""
        for combo, value in (
            (self.theme, chosen.theme),
            (self.author, chosen.author),
            (self.level, chosen.level),
        ):
            combo.setCurrentIndex(max(combo.findData(value), 0) if value else 0)
        self.words.setText(chosen.words)
        self._only = chosen.only
        self._emit()

    def reset(self) -> None:
        """Show everything."""
        for widget in (self.theme, self.author, self.level, self.words):
            widget.blockSignals(True)
        self.words.clear()
        self._only = frozenset()
        for combo in (self.theme, self.author, self.level):
            combo.setCurrentIndex(0)
        for widget in (self.theme, self.author, self.level, self.words):
            widget.blockSignals(False)
        self._emit()
        self.words.setFocus()

    def _emit(self) -> None:
        self._pause.stop()
        chosen = self.filter()
        self.reset_button.setVisible(not chosen.is_empty())
        self.changed.emit(chosen)


class _Names(QAbstractListModel):
    """« Tous », then names: thousands come and go in one step, where a combo box goes item by item."""

    def __init__(self, everything: str, parent: QObject) -> None:
        super().__init__(parent)
        self._everything = everything
        self._names: tuple[str, ...] = ()

    def set_names(self, names: Sequence[str]) -> None:
        """Replace them."""
        if tuple(names) != self._names:
            self.beginResetModel()
            self._names = tuple(names)
            self.endResetModel()

    def row_of(self, name: str) -> int:
        """0 (« tous ») where it is not among them."""
        return self._names.index(name) + 1 if name in self._names else 0

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._names) + 1

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        row = index.row()
        if not 0 <= row <= len(self._names):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._names[row - 1] if row else self._everything
        return self._names[row - 1] if row and role == Qt.ItemDataRole.UserRole else None


def _combo(name: str, title: str, everything: str | None = None) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(title)
    combo.setMinimumWidth(80)
    combo.setMinimumContentsLength(6)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    if everything is not None:
        combo.addItem(everything, None)
    return combo
