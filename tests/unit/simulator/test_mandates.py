"""Times and states of mandates, and the lock of the presence code (domain §4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.record import DspState, MandateKind
from desktop.simulator import mandates
from desktop.simulator.mandates import Attempts, MandateState, Times

NOON = datetime(2026, 6, 10, 10, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("accepted", "end"),
    [
        (datetime(2026, 6, 10, 10, tzinfo=UTC), datetime(2026, 6, 10, 22, tzinfo=UTC)),  # summer: UTC+2
        (datetime(2026, 1, 10, 10, tzinfo=UTC), datetime(2026, 1, 10, 23, tzinfo=UTC)),  # winter: UTC+1
        (datetime(2026, 6, 10, 22, 30, tzinfo=UTC), datetime(2026, 6, 11, 22, tzinfo=UTC)),  # 00:30 local
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),  # 23 h day
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # 25 h day
    ],
)
def test_consultation_ends_with_the_local_day_and_after_24_hours(accepted: datetime, end: datetime) -> None:
    times = mandates.consultation(accepted)
    assert times == Times(accepted, end, accepted + timedelta(hours=24))


@given(MOMENTS)
def test_cf_034_access_lasts_24_hours_to_the_second(accepted: datetime) -> None:
    times = mandates.consultation(accepted)
    until = accepted + timedelta(hours=24)
    assert times.state(accepted) is MandateState.ACTIVE
    assert times.state(until - timedelta(seconds=1)) is not MandateState.ENDED
    assert times.state(until) is MandateState.ENDED


def test_on_a_25_hour_day_too_access_lasts_24_hours() -> None:
    accepted = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert mandates.consultation(accepted).end == accepted + timedelta(hours=24)


@given(MOMENTS, st.timedeltas(timedelta(days=-2), timedelta(days=3)))
def test_cf_031_shortening_never_extends(accepted: datetime, shift: timedelta) -> None:
    times = mandates.consultation(accepted)
    to = accepted + shift
    shorter = times.shortened(to)
    for moment in (accepted, accepted + timedelta(hours=5), accepted + timedelta(hours=23), to):
        if shorter.state(moment) is not MandateState.ENDED:
            assert times.state(moment) is not MandateState.ENDED


def test_cf_031_shortening_drops_the_grace_too() -> None:
    times = mandates.consultation(NOON).shortened(NOON + timedelta(hours=1))
    assert times.state(NOON + timedelta(minutes=59)) is MandateState.ACTIVE
    assert times.state(NOON + timedelta(hours=1)) is MandateState.ENDED


def test_stay_has_fifteen_days_of_grace_and_a_running_one_none() -> None:
    over = mandates.stay(NOON, NOON + timedelta(days=3))
    assert over.state(NOON + timedelta(days=17)) is MandateState.GRACE
    assert over.state(NOON + timedelta(days=18)) is MandateState.ENDED
    assert mandates.stay(NOON, None).state(NOON + timedelta(days=400)) is MandateState.ACTIVE


STATES = [
    # dsp, blacklisted, suspended, kind, expected at a moment when the times say "active" (domain §4.4)
    (DspState.ACTIVE, False, False, MandateKind.CONSULTATION, MandateState.ACTIVE),
    (DspState.ACTIVE, True, False, MandateKind.CONSULTATION, MandateState.BLOCKED),
    (DspState.ACTIVE, True, False, MandateKind.CERCLE_MEDICAL, MandateState.BLOCKED),
    (DspState.ACTIVE, True, False, MandateKind.MEDECIN_REFERENT, MandateState.ACTIVE),
    (DspState.CLOSED, False, False, MandateKind.MEDECIN_REFERENT, MandateState.ENDED),
    (DspState.ACTIVE, True, True, MandateKind.MEDECIN_REFERENT, MandateState.SUSPENDED),
    (DspState.CLOSED, False, True, MandateKind.CONSULTATION, MandateState.SUSPENDED),
]


@pytest.mark.parametrize(("dsp", "blacklisted", "suspended", "kind", "expected"), STATES)
def test_state_machine(
    dsp: DspState, blacklisted: bool, suspended: bool, kind: MandateKind, expected: MandateState
) -> None:
    times = Times(NOON, None, None)
    found = mandates.state(kind, times, NOON, dsp=dsp, blacklisted=blacklisted, suspended=suspended)
    assert found is expected


def test_the_fifth_wrong_code_locks_and_the_lock_ends() -> None:
    attempts = Attempts()
    for _ in range(4):
        attempts = attempts.after_wrong(NOON)
        assert attempts.retry_after(NOON) is None
    attempts = attempts.after_wrong(NOON)
    assert attempts.retry_after(NOON) == mandates.LOCK_TIME.total_seconds()
    after = NOON + mandates.LOCK_TIME
    assert attempts.retry_after(after) is None
    assert attempts.after_wrong(after).wrong == 1
