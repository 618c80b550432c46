"""A received summary on the screen: who signed it, what could not be read, and its sections as cards."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.record import Document
from desktop.domain.signature import SignatureState
from desktop.domain.texts import current_language, text
from desktop.features.summary.domain.received import PDF_TYPE, Received, media_type
from desktop.features.summary.view.reading_words import (
    Card,
    cards,
    heading_words,
    signature_note,
    signature_words,
    signer_words,
)
from desktop.features.summary.view.section_card import SectionCard
from desktop.ui.printing import Printing
from desktop.ui.tasks import Generation
from desktop.ui.theme import GRID
from desktop.ui.turns import in_turns
from desktop.ui.views.base import ScrollPage, View, press_enter
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, label, muted, set_tone

_ONE_ROW = 640  # pixels of the page
_TONES = {
    SignatureState.NONE: "",
    SignatureState.VALID: "accent",
    SignatureState.UNVERIFIABLE: "warning",
    SignatureState.BROKEN: "danger",
}


@dataclass(frozen=True, slots=True)
class ReadingModel:
    """``received`` None: not read (yet); ``document`` None: nothing was chosen, or a lock put it away.

    ``may_propose``: lines of it are offered to this user (CF-071). ``of_another``: it names somebody else.
    """

    document: Document | None = None
    received: Received | None = None
    may_propose: bool = False
    of_another: bool = False
    loading: bool = False
    failure: Failure | None = None
    printing: Printing = Printing.NOTHING


class ReadingView(View):
    """Signals: ``pages_asked`` (its PDF), ``print_asked``, ``proposal_asked``, ``again_asked``, ``closed``.

    Its cards come one a turn of the event loop, the first sections first.
    """

    pages_asked = Signal()
    print_asked = Signal()
    proposal_asked = Signal()
    again_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("summary-reading", parent)
        self._model = ReadingModel()
        self._shown: tuple[object, ...] = ()
        self._filling = Generation()
        self._filled = True
        self.cards: list[SectionCard] = []
        self._title = heading("")
        self._title.setObjectName("summary-reading-title")
        self._title.setWordWrap(True)
        self._signature = label("", "strong")
        self._signature.setObjectName("summary-reading-signature")
        self._signed = muted("")
        self._signed.setObjectName("summary-reading-signed")
        self._pages = secondary_button("", "summary-reading-pdf", self.pages_asked.emit)
        self.bind_named(self._pages, lambda: text("summary.read_pdf"))
        self._print = secondary_button("", "summary-reading-print", self.print_asked.emit)
        self.bind_named(self._print, lambda: text("summary.read_print"))
        self._open = primary_button("", "summary-reading-open", self.pages_asked.emit)
        self.bind_named(self._open, lambda: text("summary.read_open_pdf"))
        self._propose = primary_button("", "summary-reading-propose", self.proposal_asked.emit)
        self.bind_named(self._propose, lambda: text("summary.read_propose"))
        self._close = primary_button("", "summary-reading-close", self.closed.emit)
        self.bind_named(self._close, lambda: text("summary.read_close"))
        self._message = Message("summary-reading-message")
        self._message.act_requested.connect(self.pages_asked)
        self._wait = DelayedProgress("summary-reading-wait", keep_place=False)
        self._nothing = muted("")
        self._nothing.setObjectName("summary-reading-nothing")
        self.bind(self._nothing.setText, lambda: text("summary.read_nothing"))
        self._scroll = ScrollPage(self)
        self._scroll.body.setContentsMargins(0, 0, 0, 0)
        self._scroll.body.setSpacing(GRID // 2)
        self._scroll.body.addStretch(1)
        self._arrange()
        for keys, act in (
            ("Ctrl+Down", lambda: self._step(1)),
            ("Ctrl+Up", lambda: self._step(-1)),
            ("Ctrl+P", self._print.click),
            ("F5", self._again),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.refresh()

    def show_state(self, model: ReadingModel) -> None:
        """Show *model*; the cards of a summary that is shown already stay, folded as they are."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        words = heading_words(model.document, model.received)
        self._title.setText(words)
        self._title.setAccessibleName(words)
        inside = model.received is not None and bool(model.received.pdf)
        has_pdf = inside or (model.document is not None and media_type(model.document) == PDF_TYPE)
        self._pages.setVisible(has_pdf and not inside)
        self._open.setVisible(inside)
        self._print.setVisible(model.received is not None)
        self._print.setEnabled(model.printing is not Printing.RUNNING)
        self._propose.setVisible(model.may_propose)
        self._close.setVisible(not inside and not model.may_propose)
        self._nothing.setVisible(model.document is None)
        if model.loading or model.printing is Printing.RUNNING:
            self._wait.wait(text("summary.read_loading" if model.loading else "summary.read_printing"))
        else:
            self._wait.done()
        self._say_signature(model.received)
        self._say(model, has_pdf)
        self._show_cards(model.received)

    @property
    def is_filled(self) -> bool:
        """Whether every card is there that :meth:`show_state` asked for."""
        return self._filled

    def primary(self) -> QPushButton | None:
        buttons = (self._open, self._propose, self._close)
        return next(button for button in buttons if button.isVisibleTo(self))

    def focus_first(self) -> None:
        (self.cards[0].head if self.cards else self.primary() or self._close).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the primary act also from a title: Space folds."""
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if entered and self._current() is not None:
            press_enter(None, self.primary())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a small screen what stands side by side stands below one another."""
        super().resizeEvent(event)
        wide = event.size().width() >= _ONE_ROW
        for line in (self._head, self._about):
            line.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._signature.setWordWrap(not wide)

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        layout.setSpacing(GRID)
        self._head = row(
            self._title, row(None, self._pages, self._print, self._open, self._propose, self._close)
        )
        self._head.setStretch(0, 1)
        layout.addLayout(self._head)
        self._about = row(self._signature, self._signed)
        self._about.setStretch(1, 1)
        layout.addLayout(self._about)
        for part in (self._message, self._nothing):
            layout.addWidget(part)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._wait)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self._pages, self._print, self._open, self._propose, self._close

    def _again(self) -> None:
        if self._model.failure is not None:
            self.again_asked.emit()

    def _say_signature(self, received: Received | None) -> None:
        finding = received.signature if received else None
        words = text("summary.read_signature", words=signature_words(finding)) if finding else ""
        other = signer_words(received) if received else ""
        words = " · ".join(filter(None, (words, other)))
        self._signature.setText(words)
        self._signature.setVisible(bool(words))
        note = signature_note(finding) if finding else ""
        self._signed.setText(note)
        self._signed.setVisible(bool(note))
        set_tone(self._signature, "danger" if other else _TONES[finding.state] if finding else "")

    def _say(self, model: ReadingModel, has_pdf: bool) -> None:  # noqa: FBT001
        if model.failure is not None:
            if model.failure is not self._message.failure or self._message.isHidden():
                act = text("summary.read_open_pdf") if has_pdf and model.received is None else ""
                self._message.show_failure(model.failure, act=act)
        elif model.of_another:
            self._message.show_text(
                text("summary.read_of_another"), text("summary.read_of_another_next"), tone="danger"
            )
        elif model.received is not None and model.received.signature.state is SignatureState.BROKEN:
            self._message.show_text(
                text("summary.read_broken"), text("summary.read_broken_next"), tone="danger"
            )
        elif model.printing is Printing.DONE:
            self._message.show_text(text("summary.read_printed"))
        else:
            self._message.clear()

    # -- cards

    def _show_cards(self, received: Received | None) -> None:
        wanted = (received, current_language())
        if wanted == self._shown:
            return
        self._shown = wanted
        self._filling.bump()
        for card in self.cards:
            card.blank()
            card.hide()
            card.deleteLater()
        self.cards = []
        self._filled = received is None
        if received is not None:
            in_turns(self, self._fill(cards(received)), self._filling)

    def _fill(self, made: Iterator[Card]) -> Iterator[None]:
        for card in made:
            shown = SectionCard(card, self._scroll.widget())
            self.cards.append(shown)
            self._scroll.body.insertWidget(self._scroll.body.count() - 1, shown)
            if len(self.cards) == 1:
                self.focus_again()
            yield from shown.fill()
        self._filled = True

    def _current(self) -> int | None:
        focused = QApplication.focusWidget()
        return next((n for n, card in enumerate(self.cards) if card.head is focused), None)

    def _step(self, by: int) -> None:
        if self.cards:
            now = self._current()
            place = 0 if now is None else min(max(now + by, 0), len(self.cards) - 1)
            card = self.cards[place]
            card.head.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._scroll.ensureWidgetVisible(card, 0, 0)
            self._scroll.ensureWidgetVisible(card.head, 0, GRID)
