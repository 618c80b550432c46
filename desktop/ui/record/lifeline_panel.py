"""The card around the ligne de vie: presets, zoom, « aller au jour »."""

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QSizePolicy, QWidget

from desktop.domain.texts import text
from desktop.ui.icons import Glyph, icon
from desktop.ui.qt_words import spoken_locale
from desktop.ui.record.lifeline import ZOOM, LifelineView
from desktop.ui.theme import GRID, Role
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import icon_button, quiet_button
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import heading


class LifelinePanel(Panel):
    """Holds :attr:`view`."""

    gone_to = Signal()
    fold_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=0)
        self.setObjectName("lifeline-panel")
        self.view = LifelineView()
        self.title = heading(text("lifeline.title"))
        everything = quiet_button(text("lifeline.all"), "lifeline-all", self.view.show_all)
        year = quiet_button(text("lifeline.year"), "lifeline-year", self.view.show_last_year)
        self.episode = quiet_button(text("lifeline.episode"), "lifeline-episode", self._show_episode)
        self.episode.setToolTip(text("lifeline.episode_tip"))
        self.episode.setEnabled(False)
        self.go = quiet_button(text("lifeline.go_to"), "lifeline-go-to", self._ask_day)
        self.day = QDateEdit()
        self.day.setObjectName("lifeline-day")
        self.day.setAccessibleName(text("lifeline.day_name"))
        self.day.setDisplayFormat("dd.MM.yyyy")
        self.day.setCalendarPopup(True)
        self.day.setLocale(spoken_locale())
        self.day.hide()
        self.day.editingFinished.connect(self._go)
        smaller = icon_button(
            text("lifeline.zoom_out"), "lifeline-zoom-out", Glyph.MINUS, lambda: self.view.zoom(1 / ZOOM)
        )
        bigger = icon_button(
            text("lifeline.zoom_in"), "lifeline-zoom-in", Glyph.PLUS, lambda: self.view.zoom(ZOOM)
        )
        self._fold = icon_button(text("lifeline.fold"), "lifeline-fold", Glyph.UP, self.fold_asked.emit)
        self._acts = (everything, year, self.episode, self.go, smaller, bigger)
        line = QHBoxLayout()
        line.setContentsMargins(2 * GRID, 1, GRID, 0)
        line.setSpacing(2)
        line.addWidget(self.title)
        line.addStretch(1)
        for widget in (everything, year, self.episode, self.go, self.day, smaller, bigger, self._fold):
            line.addWidget(widget)
        self.body.setSpacing(0)
        self.body.addLayout(line)
        self.body.addWidget(self.view, 1)
        self.body.setContentsMargins(1, 0, 1, 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        QWidget.setTabOrder(self._fold, self.view)
        self.view.current_changed.connect(lambda _: self.refresh_episode())

    @property
    def is_folded(self) -> bool:
        """Whether its title alone is shown."""
        return self.view.isHidden()

    def set_folded(self, *, folded: bool) -> None:
        """The title alone, so that the list has the room; or all of it again."""
        if folded is self.is_folded:
            return
        for part in (*self._acts, self.view):
            part.setHidden(folded)
        self.day.hide()
        word = text("lifeline.unfold" if folded else "lifeline.fold")
        self._fold.setIcon(icon(Glyph.DOWN if folded else Glyph.UP, Role.ACCENT))
        self._fold.setToolTip(word)
        self._fold.setAccessibleName(word)

    def refresh_episode(self) -> None:
        """« cet épisode » works only where the chosen document has one."""
        self.episode.setEnabled(self.view.current_span() is not None)

    def _show_episode(self) -> None:
        self.view.show_episode()

    def _ask_day(self) -> None:
        middle = self.view.scale().time(self.view.viewport().width() / 2)
        day = QDate(1970, 1, 1).addDays(int(middle // 86_400))
        self.day.setDate(day)
        self.go.hide()
        self.day.show()
        self.day.setFocus()
        self.day.selectAll()

    def _go(self) -> None:
        if self.day.isHidden():
            return
        chosen = self.day.date()
        self.day.hide()
        self.go.show()
        self.view.go_to(chosen.toPython())  # type: ignore[arg-type]
        self.view.setFocus()
        announce(self.view, chosen.toString("dd.MM.yyyy"))
        self.gone_to.emit()
