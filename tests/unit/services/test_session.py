"""The session machine: its tables, its order of effects, and what no order of events may break."""

import functools
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desktop.services.session import (
    CardState,
    Effect,
    Event,
    RecordState,
    SessionState,
    Situation,
    advance,
)

ACTIVE = Situation(CardState.READY, SessionState.ACTIVE, RecordState.OPEN, card_proven=True)
LOCKING = [
    Event.LOCK_ASKED,
    Event.IDLE,
    Event.SCREEN_LOCKED,
    Event.SERVICE_LOST,
    Event.READERS_GONE,
    Event.READER_EMPTIED,
    Event.CARD_SWAPPED,
    Event.SESSION_EXPIRED,
]
# What the world does to a card and its reader by itself: no exit for somebody who only waits.
WORLD = {
    Event.SERVICE_LOST,
    Event.READERS_GONE,
    Event.READER_EMPTIED,
    Event.CARD_SEEN,
    Event.CARD_SWAPPED,
}
TRYING = (SessionState.AUTHENTICATING, SessionState.UNLOCKING)
# Nothing in the reader that could be read or asked: only the world leads on, and the screen says how.
NOTHING_IN = (CardState.SERVICE_MISSING, CardState.NO_READER, CardState.READER_EMPTY)
ANSWERS = {
    Event.PIN_REFUSED,
    Event.LOGIN_SUCCEEDED,
    Event.LOGIN_SUCCEEDED_OFFLINE,
    Event.LOGIN_FAILED,
    Event.TERMS_ASKED,
}
SECRETS_GONE = [Effect.DROP_TOKENS, Effect.WIPE_DOCUMENTS, Effect.CLOSE_VAULT]


def play(*events: Event, start: Situation | None = None) -> tuple[Situation, list[Effect]]:
    now = start or Situation()
    effects: list[Effect] = []
    for event in events:
        step = advance(now, event)
        assert step.known, f"{event} in {now}"
        now, effects = step.situation, [*effects, *step.effects]
    return now, effects


def ours(here: Situation) -> list[Event]:
    """What can happen without the world's help: a PIN needs a ready card, an answer somebody who asked."""
    never = set(WORLD)
    if here.card is not CardState.READY:
        never.add(Event.PIN_GIVEN)
    if here.session not in TRYING:
        never |= ANSWERS
        if here.card not in (CardState.READING, CardState.READY):
            never.add(Event.PIN_BLOCKED)
    return [event for event in Event if event not in never]


LOGIN = (Event.CARD_SEEN, Event.CARD_READ, Event.PIN_GIVEN, Event.LOGIN_SUCCEEDED)


def test_main_job_goes_through() -> None:
    now, effects = play(*LOGIN)
    assert now.session is SessionState.ACTIVE and now.card_proven
    assert effects == [Effect.READ_CARD, Effect.SHOW_HOME]
    now, _ = play(
        Event.PATIENT_IDENTIFIED,
        Event.CODE_ASKED,
        Event.ACCESS_ASKED,
        Event.ACCESS_REFUSED,
        Event.ACCESS_ASKED,
        Event.ACCESS_GRANTED,
        Event.GRACE_BEGUN,
        Event.MANDATE_ENDED,
        start=now,
    )
    assert now.record is RecordState.ENDED


@pytest.mark.parametrize("event", LOCKING)
def test_cf017_lock_hides_content_before_anything_is_wiped(event: Event) -> None:
    step = advance(ACTIVE, event)
    assert step.situation.session is SessionState.LOCKED
    assert step.effects[0] is Effect.HIDE_CONTENT
    assert set(SECRETS_GONE) <= set(step.effects)
    assert step.effects.index(Effect.KEEP_DRAFTS) < step.effects.index(Effect.CLOSE_VAULT)


def test_cf014_other_holder_closes_the_session_and_forgets_the_screen() -> None:
    locked, _ = play(Event.READER_EMPTIED, Event.CARD_SEEN, Event.CARD_READ, start=ACTIVE)
    step = advance(locked, Event.OTHER_HOLDER)
    assert step.situation.session is SessionState.SIGNED_OUT
    assert Effect.FORGET_SCREEN in step.effects and step.situation.record is RecordState.NONE


def test_same_holder_comes_back_to_the_same_screen() -> None:
    now, effects = play(
        Event.READER_EMPTIED,
        Event.CARD_SEEN,
        Event.CARD_READ,
        Event.PIN_GIVEN,
        Event.LOGIN_SUCCEEDED,
        start=ACTIVE,
    )
    assert now.session is SessionState.ACTIVE and now.record is RecordState.OPEN
    assert effects[-1] is Effect.RESTORE_SCREEN


def test_cf020_new_terms_at_an_unlock_keep_the_screen_of_the_same_holder() -> None:
    locked, _ = play(Event.LOCK_ASKED, start=ACTIVE)
    asked, effects = play(Event.PIN_GIVEN, Event.TERMS_ASKED, start=locked)
    assert not asked.may_show_content and asked.record is RecordState.OPEN and effects == []
    now, effects = play(Event.TERMS_ACCEPTED, Event.LOGIN_SUCCEEDED, start=asked)
    assert now.record is RecordState.OPEN and effects == [Effect.RESTORE_SCREEN]
    failed, _ = play(Event.TERMS_ACCEPTED, Event.LOGIN_FAILED, start=asked)
    assert failed.session is SessionState.LOCKED
    for event in (Event.TERMS_DECLINED, Event.OTHER_HOLDER, Event.LOGOUT):
        gone, effects = play(event, start=asked)
        assert gone.record is RecordState.NONE and Effect.FORGET_SCREEN in effects
    for event in (Event.READER_EMPTIED, Event.SCREEN_LOCKED):
        cut, effects = play(event, start=asked)
        assert cut.session is SessionState.LOCKED and cut.record is RecordState.OPEN
        assert {Effect.ABORT_CARD, Effect.DROP_TOKENS, Effect.CLOSE_VAULT} <= set(effects)


def test_offline_session_goes_online_with_the_pin_and_keeps_its_screen() -> None:
    offline = Situation(CardState.READY, SessionState.ACTIVE_OFFLINE, RecordState.OPEN, card_proven=True)
    asked = advance(offline, Event.RECONNECT_ASKED)
    assert asked.situation.session is SessionState.LOCKED and asked.effects[0] is Effect.HIDE_CONTENT
    assert set(SECRETS_GONE) <= set(asked.effects)
    now, effects = play(Event.PIN_GIVEN, Event.LOGIN_SUCCEEDED, start=asked.situation)
    assert now.session is SessionState.ACTIVE and now.record is RecordState.OPEN
    assert effects == [Effect.RESTORE_SCREEN]
    assert not advance(now, Event.RECONNECT_ASKED).known, "an online session needs no such way"


def test_cf010_a_code_being_checked_dies_with_the_lock() -> None:
    checking = Situation(CardState.READY, SessionState.ACTIVE, RecordState.CODE_CHECKING, card_proven=True)
    step = advance(checking, Event.READER_EMPTIED)
    assert step.situation.record is RecordState.CODE_NEEDED
    assert Effect.FORGET_CODE in step.effects


CUTS = [
    (SessionState.AUTHENTICATING, Event.LOGOUT),
    (SessionState.AUTHENTICATING, Event.SCREEN_LOCKED),
    (SessionState.UNLOCKING, Event.LOGOUT),
    (SessionState.UNLOCKING, Event.LOCK_ASKED),
    (SessionState.UNLOCKING, Event.IDLE),
    (SessionState.UNLOCKING, Event.SCREEN_LOCKED),
    (SessionState.UNLOCKING, Event.SESSION_EXPIRED),
    (SessionState.UNLOCKING, Event.OTHER_HOLDER),
]


@pytest.mark.parametrize(("session", "event"), CUTS)
def test_a_login_that_was_cut_reads_the_card_again(session: SessionState, event: Event) -> None:
    step = advance(Situation(CardState.PIN_ENTRY, session), event)
    assert step.situation.card is CardState.READING
    assert step.effects.index(Effect.ABORT_CARD) < step.effects.index(Effect.READ_CARD_AGAIN)


@pytest.mark.parametrize("event", [Event.PIN_REFUSED, Event.LOGIN_FAILED])
@pytest.mark.parametrize("session", TRYING)
def test_a_login_that_failed_reads_the_card_again(session: SessionState, event: Event) -> None:
    """Whatever it failed of, the card may have counted a try."""
    step = advance(Situation(CardState.PIN_ENTRY, session), event)
    assert step.situation.card is CardState.READING and step.effects[-1] is Effect.READ_CARD_AGAIN


@pytest.mark.parametrize("event", [Event.READER_EMPTIED, Event.SERVICE_LOST, Event.SCREEN_LOCKED])
def test_card_pulled_during_login_leaves_nothing(event: Event) -> None:
    trying, _ = play(*LOGIN[:3])
    step = advance(trying, event)
    assert step.situation.session is SessionState.SIGNED_OUT
    assert {Effect.ABORT_CARD, Effect.DROP_TOKENS, Effect.CLOSE_VAULT} <= set(step.effects)


def test_cf020_without_acceptance_there_is_no_session() -> None:
    now, _ = play(*LOGIN[:3], Event.TERMS_ASKED)
    assert now.session is SessionState.TERMS and not now.may_show_content
    declined = advance(now, Event.TERMS_DECLINED)
    assert declined.situation.session is SessionState.SIGNED_OUT


def test_every_session_and_record_state_has_an_exit() -> None:
    for session in SessionState:
        for record in RecordState:
            for card in (CardState.READY, CardState.READER_EMPTY, CardState.PIN_ENTRY):
                start = Situation(card, session, record)
                assert any(advance(start, e).situation.session is not session for e in Event), session
    for record in RecordState:
        start = Situation(CardState.READY, SessionState.ACTIVE, record)
        assert any(advance(start, e).situation.record is not record for e in Event), record


@pytest.mark.parametrize("card", [card for card in CardState if card not in NOTHING_IN])
def test_every_card_state_has_an_exit_with_the_card_left_in(card: CardState) -> None:
    """By what we find or what the user does: nobody has to pull a card to get on."""
    for here in reachable():
        if here.card is card:
            assert any(advance(here, event).situation.card is not card for event in ours(here)), here


@functools.cache
def reachable() -> dict[Situation, set[Situation]]:
    """Every situation that any order of events leads to, with those that the card left in leads on to."""
    onward: dict[Situation, set[Situation]] = {}
    waiting = [Situation()]
    while waiting:
        here = waiting.pop()
        if here not in onward:
            onward[here] = {advance(here, event).situation for event in ours(here)} - {here}
            waiting += onward[here]
            waiting += [advance(here, event).situation for event in WORLD]
    return onward


def test_no_reachable_situation_is_a_dead_end() -> None:
    """With a card in, what we find and what the user does lead to an open session: no pulling, no restart."""
    onward = {here: further for here, further in reachable().items() if here.card not in NOTHING_IN}
    assert len(onward) > 100
    good = {here for here in onward if here.session is SessionState.ACTIVE}
    grew = True
    while grew:
        back = {here for here, there in onward.items() if here not in good and there & good}
        good |= back
        grew = bool(back)
    assert set(onward) == good


def test_every_reachable_situation_keeps_the_rules() -> None:
    """The three invariants, on all situations instead of random ones."""
    for here, further in reachable().items():
        assert here.may_show_content == here.card_proven
        if here.session is SessionState.SIGNED_OUT:
            assert here.record is RecordState.NONE
        if here.card not in NOTHING_IN:
            assert further, f"no exit from {here}"
        if here.card is CardState.PIN_ENTRY:
            assert here.session in TRYING, f"a PIN that nobody waits for in {here}"
    for here in reachable():
        for event in Event:
            step = advance(here, event)
            if here.may_show_content and not step.situation.may_show_content:
                assert step.effects[0] is Effect.HIDE_CONTENT, f"{event} in {here}"
                assert set(SECRETS_GONE) <= set(step.effects), f"{event} in {here}"
            proven = event in (Event.LOGIN_SUCCEEDED, Event.LOGIN_SUCCEEDED_OFFLINE)
            if step.situation.may_show_content and not here.may_show_content:
                assert proven, f"{event} in {here} opens a session without a card"


@given(st.lists(st.sampled_from(list(Event)), max_size=40))
@settings(max_examples=400)
def test_unknown_pairs_change_nothing(events: list[Event]) -> None:
    now = Situation()
    for event in events:
        step = advance(now, event)
        if not step.known:
            assert step.situation == now and step.effects == ()
        now = step.situation


@dataclass(frozen=True)
class Desk:
    """What ``ui/desk/record_desk.py`` keeps: the patient on the screen, and his open record."""

    patient: bool = False
    record: bool = False

    def after(self, now: Situation, event: Event) -> "Desk":
        """As the desk stands when *event* was heard in *now*."""
        step = advance(now, event)
        desk = self
        if {Effect.CLOSE_RECORD, Effect.FORGET_SCREEN} & set(step.effects):
            desk = Desk()
        if now.may_show_content and step.situation.record is not now.record:
            if event is Event.PATIENT_IDENTIFIED:
                desk = Desk(patient=True)
            elif event in (Event.ACCESS_GRANTED, Event.MANDATE_ENDED):
                desk = replace(desk, record=event is Event.ACCESS_GRANTED)
        return desk

    def agrees(self, now: Situation) -> bool:
        """A patient on the desk and no record in the machine would be a page that nothing closes."""
        record = now.record in (RecordState.OPEN, RecordState.GRACE)
        return (self.patient, self.record) == (now.record is not RecordState.NONE, record)


def test_desk_and_machine_know_of_the_same_patient_in_every_order() -> None:
    seen, waiting = set(), [(Situation(), Desk())]
    while waiting:
        here, desk = waiting.pop()
        if (here, desk) not in seen:
            seen.add((here, desk))
            assert desk.agrees(here), f"{desk} in {here}"
            waiting += [(advance(here, event).situation, desk.after(here, event)) for event in Event]
    assert len(seen) == len({here for here, _ in seen}), "one desk a situation"


class AnyOrder(RuleBasedStateMachine):
    """Random orders of events, with the world that the effects stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Situation()
        self.secrets = False
        self.content = False
        self.proofs = 0
        self.desk = Desk()

    @rule(event=st.sampled_from(list(Event)))
    def happens(self, event: Event) -> None:
        step = advance(self.now, event)
        for effect in step.effects:
            if effect in (Effect.HIDE_CONTENT, Effect.SHOW_LOGIN):
                self.content = False
            if effect is Effect.CLOSE_VAULT:
                assert not self.content, "wiped while still on the screen"
                self.secrets = False
            if effect in (Effect.SHOW_HOME, Effect.RESTORE_SCREEN):
                self.content = True
        proven = event in (Event.LOGIN_SUCCEEDED, Event.LOGIN_SUCCEEDED_OFFLINE)
        if step.known and proven and step.situation.may_show_content:
            self.secrets = True
            self.proofs += 1
        self.desk = self.desk.after(self.now, event)
        self.now = step.situation

    @invariant()
    def locked_means_no_secret(self) -> None:
        if self.now.session in (SessionState.LOCKED, SessionState.SIGNED_OUT):
            assert not self.secrets and not self.content

    @invariant()
    def active_means_card_proven(self) -> None:
        if self.now.may_show_content:
            assert self.now.card_proven and self.proofs > 0
        else:
            assert not self.now.card_proven

    @invariant()
    def there_is_an_exit(self) -> None:
        """Without the world's help while a card is in."""
        if self.now.card not in NOTHING_IN:
            assert any(advance(self.now, event).situation != self.now for event in ours(self.now))

    @invariant()
    def a_pin_is_waited_for(self) -> None:
        if self.now.card is CardState.PIN_ENTRY:
            assert self.now.session in TRYING

    @invariant()
    def what_fails_or_is_cut_frees_the_card(self) -> None:
        if self.now.card is CardState.PIN_ENTRY:
            for event in (Event.LOGIN_FAILED, Event.LOGOUT):
                assert advance(self.now, event).situation.card is CardState.READING

    @invariant()
    def no_record_without_a_session(self) -> None:
        if self.now.session in (SessionState.SIGNED_OUT, SessionState.TERMS):
            assert self.now.record is RecordState.NONE

    @invariant()
    def desk_and_machine_know_of_the_same_patient(self) -> None:
        assert self.desk.agrees(self.now)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=200, stateful_step_count=60)
