"""The end of a publication: what was published, and the way back to the record."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.summary.view.model import Publishing
from desktop.ui.dates import day
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label


class PublishEnd(Speaking):
    """Signals: ``left`` (back to the record), ``print_asked`` (for the patient), ``read_asked`` (what was
    published)."""

    left = Signal()
    print_asked = Signal()
    read_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("summary-end", parent)
        self._model: Publishing | None = None
        self._done = heading("")
        self._done.setObjectName("summary-end-done")
        self._said = label("")
        self._said.setObjectName("summary-end-said")
        self._print = secondary_button("", "summary-end-print", self.print_asked.emit)
        self.bind_named(self._print, lambda: text("summary.edit_print"))
        self._read = secondary_button("", "summary-end-read", self.read_asked.emit)
        self.bind_named(self._read, lambda: text("summary.publish_read"))
        self.button = primary_button("", "summary-end-leave", self.left.emit)
        self.bind_named(self.button, lambda: text("summary.publish_to_record"))
        panel = Panel()
        panel.body.addWidget(self._done)
        panel.body.addWidget(self._said)
        panel.body.addLayout(row(self._print, self._read, None, self.button))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, GRID)
        layout.addWidget(panel)
        layout.addStretch(1)
        self.hide()

    def show_state(self, model: Publishing | None) -> None:
        """Show *model* once it is published; before, nothing."""
        before, self._model = self._model, model if model is not None and model.version else None
        self.refresh()
        self.setVisible(self._model is not None)
        if self._model is not None and before is None:
            self.button.setFocus()
            announce(self, f"{self._done.text()} {self._said.text()}")

    def refresh(self) -> None:
        model = self._model
        if model is None:
            self._done.clear()
            self._said.clear()
            return
        self._done.setText(text("summary.publish_done", version=model.version))
        said = (
            text("summary.publish_end", day=day(model.signed_at)),
            _replaced(model),
            text("summary.publish_end_signature"),
        )
        self._said.setText("\n".join(filter(None, said)))
        self._print.setVisible(model.can_print)
        self._read.setVisible(bool(model.document_id))


def _replaced(model: Publishing) -> str:
    if model.pdf_of is not None:
        return text("summary.publish_end_replaces_pdf", day=day(model.pdf_of))
    return text("summary.publish_end_replaces", version=model.replaces) if model.replaces else ""
