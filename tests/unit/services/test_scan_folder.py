"""The watched folder: only finished, fresh files of a scanner's kinds are offered."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.services.scan_folder import (
    FRESH,
    MOST,
    QUIET_S,
    UNENDED_S,
    FolderEntry,
    Scan,
    ScanWatch,
    is_scan,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def _entry(name: str = "scan.pdf", size: int = 10, age_s: float = 60, *, ended: bool = True) -> FolderEntry:
    return FolderEntry(Path(name), size, NOW - timedelta(seconds=age_s), ended)


def _settled(watch: ScanWatch, *entries: FolderEntry, patience: float = QUIET_S) -> list[str]:
    watch.look(entries, NOW, 100.0)
    return [scan.name for scan in watch.look(entries, NOW, 100.0 + patience)]


def test_a_file_that_just_appeared_waits() -> None:
    watch = ScanWatch()
    assert watch.look([_entry()], NOW, 100.0) == () and watch.waiting == 1
    assert watch.look([_entry()], NOW, 100.0 + QUIET_S / 2) == ()
    assert [scan.name for scan in watch.look([_entry()], NOW, 100.0 + QUIET_S)] == ["scan.pdf"]
    assert watch.waiting == 0


def test_a_file_that_grows_waits_from_its_last_change() -> None:
    watch = ScanWatch()
    for step in range(5):
        assert watch.look([_entry(size=10 + step)], NOW, 100.0 + step * QUIET_S) == ()
    assert watch.look([_entry(size=14)], NOW, 100.0 + 5 * QUIET_S) != ()


def test_an_empty_file_waits() -> None:
    assert _settled(ScanWatch(), _entry(size=0)) == []


def test_a_pdf_without_its_end_waits_longer_and_is_offered_at_last() -> None:
    """The checker may then say that it is damaged; it does not vanish silently."""
    assert _settled(ScanWatch(), _entry(ended=False)) == []
    assert _settled(ScanWatch(), _entry(ended=False), patience=UNENDED_S) == ["scan.pdf"]


def test_yesterdays_scans_are_not_offered() -> None:
    assert _settled(ScanWatch(), _entry(age_s=FRESH.total_seconds() + 1)) == []


def test_newest_first_and_not_without_end() -> None:
    entries = [_entry(f"{n}.pdf", age_s=n) for n in range(MOST + 9)]
    names = _settled(ScanWatch(), *reversed(entries))
    assert names == [f"{n}.pdf" for n in range(MOST)]


def test_what_was_taken_is_not_offered_again_until_it_changes() -> None:
    watch = ScanWatch()
    entry = _entry()
    assert _settled(watch, entry) == ["scan.pdf"]
    watch.take(Scan(entry.path, entry.size, entry.changed))
    assert watch.look([entry], NOW, 200.0) == ()
    assert _settled(watch, _entry(size=11)) == ["scan.pdf"]


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("a.pdf", True), ("A.PDF", True), ("b.jpeg", True), ("c.tif", True), ("d.txt", False),
        (".hidden.pdf", False), ("~temp.pdf", False), ("e.pdf.part", False), ("f", False),
    ],
)  # fmt: skip
def test_only_what_scanners_write(name: str, offered: bool) -> None:
    assert is_scan(Path(name)) is offered
