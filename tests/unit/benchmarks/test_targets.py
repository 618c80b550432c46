"""A benchmark says which of its targets were missed, and ends so that a script sees it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import lifeline
from benchmarks.targets import misses


@pytest.mark.parametrize(
    ("target", "measured"),
    [
        ("≤ 50 ms", "50 ms (p99 21)"),
        ("≤ 0.5 s", "0.40 s (max 0.61)"),
        ("≤ 0.9 ×", "0.68 ×"),
        ("≤ 0.9 ×", "not installed"),
        ("", "162 MB"),
        ("", "251 / 480 ms"),
    ],
)
def test_what_reaches_its_target(target: str, measured: str) -> None:
    assert not misses(target, measured)


@pytest.mark.parametrize(
    ("target", "measured"),
    [
        ("≤ 50 ms", "51 ms (p99 21)"),
        ("≤ 50 ms", "164 ms (p99 2)"),
        ("≤ 0.5 s", "0.51 s (max 0.52)"),
        ("≤ 0.8 ×", "0.85 ×"),
        ("≤ 0.5 s", "not measured"),
    ],
)
def test_what_misses_it(target: str, measured: str) -> None:
    assert misses(target, measured)


def test_two_units_are_no_comparison() -> None:
    with pytest.raises(ValueError, match="against ≤ 50 ms"):
        misses("≤ 50 ms", "0.4 s")


@pytest.mark.parametrize(("measured", "code"), [("4.0 ms (p99 4.9)", 0), ("5.2 ms (p99 6.0)", 1)])
def test_a_missed_target_is_marked_and_ends_with_1(
    measured: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(_: Path | None) -> Iterator[tuple[str, str, str]]:
        yield "a frame", "≤ 5 ms", measured

    monkeypatch.setattr(lifeline, "rows", rows)
    monkeypatch.setattr(sys, "argv", ["bench", "lifeline"])
    assert bench.main() == code
    assert ("MISSED" in capsys.readouterr().out) == bool(code)
