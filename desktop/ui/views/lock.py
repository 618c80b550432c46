"""The lock screen: card state and the holder's name only (CF-014, CF-017)."""

from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.card import PinState
from desktop.domain.texts import counted, failure_next_step, failure_text, text
from desktop.ui.theme import GRID
from desktop.ui.views.base import View, middle
from desktop.ui.views.card_help import CardHelp
from desktop.ui.views.login import LoginModel, expiry_words, say_outcome, show_wait
from desktop.ui.views.pin_form import PinForm
from desktop.ui.views.situation import WORDS, CardSituation, situation_failure
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, column, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, label, link, muted, set_tone, strong


class LockReason(StrEnum):
    """Why the session is locked."""

    IDLE = "idle"
    CARD = "card"
    SCREEN = "screen"
    MANUAL = "manual"
    EXPIRED = "expired"
    RECONNECT = "reconnect"


_REASONS = {
    LockReason.IDLE: "lock.reason_idle",
    LockReason.CARD: "lock.reason_card",
    LockReason.SCREEN: "lock.reason_screen",
    LockReason.MANUAL: "lock.reason_manual",
    LockReason.EXPIRED: "lock.reason_expired",
    LockReason.RECONNECT: "lock.reason_reconnect",
}


@dataclass(frozen=True, slots=True)
class LockModel:
    """``holder`` of the locked session; ``login`` is the same card picture as on the login screen.

    ``keeps``: what was typed outlives the lock; ``left_behind``: deposits that did not, outcome unknown.
    """

    holder: str = ""
    reason: LockReason = LockReason.MANUAL
    login: LoginModel = field(default_factory=LoginModel)
    keeps: bool = True
    left_behind: int = 0


class LockView(View):
    """Signals: ``pin_entered(Secret)``, ``keypad_asked``, ``puk_entered(puk, new)``, ``retry_asked``,
    ``change_module_asked``, ``report_asked`` (diagnostics), ``log_out_asked``, ``security_asked``.
    """

    pin_entered = Signal(object)
    keypad_asked = Signal()
    puk_entered = Signal(object, object)
    retry_asked = Signal()
    change_module_asked = Signal()
    report_asked = Signal()
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
        self._kept = muted("")
        self._kept.setObjectName("lock-kept")
        self._card = label("")
        self._card.setObjectName("lock-message")
        self._code = muted("")
        self._code.setObjectName("lock-code")
        self._failure = Message("lock-failure")
        self._wait = DelayedProgress("lock-wait")
        self.pin = PinForm("unlock-form", unlocking=True)
        self.help = CardHelp("lock")
        log_out = link("", "lock-log-out", self.log_out_asked.emit)
        self.bind_named(log_out, lambda: text("lock.log_out"))
        security = link("", "lock-security", self.security_asked.emit)
        self.bind_named(security, lambda: text("login.card_lost"))
        mine = link("", "lock-my-card", self.change_module_asked.emit)
        self.bind_named(mine, lambda: text("cards.title"))
        report = link("", "lock-diagnostics", self.report_asked.emit)
        self.bind_named(report, lambda: text("login.report"))
        words = column(spacing=GRID // 2)
        words.addWidget(self._card)
        words.addWidget(self._code)
        for widget in (title, self._holder, self._reason, self._kept):
            panel.body.addWidget(widget)
        panel.body.addLayout(words)
        for part in (self._failure, self.pin, self.help):
            panel.body.addWidget(part)
        ways = column(spacing=GRID)  # side by side they are wider than the panel in a language of long words
        ways.addLayout(row(log_out, security, None, spacing=2 * GRID))
        ways.addLayout(row(mine, report, None, spacing=2 * GRID))
        panel.body.addLayout(ways)
        panel.body.addWidget(self._wait)
        self.pin.entered.connect(self.pin_entered)
        self.help.puk_entered.connect(self.puk_entered)
        self.help.retry_asked.connect(self.retry_asked)
        self.help.change_module_asked.connect(self.change_module_asked)
        self.pin.keypad_asked.connect(self.keypad_asked)
        self.refresh()

    def show_state(self, model: LockModel) -> None:
        """Show *model*; another card or situation wipes what was typed."""
        before, self._model = self._model, model
        was, now = before.login, model.login
        if was.typed_for() != now.typed_for():
            self.pin.clear()
            self.help.clear()
        if now.busy is not None and was.busy is None:
            self.hold_focus()
        self.refresh()
        if was.situation is not now.situation or (was.busy is not None and now.busy is None):
            self.focus_again()

    def refresh(self) -> None:
        model = self._model
        login = model.login
        ready = login.situation is CardSituation.READY and login.card is not None
        self._holder.setText(text("lock.holder", name=model.holder))
        self._reason.setText(text(_REASONS[model.reason]))
        kept = text("lock.kept") if model.keeps else text("lock.not_kept")
        lost = counted("lock.left_behind", model.left_behind) if model.left_behind else ""
        self._kept.setText(" ".join(words for words in (kept, lost) if words))
        set_tone(self._kept, "warning" if lost else "")
        self._kept.setVisible(bool(lost) or login.situation is not CardSituation.BLOCKED)  # room for the PUK
        self._say_card(login)
        self.pin.setVisible(ready)
        pin = login.card.pin if ready and login.card else PinState()
        self.pin.show_pin(pin, busy=login.busy is not None, checking=login.checking)
        self.help.show_card(login.situation, login.card, login.failure, busy=login.busy is not None)
        say_outcome(self._failure, login)
        show_wait(self._wait, login)

    def primary(self) -> QPushButton | None:
        return self.help.primary() or self.pin.button

    def focus_first(self) -> None:
        if self.pin.isVisibleTo(self):
            self.pin.focus_first()
        else:
            (self.help.first_stop() or self).setFocus()

    def _say_card(self, login: LoginModel) -> None:
        failure = situation_failure(login.situation, login.facts)
        if login.situation is CardSituation.SEVERAL:
            # The session's own card would have been taken: these are all somebody else's.
            self._card.setText(text("lock.several", name=self._model.holder))
        elif failure is not None and login.situation is not CardSituation.READER_EMPTY:
            self._card.setText(f"{failure_text(failure)} {failure_next_step(failure)}")
        elif login.situation is CardSituation.READY:
            self._card.setText(expiry_words(login))
        else:
            self._card.setText(text(WORDS[login.situation].title))
        self._card.setVisible(bool(self._card.text()))
        codes = ", ".join(code.value for code in login.codes())
        self._code.setText(text("theme.code", code=codes) if codes else "")
        self._code.setVisible(bool(codes))
