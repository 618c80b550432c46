"""Where who logged in works, as the login's answer tells it (contract §2.3)."""

import json

import msgspec
import pytest

from desktop.domain.account import Practice
from desktop.sync.tokens import TokenAnswer, practice


def told(value: object) -> Practice:
    body = json.dumps({"access_token": "t", "practice": value}).encode()
    return practice(msgspec.json.decode(body, type=TokenAnswer))


def test_the_letterhead_is_text_of_one_line() -> None:
    """An address of two lines, and a sign that could reorder what stands beside it."""
    read = told({"name": "Cabinet\u202e A", "address": "1, rue X\nL-1234", "phone": "+352 1", "more": 1})
    assert read == Practice("Cabinet A", "1, rue X L-1234", "+352 1")


@pytest.mark.parametrize("value", [None, {}, [], "Cabinet", {"name": 7}, {"address": None}])
def test_what_cannot_be_read_keeps_nobody_from_working(value: object) -> None:
    assert told(value) == Practice()


def test_a_platform_that_tells_nothing_of_it() -> None:
    assert practice(TokenAnswer("t")) == Practice()
