"""The viewer's bars: what is shown, and the acts on it; every act has a word."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.domain.catalog import category
from desktop.domain.record import Document, Level
from desktop.domain.texts import current_language, text
from desktop.services.lifeline import document_time
from desktop.ui.dates import day
from desktop.ui.icons import Glyph
from desktop.ui.record.list_rows import author_words
from desktop.ui.theme import GRID
from desktop.ui.views.describe import document_title, level_word, masked_words
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import icon_button, quiet_button, secondary_button
from desktop.ui.widgets.text import ElidedLabel, label, muted, set_tone


class ViewerBar(QFrame):
    """Title line and tool line; signals only, no state of the document."""

    close_requested = Signal()
    large_requested = Signal()
    step_requested = Signal(int)
    zoom_requested = Signal(float)
    fit_requested = Signal()
    fit_page_requested = Signal()
    rotate_requested = Signal()
    search_requested = Signal()
    print_requested = Signal()
    save_requested = Signal()
    versions_requested = Signal()
    lift_requested = Signal()
    new_version_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer-bar")
        self.title = ElidedLabel("", "strong")
        self.title.setObjectName("viewer-title")
        self.meta = ElidedLabel("", "muted")
        self.meta.setObjectName("viewer-meta")
        self.level = Badge("")
        self.level.setObjectName("viewer-level")
        self.masked = label("")
        self.masked.setObjectName("viewer-masked")
        set_tone(self.masked, "warning")
        self.is_large = False
        self.former = icon_button(
            text("viewer.former"), "viewer-former", Glyph.LEFT, lambda: self.step_requested.emit(-1)
        )
        self.place = muted("")
        self.place.setObjectName("viewer-place")
        self.place.setWordWrap(False)
        self.following = icon_button(
            text("viewer.following"), "viewer-following", Glyph.RIGHT, lambda: self.step_requested.emit(1)
        )
        self.large = quiet_button(text("viewer.large"), "viewer-large", self.large_requested.emit)
        self.close_button = secondary_button(text("viewer.close"), "viewer-close", self.close_requested.emit)
        self.smaller = icon_button(
            text("viewer.zoom_out"), "viewer-zoom-out", Glyph.MINUS, lambda: self.zoom_requested.emit(0.8)
        )
        self.percent = muted("100 %")
        self.percent.setObjectName("viewer-zoom")
        self.percent.setMinimumWidth(44)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setWordWrap(False)
        self.bigger = icon_button(
            text("viewer.zoom_in"), "viewer-zoom-in", Glyph.PLUS, lambda: self.zoom_requested.emit(1.25)
        )
        self.fit = quiet_button(text("viewer.fit"), "viewer-fit", self.fit_requested.emit)
        self.fit_page = quiet_button(text("viewer.fit_page"), "viewer-fit-page", self.fit_page_requested.emit)
        self.fit_page.setToolTip(text("viewer.fit_page_tip"))
        self.fit.setToolTip(text("viewer.fit_tip"))
        self.rotate = quiet_button(text("viewer.rotate"), "viewer-rotate", self.rotate_requested.emit)
        self.search = quiet_button(text("viewer.search"), "viewer-find", self.search_requested.emit)
        self.text_pane = quiet_button(text("viewer.text_pane"), "viewer-text-toggle")
        self.text_pane.setCheckable(True)
        self.text_pane.setToolTip(text("viewer.text_pane_tip"))
        self.page = muted("")
        self.page.setObjectName("viewer-page")
        self.page.setWordWrap(False)
        self.more = quiet_button(text("viewer.more"), "viewer-more")
        self._fill_menu()
        self._arrange()

    def show_document(self, document: Document, *, may_replace: bool) -> None:
        """Say what is shown; *may_replace*: a new version may be sent."""
        kind = category(document.category).label(current_language())
        self.title.set_whole(document_title(document))
        parts = (day(document_time(document)), kind, author_words(document))
        self.meta.set_whole(" · ".join(part for part in parts if part))
        annonce = document.level is Level.ANNONCE
        plain = document.level is Level.STANDARD
        self.level.set(level_word(document.level), "warning" if annonce else "" if plain else "accent")
        self.masked.setText(f"▲ {masked_words(document)}" if annonce else "")
        self.masked.setVisible(annonce)
        self.lift.setVisible(annonce)
        self.new_version.setVisible(may_replace)

    def set_place(self, number: int, shown: int) -> None:
        """« 12 sur 394 »: the place in the list as it is shown; *number* 0 = it is not in it."""
        self.place.setText(text("viewer.place", number=number or "–", shown=shown) if shown else "")
        self.former.setEnabled(number > 1)
        self.following.setEnabled(number < shown)

    def set_steps(self, *, there: bool) -> None:
        """Whether one can go to the next document of the list here."""
        for part in (self.former, self.place, self.following):
            part.setVisible(there)

    def set_page(self, page: int, pages: int) -> None:
        """« 2 / 7 »."""
        self.page.setText(text("viewer.page_short", page=page + 1, pages=pages) if pages else "")
        self.page.setAccessibleName(text("viewer.page_of", page=page + 1, pages=pages) if pages else "")

    def set_zoom(self, zoom: float) -> None:
        """« 125 % »."""
        self.percent.setText(f"{round(zoom * 100)} %")
        self.percent.setAccessibleName(text("viewer.zoom_is", percent=round(zoom * 100)))

    def set_large(self, *, large: bool) -> None:
        """Word of the button that toggles half and whole."""
        self.is_large = large
        self.large.setText(text("viewer.half") if large else text("viewer.large"))
        self.large.setAccessibleName(self.large.text())

    def set_ready(self, *, ready: bool) -> None:
        """Tools work only while pages are shown."""
        for button in (
            self.smaller, self.bigger, self.fit, self.fit_page, self.rotate, self.search, self.text_pane,
        ):  # fmt: skip
            button.setEnabled(ready)
        for action in (self.print_action, self.save_action, self.single, self.thumbnails):
            action.setEnabled(ready)

    def _fill_menu(self) -> None:
        menu = QMenu(self.more)
        menu.setObjectName("viewer-menu")
        self.thumbnails = _action(menu, text("viewer.thumbnails"), "viewer-thumbnails-toggle")
        self.thumbnails.setCheckable(True)
        self.single = _action(menu, text("viewer.single"), "viewer-single")
        self.single.setCheckable(True)
        menu.addSeparator()
        self.print_action = _action(menu, text("viewer.print"), "viewer-print")
        self.print_action.triggered.connect(lambda: self.print_requested.emit())
        self.save_action = _action(menu, text("viewer.save"), "viewer-save")
        self.save_action.triggered.connect(lambda: self.save_requested.emit())
        menu.addSeparator()
        self.versions = _action(menu, text("viewer.versions"), "viewer-versions-list")
        self.versions.triggered.connect(lambda: self.versions_requested.emit())
        self.new_version = _action(menu, text("viewer.new_version"), "viewer-new-version")
        self.new_version.triggered.connect(lambda: self.new_version_requested.emit())
        self.lift = _action(menu, text("viewer.lift"), "viewer-lift-annonce")
        self.lift.triggered.connect(lambda: self.lift_requested.emit())
        self.more.setMenu(menu)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        about = QHBoxLayout()
        about.setSpacing(GRID)
        about.addWidget(self.level)
        about.addWidget(self.meta, 1)
        words.addLayout(about)
        first = QHBoxLayout()
        first.setSpacing(GRID)
        first.addLayout(words, 1)
        for part in (self.former, self.place, self.following):
            first.addWidget(part)
        first.addWidget(self.large)
        first.addWidget(self.close_button)
        second = QHBoxLayout()
        second.setSpacing(2)
        tools: tuple[QWidget, ...] = (
            self.smaller, self.percent, self.bigger, self.fit, self.fit_page, self.rotate, self.search,
            self.text_pane,
        )  # fmt: skip
        for tool in tools:
            second.addWidget(tool)
        for tool in (self.smaller, self.bigger):
            tool.setFixedWidth(36)  # narrow, so that all words fit beside the list on the smallest screen
        second.addSpacing(GRID)
        second.addStretch(1)
        second.addWidget(self.page)
        second.addSpacing(GRID)
        second.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID + 4, GRID + 4, GRID // 2)
        layout.setSpacing(GRID // 2)
        layout.addLayout(first)
        layout.addWidget(self.masked)
        layout.addLayout(second)


def _action(menu: QMenu, words: str, name: str) -> QAction:
    action = menu.addAction(words)
    action.setObjectName(name)
    return action
