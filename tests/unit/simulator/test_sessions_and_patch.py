"""Refresh rotation (contract §2.3) and JSON Patch (RFC 6902)."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.simulator import json_patch
from desktop.simulator.sessions import SESSION_TIME, Sessions

NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)


def begun() -> tuple[Sessions, str, str]:
    sessions = Sessions()
    _, access, refresh = sessions.begin("ps-weber", "key", "1.0", NOW)
    return sessions, access, refresh


def test_refresh_rotates_and_needs_the_same_key() -> None:
    sessions, _, first = begun()
    assert sessions.refresh(first, "other key", NOW) is None
    found = sessions.refresh(first, "key", NOW)
    assert found is not None and found[2] != first


def test_digests_are_those_of_the_living_tokens() -> None:
    sessions, access, refresh = begun()
    (session,) = sessions.all.values()
    wanted = {hashlib.sha256(token.encode()).hexdigest() for token in (access, refresh)}
    assert set(sessions.digests_of(session)) == wanted
    sessions.revoke(access)
    assert len(sessions.digests_of(session)) == 1


def test_former_refresh_token_is_good_for_30_seconds() -> None:
    sessions, _, first = begun()
    sessions.refresh(first, "key", NOW)
    again = sessions.refresh(first, "key", NOW + timedelta(seconds=29))
    assert again is not None
    assert sessions.refresh(again[2], "key", NOW + timedelta(seconds=30)) is not None


def test_former_refresh_token_after_30_seconds_ends_the_session() -> None:
    sessions, access, first = begun()
    second = sessions.refresh(first, "key", NOW)
    assert second is not None
    assert sessions.refresh(first, "key", NOW + timedelta(seconds=31)) is None
    assert sessions.refresh(second[2], "key", NOW + timedelta(seconds=31)) is None
    assert sessions.find(access, NOW + timedelta(seconds=31)) is None


def test_former_refresh_token_after_its_successor_was_used_ends_the_session() -> None:
    sessions, _, first = begun()
    second = sessions.refresh(first, "key", NOW)
    assert second is not None
    third = sessions.refresh(second[2], "key", NOW + timedelta(seconds=1))
    assert third is not None
    assert sessions.refresh(first, "key", NOW + timedelta(seconds=2)) is None
    assert sessions.refresh(third[2], "key", NOW + timedelta(seconds=2)) is None


def test_session_ends_after_ten_hours_and_access_after_ten_minutes() -> None:
    sessions, access, refresh = begun()
    assert sessions.find(access, NOW + timedelta(minutes=9, seconds=59)) is not None
    assert sessions.find(access, NOW + timedelta(minutes=10)) is None
    assert sessions.refresh(refresh, "key", NOW + timedelta(hours=10)) is None


def test_revoking_the_refresh_token_ends_everything() -> None:
    sessions, access, refresh = begun()
    sessions.revoke("unknown")
    assert sessions.find(access, NOW) is not None
    sessions.revoke(refresh)
    assert sessions.find(access, NOW) is None


def test_a_session_that_nobody_leaves_ends_by_itself() -> None:
    """Its client was cut before it heard the tokens, or its machine lost power."""
    sessions, _, refresh = begun()
    almost = NOW + SESSION_TIME - timedelta(seconds=1)
    assert len(sessions.living(almost)) == 1
    assert sessions.living(NOW + SESSION_TIME) == () and not sessions.refreshes and not sessions.tokens
    assert sessions.refresh(refresh, "key", NOW + SESSION_TIME) is None


def test_only_digests_of_tokens_are_kept() -> None:
    sessions, access, refresh = begun()
    kept = repr(sessions)
    assert access not in kept and refresh not in kept


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"op": "replace", "path": "/a", "value": 2}], {"a": 2, "l": [1, 2]}),
        ([{"op": "test", "path": "/l/1", "value": 2}, {"op": "remove", "path": "/l/0"}], {"a": 1, "l": [2]}),
        ([{"op": "add", "path": "/l/-", "value": 3}], {"a": 1, "l": [1, 2, 3]}),
        ([{"op": "add", "path": "/l/0", "value": 0}], {"a": 1, "l": [0, 1, 2]}),
        ([{"op": "add", "path": "/b~1c", "value": 0}], {"a": 1, "l": [1, 2], "b/c": 0}),
    ],
)
def test_patch(operations: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    before = {"a": 1, "l": [1, 2]}
    assert json_patch.apply(before, operations) == expected
    assert before == {"a": 1, "l": [1, 2]}


@pytest.mark.parametrize(
    "operations",
    [
        [], {}, "x", None, [1], ["x"], [[]], [None],
        [{"path": "/a"}], [{"op": "replace", "value": 1}], [{"op": ["test"], "path": "/a", "value": 1}],
        [{"op": "replace", "path": 1, "value": 1}], [{"op": "replace", "path": ["a"], "value": 1}],
        [{"op": "replace", "path": {}, "value": 1}], [{"op": "replace", "path": None, "value": 1}],
        [{"op": "move", "path": "/a"}], [{"op": "move", "from": "/a", "path": "/b"}],
        [{"op": "copy", "from": "", "path": "/a"}], [{"op": "append", "path": "/a", "value": "x"}],
        [{"op": "REPLACE", "path": "/a", "value": 1}],
        [{"op": "replace", "path": "/x", "value": 1}], [{"op": "replace", "path": "a", "value": 1}],
        [{"op": "replace", "path": "", "value": {}}], [{"op": "remove", "path": ""}],
        [{"op": "add", "path": "/l/9", "value": 1}], [{"op": "add", "path": "/x/y", "value": 1}],
        [{"op": "add", "path": "/a/b", "value": 1}], [{"op": "add", "path": "/l/-1", "value": 1}],
        [{"op": "add", "path": "/l/01", "value": 1}], [{"op": "add", "path": "/l/1e0", "value": 1}],
        [{"op": "add", "path": "/l/\u0661", "value": 1}], [{"op": "add", "path": "/b~2", "value": 1}],
        [{"op": "replace", "path": "/l/-", "value": 1}], [{"op": "replace", "path": "/l/2", "value": 1}],
        [{"op": "remove", "path": "/l/x"}], [{"op": "remove", "path": "/l/-"}],
        [{"op": "remove", "path": "/x"}],
        [{"op": "replace", "path": "/a"}], [{"op": "add", "path": "/z"}], [{"op": "test", "path": "/a"}],
        [{"op": "replace", "path": "/a", "value": 2}, {"op": "remove", "path": "/x"}],
    ],
    ids=str,
)  # fmt: skip
def test_bad_patches(operations: object) -> None:
    before = {"a": 1, "l": [1, 2]}
    with pytest.raises(json_patch.BadPatch):
        json_patch.apply(before, operations)
    assert before == {"a": 1, "l": [1, 2]}, "whole or not at all"


def nested(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


def test_a_value_nested_too_deep() -> None:
    with pytest.raises(json_patch.BadPatch):
        json_patch.apply({"a": 1}, [{"op": "replace", "path": "/a", "value": nested(5_000)}])


@pytest.mark.parametrize(
    ("stands", "asked", "equal"),
    [
        (1, 1.0, True), (1, 1, True), (1, 2, False), (10**20, 1e20, True), (0, False, False),
        (1, True, False), (None, False, False), (None, 0, False), ("1", 1, False), ("", None, False),
        ([], {}, False),
        ([1, 2], [2, 1], False), ([1, 2], [1, 2, 3], False), ([True], [1], False), ([[1]], [[1.0]], True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True), ({"a": 1}, {"a": True}, False), ({"a": 1}, {}, False),
        ({"a": None}, {}, False), ("é", "e\u0301", False),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_test_operation_takes_for_equal(stands: object, asked: object, *, equal: bool) -> None:
    """RFC 6902 §4.6: numbers by value, literals only with themselves, members in any order."""
    operation = [{"op": "test", "path": "/v", "value": asked}]
    if equal:
        assert json_patch.apply({"v": stands}, operation) == {"v": stands}
    else:
        with pytest.raises(json_patch.TestFailed):
            json_patch.apply({"v": stands}, operation)


@pytest.mark.parametrize("path", ["/b", "/a/b", "/l/2", "/l/x", "/l/-", "/b/c/d"])
def test_a_test_of_what_is_not_there_does_not_hold(path: str) -> None:
    """Another layout of a label is "changed elsewhere" for the client (contract §5), not a bad request."""
    with pytest.raises(json_patch.TestFailed):
        json_patch.apply({"a": 1, "l": [1, 2]}, [{"op": "test", "path": path, "value": 2}])
