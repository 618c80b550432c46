"""What a token says of its PIN's length, where it can be true (CF-003)."""

import pytest

from desktop.smartcard.pin_lengths import possible


@pytest.mark.parametrize(
    ("said", "taken"),
    [((4, 8), (4, 8)), ((6, 127), (6, 127)), ((0, 128), (1, 128)), ((0, 500), (1, 255))],
)
def test_the_token_s_word_is_taken(said: tuple[int, int], taken: tuple[int, int]) -> None:
    assert possible(*said) == taken


@pytest.mark.parametrize("said", [(0, 0), (8, 4), (0, 3), (2**64 - 1, 2**64 - 1 - 1)])
def test_a_word_that_cannot_be_true_is_none(said: tuple[int, int]) -> None:
    assert possible(*said) is None
