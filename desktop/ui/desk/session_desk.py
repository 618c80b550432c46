"""Card, PIN and session: from the reader's events to an open session and back."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from desktop.common.performance import mark
from desktop.domain.card import CardInfo, CardPin, Reader, ReaderSnapshot, SlotState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.ports.card import CardPort, ReaderMonitorPort
from desktop.ports.system import SystemEventsPort
from desktop.ports.vault import VaultPort
from desktop.services.login import LoggedIn, LoginService, TermsAsked
from desktop.services.session import SESSION_OVER, SHUT_OUT, TRYING, CardState, Effect, Event, SessionState
from desktop.ui.desk.card_events import BAD_CERTIFICATE, OTHER_CARD, PIN_EVENTS, READ_EVENTS
from desktop.ui.desk.card_status import CardStatus
from desktop.ui.desk.login_queue import LoginQueue
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.vault_closing import VaultClosing
from desktop.ui.tasks import Lane, Tasks

_T = TypeVar("_T")


class SessionDesk(QObject):
    """Signals: ``card_changed(CardStatus)``, ``login_failed(Failure)``, ``terms_asked(version)``,
    ``logged_in(LoggedIn)``, ``logged_out()``, ``locked(Event)``, ``pin_changed(Failure | None)``."""

    card_changed = Signal(object)
    login_failed = Signal(object)
    terms_asked = Signal(str)
    logged_in = Signal(object)
    logged_out = Signal()
    locked = Signal(object)
    pin_changed = Signal(object)
    _snapshot_came = Signal(object)
    _system_locked = Signal(str)

    def __init__(
        self,
        machine: Machine,
        tasks: Tasks,
        *,
        login: LoginService,
        card: CardPort,
        vault: VaultPort,
        monitor: ReaderMonitorPort,
        system_events: SystemEventsPort,
        drop_tokens: Callable[[], None],
        now: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        """*drop_tokens* forgets the platform's session at once, without a call; *now* is the platform's
        clock where it is known."""
        super().__init__(parent)
        self._machine = machine
        self._tasks = tasks
        self._login, self._port = login, card
        self._monitor, self._system_events = monitor, system_events
        self._drop_tokens, self._now = drop_tokens, now
        self._snapshot = ReaderSnapshot(service_running=True)
        self._seen: tuple[tuple[str, int, SlotState], ...] | None = None
        self._card: CardInfo | None = None
        self._choices: tuple[CardInfo, ...] = ()
        self._failure: Failure | None = None
        self._session: LoggedIn | None = None
        self._terms: TermsAsked | None = None
        self._accepted_terms: str | None = None
        self._attempt = 0
        self._reading = 0
        self._again = False
        self._login_queue = LoginQueue()
        self._closing = VaultClosing(vault, tasks, self._login_queue, self)
        self._counters: dict[str, int] = {}
        self.left_behind = 0
        self._snapshot_came.connect(self._on_snapshot, Qt.ConnectionType.QueuedConnection)
        self._system_locked.connect(self._on_system_lock, Qt.ConnectionType.QueuedConnection)
        machine.on(Effect.READ_CARD, self._read_card)
        machine.on(Effect.READ_CARD_AGAIN, self._read_card_again)
        machine.on(Effect.ABORT_CARD, self._abort)
        machine.on(Effect.DROP_TOKENS, drop_tokens)
        machine.on(Effect.CLOSE_VAULT, self._closing.begin)
        machine.changed.connect(self._on_change)

    def start(self) -> None:
        """Begin to watch readers and the desktop's own lock."""
        self._monitor.start(self._tell_snapshot)
        self._system_events.start(self._system_locked.emit)

    def _tell_snapshot(self, snapshot: ReaderSnapshot) -> None:
        """In the monitor's thread."""
        mark("card-event")
        self._snapshot_came.emit(snapshot)

    def stop(self) -> None:
        """Close the session. Who watches readers and system may hang, and is ended with the adapters."""
        self.log_out()

    # -- what is known -------------------------------------------------------------------------------

    @property
    def session(self) -> LoggedIn | None:
        """The session, also while locked (its holder and account only)."""
        return self._session

    def card_status(self) -> CardStatus:
        """What to show of the card now."""
        state = self._machine.situation.card
        again = self._again and state is CardState.READING
        return CardStatus(state, self._snapshot, self._card, self._choices, self._failure, again)

    def leave_behind(self, count: int) -> None:
        """So many confirmed deposits were destroyed by this lock, their outcome unknown: no names."""
        self.left_behind += count

    # -- what the user does --------------------------------------------------------------------------

    def choose_card(self, key: str) -> None:
        """Take one of several cards, or look again at one that could not be read."""
        for card in self._choices:
            if card.key == key:
                self._card = card
                self._machine.fire(Event.CARD_CHOSEN)
                self._judge(card)
                return
        self.read_again()

    def offer_cards(self) -> None:
        """« Autre carte »."""
        if len(self._choices) > 1 and self._machine.situation.card is CardState.READY:
            self._card = None
            self._machine.fire(Event.CARDS_SEVERAL)
            self.card_changed.emit(self.card_status())

    def read_again(self) -> None:
        """« Réessayer »."""
        self._failure = None
        self._again = False
        if self._machine.situation.card is CardState.READING or not self._snapshot.occupied():
            self._read_card()
        elif self._machine.situation.card in (CardState.READY, CardState.BLOCKED, CardState.SEVERAL):
            self._machine.fire(Event.CARD_SEEN)
        else:
            self._machine.fire(Event.CARD_CHOSEN)

    def give_pin(self, pin: Secret | None) -> None:
        """Log in or unlock; None = typed on the reader's keypad. The PIN is wiped in every case."""
        card = self._card
        state = self._machine.situation
        ready = state.card is CardState.READY
        if card is None or not ready or state.session not in (SessionState.SIGNED_OUT, SessionState.LOCKED):
            if pin is not None:
                pin.wipe()
            return
        holder = (
            self._session.account.holder_id
            if state.session is SessionState.LOCKED and self._session
            else None
        )
        terms, self._accepted_terms = self._accepted_terms, None
        self._failure = None
        mark("pin-given")
        self._machine.fire(Event.PIN_GIVEN)
        self._attempt += 1
        attempt = self._attempt
        self._login_queue.pass_through(
            lambda: self._ask_card(
                lambda: self._login.log_in(card, pin, holder_id=holder, terms_accepted=terms),
                lambda result: self._on_login(attempt, result),
            ),
            turned_away=lambda: pin.wipe() if pin is not None else None,
        )

    def _ask_card(self, work: Callable[[], _T], done: Callable[[_T | Failure], object]) -> None:
        """A login or a part of it; the next one does not overtake its end."""

        def over(result: _T | Failure) -> None:
            try:
                done(result)
            finally:
                self._login_queue.leave()

        self._login_queue.enter()
        self._tasks.run(Lane.CARD, work, over, owner=self)

    def accept_terms(self) -> None:
        """The user accepted the version shown (CF-020)."""
        asked = self._terms
        if asked is None:
            return
        self._terms = None
        self._machine.fire(Event.TERMS_ACCEPTED)
        attempt, version = self._attempt, asked.version
        self._ask_card(
            lambda: self._login.accept(asked), lambda result: self._on_accepted(attempt, version, result)
        )

    def decline_terms(self) -> None:
        """No acceptance, no call."""
        asked, self._terms = self._terms, None
        self._machine.fire(Event.TERMS_DECLINED)
        if asked is not None:
            self._login.decline(asked)

    def lock(self, event: Event = Event.LOCK_ASKED) -> None:
        """Lock now: by hand, by idleness, by the screen saver, by the platform's end of session."""
        self._machine.fire(event)

    def log_out(self) -> None:
        """End the session."""
        if self._machine.situation.session is not SessionState.SIGNED_OUT:
            self._machine.fire(Event.LOGOUT)

    def heed(self, failure: Failure) -> bool:
        """True when *failure* ends the session itself: suspended (CF-019), or a token that is over."""
        if failure.code is Code.SESSION_ENDED:
            state = self._machine.situation.session
            if state is SessionState.ACTIVE:
                self._machine.fire(Event.SESSION_EXPIRED)
            # Without the platform there is no token that could end; an answer of a cut session is late.
            return state is not SessionState.ACTIVE_OFFLINE
        if failure.code in SESSION_OVER | SHUT_OUT:
            if failure.code in SHUT_OUT and self._session is not None:  # before the vault closes
                holder = self._session.account.holder_id
                self._tasks.run(
                    Lane.STORE, lambda: self._login.shut_out(holder, failure), lambda _: None, owner=self
                )
            self.log_out()
            self._failure = failure
            self.card_changed.emit(self.card_status())
            return True
        return False

    def change_pin(self, old: Secret, new: Secret, which: CardPin = CardPin.LOGIN) -> None:
        """Change a PIN of the card in the reader."""
        self._with_card(lambda card: self._port.change_pin(card, old, new, which), (old, new))

    def unblock(self, puk: Secret, new: Secret, which: CardPin = CardPin.LOGIN) -> None:
        """Unblock a PIN with its PUK."""
        self._with_card(lambda card: self._port.unblock(card, puk, new, which), (puk, new))

    # -- readers -------------------------------------------------------------------------------------

    def _on_snapshot(self, snapshot: ReaderSnapshot) -> None:
        before, self._snapshot = self._snapshot, snapshot
        if not snapshot.service_running:
            self._card_lost(Event.SERVICE_LOST)
            return
        if not snapshot.readers:
            self._card_lost(Event.READERS_GONE)
            return
        occupied = snapshot.occupied()
        seen = tuple((r.name, r.events, r.slot) for r in occupied)
        if not occupied:
            self._card_lost(Event.READER_EMPTIED)
            return
        if seen == self._seen:
            if snapshot != before:
                self.card_changed.emit(self.card_status())
            return
        self._seen = seen
        self._follow(occupied)

    def _follow(self, occupied: tuple[Reader, ...]) -> None:
        mine = self._card
        situation = self._machine.situation
        if mine is not None and situation.session is not SessionState.SIGNED_OUT:
            same = [r for r in occupied if r.name == mine.reader]
            if same and self._counters.get(mine.reader) == same[0].events:
                return  # something happened in another reader
            self._forget_card()
            if situation.session in TRYING:
                # It may be back before anybody looked up: a typed PIN never goes without a word.
                self._failure = Failure.of(Code.CARD_REMOVED, reader=mine.reader)
            self._machine.fire(Event.CARD_SWAPPED)
            return
        self._forget_card()
        self._machine.fire(Event.CARD_SEEN)

    def _card_lost(self, event: Event) -> None:
        self._seen = None
        self._forget_card()
        self._machine.fire(event)
        self.card_changed.emit(self.card_status())

    def _forget_card(self) -> None:
        self._card = None
        self._choices = ()
        self._failure = None
        self._again = False
        self._reading += 1

    def _read_card_again(self) -> None:
        """After a login that failed: the tries left are what the card says now, never our own count."""
        self._again = self._card is not None
        self._read_card()

    def _read_card(self) -> None:
        self._reading += 1
        reading = self._reading
        counters = {r.name: r.events for r in self._snapshot.readers}
        occupied = self._snapshot.occupied()
        if occupied and all(r.slot is SlotState.MUTE for r in occupied):
            self._on_cards(reading, counters, Failure(Code.CARD_MUTE))
            return
        self._tasks.run(
            Lane.CARD, self._port.cards, lambda result: self._on_cards(reading, counters, result), owner=self
        )

    def _on_cards(
        self, reading: int, counters: dict[str, int], result: tuple[CardInfo, ...] | Failure
    ) -> None:
        if reading != self._reading:
            return
        if isinstance(result, Failure) and result.code is Code.CANCELLED:
            if self._snapshot.occupied():  # a lock or another setting cut the reading
                self._read_card()
            return
        self._counters = counters
        if not self._snapshot.occupied():  # « Réessayer » with nothing in: the monitor has said all of it
            self._failure = None
            self.card_changed.emit(self.card_status())
            return
        if isinstance(result, Failure):
            self._failure = result
            self._machine.fire(READ_EVENTS.get(result.code, Event.CARD_UNUSABLE))
        elif not result:
            self._failure = Failure(Code.CARD_UNKNOWN)
            self._machine.fire(Event.CARD_NOT_OURS)
        elif len(result) > 1 and (own := self._own_card(result)) is None:
            self._choices = result
            self._machine.fire(Event.CARDS_SEVERAL)
        else:
            card = result[0] if len(result) == 1 else own
            assert card is not None
            self._choices = result
            self._card = card
            self._machine.fire(Event.PIN_BLOCKED if card.pin.blocked else Event.CARD_READ)
            self._judge(card)
        self._again = False
        self.card_changed.emit(self.card_status())

    def _own_card(self, cards: tuple[CardInfo, ...]) -> CardInfo | None:
        """The card whose PIN was just tried, or the one of the locked session's holder."""
        tried = self._card.key if self._again and self._card is not None else None
        if (same := next((c for c in cards if c.key == tried), None)) is not None:
            return same
        if self._session is None:
            return None
        holder = self._session.account.holder_id
        return next((c for c in cards if c.authentication.holder_id == holder), None)

    def _judge(self, card: CardInfo) -> None:
        """Another holder's card closes a session (CF-014); a bad certificate is told before any PIN."""
        session = self._session
        if session is not None and card.authentication.holder_id != session.account.holder_id:
            self._machine.fire(Event.OTHER_HOLDER)
        refused = card.authentication.refusal(self._now())
        if card.pin.blocked:
            self._failure = Failure(Code.PIN_BLOCKED)
            if self._machine.situation.card is CardState.READY:  # one of several cards was chosen
                self._machine.fire(Event.PIN_BLOCKED)
        elif refused is not None:
            self._failure = refused
            self._machine.fire(Event.CARD_UNUSABLE)
        self.card_changed.emit(self.card_status())

    # -- answers -------------------------------------------------------------------------------------

    def _on_login(self, attempt: int, result: LoggedIn | TermsAsked | Failure) -> None:
        trying = self._machine.situation.session in (SessionState.AUTHENTICATING, SessionState.UNLOCKING)
        if attempt != self._attempt or not trying:
            self._undo(result)
            return
        if isinstance(result, TermsAsked):
            self._terms = result
            self._machine.fire(Event.TERMS_ASKED)
            self.terms_asked.emit(result.version)
        elif isinstance(result, Failure):
            if result.code in OTHER_CARD:
                self._forget_card()
            self._failure = result
            self._machine.fire(PIN_EVENTS.get(result.code, Event.LOGIN_FAILED))
            if result.code in BAD_CERTIFICATE:
                self._reading += 1  # another try with this card is of no use
                self._machine.fire(Event.CARD_UNUSABLE)
            elif result.code is Code.PIN_BLOCKED:
                self.refresh_pin_state()
            self.login_failed.emit(result)
            self.card_changed.emit(self.card_status())
        else:
            self._succeed(result)

    def refresh_pin_state(self) -> None:
        """What the card says of its blocked PIN."""
        reading = self._reading
        key = self._card.key if self._card else ""

        def arrived(result: tuple[CardInfo, ...] | Failure) -> None:
            if reading == self._reading:
                self._take_pin_state(key, result)

        self._tasks.run(Lane.CARD, self._port.cards, arrived, owner=self)

    def _take_pin_state(self, key: str, result: tuple[CardInfo, ...] | Failure) -> bool:
        """Whether the card of this key could be read."""
        cards = () if isinstance(result, Failure) else result
        fresh = next((c for c in cards if c.key == key), None)
        if fresh is not None:
            self._card = fresh
            if fresh.pin.blocked and self._machine.situation.card is CardState.READY:
                self._machine.fire(Event.PIN_BLOCKED)
            self.card_changed.emit(self.card_status())
        return fresh is not None

    def _on_accepted(self, attempt: int, version: str, result: LoggedIn | Failure) -> None:
        if attempt != self._attempt:
            self._undo(result)
        elif isinstance(result, Failure):
            # The proof is valid for a minute; who read longer types the PIN once more.
            self._accepted_terms = version
            self._failure = result
            self._machine.fire(Event.LOGIN_FAILED)
            self.login_failed.emit(result)
        else:
            self._succeed(result)

    def _succeed(self, session: LoggedIn) -> None:
        self._session = session
        self._failure = None
        offline = session.offline is not None
        self._machine.fire(Event.LOGIN_SUCCEEDED_OFFLINE if offline else Event.LOGIN_SUCCEEDED)
        self.logged_in.emit(session)
        self.card_changed.emit(self.card_status())

    def _undo(self, late: LoggedIn | TermsAsked | Failure) -> None:
        """A login that was cut while it ran leaves nothing behind."""
        if isinstance(late, TermsAsked):
            self._login.decline(late)
        elif isinstance(late, LoggedIn):
            self._drop_tokens()
            self._closing.begin()

    def _abort(self) -> None:
        self._attempt += 1
        self._terms = None
        self._login_queue.turn_away()
        self._port.abort()

    def _on_change(self, before: object, after: object, event: Event) -> None:
        state = self._machine.situation.session
        if getattr(before, "session", None) is state:
            return
        if state is SessionState.LOCKED:
            self.locked.emit(event)
        elif state is SessionState.SIGNED_OUT:
            self._session = None
            self.logged_out.emit()

    def _on_system_lock(self, _reason: str) -> None:
        self._machine.fire(Event.SCREEN_LOCKED)

    def _lose_card(self, failure: Failure) -> None:
        """Another card than the one that was read, though the reader told nothing (CF-014)."""
        self._forget_card()
        self._failure = failure
        self._machine.fire(Event.CARD_SWAPPED)
        self.card_changed.emit(self.card_status())

    def _with_card(self, work: Callable[[CardInfo], object], secrets: tuple[Secret, ...]) -> None:
        card = self._card
        if card is None:
            for secret in secrets:
                secret.wipe()
            self.pin_changed.emit(Failure(Code.CARD_MISSING))
            return

        reading = self._reading

        def done(answer: tuple[object, tuple[CardInfo, ...] | Failure] | Failure) -> None:
            result, cards = (answer, answer) if isinstance(answer, Failure) else answer
            failure = result if isinstance(result, Failure) else None
            blocked = self._machine.situation.card is CardState.BLOCKED
            if reading != self._reading:
                pass  # another reading says what is in the reader now
            elif failure is not None and failure.code in OTHER_CARD:
                self._lose_card(failure)
            # First what the card says now: a PIN typed at once must not meet the old « blocked ».
            elif not self._take_pin_state(card.key, cards):
                self._machine.fire(Event.CARD_SEEN)
            elif failure is None and blocked and self._card and not self._card.pin.blocked:
                self._failure = None  # (the signature's PIN leaves a blocked login as it is)
                self._machine.fire(Event.PIN_UNBLOCKED)
            self.pin_changed.emit(failure)

        self._tasks.run(Lane.CARD, lambda: (work(card), self._port.cards()), done, owner=self)
