"""« À propos »: version, attestation, whom to call, licences, accessibility statement."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtWidgets import QWidget

from desktop.domain.texts import text
from desktop.ui.views.base import View, Words, only_page
from desktop.ui.views.contacts import ContactList
from desktop.ui.widgets.buttons import quiet_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label, muted


class Attestation(StrEnum):
    """Whether this version may speak to the platform (CF-022)."""

    ATTESTED = "attested"
    NOT_ATTESTED = "not-attested"
    DEMO = "demo"
    UNKNOWN = "unknown"


_ATTESTATIONS = {
    Attestation.ATTESTED: "about.attested",
    Attestation.NOT_ATTESTED: "about.not_attested",
    Attestation.DEMO: "about.attestation_demo",
    Attestation.UNKNOWN: "about.attestation_unknown",
}


@dataclass(frozen=True, slots=True)
class AboutModel:
    """``data_folder`` is where this installation keeps its encrypted data."""

    version: str = ""
    attestation: Attestation = Attestation.UNKNOWN
    platform: str = ""
    data_folder: str = ""


class AboutView(View):
    """Nothing to do here but read and go back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("about-view", parent)
        self._model = AboutModel()
        body = only_page(self).body
        title = heading("")
        self.bind(title.setText, lambda: text("about.title"))
        self._back = quiet_button("", "about-back", self.back_asked.emit)
        self.bind_named(self._back, lambda: text("common.back"))
        body.addLayout(row(title, None, self._back))
        program = self._panel(lambda: text("about.program"))
        self._version = label("", "strong")
        self._version.setObjectName("about-version")
        self._attestation = label("")
        self._attestation.setObjectName("about-attestation")
        self._place = muted("")
        for widget in (self._version, self._attestation, self._place):
            program.body.addWidget(widget)
        contacts = self._panel(lambda: text("about.contacts"))
        contacts.body.addWidget(ContactList("about-contacts"))
        licences = self._panel(lambda: text("about.licences"))
        licence_text = label("")
        self.bind(licence_text.setText, lambda: text("about.licence_text"))
        licences.body.addWidget(licence_text)
        access = self._panel(lambda: text("about.accessibility"))
        access_text = label("")
        self.bind(access_text.setText, lambda: text("about.accessibility_text"))
        access.body.addWidget(access_text)
        for panel in (program, contacts, licences, access):
            body.addWidget(panel)
        body.addStretch(1)
        self.refresh()

    def show_state(self, model: AboutModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        self._version.setText(text("about.version", version=model.version))
        self._attestation.setText(text(_ATTESTATIONS[model.attestation]))
        self._place.setText(
            text("about.place", platform=model.platform or "–", folder=model.data_folder or "–")
        )

    def focus_first(self) -> None:
        self._back.setFocus()

    def _panel(self, words: Words) -> Panel:
        panel = Panel()
        title = heading("")
        self.bind(title.setText, words)
        panel.body.addWidget(title)
        return panel
