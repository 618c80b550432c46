"""« Ma carte » with a signature key that has a PIN of its own: whose PIN is changed, and what is told."""

from dataclasses import replace

import pytest

from desktop.domain.card import CardPin, PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.domain.texts import failure_text
from desktop.services.session import CardState, SessionState
from desktop.ui.shell_menus import UserAct
from desktop.ui.views.card_management import CardView
from tests.samples.practice import certificate
from tests.ui.desk.conftest import WEBER, Bench

TWO_PINS = replace(WEBER, signature=certificate(), own_signature_pin=PinState(3))


def typed() -> tuple[Secret, Secret]:
    return Secret(bytearray(b"12345678")), Secret(bytearray(b"246813"))


def my_card(bench: Bench) -> CardView:
    bench.shell.user_act_chosen.emit(UserAct.CARD)
    bench.settle()
    return bench.find_a(CardView, "card-view")


@pytest.mark.parametrize("which", CardPin)
def test_the_pin_that_was_chosen_is_changed_and_unblocked(bench: Bench, which: CardPin) -> None:
    bench.log_in(TWO_PINS)
    view = my_card(bench)
    bench.click(f"pin-of-{which.value}")
    view.pin_change_entered.emit(*typed())
    bench.settle()
    view.puk_entered.emit(*typed())
    bench.settle()
    assert bench.card.set_pins == [which, which]
    said = "Le code PIN de signature est débloqué" if which is CardPin.SIGNATURE else "La carte est débloquée"
    assert said in bench.visible()


def test_a_card_with_one_pin_asks_for_no_choice(bench: Bench) -> None:
    """Also after one with two, on which the signature's was chosen."""
    bench.log_in(TWO_PINS)
    view = my_card(bench)
    bench.click("pin-of-signature")
    bench.insert(replace(WEBER, signature=certificate()), events=6)
    assert view._which.isHidden()
    view.pin_change_entered.emit(*typed())
    bench.settle()
    assert bench.card.set_pins == [CardPin.LOGIN]


def test_a_signature_pin_that_is_blocked_by_a_wrong_one_says_which_it_is(bench: Bench) -> None:
    """The login and its session stay as they are."""
    bench.log_in(TWO_PINS)
    view = my_card(bench)
    bench.click("pin-of-signature")
    bench.card.refusals = [Failure(Code.PIN_BLOCKED)]
    bench.card.inserted = [replace(TWO_PINS, own_signature_pin=PinState(0, blocked=True))]
    view.pin_change_entered.emit(*typed())
    bench.settle()
    assert failure_text(Failure(Code.SIGNATURE_PIN_BLOCKED)) in bench.visible()
    assert failure_text(Failure(Code.PIN_BLOCKED)) not in bench.visible()
    assert bench.session() is SessionState.ACTIVE and bench.card_state() is CardState.READY
    assert view.unblock.isVisible() and not view.change.isVisible()


def test_unblocking_the_signature_pin_leaves_a_blocked_login_blocked(bench: Bench) -> None:
    bench.insert(replace(TWO_PINS, pin=PinState(0, blocked=True)))
    assert bench.card_state() is CardState.BLOCKED
    view = my_card(bench)
    bench.click("pin-of-signature")
    view.puk_entered.emit(*typed())
    bench.settle()
    assert bench.card.set_pins == [CardPin.SIGNATURE]
    assert bench.card_state() is CardState.BLOCKED
