"""What a card said of its PINs after an error, for as long as its module forgets it (CF-003).

Some modules count tries in their own memory only: the next child would know nothing of « last try » or
« blocked », and the try that blocks the card would go out unasked.
"""

from dataclasses import replace

from desktop.domain.card import CardInfo, CardPin, PinState
from desktop.domain.errors import Code, ErrorCode, Failure

_SAID: dict[ErrorCode, PinState] = {
    Code.PIN_WRONG: PinState(low=True),
    Code.PIN_LAST_TRY: PinState(low=True, last_try=True),
    Code.PIN_BLOCKED: PinState(low=True, blocked=True),
}


class ToldPins:
    """By card and PIN, with the reader's count of events then: a card that was out may be unblocked."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, CardPin], tuple[int | None, PinState]] = {}

    def heard(self, key: str, which: CardPin, events: int | None, failure: Failure) -> None:
        """A PIN of the card *key* was refused; *events*: the reader's count, None where nobody counts."""
        said = _SAID.get(failure.code)
        if said is not None:
            self._told[key, which] = (events, said)

    def forget(self, key: str, which: CardPin) -> None:
        """The PIN was right, or is a new one."""
        self._told.pop((key, which), None)

    def recalled(self, card: CardInfo, events: int | None) -> CardInfo:
        """*card* as it was just read, with what it said before where it does not tell its tries itself."""
        own = card.own_signature_pin
        return replace(
            card,
            pin=self._recalled(card.key, CardPin.LOGIN, events, card.pin),
            own_signature_pin=None
            if own is None
            else self._recalled(card.key, CardPin.SIGNATURE, events, own),
        )

    def _recalled(self, key: str, which: CardPin, events: int | None, read: PinState) -> PinState:
        then, said = self._told.get((key, which), (None, PinState()))
        if then != events or (read.tries_left is not None and not read.blocked):
            return read
        return replace(
            read,
            low=read.low or said.low,
            last_try=not (read.blocked or said.blocked) and (read.last_try or said.last_try),
            blocked=read.blocked or said.blocked,
            tries_left=0 if said.blocked else read.tries_left,
        )
