"""« À savoir »: what the list's metadata tell, and what was read; nothing is fetched for it (CF-062)."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop.domain.key_facts import LAB, RESUME, KeyTopic
from desktop.domain.texts import text
from desktop.ui.icons import Glyph
from desktop.ui.record import key_facts_words as words
from desktop.ui.record.fact_section import FactLine, FactSection
from desktop.ui.record.key_facts_words import ANNONCES, NEW, KeyFacts
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage
from desktop.ui.widgets.buttons import icon_button
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import heading, label

WIDTH = 296
_LEAST = 160  # pixels: of a column beside the list; what is below scrolls


class KeyFactsPanel(Panel):
    """A column of parts in a fixed order, each of which folds but the allergies.

    Signals: ``open_requested(id)``, ``annonces_requested``, ``new_requested``, ``folds_changed``,
    ``fold_asked`` (all of it).
    """

    open_requested = Signal(str)
    annonces_requested = Signal()
    new_requested = Signal()
    folds_changed = Signal()
    fold_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=0)
        self.setObjectName("know-panel")
        self.setAccessibleName(text("record.know"))
        self.setMinimumWidth(WIDTH)
        self.body.setSpacing(0)
        self._stacked = False
        title = QHBoxLayout()
        title.setContentsMargins(2 * GRID, GRID // 2, GRID // 2, 0)
        title.addWidget(heading(text("record.know")))
        title.addStretch(1)
        fold = icon_button(text("record.know_fold"), "know-fold", Glyph.LEFT, self.fold_asked.emit)
        title.addWidget(fold)
        self._first = fold
        self.body.addLayout(title)
        self._area = ScrollPage(self)
        self._area.setObjectName("know-scroll")
        self._area.body.setContentsMargins(GRID, 0, GRID // 2, GRID)
        self._area.body.setSpacing(0)
        self.body.addWidget(self._area, 1)
        inside = self._inside = self._area.widget() or self._area
        self._sections: dict[str, FactSection] = {}
        for name, key in (
            ("resume", ""),
            ("news", ""),
            (KeyTopic.ALLERGIES.value, "record.know_allergies"),
            (KeyTopic.TREATMENT.value, "record.know_treatment"),
            ("lab", "record.know_lab"),
            ("letters", "record.know_letters"),
            ("annonces", "record.know_annonces"),
            ("offline", ""),
        ):
            words_of = text(key) if key else ""
            section = FactSection(
                name, words_of, inside, folds=name != KeyTopic.ALLERGIES.value and bool(key)
            )
            section.led.connect(self._lead)
            section.folded.connect(self.folds_changed)
            section.hide()
            self._sections[name] = section
            self._area.body.addWidget(section)
        self._area.body.addStretch(1)

    # -- content

    def show_facts(self, facts: KeyFacts, readable: Callable[[str], bool]) -> None:
        """Replace the facts. A category outside the profession leaves no title, dash or hint (CF-027)."""
        for state in facts.topics:
            same = state.source is not None and state.source == facts.topics[0].source
            said = words.topic_lines(state, whole=facts.whole, same_source=same)
            lines = said if readable(RESUME) else ()
            self._show(state.topic.value, lines, words.topic_title(state.topic, state))
        self._show("resume", words.resume_lines(facts) if readable(RESUME) else ())
        self._show("lab", words.lab_lines(facts.documents) if readable(LAB) else ())
        self._show("letters", words.letter_lines(facts.documents))
        self._show("news", words.news_lines(facts))
        self._show("annonces", words.annonce_lines(facts))
        self._show("offline", words.offline_lines(facts))
        before: QWidget = self._first
        for stop in (stop for section in self._sections.values() for stop in section.stops()):
            self.setTabOrder(before, stop)  # a line that came last is no stop behind the whole list
            before = stop

    def blank(self) -> None:
        """No word of a patient stays."""
        for section in self._sections.values():
            section.put(None)
        for name in self._sections:
            self._show(name, ())

    def put(self, name: str, more: QWidget | None) -> None:
        """What a feature adds to the part *name*; below its lines, and without them too."""
        section = self._sections[name]
        section.put(more)
        section.setVisible(section.says_something())

    def folds(self) -> str:
        """Which parts are folded, as :meth:`set_folds` takes it: names of parts, nothing of a patient."""
        return " ".join(name for name, section in self._sections.items() if not section.is_open)

    def set_folds(self, folded: str) -> None:
        """As the user left them."""
        closed = set(folded.split())
        for name, section in self._sections.items():
            section.set_open(opened=name not in closed)

    def _show(self, name: str, lines: tuple[FactLine, ...], title: str = "") -> None:
        section = self._sections[name]
        section.show_lines(title or section.accessibleName(), lines)
        section.setVisible(section.says_something())

    def _lead(self, where: str) -> None:
        if where == ANNONCES:
            self.annonces_requested.emit()
        elif where == NEW:
            self.new_requested.emit()
        else:
            self.open_requested.emit(where)

    # -- room

    def set_stacked(self, *, stacked: bool) -> None:
        """Above the list, with all of its lines; beside it, it scrolls."""
        self._stacked = stacked
        down, across = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(across if stacked else down, down if stacked else across)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """A column beside what needs the room; alone in its line it takes all of it."""
        return QSize(WIDTH, self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH, self._high() if self._stacked else _LEAST)

    def _high(self) -> int:
        inside = self._inside
        wide = max(self.width(), WIDTH) - 2
        high = inside.heightForWidth(wide) if inside.hasHeightForWidth() else inside.sizeHint().height()
        return high + 48


class FactsStrip(QFrame):
    """« À savoir » in one line, where its column is folded or has no room. Signal: ``unfold_asked``."""

    unfold_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("know-strip")
        self.setProperty("kind", "panel")
        self.setAccessibleName(text("record.know"))
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID // 2, 0, GRID, 0)
        line.setSpacing(GRID)
        self._unfold = icon_button(
            text("record.know_unfold"), "know-unfold", Glyph.RIGHT, self.unfold_asked.emit
        )
        line.addWidget(self._unfold)
        self._words = label("")
        self._words.setObjectName("know-strip-words")
        line.addWidget(self._words, 1)
        self.hide()

    def show_words(self, said: str) -> None:
        """It wraps: nothing of an allergy is cut."""
        self._words.setText(said)
        self._unfold.setAccessibleDescription(said)
