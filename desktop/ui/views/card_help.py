"""What leads out of a card in trouble: PUK, look again, another module.

The same on the login and the lock screen, so that neither is a dead end.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.card import CardInfo, PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import text
from desktop.ui.views.base import Speaking
from desktop.ui.views.new_pin_form import NewPinForm, Under
from desktop.ui.views.situation import WORDS, CardSituation
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import column, row

# After these the card takes no PUK here any more.
_NO_MORE_PUK = (Code.PUK_BLOCKED, Code.PIN_CHANGE_UNSUPPORTED)


class CardHelp(Speaking):
    """Signals: ``puk_entered(puk Secret, new Secret)``, ``retry_asked``, ``change_module_asked``."""

    puk_entered = Signal(object, object)
    retry_asked = Signal()
    change_module_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """*name*: "login" or "lock", the beginning of the buttons' names."""
        super().__init__(f"{name}-card-help", parent)
        self.unblock = NewPinForm("unblock-form", Under.PUK)
        self._retry = secondary_button("", f"{name}-retry", self.retry_asked.emit)
        self._module = secondary_button("", f"{name}-change-module", self.change_module_asked.emit)
        self.bind_named(self._retry, lambda: text("login.retry"))
        self.bind_named(self._module, lambda: text("login.change_module"))
        layout = column()
        self.setLayout(layout)
        layout.addWidget(self.unblock)
        layout.addLayout(row(self._retry, self._module, None))
        self.unblock.entered.connect(self.puk_entered)

    def show_card(
        self, situation: CardSituation, card: CardInfo | None, failure: Failure | None, *, busy: bool
    ) -> None:
        """Show what helps in *situation*; *failure* is what the last PUK came to."""
        blocked = situation is CardSituation.BLOCKED
        possible = (card is None or card.can_unblock) and not (failure and failure.code in _NO_MORE_PUK)
        self.unblock.setVisible(blocked and possible)
        self.unblock.show_pin(card.pin if card else PinState(), busy=busy)
        words = WORDS[situation]
        self._retry.setVisible(words.retry)
        self._module.setVisible(words.module)
        self.setVisible(blocked or words.retry or words.module)

    def clear(self) -> None:
        """Wipe what was typed."""
        self.unblock.clear()

    def first_stop(self) -> QWidget | None:
        """Where the focus goes first; None when there is nothing to do here."""
        if self.unblock.isVisibleTo(self):
            return self.unblock.first_field()
        return next((button for button in (self._retry, self._module) if button.isVisibleTo(self)), None)

    def primary(self) -> QPushButton | None:
        """The unblocking button while it is there."""
        return self.unblock.button if self.unblock.isVisibleTo(self) else None
