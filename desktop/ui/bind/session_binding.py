"""Login, lock and terms screens on the session desk."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, QTimer

from desktop.common.performance import mark
from desktop.domain.errors import Failure
from desktop.domain.secret import Secret
from desktop.services.session import Effect, Event, SessionState
from desktop.ui.bind.card_words import Unblocking, login_model, situation_of
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.shell import Shell
from desktop.ui.views.lock import LockModel, LockReason, LockView
from desktop.ui.views.login import LoginView
from desktop.ui.views.situation import CardSituation
from desktop.ui.views.terms import TermsModel, TermsView

_REASONS = {
    Event.IDLE: LockReason.IDLE,
    Event.SCREEN_LOCKED: LockReason.SCREEN,
    Event.SESSION_EXPIRED: LockReason.EXPIRED,
    Event.LOCK_ASKED: LockReason.MANUAL,
    Event.RECONNECT_ASKED: LockReason.RECONNECT,
}


class SessionBinding(QObject):
    """Shows the login, lock or terms page whenever no content may be shown."""

    def __init__(
        self,
        *,
        login: LoginView,
        lock: LockView,
        terms: TermsView,
        shell: Shell,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        today: Callable[[], date],
    ) -> None:
        super().__init__(session)
        self._login, self._lock, self._terms = login, lock, terms
        self._shell, self._machine, self._session, self._record = shell, machine, session, record
        self._today = today
        self._reason = LockReason.MANUAL
        self._page_before = "home"
        self._unblocking = Unblocking()
        self._noted: CardSituation | None = None
        desk = session
        login.pin_entered.connect(desk.give_pin)
        login.keypad_asked.connect(lambda: desk.give_pin(None))
        login.card_chosen.connect(desk.choose_card)
        login.puk_entered.connect(self._unblock)
        login.retry_asked.connect(desk.read_again)
        login.other_card_asked.connect(desk.offer_cards)
        login.security_asked.connect(shell.show_security)
        login.help_asked.connect(shell.show_keys)
        lock.pin_entered.connect(desk.give_pin)
        lock.keypad_asked.connect(lambda: desk.give_pin(None))
        lock.puk_entered.connect(self._unblock)
        lock.retry_asked.connect(desk.read_again)
        lock.log_out_asked.connect(desk.log_out)
        lock.security_asked.connect(shell.show_security)
        terms.accepted.connect(lambda *_: desk.accept_terms())
        terms.declined.connect(desk.decline_terms)
        desk.card_changed.connect(lambda _: self._on_card())
        desk.pin_changed.connect(self._on_unblocked)
        desk.terms_asked.connect(self._ask_terms)
        machine.changed.connect(self._on_change)
        machine.on(Effect.HIDE_CONTENT, self._hide_content)
        machine.on(Effect.SHOW_LOGIN, self._show_login)
        machine.on(Effect.RESTORE_SCREEN, self._restore)
        machine.on(Effect.FORGET_SCREEN, self._forget)

    def show(self) -> None:
        """Tell login and lock screens what is known of the card."""
        situation = self._machine.situation
        view = self._session.card_status()
        model = login_model(view, situation, self._today(), self._unblocking)
        self._login.show_state(model)
        session = self._session.session
        holder = session.card.authentication.holder if session is not None else ""
        keeps = session is None or not session.vault.memory_only
        left_behind = self._session.left_behind
        self._lock.show_state(LockModel(holder, self._reason, model, keeps=keeps, left_behind=left_behind))
        QTimer.singleShot(0, self, self._note_shown)

    def _note_shown(self) -> None:
        """For benchmarks: what the card is like now stands on the screen."""
        situation = situation_of(self._session.card_status())
        if situation is not self._noted:
            self._noted = situation
            mark(f"shown-{situation.value}")

    def _on_change(self, _before: object, _after: object, event: Event) -> None:
        situation = self._machine.situation
        if event is Event.PIN_GIVEN:
            self._unblocking = Unblocking()
        if situation.session is SessionState.LOCKED and event in _REASONS:
            self._reason = _REASONS[event]
        if situation.session is SessionState.LOCKED and self._shell.page() == "terms":
            self._shell.set_page("lock")  # terms that were asked at an unlock
        self.show()

    def _on_card(self) -> None:
        """What a PUK came to is about the card in the reader: a pulled card takes it along."""
        if self._session.card_status().card is None:
            self._unblocking = Unblocking()
        self.show()

    def _unblock(self, puk: Secret, new: Secret) -> None:
        self._unblocking = Unblocking(running=True)
        self.show()
        self._session.unblock(puk, new)

    def _on_unblocked(self, failure: Failure | None) -> None:
        if self._unblocking.running:  # « Ma carte » has its own messages
            self._unblocking = Unblocking(done=failure is None, failure=failure)
            self.show()

    def _hide_content(self) -> None:
        """Content first: the page of the locked session is in front before anything else happens."""
        shell = self._shell
        if shell.page() not in ("login", "lock", "terms"):
            self._page_before = shell.page()
        self._reason = LockReason.CARD
        shell.overlay.close_panel()
        shell.set_banner(None)
        shell.set_page("lock")
        QTimer.singleShot(0, self, lambda: mark("content-hidden"))

    def _show_login(self) -> None:
        self._shell.set_page("login")

    def _restore(self) -> None:
        self._shell.set_page(self._page_before)
        self._record.come_back()

    def _forget(self) -> None:
        self._page_before = "home"
        self._record.forget()

    def _ask_terms(self, version: str) -> None:
        self._terms.show_state(TermsModel(version))
        self._shell.set_page("terms")
