"""From what is known of the card to what the login and lock screens show (pure)."""

from dataclasses import dataclass
from datetime import date

from desktop.domain.card import PinAsker
from desktop.domain.errors import Failure
from desktop.services.session import CardState, SessionState, Situation
from desktop.ui.desk.card_status import CardStatus
from desktop.ui.views.login import LoginModel, LoginStep
from desktop.ui.views.situation import CODES_WITH_A_SCREEN, WORDS, CardSituation

_S = CardSituation
_BY_STATE = {
    CardState.SERVICE_MISSING: _S.SERVICE_MISSING,
    CardState.NO_READER: _S.NO_READER,
    CardState.READER_EMPTY: _S.READER_EMPTY,
    CardState.READING: _S.READING,
    CardState.READY: _S.READY,
    CardState.PIN_ENTRY: _S.READY,
    CardState.UNKNOWN: _S.UNKNOWN,
    CardState.MUTE: _S.MUTE,
    CardState.SEVERAL: _S.SEVERAL,
    CardState.BUSY: _S.BUSY,
    CardState.BLOCKED: _S.BLOCKED,
    CardState.UNUSABLE: _S.FAILED,
}
_BARE = (CardState.SERVICE_MISSING, CardState.NO_READER)
_BUSY = (SessionState.AUTHENTICATING, SessionState.UNLOCKING)


def situation_of(view: CardStatus) -> CardSituation:
    """The screen for one card state; a failure while reading names it more closely."""
    if view.state in _BARE and view.snapshot.remote_session:
        return CardSituation.REMOTE_SESSION
    if view.state in (CardState.UNUSABLE, CardState.UNKNOWN) and view.failure is not None:
        return CODES_WITH_A_SCREEN.get(view.failure.code, _BY_STATE[view.state])
    return _BY_STATE[view.state]


@dataclass(frozen=True, slots=True)
class Unblocking:
    """How far the PUK typed on the login or lock screen is."""

    running: bool = False
    done: bool = False
    failure: Failure | None = None


def login_model(
    view: CardStatus, situation: Situation, today: date, unblocking: Unblocking = Unblocking()
) -> LoginModel:
    """All that the login screen shows."""
    shown = CardSituation.READY if view.again else situation_of(view)
    in_title = view.failure is not None and WORDS[shown].code is view.failure.code
    facts = dict(view.failure.facts) if view.failure is not None and in_title else {}
    return LoginModel(
        situation=shown,
        today=today,
        reader=_reader(view),
        card=view.card,
        cards=view.choices,
        busy=LoginStep.UNBLOCKING if unblocking.running else _step(view, situation),
        failure=unblocking.failure or (None if in_title else view.failure),
        facts=tuple((name, str(value)) for name, value in facts.items()),
        unblocked=unblocking.done,
        checking=view.again,
    )


_STEPS = {
    PinAsker.PROGRAM: LoginStep.CARD, PinAsker.KEYPAD: LoginStep.KEYPAD, PinAsker.MODULE: LoginStep.WINDOW,
}  # fmt: skip


def _reader(view: CardStatus) -> str:
    readers = view.snapshot.occupied() or view.snapshot.readers
    return readers[0].name if readers else ""


def _step(view: CardStatus, situation: Situation) -> LoginStep | None:
    if situation.session not in _BUSY:
        return None
    return LoginStep.CARD if view.card is None else _STEPS[view.card.pin.asker]


def shown_code(view: CardStatus) -> str:
    """The code of what the login screen says: of the last failure, else of the card's situation."""
    code = view.failure.code if view.failure is not None else WORDS[situation_of(view)].code
    return "" if code is None else code.value
