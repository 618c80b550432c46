"""Original and copy side by side: both scroll, zoom and turn pages together; then the doctor decides."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.domain.deposit import Conversion
from desktop.domain.texts import text
from desktop.ui.icons import Glyph
from desktop.ui.record.page_source import PageSource
from desktop.ui.record.page_view import PageView
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking, press_enter
from desktop.ui.views.verdict_box import change_words
from desktop.ui.widgets.buttons import icon_button, primary_button, quiet_button, secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import ElidedLabel, heading, label, muted


class CompareView(Speaking):
    """Signals: ``accepted``, ``declined``, ``left`` (Esc: nothing decided)."""

    accepted = Signal()
    declined = Signal()
    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._conversion: Conversion | None = None
        self._file = ""
        self._leading = False
        self.before, self.after = _Side("deposit-before"), _Side("deposit-after")
        self.before.bind(self.before.caption.setText, lambda: text("deposit.before"))
        self.after.bind(self.after.caption.setText, lambda: text("deposit.after"))
        self.before.bind(self.before.pages.setAccessibleName, lambda: text("deposit.before"))
        self.after.bind(self.after.pages.setAccessibleName, lambda: text("deposit.after"))
        self._changes = label("")
        self._changes.setObjectName("deposit-compare-changes")
        self._page = muted("")
        self._page.setObjectName("deposit-compare-page")
        self._page.setWordWrap(False)
        self._wait = DelayedProgress("deposit-compare-wait", keep_place=False)
        self.accept = primary_button("", "deposit-accept-copy", self.accepted.emit)
        self._decided = False
        self.bind_named(self.accept, self._accept_words)
        self._decline = secondary_button("", "deposit-refuse-copy", self.declined.emit)
        self.bind_named(self._decline, lambda: text("deposit.refuse_copy"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID + 4)
        layout.addLayout(self._head())
        layout.addWidget(self._changes)
        layout.addWidget(self._wait)
        layout.addLayout(self._sides(), 1)
        layout.addLayout(self._foot())
        self._lead(self.before.pages, self.after.pages)
        self._lead(self.after.pages, self.before.pages)
        self.after.pages.page_changed.connect(lambda _: self._say_page())

    # -- content

    def begin(self, file: str, conversion: Conversion, *, decided: bool) -> None:
        """Say what the copy changed; the pages come later. *decided*: it was accepted before."""
        self._file, self._conversion = file, conversion
        self._decided = decided
        self.before.show_words("")
        self.after.show_words("")
        self._wait.wait(text("deposit.compare_wait"))
        self.refresh()

    def show_pages(self, before: PageSource | str, after: PageSource | str) -> None:
        """The pages of both; words instead where there are none to show."""
        self._wait.done()
        for side, content in ((self.before, before), (self.after, after)):
            if isinstance(content, str):
                side.show_words(content)
            else:
                side.show_source(content)
        changed = self._conversion.pictured_pages if self._conversion else ()
        if changed:
            self.after.pages.go_to(changed[0] - 1)
        self._say_page()
        self.after.pages.setFocus()

    def clear(self) -> None:
        """Forget all pages."""
        self._wait.done()
        self._conversion, self._file = None, ""
        self.refresh()
        self.before.show_words("")
        self.after.show_words("")

    def refresh(self) -> None:
        self._title.setText(text("deposit.compare_title"))
        self.accept.setText(self._accept_words())
        self.accept.setAccessibleName(self._accept_words())
        self._name.set_whole(self._file)
        lines = change_words(self._conversion) if self._conversion else ()
        self._changes.setText("\n".join(f"–  {line}" for line in lines))
        self._changes.setVisible(bool(lines))
        self._say_page()

    def _accept_words(self) -> str:
        return text("deposit.keep_copy" if self._decided else "deposit.accept_copy")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            press_enter(self.focusWidget(), self.accept)
        else:
            super().keyPressEvent(event)

    # -- both move together

    def _lead(self, leader: PageView, follower: PageView) -> None:
        """What is done to one side happens to the other, by shares: the pages need not be as long."""

        def follow(move: Callable[[], None]) -> None:
            if self._leading:
                return
            self._leading = True
            try:
                move()
            finally:
                self._leading = False

        def scrolled() -> None:
            for one, other in (
                (leader.verticalScrollBar(), follower.verticalScrollBar()),
                (leader.horizontalScrollBar(), follower.horizontalScrollBar()),
            ):
                share = one.value() / one.maximum() if one.maximum() else 0.0
                other.setValue(round(share * other.maximum()))

        def zoomed(ratio: float) -> None:
            follower.zoom_by(ratio)
            scrolled()

        leader.verticalScrollBar().valueChanged.connect(lambda _: follow(scrolled))
        leader.horizontalScrollBar().valueChanged.connect(lambda _: follow(scrolled))
        leader.zoomed_by.connect(lambda ratio: follow(lambda: zoomed(ratio)))

    def _zoom(self, ratio: float) -> None:
        self.after.pages.zoom_by(ratio)  # the other side follows

    def _fit(self) -> None:
        self.before.pages.fit()
        self.after.pages.fit()

    def _fit_page(self) -> None:
        self.before.pages.fit_page()
        self.after.pages.fit_page()

    def _turn(self, by: int) -> None:
        leader = self.after.pages if self.after.pages.page_count() else self.before.pages
        leader.go_to(leader.page() + by)

    def _say_page(self) -> None:
        pages = self.after.pages
        count = pages.page_count()
        words = text("viewer.page_of", page=pages.page() + 1, pages=count) if count else ""
        pictured = self._conversion.pictured_pages if self._conversion else ()
        if count and pages.page() + 1 in pictured:
            words = f"{words} · {text('deposit.page_pictured')}"
        self._page.setText(words)

    # -- making

    def _head(self) -> QHBoxLayout:
        self._title = heading("")
        self._name = ElidedLabel("", "muted")
        back = quiet_button("", "deposit-compare-back", self.left.emit)
        self.bind_named(back, lambda: text("deposit.compare_back"))
        line = row(self._title, self._name, back, spacing=2 * GRID)
        line.setStretch(1, 1)
        return line

    def _sides(self) -> QHBoxLayout:
        line = row(self.before, self.after, spacing=2 * GRID)
        line.setStretch(0, 1)
        line.setStretch(1, 1)
        return line

    def _foot(self) -> QHBoxLayout:
        tools = []
        for key, name, glyph, act in (
            ("viewer.zoom_out", "deposit-compare-smaller", Glyph.MINUS, lambda: self._zoom(0.8)),
            ("viewer.zoom_in", "deposit-compare-bigger", Glyph.PLUS, lambda: self._zoom(1.25)),
            ("deposit.page_former", "deposit-compare-former", Glyph.UP, lambda: self._turn(-1)),
            ("deposit.page_next", "deposit-compare-next", Glyph.DOWN, lambda: self._turn(1)),
        ):
            button = icon_button("", name, glyph, act)
            self.bind(button.setToolTip, lambda key=key: text(key))  # type: ignore[misc]
            self.bind(button.setAccessibleName, lambda key=key: text(key))  # type: ignore[misc]
            tools.append(button)
        fit = quiet_button("", "deposit-compare-fit", self._fit)
        self.bind_named(fit, lambda: text("viewer.fit"))
        whole = quiet_button("", "deposit-compare-fit-page", self._fit_page)
        self.bind_named(whole, lambda: text("viewer.fit_page"))
        smaller, bigger, former, after = tools
        return row(
            smaller, bigger, fit, whole, former, after, self._page, None, self._decline, self.accept
        )  # fmt: skip


class _Side(Speaking):
    """One document with its caption, or words where it cannot be shown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}-side")
        self.caption = label("", "strong")
        self.caption.setObjectName(f"{name}-caption")
        self.pages = PageView()
        self.pages.setObjectName(name)
        self._words = muted("")
        self._words.setObjectName(f"{name}-words")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._source: PageSource | None = None
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        panel.body.addWidget(self.caption)
        self._stack = QStackedLayout()
        panel.body.addLayout(self._stack, 1)  # before its pages: one without a parent opens as a window
        self._stack.addWidget(self.pages)
        self._stack.addWidget(self._words)

    def show_source(self, source: PageSource) -> None:
        """Show its pages; the former ones are forgotten."""
        self._forget()
        self._source = source
        self._stack.setCurrentWidget(self.pages)
        self.pages.set_source(source)

    def show_words(self, words: str) -> None:
        """Show *words* where pages would be."""
        self._forget()
        self._words.setText(words)
        self._stack.setCurrentWidget(self._words if words else self.pages)

    def _forget(self) -> None:
        self.pages.set_source(None)
        if self._source is not None:
            self._source.close()
            self._source.deleteLater()
            self._source = None
