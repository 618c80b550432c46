"""Conditions to read and accept before the first use and after every change (CF-020, CF-080)."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.common.resource_files import resource
from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import View
from desktop.ui.widgets.buttons import primary_button, secondary_button, tab_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, muted


class LegalText(Enum):
    """The two texts, by file name; the charter prevails over the general conditions."""

    CONDITIONS = "conditions-generales"
    CHARTER = "charte-dsp"


@dataclass(frozen=True, slots=True)
class TermsModel:
    """``version`` as the platform names it; ``busy`` while the acceptance is being recorded."""

    version: str
    busy: bool = False


class TermsView(View):
    """Signals: ``accepted(version)``, ``declined``. The French text is shown; it prevails."""

    accepted = Signal(str)
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("terms-view", parent)
        self._model = TermsModel("")
        panel = Panel(margin=3 * GRID)
        title = heading("")
        title.setObjectName("terms-title")
        self.bind(title.setText, lambda: text("terms.title"))
        self._version = muted("")
        self._version.setObjectName("terms-version")
        conditions = tab_button("", "terms-tab-conditions", lambda: self._show(LegalText.CONDITIONS))
        charter = tab_button("", "terms-tab-charter", lambda: self._show(LegalText.CHARTER))
        self._tabs = {LegalText.CONDITIONS: conditions, LegalText.CHARTER: charter}
        self.bind_named(conditions, lambda: text("terms.conditions"))
        self.bind_named(charter, lambda: text("terms.charter"))
        self._text = QPlainTextEdit()
        self._text.setObjectName("terms-text")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self.bind(self._text.setAccessibleName, lambda: text("terms.title"))
        summary = muted("")
        summary.setObjectName("terms-french-prevails")
        self.bind(summary.setText, lambda: text("terms.french_prevails"))
        self._read = QCheckBox()
        self._read.setObjectName("terms-read")
        self.bind_named(self._read, lambda: text("terms.read"))
        self._accept = primary_button("", "terms-accept", self._send)
        self.bind_named(self._accept, lambda: text("terms.accept"))
        decline = secondary_button("", "terms-decline", self.declined.emit)
        self.bind_named(decline, lambda: text("terms.decline"))
        self._read.toggled.connect(lambda _: self.refresh())
        panel.body.addLayout(row(title, None, self._version))
        panel.body.addLayout(row(conditions, charter, None))
        panel.body.addWidget(self._text, 1)
        panel.body.addWidget(summary)
        panel.body.addWidget(self._read)
        panel.body.addLayout(row(self._accept, decline, None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6 * GRID, 3 * GRID, 6 * GRID, 3 * GRID)
        layout.addWidget(panel)
        self._show(LegalText.CONDITIONS)

    def show_state(self, model: TermsModel) -> None:
        """Show *model*; a new version takes the tick away."""
        if model.version != self._model.version:
            self._read.setChecked(False)
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        self._version.setText(text("terms.version", version=self._model.version))
        self._accept.setEnabled(self._read.isChecked() and not self._model.busy)

    def primary(self) -> QPushButton | None:
        return self._accept

    def focus_first(self) -> None:
        self._text.setFocus()

    def _show(self, chosen: LegalText) -> None:
        self._text.setPlainText(legal_text(chosen))
        for legal, tab in self._tabs.items():
            tab.setChecked(legal is chosen)

    def _send(self) -> None:
        self.accepted.emit(self._model.version)


def legal_text(chosen: LegalText) -> str:
    """The French text, without its markup."""
    raw = resource("legal", f"{chosen.value}.md").read_text(encoding="utf-8")
    return "\n".join(line.lstrip("# ") if line.startswith("#") else line for line in raw.splitlines())
