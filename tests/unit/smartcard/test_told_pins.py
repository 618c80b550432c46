"""What a card said of its PIN outlives the module that forgets it, and no longer than it is true (CF-003)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from desktop.children.process import Gone
from desktop.domain.card import CardInfo, CardPin, CardTasks, PinState, ReaderSnapshot, SlotState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard.child_client import Reply
from desktop.smartcard.told_pins import ToldPins
from tests.answers import code_of, good
from tests.samples import practice as samples
from tests.unit.smartcard.card_factory import PIN, Folder, card
from tests.unit.smartcard.test_child_card import Watched, seen

LAST = Failure.of(Code.PIN_LAST_TRY)


class Forgetful(Watched):
    """Over a card whose module answers a wrong PIN once and knows nothing of it afterwards."""

    answers: list[Failure]

    def _call(self, stack: str, op: str, *rest: Any, **options: Any) -> Reply | Failure | Gone:
        if op == "perform" and self.answers:
            return self.answers.pop(0)
        reply = super()._call(stack, op, *rest, **options)
        if op == "cards" and isinstance(reply, Reply):
            readings = reply.as_type(list[dict[str, Any]])
            assert isinstance(readings, list)
            for reading in readings:
                reading["pin"]["tries_left"] = None
            return Reply(msgspec.Raw(msgspec.json.encode(readings)))
        return reply


def the_card(port: Forgetful) -> CardInfo:
    (found,) = good(port.cards())
    return found


def log_in(port: Forgetful) -> object:
    return port.perform(the_card(port), Secret(bytearray(PIN)), CardTasks(b"x", None))


@pytest.fixture
def there() -> list[ReaderSnapshot | None]:
    return [seen(SlotState.PRESENT)]


@pytest.fixture
def port(folder: Folder, there: list[ReaderSnapshot | None]) -> Iterator[Forgetful]:
    folder.add(card())
    folder.insert("gp")
    made = Forgetful(folder.path, there)
    made.answers = [LAST]
    yield made
    made.close()


def test_cf003_the_last_try_is_known_to_the_next_reading_until_the_pin_was_right(port: Forgetful) -> None:
    assert not the_card(port).pin.last_try, "the positive control: the module says nothing"
    assert code_of(log_in(port)) is Code.PIN_LAST_TRY
    assert the_card(port).pin.last_try
    assert not isinstance(log_in(port), Failure)
    now = the_card(port).pin
    assert not now.last_try and not now.low


def test_a_card_that_was_out_may_have_been_unblocked(
    port: Forgetful, there: list[ReaderSnapshot | None]
) -> None:
    log_in(port)
    there[0] = seen(SlotState.PRESENT, events=3)
    assert not the_card(port).pin.last_try


def test_cf003_a_blocked_pin_stays_blocked_however_little_the_module_knows(port: Forgetful) -> None:
    port.answers = [Failure.of(Code.PIN_BLOCKED)]
    log_in(port)
    assert the_card(port).pin.blocked and the_card(port).pin.tries_left == 0


def test_a_card_that_tells_its_tries_is_believed() -> None:
    told, own = ToldPins(), PinState()
    read = samples.card(pin=PinState(tries_left=3), own_signature_pin=own)
    told.heard(read.key, CardPin.LOGIN, 1, LAST)
    told.heard(read.key, CardPin.SIGNATURE, 1, LAST)
    now = told.recalled(read, 1)
    assert now.pin == read.pin
    assert now.own_signature_pin == replace(own, low=True, last_try=True)
