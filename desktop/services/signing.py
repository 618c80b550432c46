"""Signing a document as its author: who may, with which card, and what is said before the PIN is asked."""

from collections.abc import Callable
from dataclasses import replace

from desktop.domain.account import Account
from desktop.domain.card import CardInfo, CardPin, PinState
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.domain.signature import Signed, SigningOutlook, ToSign
from desktop.ports.clock import ClockPort
from desktop.ports.signing import SignatureCheckPort, SigningPort


class SigningService:
    """The author of a document is the holder of the card that opened the session (CF-015)."""

    def __init__(self, port: SigningPort, clock: ClockPort) -> None:
        self._port = port
        self._clock = clock

    @property
    def check(self) -> SignatureCheckPort:
        """What the signatures of others are worth."""
        return self._port

    def warm(self) -> None:
        """Make ready what takes time to start."""
        self._port.warm()

    def outlook(self, card: CardInfo | None, account: Account | None) -> SigningOutlook:
        """What can be said of a signature by *card*, for *account*, before the last step."""
        refusal = self._refusal(card, account)
        if card is None:
            return SigningOutlook("", None, PinState(), own_pin=False, refusal=refusal)
        certificate = card.signature
        return SigningOutlook(
            "" if certificate is None else certificate.holder,
            None if certificate is None else certificate.not_after,
            card.signature_pin,
            own_pin=card.own_signature_pin is not None,
            refusal=refusal,
        )

    def sign(
        self,
        card: CardInfo | None,
        account: Account | None,
        pin: Secret | None,
        document: ToSign,
        *,
        wanted: Callable[[], bool],
    ) -> Result[Signed]:
        """Both signatures or none, in the card's lane; wipes *pin*. See :class:`SigningPort`."""
        refusal = self._refusal(card, account)
        if refusal is not None or card is None:
            if pin is not None:
                pin.wipe()
            return refusal or Failure(Code.CARD_MISSING)
        made = self._port.sign(card, pin, document, self._clock.now(), wanted=wanted)
        if isinstance(made, Failure) and made.code is Code.PIN_BLOCKED:
            return replace(made, code=card.blocked(CardPin.SIGNATURE))
        return made

    def _refusal(self, card: CardInfo | None, account: Account | None) -> Failure | None:
        if account is None:
            return Failure(Code.SESSION_ENDED)
        if card is None:
            return Failure(Code.CARD_MISSING)
        if card.signature is None:
            return Failure(card.no_signature)
        holders = {card.authentication.holder_id, card.signature.holder_id}
        if holders != {account.holder_id}:
            return Failure(Code.SIGNER_NOT_HOLDER)
        blocked = Failure(card.blocked(CardPin.SIGNATURE)) if card.signature_pin.blocked else None
        return card.signature.refusal(self._clock.now()) or blocked
