"""The clock on the wall (domain §4.3): Luxembourg, whatever the machine says."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.local_time import (
    day_end,
    day_words,
    from_wall_seconds,
    hour_words,
    local_day,
    to_local,
    wall_seconds,
)

DAY = 86_400
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("moment", "day", "hour"),
    [
        (datetime(2026, 6, 1, 22, 30, tzinfo=UTC), "02.06.2026", "00:30"),  # summer: two hours ahead
        (datetime(2026, 12, 1, 22, 30, tzinfo=UTC), "01.12.2026", "23:30"),  # winter: one
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "01.01.2027", "00:00"),
        (datetime(2026, 6, 2, 6, 30, tzinfo=timezone(timedelta(hours=8))), "02.06.2026", "00:30"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "31.12.9999", "23:59"),  # « never » on some servers
        (datetime(970, 1, 2, tzinfo=UTC), "02.01.0970", "00:24"),
    ],
)
def test_days_and_hours_are_luxembourgs(moment: datetime, day: str, hour: str) -> None:
    assert (day_words(moment), hour_words(moment)) == (day, hour)


def test_a_day_is_written_as_it_is() -> None:
    assert day_words(date(2026, 6, 1)) == "01.06.2026"


def test_a_moment_without_a_zone_is_refused() -> None:
    """Python would read it in the machine's own zone, which is right on the developer's desk only."""
    for rule in (to_local, local_day, day_end, wall_seconds, day_words, hour_words):
        with pytest.raises(ValueError, match="zone"):
            rule(datetime(2026, 6, 1, 22, 30))


@given(MOMENTS)
def test_a_day_ends_at_the_next_midnight(moment: datetime) -> None:
    end = day_end(moment)
    assert moment < end <= moment + timedelta(hours=25)
    assert hour_words(end) == "00:00" and local_day(end) == local_day(moment) + timedelta(days=1)
    assert local_day(end - timedelta(seconds=1)) == local_day(moment)


@given(MOMENTS)
def test_seconds_on_the_wall_begin_a_day_at_a_whole_multiple(moment: datetime) -> None:
    seconds = wall_seconds(moment)
    shown = from_wall_seconds(seconds)
    assert shown.date() == local_day(moment) and f"{shown:%H:%M}" == hour_words(moment)
    assert wall_seconds(day_end(moment)) % DAY == 0


def test_the_machines_own_zone_changes_nothing() -> None:
    """A practice laptop on holiday in Tokyo shows the platform's days, not Tokyo's."""
    told = (
        "from datetime import UTC, datetime\n"
        "from desktop.domain.local_time import day_words, hour_words\n"
        "from desktop.ui.dates import moment\n"
        "when = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)\n"
        "print(day_words(when), hour_words(when), moment(when), sep='|')"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", told], capture_output=True, text=True, check=True,
            env={**os.environ, "TZ": zone},
        ).stdout.strip()
        for zone in ("Asia/Tokyo", "America/Los_Angeles", "UTC")
    }  # fmt: skip
    assert shown == {"02.06.2026|00:30|02.06.2026 00:30"}
