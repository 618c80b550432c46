"""A folder's coverage may only rise."""

from pathlib import Path

import pytest

from tools import coverage_run
from tools.coverage_run import WOBBLE, Folder


@pytest.mark.parametrize(
    ("percent", "fell"), [(91.0, False), (90.0, False), (90.0 - WOBBLE, False), (89.4, True)]
)
def test_a_folder_fell_when_it_lost_more_than_two_runs_differ(percent: float, fell: bool) -> None:
    assert Folder("desktop/store", percent, 90.0).fell is fell


def test_a_floor_is_never_lowered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_run, "FLOORS", tmp_path / "coverage.toml")
    assert coverage_run.read_floors() == {}
    coverage_run.write_floors([Folder("a", 80.2, 80.5), Folder("b", 71.0, 70.0), Folder("c", 50.0, 0.0)])
    assert coverage_run.read_floors() == {"a": 80.5, "b": 71.0, "c": 50.0}


def test_each_test_that_counting_disturbs_exists() -> None:
    for test in coverage_run.DISTURBED:
        path, _, name = test.partition("::")
        assert f"def {name}" in (coverage_run.ROOT / path).read_text(encoding="utf-8")


def test_every_floor_is_of_a_folder_that_exists() -> None:
    floors = coverage_run.read_floors()
    assert floors and all((coverage_run.ROOT / folder).is_dir() for folder in floors)
