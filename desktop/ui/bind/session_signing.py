"""Signing for the pages: with the card of this session, in its lane, and no longer than until a lock."""

from collections.abc import Callable

from desktop.domain.account import Account
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.domain.signature import Signed, SigningOutlook, ToSign
from desktop.ports.signing import SignatureCheckPort
from desktop.services.session import Event
from desktop.services.signing import SigningService
from desktop.ui.ask import Ask, Asks
from desktop.ui.desk.card_events import OTHER_CARD
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.tasks import Generation, Lane

_TRY_TAKEN = frozenset(
    {Code.PIN_WRONG, Code.PIN_LAST_TRY, Code.PIN_BLOCKED, Code.SIGNATURE_PIN_BLOCKED, Code.PIN_UNCERTAIN}
)


def heed(session: SessionDesk, failure: Failure) -> bool:
    """What a signature met on the card is the session's to know; then as :meth:`SessionDesk.heed`.

    Another card, or none, locks (CF-014); after a wrong PIN the tries are shown that the card tells of now.
    """
    if failure.code in OTHER_CARD:
        session.lock(Event.CARD_SWAPPED)
        return True
    if failure.code in _TRY_TAKEN:
        session.refresh_pin_state()
    return session.heed(failure)


class _BehindTheCard:
    """Tells of a refused PIN once the card was read again: the tries beside it are those of now."""

    def __init__(self, ask: Ask, on: Asks) -> None:
        self._ask, self._on = ask, on

    def show_waiting(self, *, waiting: bool) -> None:
        self._on.show_waiting(waiting=waiting)

    def show_failure(self, failure: Failure) -> None:
        if failure.code not in _TRY_TAKEN:
            self._on.show_failure(failure)
            return
        # The card's lane answers in order: what :func:`heed` asked for is there before this.
        self._ask(lambda: None, lambda _: self._on.show_failure(failure), self._on, lane=Lane.CARD)


class SessionSigning:
    """See :class:`desktop.kernel.signing.Signing`."""

    def __init__(
        self,
        service: SigningService,
        ask: Ask,
        answers: Generation,
        session: SessionDesk,
        account: Callable[[], Account | None],
        tell: Callable[[Failure], object],
    ) -> None:
        """*answers* is bumped by a lock and a logout; *account* is None while nobody may see anything.

        *tell* says a failure where the user is, once the page was left.
        """
        self._service, self._ask, self._answers, self._tell = service, ask, answers, tell
        self._session, self._account = session, account

    @property
    def check(self) -> SignatureCheckPort:
        """As the protocol says."""
        return self._service.check

    def warm(self) -> None:
        """As the protocol says; in a worker: to begin a process can take the window 60 ms."""
        self._ask.ahead(self._service.warm)

    def outlook(self) -> SigningOutlook:
        """As the protocol says."""
        return self._service.outlook(self._session.card_status().card, self._account())

    def sign(self, document: ToSign, pin: Secret | None, done: Callable[[Signed], object], on: Asks) -> None:
        """As the protocol says."""
        card, account, answers = self._session.card_status().card, self._account(), self._answers
        begun = answers.value
        self._ask.through(
            lambda: self._service.sign(card, account, pin, document, wanted=lambda: answers.value == begun),
            lambda signed: self._told(signed, done),
            _BehindTheCard(self._ask, on),
            self._tell,
            lane=Lane.CARD,
        )

    def _told(self, signed: Signed, done: Callable[[Signed], object]) -> None:
        if self.outlook().pin.low:  # a right PIN gave the tries back; the lock screen tells them
            self._session.refresh_pin_state()
        done(signed)
