"""``dev.py lock``: what changed is said, pin by pin."""

from tools.lock import Change, changes, pins

_BEFORE = """attrs==26.1.0 \\
    --hash=sha256:aa
tzdata==2026.1 ; sys_platform == 'win32' \\
    --hash=sha256:bb
"""
_AFTER = """attrs==26.2.0 \\
    --hash=sha256:cc
msgspec==0.20.0 \\
    --hash=sha256:dd
"""


def test_pins_are_read_without_hashes_and_markers() -> None:
    assert pins(_BEFORE) == {"attrs": "26.1.0", "tzdata": "2026.1"}


def test_new_gone_and_moved_packages_are_told() -> None:
    found = changes(_BEFORE, _AFTER)
    assert found == (
        Change("attrs", "26.1.0", "26.2.0"),
        Change("msgspec", "", "0.20.0"),
        Change("tzdata", "2026.1", ""),
    )
    assert [str(c) for c in found] == ["  attrs 26.1.0 -> 26.2.0", "+ msgspec 0.20.0", "- tzdata 2026.1"]


def test_nothing_changed_is_nothing_told() -> None:
    assert changes(_BEFORE, _BEFORE) == ()


def test_a_new_hash_alone_is_no_new_version() -> None:
    assert changes(_BEFORE, _BEFORE.replace("aa", "ee")) == ()
