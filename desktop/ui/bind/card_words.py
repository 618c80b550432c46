"""From what is known of the card to what the login and lock screens show (pure)."""

from datetime import date

from desktop.domain.errors import Code, Failure
from desktop.services.session import CardState, SessionState, Situation
from desktop.ui.desk.session_desk import CardView
from desktop.ui.views.login import LoginModel, LoginStep
from desktop.ui.views.situation import WORDS, CardSituation

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
_BY_CODE = {
    words.code: situation
    for situation, words in WORDS.items()
    if words.code is not None and situation is not CardSituation.BLOCKED
}
_BARE = (CardState.SERVICE_MISSING, CardState.NO_READER)
_BUSY = (SessionState.AUTHENTICATING, SessionState.UNLOCKING)


def situation_of(view: CardView) -> CardSituation:
    """The screen for one card state; a failure while reading names it more closely."""
    if view.state in _BARE and view.snapshot.remote_session:
        return CardSituation.REMOTE_SESSION
    if view.state in (CardState.UNUSABLE, CardState.UNKNOWN) and view.failure is not None:
        return _BY_CODE.get(view.failure.code, _BY_STATE[view.state])
    return _BY_STATE[view.state]


def login_model(view: CardView, situation: Situation, today: date) -> LoginModel:
    """All that the login screen shows."""
    shown = situation_of(view)
    in_title = view.failure is not None and WORDS[shown].code is view.failure.code
    facts = dict(view.failure.facts) if view.failure is not None and in_title else {}
    return LoginModel(
        situation=shown,
        today=today,
        reader=_reader(view),
        card=view.card,
        cards=view.choices,
        busy=_step(view) if situation.session in _BUSY else None,
        failure=None if in_title else _told(view.failure),
        facts=tuple((name, str(value)) for name, value in facts.items()),
    )


def _reader(view: CardView) -> str:
    readers = view.snapshot.occupied() or view.snapshot.readers
    return readers[0].name if readers else ""


def _step(view: CardView) -> LoginStep:
    return LoginStep.KEYPAD if view.card is not None and view.card.pin.keypad else LoginStep.CARD


def _told(failure: Failure | None) -> Failure | None:
    return None if failure is not None and failure.code is Code.CANCELLED else failure
