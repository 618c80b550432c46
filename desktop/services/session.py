"""The session machine: three tables of transitions and what each step must do, in order.

Pure. A pair that no table holds is ignored by :func:`advance` and reported, so that tests can fail on
it. Effects are names; the controller performs them strictly in the order given: a lock hides the
content first, then wipes, and nothing can stop it (CF-014, CF-017).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from desktop.domain.errors import Code

# What the platform answers when the session itself is over: nothing of it goes on (CF-019).
SESSION_OVER = frozenset(
    {
        Code.SESSION_ENDED,
        Code.PRACTICE_SUSPENDED,
        Code.CERTIFICATE_REVOKED,
        Code.CERTIFICATE_SUSPENDED,
        Code.VERSION_REFUSED,
    }
)
# Of these, what is about the person or the card: without the platform nothing opens until it says otherwise.
SHUT_OUT = frozenset(
    {
        Code.PRACTICE_SUSPENDED,
        Code.CERTIFICATE_REVOKED,
        Code.CERTIFICATE_SUSPENDED,
        Code.ACCOUNT_NOT_ACTIVATED,
    }
)


class CardState(StrEnum):
    """What stands between the user and a readable card."""

    SERVICE_MISSING = "service-missing"
    NO_READER = "no-reader"
    READER_EMPTY = "reader-empty"
    READING = "reading"
    READY = "ready"
    UNKNOWN = "unknown"
    MUTE = "mute"
    SEVERAL = "several"
    BUSY = "busy"
    PIN_ENTRY = "pin-entry"
    BLOCKED = "blocked"
    UNUSABLE = "unusable"


class SessionState(StrEnum):
    """Who may see what."""

    SIGNED_OUT = "signed-out"
    AUTHENTICATING = "authenticating"
    TERMS = "terms"
    ACTIVE = "active"
    ACTIVE_OFFLINE = "active-offline"
    LOCKED = "locked"
    UNLOCKING = "unlocking"
    TERMS_AT_UNLOCK = "terms-at-unlock"


class RecordState(StrEnum):
    """The patient's record on the screen."""

    NONE = "none"
    IDENTIFIED = "identified"
    CODE_NEEDED = "code-needed"
    CODE_CHECKING = "code-checking"
    OPEN = "open"
    GRACE = "grace"
    ENDED = "ended"


class Event(StrEnum):
    """Everything that can happen to a session."""

    SERVICE_LOST = "service-lost"
    READERS_GONE = "readers-gone"
    READER_EMPTIED = "reader-emptied"
    CARD_SEEN = "card-seen"
    CARD_SWAPPED = "card-swapped"
    CARD_READ = "card-read"
    CARD_NOT_OURS = "card-not-ours"
    CARD_SILENT = "card-silent"
    CARD_HELD = "card-held"
    CARDS_SEVERAL = "cards-several"
    CARD_UNUSABLE = "card-unusable"
    CARD_CHOSEN = "card-chosen"
    PIN_GIVEN = "pin-given"
    PIN_REFUSED = "pin-refused"
    PIN_BLOCKED = "pin-blocked"
    PIN_UNBLOCKED = "pin-unblocked"
    LOGIN_SUCCEEDED = "login-succeeded"
    LOGIN_SUCCEEDED_OFFLINE = "login-succeeded-offline"
    LOGIN_FAILED = "login-failed"
    TERMS_ASKED = "terms-asked"
    TERMS_ACCEPTED = "terms-accepted"
    TERMS_DECLINED = "terms-declined"
    OTHER_HOLDER = "other-holder"
    LOCK_ASKED = "lock-asked"
    IDLE = "idle"
    SCREEN_LOCKED = "screen-locked"
    SESSION_EXPIRED = "session-expired"
    RECONNECT_ASKED = "reconnect-asked"
    LOGOUT = "logout"
    PATIENT_IDENTIFIED = "patient-identified"
    CODE_ASKED = "code-asked"
    ACCESS_ASKED = "access-asked"
    ACCESS_REFUSED = "access-refused"
    ACCESS_GRANTED = "access-granted"
    GRACE_BEGUN = "grace-begun"
    MANDATE_ENDED = "mandate-ended"
    RECORD_CLOSED = "record-closed"


class Effect(StrEnum):
    """What the controller does on a step, in the order of :class:`Transition.effects`."""

    HIDE_CONTENT = "hide-content"
    ABORT_CARD = "abort-card"
    DROP_TOKENS = "drop-tokens"
    KEEP_DRAFTS = "keep-drafts"
    WIPE_DOCUMENTS = "wipe-documents"
    CLOSE_VAULT = "close-vault"
    READ_CARD = "read-card"
    READ_CARD_AGAIN = "read-card-again"
    SHOW_HOME = "show-home"
    RESTORE_SCREEN = "restore-screen"
    SHOW_LOGIN = "show-login"
    FORGET_SCREEN = "forget-screen"
    FORGET_CODE = "forget-code"
    HIDE_RECORD = "hide-record"
    CLOSE_RECORD = "close-record"


@dataclass(frozen=True, slots=True)
class Situation:
    """The product of the three regions."""

    card: CardState = CardState.SERVICE_MISSING
    session: SessionState = SessionState.SIGNED_OUT
    record: RecordState = RecordState.NONE
    card_proven: bool = False

    @property
    def may_show_content(self) -> bool:
        """True while patient data may be on the screen."""
        return self.session in (SessionState.ACTIVE, SessionState.ACTIVE_OFFLINE)


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event led and what is to be done, in order. ``known`` is False for an unknown pair."""

    situation: Situation
    effects: tuple[Effect, ...]
    known: bool


_ANYWHERE_CARD: Mapping[Event, CardState] = MappingProxyType(
    {
        Event.SERVICE_LOST: CardState.SERVICE_MISSING,
        Event.READERS_GONE: CardState.NO_READER,
        Event.READER_EMPTIED: CardState.READER_EMPTY,
        Event.CARD_SEEN: CardState.READING,
        Event.CARD_SWAPPED: CardState.READING,
    }
)

_CARD: Mapping[tuple[CardState, Event], CardState] = MappingProxyType(
    {
        (CardState.READING, Event.CARD_READ): CardState.READY,
        (CardState.READING, Event.CARD_NOT_OURS): CardState.UNKNOWN,
        (CardState.READING, Event.CARD_SILENT): CardState.MUTE,
        (CardState.READING, Event.CARD_HELD): CardState.BUSY,
        (CardState.READING, Event.CARDS_SEVERAL): CardState.SEVERAL,
        (CardState.READING, Event.CARD_UNUSABLE): CardState.UNUSABLE,
        (CardState.READING, Event.PIN_BLOCKED): CardState.BLOCKED,
        (CardState.SEVERAL, Event.CARD_CHOSEN): CardState.READY,
        (CardState.READY, Event.CARDS_SEVERAL): CardState.SEVERAL,
        (CardState.READY, Event.CARD_UNUSABLE): CardState.UNUSABLE,
        (CardState.READY, Event.PIN_BLOCKED): CardState.BLOCKED,
        (CardState.READY, Event.PIN_GIVEN): CardState.PIN_ENTRY,
        # Whatever a login failed of, the card may have counted a try: no PIN before it was read anew.
        (CardState.PIN_ENTRY, Event.PIN_REFUSED): CardState.READING,
        (CardState.PIN_ENTRY, Event.PIN_BLOCKED): CardState.BLOCKED,
        (CardState.PIN_ENTRY, Event.LOGIN_SUCCEEDED): CardState.READY,
        (CardState.PIN_ENTRY, Event.LOGIN_SUCCEEDED_OFFLINE): CardState.READY,
        (CardState.PIN_ENTRY, Event.LOGIN_FAILED): CardState.READING,
        (CardState.PIN_ENTRY, Event.TERMS_ASKED): CardState.READY,
        (CardState.BLOCKED, Event.PIN_UNBLOCKED): CardState.READY,
        (CardState.UNKNOWN, Event.CARD_CHOSEN): CardState.READING,
        (CardState.MUTE, Event.CARD_CHOSEN): CardState.READING,
        (CardState.BUSY, Event.CARD_CHOSEN): CardState.READING,
        (CardState.UNUSABLE, Event.CARD_CHOSEN): CardState.READING,
    }
)

_S = SessionState
_LOCKING = (
    Event.LOCK_ASKED,
    Event.IDLE,
    Event.SCREEN_LOCKED,
    Event.SERVICE_LOST,
    Event.READERS_GONE,
    Event.READER_EMPTIED,
    Event.CARD_SWAPPED,
    Event.SESSION_EXPIRED,
)
_CARD_LOSS = (Event.SERVICE_LOST, Event.READERS_GONE, Event.READER_EMPTIED, Event.CARD_SWAPPED)


def _session_table() -> dict[tuple[SessionState, Event], SessionState]:
    table = {
        (_S.SIGNED_OUT, Event.PIN_GIVEN): _S.AUTHENTICATING,
        (_S.AUTHENTICATING, Event.PIN_REFUSED): _S.SIGNED_OUT,
        (_S.AUTHENTICATING, Event.PIN_BLOCKED): _S.SIGNED_OUT,
        (_S.AUTHENTICATING, Event.LOGIN_FAILED): _S.SIGNED_OUT,
        (_S.AUTHENTICATING, Event.LOGIN_SUCCEEDED): _S.ACTIVE,
        (_S.AUTHENTICATING, Event.LOGIN_SUCCEEDED_OFFLINE): _S.ACTIVE_OFFLINE,
        (_S.AUTHENTICATING, Event.TERMS_ASKED): _S.TERMS,
        (_S.AUTHENTICATING, Event.LOGOUT): _S.SIGNED_OUT,
        (_S.TERMS, Event.TERMS_ACCEPTED): _S.AUTHENTICATING,
        (_S.TERMS, Event.TERMS_DECLINED): _S.SIGNED_OUT,
        (_S.TERMS, Event.LOGOUT): _S.SIGNED_OUT,
        (_S.ACTIVE_OFFLINE, Event.LOGOUT): _S.SIGNED_OUT,
        # The platform is back: only the card can prove the session there, the screen comes back as it was.
        (_S.ACTIVE_OFFLINE, Event.RECONNECT_ASKED): _S.LOCKED,
        (_S.ACTIVE, Event.LOGOUT): _S.SIGNED_OUT,
        (_S.LOCKED, Event.PIN_GIVEN): _S.UNLOCKING,
        (_S.LOCKED, Event.OTHER_HOLDER): _S.SIGNED_OUT,
        (_S.LOCKED, Event.LOGOUT): _S.SIGNED_OUT,
        (_S.UNLOCKING, Event.PIN_REFUSED): _S.LOCKED,
        (_S.UNLOCKING, Event.PIN_BLOCKED): _S.LOCKED,
        (_S.UNLOCKING, Event.LOGIN_FAILED): _S.LOCKED,
        (_S.UNLOCKING, Event.LOGIN_SUCCEEDED): _S.ACTIVE,
        (_S.UNLOCKING, Event.LOGIN_SUCCEEDED_OFFLINE): _S.ACTIVE_OFFLINE,
        # New terms while a record waits behind the lock: the same holder reads them, the screen comes back.
        (_S.UNLOCKING, Event.TERMS_ASKED): _S.TERMS_AT_UNLOCK,
        (_S.TERMS_AT_UNLOCK, Event.TERMS_ACCEPTED): _S.UNLOCKING,
        (_S.TERMS_AT_UNLOCK, Event.TERMS_DECLINED): _S.SIGNED_OUT,
        (_S.TERMS_AT_UNLOCK, Event.OTHER_HOLDER): _S.SIGNED_OUT,
        (_S.TERMS_AT_UNLOCK, Event.LOGOUT): _S.SIGNED_OUT,
        (_S.UNLOCKING, Event.OTHER_HOLDER): _S.SIGNED_OUT,
        (_S.UNLOCKING, Event.LOGOUT): _S.SIGNED_OUT,
        (_S.ACTIVE, Event.OTHER_HOLDER): _S.SIGNED_OUT,
        (_S.ACTIVE_OFFLINE, Event.OTHER_HOLDER): _S.SIGNED_OUT,
    }
    for event in _LOCKING:
        table[(_S.ACTIVE, event)] = _S.LOCKED
        table[(_S.ACTIVE_OFFLINE, event)] = _S.LOCKED
        table[(_S.UNLOCKING, event)] = _S.LOCKED
        if event in _CARD_LOSS or event is Event.SCREEN_LOCKED:
            table[(_S.AUTHENTICATING, event)] = _S.SIGNED_OUT
            table[(_S.TERMS, event)] = _S.SIGNED_OUT
            table[(_S.TERMS_AT_UNLOCK, event)] = _S.LOCKED
    return table


_SESSION: Mapping[tuple[SessionState, Event], SessionState] = MappingProxyType(_session_table())

_R = RecordState
_RECORD: Mapping[tuple[RecordState, Event], RecordState] = MappingProxyType(
    {
        (_R.NONE, Event.PATIENT_IDENTIFIED): _R.IDENTIFIED,
        (_R.IDENTIFIED, Event.PATIENT_IDENTIFIED): _R.IDENTIFIED,
        (_R.CODE_NEEDED, Event.PATIENT_IDENTIFIED): _R.IDENTIFIED,
        (_R.ENDED, Event.PATIENT_IDENTIFIED): _R.IDENTIFIED,
        (_R.IDENTIFIED, Event.CODE_ASKED): _R.CODE_NEEDED,
        (_R.IDENTIFIED, Event.ACCESS_ASKED): _R.CODE_CHECKING,
        (_R.CODE_NEEDED, Event.ACCESS_ASKED): _R.CODE_CHECKING,
        (_R.CODE_CHECKING, Event.ACCESS_REFUSED): _R.CODE_NEEDED,
        (_R.CODE_CHECKING, Event.ACCESS_GRANTED): _R.OPEN,
        (_R.CODE_CHECKING, Event.MANDATE_ENDED): _R.CODE_NEEDED,
        (_R.OPEN, Event.GRACE_BEGUN): _R.GRACE,
        (_R.OPEN, Event.MANDATE_ENDED): _R.ENDED,
        (_R.GRACE, Event.MANDATE_ENDED): _R.ENDED,
        (_R.IDENTIFIED, Event.RECORD_CLOSED): _R.NONE,
        (_R.CODE_NEEDED, Event.RECORD_CLOSED): _R.NONE,
        (_R.CODE_CHECKING, Event.RECORD_CLOSED): _R.NONE,
        (_R.OPEN, Event.RECORD_CLOSED): _R.NONE,
        (_R.GRACE, Event.RECORD_CLOSED): _R.NONE,
        (_R.ENDED, Event.RECORD_CLOSED): _R.NONE,
    }
)

TRYING = (SessionState.AUTHENTICATING, SessionState.UNLOCKING)
# These screens are in front, whatever page was opened from them.
ASKING_TERMS = (SessionState.TERMS, SessionState.TERMS_AT_UNLOCK)
BEHIND_THE_LOCK = (SessionState.LOCKED, SessionState.UNLOCKING)


def advance(now: Situation, event: Event) -> Transition:
    """One step of the machine."""
    card = _ANYWHERE_CARD.get(event) or _CARD.get((now.card, event))
    session = _SESSION.get((now.session, event))
    record = _RECORD.get((now.record, event)) if now.may_show_content else None
    if card is None and session is None and record is None:
        return Transition(now, (), known=False)
    after = replace(now, card=card or now.card, session=session or now.session, record=record or now.record)
    if after.session in (SessionState.SIGNED_OUT, SessionState.TERMS):
        after = replace(after, record=RecordState.NONE)
    elif after.session is SessionState.LOCKED and after.record is RecordState.CODE_CHECKING:
        after = replace(after, record=RecordState.CODE_NEEDED)  # the code died with the lock (CF-010)
    if after.card is CardState.PIN_ENTRY and after.session not in TRYING:
        after = replace(after, card=CardState.READING)  # the login was cut, the card is still in
    proven = event in (Event.LOGIN_SUCCEEDED, Event.LOGIN_SUCCEEDED_OFFLINE)
    still = now.card_proven and after.may_show_content and now.may_show_content
    after = replace(after, card_proven=after.may_show_content and (proven or still))
    return Transition(after, _effects(now, after, event), known=True)


def _effects(before: Situation, after: Situation, event: Event) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    if before.may_show_content and not after.may_show_content:
        effects += [Effect.HIDE_CONTENT, Effect.FORGET_CODE, Effect.ABORT_CARD, Effect.DROP_TOKENS]
        effects += [Effect.KEEP_DRAFTS, Effect.WIPE_DOCUMENTS, Effect.CLOSE_VAULT]
    elif _login_was_cut(before, after, event):
        effects += [Effect.ABORT_CARD, Effect.DROP_TOKENS, Effect.CLOSE_VAULT]
    if after.session is SessionState.SIGNED_OUT and before.session is not SessionState.SIGNED_OUT:
        effects += [Effect.FORGET_SCREEN, Effect.SHOW_LOGIN]
    if after.may_show_content and before.session in (SessionState.AUTHENTICATING, SessionState.UNLOCKING):
        unlocked = before.session is SessionState.UNLOCKING
        effects.append(Effect.RESTORE_SCREEN if unlocked else Effect.SHOW_HOME)
    if after.may_show_content and before.may_show_content:
        effects += _record_effects(before.record, after.record)
    if after.card is CardState.READING and event in (Event.CARD_SEEN, Event.CARD_SWAPPED, Event.CARD_CHOSEN):
        effects.append(Effect.READ_CARD)
    elif before.card is CardState.PIN_ENTRY and after.card is CardState.READING:
        effects.append(Effect.READ_CARD_AGAIN)
    return tuple(effects)


_LOGIN_STEPS = (Event.TERMS_ASKED, Event.TERMS_ACCEPTED)


def _login_was_cut(before: Situation, after: Situation, event: Event) -> bool:
    trying = before.session in (_S.AUTHENTICATING, _S.UNLOCKING, _S.TERMS, _S.TERMS_AT_UNLOCK)
    stopped = not after.may_show_content and after.session is not before.session
    return trying and stopped and event not in _LOGIN_STEPS


def _record_effects(before: RecordState, after: RecordState) -> list[Effect]:
    if before is after:
        return []
    effects = []
    if before is RecordState.CODE_CHECKING or (before is RecordState.CODE_NEEDED):
        effects.append(Effect.FORGET_CODE)
    if after is RecordState.ENDED:
        effects += [Effect.HIDE_RECORD, Effect.KEEP_DRAFTS, Effect.WIPE_DOCUMENTS]
    if after is RecordState.NONE:
        effects += [Effect.HIDE_RECORD, Effect.KEEP_DRAFTS, Effect.WIPE_DOCUMENTS, Effect.CLOSE_RECORD]
    return effects
