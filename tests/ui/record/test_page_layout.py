"""Geometry of pages: turning and zooming lose no point, selection finds the right character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.record.page_layout import (
    FIT_MAX,
    ZOOM_MIN,
    fit_width,
    joined,
    lay_out,
    nearest_character,
    turn,
)

rotations = st.sampled_from((0, 90, 180, 270))
lengths = st.floats(50, 2000)
sizes = st.lists(st.tuples(lengths, lengths), min_size=1, max_size=12)


@given(
    sizes, st.floats(0.25, 5), rotations, st.floats(200, 2500), st.floats(0, 1), st.floats(0, 1), st.data()
)
def test_page_to_view_and_back(
    found: list[tuple[float, float]], zoom: float, rotation: int, width: float, u: float, v: float,
    data: st.DataObject,
) -> None:  # fmt: skip
    layout = lay_out(found, zoom=zoom, rotation=rotation, width=width, only=None)
    placed = layout.pages[data.draw(st.integers(0, len(found) - 1))]
    x, y = u * found[placed.page][0], v * found[placed.page][1]
    left, top, right, bottom = layout.to_view(placed, (x, y, x, y))
    assert (left, top) == (right, bottom)
    assert placed.x - 0.01 <= left <= placed.x + placed.width + 0.01
    assert placed.y - 0.01 <= top <= placed.y + placed.height + 0.01
    assert layout.to_page(placed, left, top) == pytest.approx((x, y), abs=0.01)


@given(sizes, rotations, st.floats(200, 2500), st.floats(0, 9000), st.floats(1, 2000))
def test_visible_pages_are_those_in_the_band(
    found: list[tuple[float, float]], rotation: int, width: float, top: float, height: float
) -> None:
    layout = lay_out(found, zoom=1, rotation=rotation, width=width, only=None)
    expected = [p.page for p in layout.pages if p.y < top + height and p.y + p.height > top]
    assert [p.page for p in layout.visible(top, top + height)] == expected


@given(sizes, rotations, st.floats(200, 2500))
def test_fitted_pages_fill_the_width_and_never_more(
    found: list[tuple[float, float]], rotation: int, width: float
) -> None:
    zoom = fit_width(found, rotation, width)
    assert ZOOM_MIN <= zoom <= FIT_MAX
    layout = lay_out(found, zoom=zoom, rotation=rotation, width=width, only=None)
    if zoom > ZOOM_MIN:
        assert all(p.x >= 0 and p.x + p.width <= width + 0.1 for p in layout.pages)


def test_single_page_stands_alone() -> None:
    layout = lay_out([(595, 842)] * 5, zoom=1, rotation=0, width=900, only=3)
    assert [p.page for p in layout.pages] == [3]
    assert layout.placed(2) is None


@given(st.floats(0, 595), st.floats(0, 842))
def test_four_quarter_turns_are_none(x: float, y: float) -> None:
    point, width, height = (x, y), 595.0, 842.0
    for _ in range(4):
        point = turn(*point, width, height, 90)
        width, height = height, width
    assert point == pytest.approx((x, y))


def test_the_own_line_wins_over_a_nearer_column() -> None:
    boxes = ((0.0, 0.0, 6.0, 10.0), (6.0, 0.0, 12.0, 10.0), (60.0, 12.0, 66.0, 22.0))
    assert nearest_character(boxes, 7, 5) == 1
    assert nearest_character(boxes, 62, 5) == 1
    assert nearest_character(boxes, 62, 15) == 2
    assert nearest_character((), 1, 1) is None


def test_characters_of_a_line_become_one_box() -> None:
    boxes = ((0.0, 0.0, 6.0, 10.0), (6.0, 2.0, 12.0, 10.0), (5.0, 5.0, 5.0, 5.0), (0.0, 14.0, 6.0, 24.0))
    assert joined(boxes) == ((0.0, 0.0, 12.0, 10.0), (0.0, 14.0, 6.0, 24.0))
