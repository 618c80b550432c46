"""The lock screen: card state and the holder's name only (CF-014, CF-017)."""

from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.card import PinState
from desktop.domain.texts import failure_next_step, failure_text, text
from desktop.ui.theme import GRID
from desktop.ui.views.base import View, middle
from desktop.ui.views.login import STEP_WORDS, LoginModel
from desktop.ui.views.pin_form import PinForm
from desktop.ui.views.situation import WORDS, CardSituation, situation_failure
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import QuietLine
from desktop.ui.widgets.text import heading, label, link, muted, strong


class LockReason(StrEnum):
    """Why the session is locked."""

    IDLE = "idle"
    CARD = "card"
    SCREEN = "screen"
    MANUAL = "manual"
    EXPIRED = "expired"


_REASONS = {
    LockReason.IDLE: "lock.reason_idle",
    LockReason.CARD: "lock.reason_card",
    LockReason.SCREEN: "lock.reason_screen",
    LockReason.MANUAL: "lock.reason_manual",
    LockReason.EXPIRED: "lock.reason_expired",
}


@dataclass(frozen=True, slots=True)
class LockModel:
    """``holder`` of the locked session; ``login`` is the same card picture as on the login screen."""

    holder: str = ""
    reason: LockReason = LockReason.MANUAL
    login: LoginModel = field(default_factory=LoginModel)


class LockView(View):
    """Signals: ``pin_entered(Secret)``, ``keypad_asked``, ``log_out_asked``, ``security_asked``."""

    pin_entered = Signal(object)
    keypad_asked = Signal()
    log_out_asked = Signal()
    security_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("lock-view", parent)
        self._model = LockModel()
        panel = Panel(margin=5 * GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(middle(panel, 560))
        title = heading("")
        title.setObjectName("lock-title")
        self.bind(title.setText, lambda: text("lock.title"))
        self._holder = strong("")
        self._holder.setObjectName("lock-holder")
        self._reason = label("")
        self._reason.setObjectName("lock-reason")
        kept = muted("")
        self.bind(kept.setText, lambda: text("lock.kept"))
        self._card = label("")
        self._card.setObjectName("lock-message")
        self._failure = Message("lock-failure")
        self._wait = QuietLine("lock-wait", keep_place=False)
        self.pin = PinForm("unlock-form", unlocking=True)
        log_out = link("", "lock-log-out", self.log_out_asked.emit)
        self.bind_named(log_out, lambda: text("lock.log_out"))
        security = link("", "lock-security", self.security_asked.emit)
        self.bind_named(security, lambda: text("login.card_lost"))
        parts = (title, self._holder, self._reason, kept, self._card, self._failure, self.pin, self._wait)
        for widget in parts:
            panel.body.addWidget(widget)
        panel.body.addLayout(row(log_out, security, None, spacing=2 * GRID))
        self.pin.entered.connect(self.pin_entered)
        self.pin.keypad_asked.connect(self.keypad_asked)
        self.refresh()

    def show_state(self, model: LockModel) -> None:
        """Show *model*; another card or situation wipes what was typed."""
        before, self._model = self._model, model
        was, now = before.login, model.login
        if (was.situation, was.card) != (now.situation, now.card):
            self.pin.clear()
        if now.busy is not None and was.busy is None:
            self.setFocus()
        self.refresh()
        if was.situation is not now.situation or (was.busy is not None and now.busy is None):
            self.focus_first()

    def refresh(self) -> None:
        model = self._model
        login = model.login
        ready = login.situation is CardSituation.READY and login.card is not None
        self._holder.setText(text("lock.holder", name=model.holder))
        self._reason.setText(text(_REASONS[model.reason]))
        self._say_card(login)
        self.pin.setVisible(ready)
        pin = login.card.pin if ready and login.card else PinState()
        self.pin.show_pin(pin, busy=login.busy is not None)
        if login.failure is None:
            self._failure.clear()
        elif login.failure is not self._failure.failure or self._failure.isHidden():
            self._failure.show_failure(login.failure)
        if login.busy is None:
            self._wait.done()
        else:
            self._wait.wait(text(STEP_WORDS[login.busy]))

    def primary(self) -> QPushButton | None:
        return self.pin.button

    def focus_first(self) -> None:
        if self.pin.isVisibleTo(self):
            self.pin.focus_first()
        else:
            self.setFocus()

    def _say_card(self, login: LoginModel) -> None:
        failure = situation_failure(login.situation, login.facts)
        if failure is not None:
            self._card.setText(f"{failure_text(failure)} {failure_next_step(failure)}")
        else:
            self._card.setText(text(WORDS[login.situation].title))
        self._card.setVisible(login.situation is not CardSituation.READY)
