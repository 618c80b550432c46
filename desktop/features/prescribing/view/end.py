"""The last steps: the PIN, what is on its way, and the identifier of what was issued."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.publication import Stage
from desktop.domain.texts import text
from desktop.features.prescribing.cells import grouped
from desktop.features.prescribing.view.model import Issuing
from desktop.ui.sign_strip import SignStrip, SignWords
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label

_WORDS = SignWords(
    lambda: text("prescribing.pin"),
    lambda: text("prescribing.last_try"),
    lambda: text("prescribing.sign"),
    lambda: text("prescribing.not_yet"),
)


class IssuePanel(Speaking):
    """Signals: ``print_asked``, ``left`` (a new one, or back to the lines); the PIN's are those of
    :attr:`sign`."""

    print_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-issue", parent)
        self._model: Issuing | None = None
        self._said = ""
        self.sign = SignStrip("rx", _WORDS)
        self._title = heading("")
        self._title.setObjectName("rx-issue-title")
        self._words = label("")
        self._words.setObjectName("rx-issue-words")
        self._message = Message("rx-issue-message")
        self.print = primary_button("", "rx-issue-print", self.print_asked.emit)
        self.bind_named(self.print, self._print_words)
        self.again = secondary_button("", "rx-issue-new", self.left.emit)
        self.bind_named(self.again, self._again_words)
        self._panel = Panel(margin=2 * GRID)
        self._panel.body.setSpacing(GRID)
        for part in (self._title, self._words, self._message):
            self._panel.body.addWidget(part)
        self._panel.body.addLayout(row(None, self.again, self.print))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.sign)
        layout.addWidget(self._panel)
        self.hide()

    def show_state(self, model: Issuing | None) -> None:
        """Show *model*; None: nothing is being issued."""
        before, self._model = self._model, model
        self.sign.show_pin(model.pin if model is not None else None, running=self._waits())
        self.refresh()
        self.setVisible(model is not None)
        if model is None or model.stage is None or not model.stage.is_over:
            return
        if before is None or before.stage is not model.stage:
            (self.print if self.print.isVisibleTo(self) else self.again).setFocus()
            announce(self, f"{self._title.text()} {self._words.text()}")

    def refresh(self) -> None:
        model = self._model
        self._panel.setVisible(model is not None and (model.stage is not None or model.failure is not None))
        if model is None:
            self._title.clear()
            self._words.clear()
            self._message.clear()
            return
        self._title.setText(self._head(model))
        self._title.setVisible(bool(self._title.text()))
        self._words.setText(self._body(model))
        self._words.setVisible(bool(self._words.text()))
        told = None if model.published else model.failure
        if told is None:
            self._message.clear()
        elif told is not self._message.failure or self._message.isHidden():
            self._message.show_failure(told)
        over = model.stage is not None and model.stage.is_over
        self.print.setVisible(model.published)
        stuck = model.stage is None and model.pin is None and not model.running
        self.again.setVisible(over or stuck)
        self.print.setText(self._print_words())
        self.again.setText(self._again_words())

    def _waits(self) -> bool:
        return self._model is not None and (self._model.running or not self._model.ready)

    def _head(self, model: Issuing) -> str:
        if model.published:
            return text("prescribing.issued", code=grouped(model.code))
        return (
            text("prescribing.not_issued") if model.stage is not None and model.stage.is_unpublished else ""
        )

    def _body(self, model: Issuing) -> str:
        if model.published:
            return text("prescribing.issued_printed" if model.printed else "prescribing.issued_next")
        if model.stage in (Stage.SENT, Stage.HALF):
            return text("prescribing.looking")
        if model.stage is Stage.SIGNED:
            return text("prescribing.on_its_way")
        if model.stage is not None and model.stage.is_unpublished:
            return text("prescribing.draft_stays")
        return ""

    def _print_words(self) -> str:
        printed = self._model is not None and self._model.printed
        return text("prescribing.print_again") if printed else text("prescribing.print")

    def _again_words(self) -> str:
        published = self._model is None or self._model.published
        return text("prescribing.new") if published else text("prescribing.back_to_lines")
