"""A page signs by its workbench: with the session's card, in the card's lane, no longer than until a lock."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from desktop.domain.card import CardInfo, PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.domain.signature import SignatureBox, SignatureFinding, SignatureState, Signed, ToSign
from desktop.domain.texts import Language
from desktop.kernel.feature import add_words
from desktop.kernel.page import FeaturePage, PageInParts, Plugged, PluggedPage
from desktop.kernel.workbench import Workbench
from desktop.services.session import CardState, Event, SessionState
from desktop.ui.ask import Asks
from tests.fakes import FakeKept
from tests.samples.practice import certificate
from tests.toy_feature.fakes import FakeNotes
from tests.toy_feature.feature import TOY
from tests.ui.desk.conftest import KLEIN, WEBER, Bench

DOCUMENT = ToSign(b"%PDF", b"{}", SignatureBox(-1, 0, 0, 200, 56), Language.FR)
SIGNER = replace(WEBER, signature=certificate())


class Desk(Asks):
    """A page that asks for a signature, in the whole window."""

    def __init__(self, make_bench: Callable[..., Bench]) -> None:
        add_words((TOY,))
        self.bench = make_bench(plug=self._plug)
        self.fake = self.bench.fakes.signing
        self.waits = False
        self.failures: list[Failure] = []
        self.tries: list[int | None] = []
        self.signed: list[Signed] = []

    def _plug(self, bench: Bench) -> tuple[Plugged, ...]:
        toy = TOY.over(FakeNotes(bench.platform), FakeKept(TOY.kept, bench.vault))
        pages = tuple(replace(page, make=partial(self._make, page)) for page in toy.pages)
        return (replace(toy, pages=pages),)

    def _make(self, page: PluggedPage, workbench: Workbench) -> FeaturePage | PageInParts:
        self.workbench = workbench
        return page.make(workbench)

    def log_in(self) -> None:
        self.bench.log_in(SIGNER)

    def sign(self, pin: bytes | None = b"123456") -> Secret | None:
        typed = None if pin is None else Secret(bytearray(pin))
        self.workbench.signing.sign(DOCUMENT, typed, self.signed.append, self)
        return typed

    def show_waiting(self, *, waiting: bool) -> None:
        self.waits = waiting

    def show_failure(self, failure: Failure) -> None:
        self.failures.append(failure)
        self.tries.append(self.workbench.signing.outlook().pin.tries_left)


@pytest.fixture
def desk(make_bench: Callable[..., Bench]) -> Desk:
    return Desk(make_bench)


def test_a_page_signs_with_the_card_of_the_session(desk: Desk) -> None:
    desk.log_in()
    outlook = desk.workbench.signing.outlook()
    assert (outlook.signer, outlook.refusal) == ("Dr Weber", None)
    pin = desk.sign()
    assert desk.waits
    desk.bench.settle()
    assert not desk.waits and not pin
    assert [signed.jws for signed in desk.signed] == [b"head..signature"]
    assert desk.fake.signed == [DOCUMENT]


def test_nobody_signs_while_nobody_is_logged_in(desk: Desk) -> None:
    desk.log_in()
    desk.bench.desks.session.log_out()
    desk.bench.settle()
    refused = desk.workbench.signing.outlook().refusal
    assert refused is not None and refused.code is Code.SESSION_ENDED


def test_a_card_without_signature_key_is_told_before_the_last_step(desk: Desk) -> None:
    desk.bench.log_in(WEBER)
    refused = desk.workbench.signing.outlook().refusal
    assert refused is not None and refused.code is Code.SIGNATURE_KEY_MISSING


@pytest.mark.parametrize("typed", [b"123456", None])
def test_a_lock_meanwhile_cuts_it_and_nobody_is_told(desk: Desk, typed: bytes | None) -> None:
    """The card is aborted, the PIN wiped; what is not yet on the card does not get there (CF-017)."""
    desk.log_in()
    desk.fake.gate.shut()
    pin = desk.sign(typed)
    desk.bench.desks.session.lock(Event.LOCK_ASKED)
    desk.fake.gate.open()
    desk.bench.settle()
    assert desk.bench.session() is SessionState.LOCKED
    assert not pin
    assert (desk.signed, desk.failures, desk.fake.signed) == ([], [], [])


@pytest.mark.parametrize("code", [Code.CARD_SWAPPED, Code.CARD_REMOVED])
@pytest.mark.parametrize(("now", "then"), [(KLEIN, SessionState.SIGNED_OUT), (SIGNER, SessionState.LOCKED)])
def test_cf014_another_card_found_while_signing_ends_it(
    desk: Desk, code: Code, now: CardInfo, then: SessionState
) -> None:
    """The reader told nothing, the card itself does: swapped, or out and in again."""
    desk.log_in()
    desk.fake.refusals = [Failure(code)]
    desk.bench.card.inserted = [now]
    desk.sign()
    desk.bench.settle()
    assert desk.bench.session() is then
    assert desk.signed == []


def test_a_wrong_pin_is_told_and_the_tries_are_the_card_s(desk: Desk) -> None:
    desk.log_in()
    desk.fake.refusals = [Failure.of(Code.PIN_WRONG, tries_left=2)]
    desk.bench.card.inserted = [replace(SIGNER, pin=PinState(2, low=True))]
    desk.sign()
    desk.bench.settle()
    assert [failure.code for failure in desk.failures] == [Code.PIN_WRONG]
    assert desk.tries == [2], "they stand beside the sentence"
    assert desk.bench.session() is SessionState.ACTIVE


def test_a_right_pin_after_a_wrong_one_gives_the_tries_back(desk: Desk) -> None:
    desk.log_in()
    desk.fake.refusals = [Failure.of(Code.PIN_WRONG, tries_left=2)]
    desk.bench.card.inserted = [replace(SIGNER, pin=PinState(2, low=True))]
    desk.sign()
    desk.bench.settle()
    desk.bench.card.inserted = [replace(SIGNER, pin=PinState(3))]
    desk.sign()
    desk.bench.settle()
    assert len(desk.signed) == 1 and desk.workbench.signing.outlook().pin.tries_left == 3


def test_a_pin_blocked_while_signing_leaves_the_session_and_refuses_the_next(desk: Desk) -> None:
    desk.log_in()
    desk.fake.refusals = [Failure(Code.PIN_BLOCKED)]
    desk.bench.card.inserted = [replace(SIGNER, pin=PinState(0, blocked=True))]
    desk.sign()
    desk.bench.settle()
    assert [failure.code for failure in desk.failures] == [Code.PIN_BLOCKED]
    assert desk.bench.session() is SessionState.ACTIVE
    assert desk.bench.card_state() is CardState.BLOCKED
    refused = desk.workbench.signing.outlook().refusal
    assert refused is not None and refused.code is Code.PIN_BLOCKED
    assert desk.bench.unexpected == []


def test_a_signature_pin_of_its_own_that_is_blocked_says_which_it_is(desk: Desk) -> None:
    """« Ma carte » has to be told whose PIN it is about; the login stays as it is."""
    own = replace(SIGNER, own_signature_pin=PinState(1))
    desk.bench.log_in(own)
    desk.fake.refusals = [Failure(Code.PIN_BLOCKED)]
    desk.bench.card.inserted = [replace(own, own_signature_pin=PinState(0, blocked=True))]
    desk.sign()
    desk.bench.settle()
    assert [failure.code for failure in desk.failures] == [Code.SIGNATURE_PIN_BLOCKED]
    assert desk.bench.session() is SessionState.ACTIVE and desk.bench.card_state() is CardState.READY
    refused = desk.workbench.signing.outlook().refusal
    assert refused is not None and refused.code is Code.SIGNATURE_PIN_BLOCKED


def test_what_others_signed_is_judged_in_a_worker(desk: Desk) -> None:
    found = SignatureFinding(SignatureState.VALID, "Dr Autre", "H9")
    desk.fake.findings = {b"%PDF other": found}
    desk.log_in()
    assert desk.workbench.signing.check.check_pdf(b"%PDF other") == found
