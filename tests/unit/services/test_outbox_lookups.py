"""When « the platform does not have it » is believed (CF-079)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.services.outbox_lookups import Lookups
from tests.fakes import FakeClock
from tests.samples.practice import deposit

SETTLE = timedelta(seconds=60)
UNKNOWN = OutboxRow(deposit(1), OutboxState.UNKNOWN)
QUEUED = replace(UNKNOWN, state=OutboxState.QUEUED)
OTHER = OutboxRow(deposit(2), OutboxState.UNKNOWN)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def lookups(clock: FakeClock) -> Lookups:
    return Lookups(clock)


def test_cf079_one_negative_answer_is_believed_a_settle_time_after_the_first(
    lookups: Lookups, clock: FakeClock
) -> None:
    assert lookups.absent(UNKNOWN, SETTLE) == SETTLE
    clock.advance(15)
    assert lookups.absent(OTHER, SETTLE) == SETTLE, "of another document nothing was said"
    assert lookups.absent(UNKNOWN, SETTLE) == SETTLE * 3 / 4, "measured from the first answer"
    clock.advance(45)
    assert lookups.absent(UNKNOWN, SETTLE) == timedelta(0)
    clock.advance(60)
    assert lookups.absent(UNKNOWN, SETTLE) == timedelta(0), "never less than nothing"


def test_cf079_a_late_answer_counts_from_its_question(lookups: Lookups, clock: FakeClock) -> None:
    """The platform may have looked at once: a settle time is between the first answer and that look."""
    quarter = SETTLE.total_seconds() / 4
    lookups.asks(UNKNOWN)
    clock.advance(quarter)
    assert lookups.absent(UNKNOWN, SETTLE) == SETTLE
    clock.advance(3 * quarter)
    lookups.asks(UNKNOWN)
    clock.advance(2 * quarter)
    assert lookups.absent(UNKNOWN, SETTLE) == SETTLE / 4
    lookups.asks(UNKNOWN)
    assert lookups.absent(UNKNOWN, SETTLE) == timedelta(0)


def test_cf079_a_sending_makes_what_was_said_before_it_worthless(lookups: Lookups, clock: FakeClock) -> None:
    assert lookups.absent(UNKNOWN, SETTLE) == SETTLE
    clock.advance(60)
    lookups.sent(UNKNOWN)
    assert lookups.absent(UNKNOWN, SETTLE) == SETTLE


def test_cf079_for_one_that_is_called_not_sent_one_answer_is_enough(lookups: Lookups) -> None:
    """It was believed absent once; but not where it was sent in this run, whatever its row says."""
    assert lookups.absent(QUEUED, SETTLE) == timedelta(0)
    lookups.sent(QUEUED)
    assert lookups.absent(QUEUED, SETTLE) == SETTLE


@pytest.mark.parametrize("state", list(OutboxState))
@pytest.mark.parametrize("attempts", [0, 1])
@pytest.mark.parametrize("sent", [False, True])
def test_cf079_only_what_was_never_tried_goes_unasked(
    lookups: Lookups, state: OutboxState, attempts: int, *, sent: bool
) -> None:
    if sent:
        lookups.sent(UNKNOWN)
    lookups.sent(OTHER)
    first = state is OutboxState.QUEUED and not attempts and not sent
    assert lookups.must_ask(replace(UNKNOWN, state=state, attempts=attempts)) is (not first)


def test_cf079_what_a_session_found_is_believed_absent_once_this_run_is_older_than_the_settle_time(
    lookups: Lookups, clock: FakeClock
) -> None:
    """A copied-back folder may have forgotten a sending, never one of after this start."""
    lookups.found([QUEUED.deposit.unique_id])
    assert lookups.must_ask(QUEUED) and not lookups.must_ask(replace(QUEUED, deposit=OTHER.deposit))
    clock.advance(15)
    assert lookups.absent(QUEUED, SETTLE) == SETTLE * 3 / 4
    clock.advance(45)
    assert lookups.absent(QUEUED, SETTLE) == timedelta(0)
    lookups.sent(QUEUED)
    assert lookups.absent(QUEUED, SETTLE) == SETTLE, "sent in this run, after that"
