"""What the program believes of a card is what the card says now (found by QA's scenarios)."""

from desktop.domain.card import PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.services.session import CardState, SessionState
from tests.samples.practice import card

from .conftest import WEBER, Bench

BLOCKED = card(pin=PinState(0, blocked=True))


def test_a_reading_that_was_cut_is_done_again(bench: Bench) -> None:
    """A lock or another setting ends the child that reads: the card is still in the reader."""
    bench.card.readings = [Failure.of(Code.CANCELLED)]
    bench.insert(WEBER)
    assert bench.card.readings == []
    assert bench.card_state() is CardState.READY


def test_a_reading_that_was_cut_with_the_card_gone_is_not(bench: Bench) -> None:
    bench.insert(WEBER)
    bench.pull()
    bench.settle()
    bench.desks.session._on_cards(bench.desks.session._reading, {}, Failure.of(Code.CANCELLED))
    bench.settle()
    view = bench.desks.session.card_status()
    assert view.card is None and view.failure is None, "an empty reader is no failure"


def test_an_unblocked_card_is_read_before_its_pin_is_asked(bench: Bench) -> None:
    """Else the PIN that is typed at once meets the old « blocked »."""
    bench.insert(BLOCKED)
    desk = bench.desks.session
    assert bench.card_state() is CardState.BLOCKED
    told: list[tuple[object, bool]] = []
    desk.pin_changed.connect(lambda failure: told.append((failure, desk.card_status().card.pin.blocked)))  # type: ignore[union-attr]
    bench.card.inserted = [WEBER]
    desk.unblock(Secret(bytearray(b"12345678")), Secret(bytearray(b"246813")))
    bench.settle()
    assert told == [(None, False)]
    assert bench.card_state() is CardState.READY
    bench.pin()
    bench.settle()
    assert bench.session() is SessionState.ACTIVE
