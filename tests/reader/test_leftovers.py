"""The leftovers of a demo with the real chain: its private smartcard service and OpenSC's settings too."""

import pytest

from tests.unit.system.test_leftovers import (
    place,
    start,
    test_a_player_that_is_killed_takes_its_demo_along,
    test_after_its_end_the_temporary_folder_is_as_before,
    test_what_a_killed_demo_left_is_gone_with_the_next_one,
)

__all__ = [
    "place",
    "start",
    "test_a_player_that_is_killed_takes_its_demo_along",
    "test_after_its_end_the_temporary_folder_is_as_before",
    "test_what_a_killed_demo_left_is_gone_with_the_next_one",
]


@pytest.fixture
def card() -> str:
    return "reader"
