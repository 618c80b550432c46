"""Refresh rotation (contract §2.3) and JSON Patch (RFC 6902)."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.simulator import json_patch
from desktop.simulator.sessions import Sessions

NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)


def begun() -> tuple[Sessions, str, str]:
    sessions = Sessions()
    _, access, refresh = sessions.begin("ps-weber", "key", "1.0", NOW)
    return sessions, access, refresh


def test_refresh_rotates_and_needs_the_same_key():
    sessions, _, first = begun()
    assert sessions.refresh(first, "other key", NOW) is None
    found = sessions.refresh(first, "key", NOW)
    assert found is not None and found[2] != first


def test_former_refresh_token_is_good_for_30_seconds():
    sessions, _, first = begun()
    sessions.refresh(first, "key", NOW)
    again = sessions.refresh(first, "key", NOW + timedelta(seconds=29))
    assert again is not None
    assert sessions.refresh(again[2], "key", NOW + timedelta(seconds=30)) is not None


def test_former_refresh_token_after_30_seconds_ends_the_session():
    sessions, access, first = begun()
    second = sessions.refresh(first, "key", NOW)
    assert sessions.refresh(first, "key", NOW + timedelta(seconds=31)) is None
    assert sessions.refresh(second[2], "key", NOW + timedelta(seconds=31)) is None
    assert sessions.find(access, NOW + timedelta(seconds=31)) is None


def test_former_refresh_token_after_its_successor_was_used_ends_the_session():
    sessions, _, first = begun()
    second = sessions.refresh(first, "key", NOW)
    third = sessions.refresh(second[2], "key", NOW + timedelta(seconds=1))
    assert sessions.refresh(first, "key", NOW + timedelta(seconds=2)) is None
    assert sessions.refresh(third[2], "key", NOW + timedelta(seconds=2)) is None


def test_session_ends_after_ten_hours_and_access_after_ten_minutes():
    sessions, access, refresh = begun()
    assert sessions.find(access, NOW + timedelta(minutes=9, seconds=59)) is not None
    assert sessions.find(access, NOW + timedelta(minutes=10)) is None
    assert sessions.refresh(refresh, "key", NOW + timedelta(hours=10)) is None


def test_revoking_the_refresh_token_ends_everything():
    sessions, access, refresh = begun()
    sessions.revoke("unknown")
    assert sessions.find(access, NOW) is not None
    sessions.revoke(refresh)
    assert sessions.find(access, NOW) is None


def test_only_digests_of_tokens_are_kept():
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
def test_patch(operations, expected):
    before = {"a": 1, "l": [1, 2]}
    assert json_patch.apply(before, operations) == expected
    assert before == {"a": 1, "l": [1, 2]}


@pytest.mark.parametrize(
    "operations",
    [[], {}, "x", [1], [{"op": "move", "path": "/a"}], [{"op": "replace", "path": "/x", "value": 1}],
     [{"op": "replace", "path": "a", "value": 1}], [{"op": "add", "path": "/l/9", "value": 1}],
     [{"op": "remove", "path": "/l/x"}], [{"op": "replace", "path": "/a"}],
     [{"op": "test", "path": "/a/b", "value": 1}]],
)  # fmt: skip
def test_bad_patches(operations):
    with pytest.raises(json_patch.BadPatch):
        json_patch.apply({"a": 1, "l": [1, 2]}, operations)


def test_failed_test_operation():
    with pytest.raises(json_patch.TestFailed):
        json_patch.apply({"a": 1}, [{"op": "test", "path": "/a", "value": 2}])
