"""Whom to call: LuxTrust and the Agence, one action away, also while logged out (CF-021)."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.panel import column
from desktop.ui.widgets.text import label, muted, strong

LUXTRUST_PHONE = "+352 24 550 550"
LUXTRUST_MAIL = "helpdesk@luxtrust.lu"
HELPDESK_PHONE = "+352 27 12 50 18 33"
HELPDESK_MAIL = "helpdesk@esante.lu"
IDENTITY_MAIL = "confidentiel.sante@esante.lu"
PRIVACY_MAIL = "privacy@esante.lu"
POST = "Agence eSanté, B.P. 2511, L-1025 Luxembourg"


class ContactList(Speaking):
    """All contacts of domain §9; numbers and addresses can be selected and copied."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._column = column(spacing=GRID // 2)
        self.setLayout(self._column)
        self._entry("contact-luxtrust", f"{LUXTRUST_PHONE}   ·   {LUXTRUST_MAIL}")
        self.bind(self._last.setText, lambda: text("help.contact_luxtrust"))
        self._entry("contact-helpdesk", f"{HELPDESK_PHONE}   ·   {HELPDESK_MAIL}")
        self.bind(self._last.setText, lambda: text("help.contact_helpdesk"))
        self._entry("contact-identity", IDENTITY_MAIL)
        self.bind(self._last.setText, lambda: text("help.contact_identity"))
        self._entry("contact-privacy", PRIVACY_MAIL)
        self.bind(self._last.setText, lambda: text("help.contact_privacy"))
        self._entry("contact-post", POST)
        self.bind(self._last.setText, lambda: text("help.contact_post"))
        warning = muted("")
        self.bind(warning.setText, lambda: text("help.no_medical_content"))
        self._column.addSpacing(GRID)
        self._column.addWidget(warning)

    def _entry(self, name: str, content: str) -> None:
        self._last = label("", "muted")
        value: QLabel = strong(content)
        value.setObjectName(name)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._column.addWidget(self._last)
        self._column.addWidget(value)
        self._column.addSpacing(GRID)


def whom_to_call() -> QWidget:
    """What to do about a lost card or a doubt, over all contacts."""
    content = Speaking("security")
    content.setLayout(inside := column())
    inside.addWidget(label(text("help.security_text")))
    inside.addWidget(ContactList("security-contacts"))
    return content
