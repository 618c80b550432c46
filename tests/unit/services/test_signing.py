"""Who may sign with which card: told before the PIN, and asked again when it is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.account import Account
from desktop.domain.card import CardInfo, PinAsker, PinState
from desktop.domain.errors import Code, ErrorCode
from desktop.domain.secret import Secret
from desktop.domain.signature import SignatureBox, ToSign
from desktop.domain.texts import Language
from desktop.services.signing import SigningService
from tests.answers import code_of, good
from tests.fakes import FakeClock
from tests.fakes.signing import FakeSigning
from tests.samples.practice import ACCOUNT, card, certificate

CARD = card(signature=certificate(holder="WEBER Claire"))
DOCUMENT = ToSign(b"%PDF", b"{}", SignatureBox(-1, 0, 0, 200, 56), Language.FR)


class Signer:
    def __init__(self) -> None:
        self.clock, self.port = FakeClock(), FakeSigning()
        self.service = SigningService(self.port, self.clock)

    def sign(self, card: CardInfo | None, account: Account | None = ACCOUNT) -> object:
        pin = Secret(bytearray(b"123456"))
        result = self.service.sign(card, account, pin, DOCUMENT, wanted=lambda: True)
        assert not pin
        return result


def test_the_holder_of_the_session_signs() -> None:
    signer = Signer()
    outlook = signer.service.outlook(CARD, ACCOUNT)
    assert (outlook.signer, outlook.own_pin, outlook.refusal) == ("WEBER Claire", False, None)
    assert outlook.until == certificate().not_after
    signed = good(signer.service.sign(CARD, ACCOUNT, None, DOCUMENT, wanted=lambda: True))
    assert signer.port.signed == [DOCUMENT]
    assert signed.at == signer.clock.now()


OTHER = certificate(holder_id="H2")
ENDED = certificate(not_after=FakeClock().now() - timedelta(days=1))
EARLY = certificate(not_before=FakeClock().now() + timedelta(days=1))
REFUSED: list[tuple[CardInfo | None, ErrorCode]] = [
    (None, Code.CARD_MISSING),
    (card(), Code.SIGNATURE_KEY_MISSING),
    (card(no_signature=Code.SIGNATURE_KEY_UNUSABLE), Code.SIGNATURE_KEY_UNUSABLE),
    (card(authentication=OTHER, signature=OTHER), Code.SIGNER_NOT_HOLDER),
    (card(signature=OTHER), Code.SIGNER_NOT_HOLDER),
    (card(authentication=OTHER, signature=certificate()), Code.SIGNER_NOT_HOLDER),
    (card(signature=ENDED), Code.CERTIFICATE_EXPIRED),
    (card(signature=EARLY), Code.CERTIFICATE_NOT_YET_VALID),
    (replace(CARD, pin=PinState(0, blocked=True)), Code.PIN_BLOCKED),
    (replace(CARD, own_signature_pin=PinState(0, blocked=True)), Code.SIGNATURE_PIN_BLOCKED),
]


@pytest.mark.parametrize(("card", "expected"), REFUSED)
def test_who_may_not_sign_is_told_before_the_last_step_and_refused_at_it(
    card: CardInfo | None, expected: ErrorCode
) -> None:
    """CF-015: the author is the card holder, so another person's card signs nothing."""
    signer = Signer()
    assert code_of(signer.service.outlook(card, ACCOUNT).refusal) is expected
    assert code_of(signer.sign(card)) is expected
    assert signer.port.signed == []


def test_nobody_signs_without_a_session() -> None:
    signer = Signer()
    assert code_of(signer.service.outlook(CARD, None).refusal) is Code.SESSION_ENDED
    assert code_of(signer.sign(CARD, None)) is Code.SESSION_ENDED


def test_a_signature_key_with_a_pin_of_its_own_says_so() -> None:
    own = replace(CARD, pin=PinState(3), own_signature_pin=PinState(1, last_try=True, asker=PinAsker.KEYPAD))
    outlook = Signer().service.outlook(own, ACCOUNT)
    assert outlook.own_pin
    assert (outlook.pin.tries_left, outlook.pin.asker) == (1, PinAsker.KEYPAD)
    blocked_login = replace(own, pin=PinState(0, blocked=True))
    assert Signer().service.outlook(blocked_login, ACCOUNT).refusal is None, "the other PIN is asked for"
