"""Geometry of the ligne de vie: zoom keeps the place, clusters lose nothing, ticks never run away."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.lifeline import DAY, YEAR
from desktop.ui.record.timescale import (
    CLOSEST,
    MERGE_PX,
    TickStep,
    TimeScale,
    clusters,
    fitted,
    step_for,
    ticks,
)

origins = st.floats(-20 * YEAR, 60 * YEAR)
scales = st.builds(TimeScale, origins, st.floats(CLOSEST, YEAR / 20))
xs = st.floats(0, 2500)


@given(scales, st.floats(0.1, 10), xs)
def test_zoom_keeps_what_is_under_the_cursor(scale: TimeScale, factor: float, x: float) -> None:
    before = scale.time(x)
    after = scale.zoomed(factor, x, farthest=YEAR)
    assert after.time(x) == pytest.approx(before, abs=1)
    assert CLOSEST <= after.spp <= YEAR


@given(scales, st.floats(0.2, 5), xs)
def test_zooming_in_and_out_again_returns(scale: TimeScale, factor: float, x: float) -> None:
    there = scale.zoomed(factor, x, farthest=YEAR)
    if CLOSEST < there.spp < YEAR:
        back = there.zoomed(1 / factor, x, farthest=YEAR)
        assert back.spp == pytest.approx(scale.spp) and back.origin == pytest.approx(scale.origin, abs=5)


@given(scales, st.floats(-3000, 3000), xs)
def test_panning_moves_by_pixels(scale: TimeScale, pixels: float, x: float) -> None:
    assert scale.panned(pixels).x(scale.time(x)) == pytest.approx(x + pixels, abs=0.01)


@given(scales, origins, st.floats(DAY, 30 * YEAR), st.floats(100, 2500))
def test_the_content_never_leaves_the_window(
    scale: TimeScale, start: float, length: float, width: float
) -> None:
    middle = scale.held(start, start + length, width).time(width / 2)
    assert start - 1 <= middle <= start + length + 1


@given(origins, st.floats(DAY, 60 * YEAR), st.floats(120, 2500))
def test_fitted_shows_both_ends(start: float, length: float, width: float) -> None:
    scale = fitted(start, start + length, width)
    assert scale.x(start) >= 0 and scale.x(start + length) <= width


times = st.lists(st.floats(0, 12 * YEAR), max_size=300).map(sorted)


@given(times, st.floats(CLOSEST, YEAR / 20), st.floats(100, 2500))
def test_clusters_hold_every_visible_document_once(found: list[float], spp: float, width: float) -> None:
    scale = TimeScale(0.0, spp)
    marks = clusters(found, scale, width)
    inside = [i for mark in marks for i in range(mark.first, mark.last + 1)]
    assert inside == sorted(set(inside))
    visible = {i for i, time in enumerate(found) if 0 <= scale.x(time) <= width}
    assert visible <= set(inside)
    for mark in marks:
        assert found[mark.last] - found[mark.first] <= MERGE_PX * spp * 1.0001
    assert len(marks) <= (width + 4 * MERGE_PX) / MERGE_PX * 2 + 4


@given(times, st.floats(CLOSEST, YEAR / 20))
def test_counted_marks_do_not_overlap(found: list[float], spp: float) -> None:
    marks = clusters(found, TimeScale(0.0, spp), 2000)
    counted = [mark for mark in marks if len(mark) > 1]
    for left, right in itertools.pairwise(counted):
        assert right.x - left.x >= MERGE_PX - 7


@given(scales, st.floats(100, 2500))
def test_ticks_have_room_and_are_bounded(scale: TimeScale, width: float) -> None:
    found = ticks(scale, width)
    assert len(found) <= width / 20 + 40
    assert all(a.time < b.time for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("spp", "step"),
    [(YEAR / 12, TickStep.FIVE_YEARS), (YEAR / 60, TickStep.YEAR), (YEAR / 400, TickStep.QUARTER),
     (YEAR / 1000, TickStep.MONTH), (DAY / 12, TickStep.WEEK), (DAY / 100, TickStep.DAY)],
)  # fmt: skip
def test_level_of_detail(spp: float, step: TickStep) -> None:
    assert step_for(TimeScale(0, spp)) is step
