"""Folders in the temporary place: each goes with its program, or by the next start; no other is touched."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.common.passing_folders import Passing, PassingFolder, remove_left_behind, remove_mine

ROOT = Path(__file__).resolve().parents[2]
MAKER = """
import sys, time
from pathlib import Path
from desktop.common.passing_folders import Passing, PassingFolder
made = PassingFolder(Passing.LETTER, Path(sys.argv[1]))
(made.path / "letter.docx").write_bytes(b"x")
print(made.path, flush=True)
time.sleep(600)
"""
NAME = "dsp-card-0a1b2c3_"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "place"
    made.mkdir()
    return made


@pytest.fixture
def program(place: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """Another program, and the folder that it holds."""
    other = subprocess.Popen(
        [sys.executable, "-c", MAKER, str(place)], env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    yield other, Path(other.stdout.readline().strip())
    other.kill()
    other.communicate()


def test_a_folder_is_its_user_s_alone_and_goes_at_the_end(place: Path) -> None:
    with PassingFolder(Passing.QA, place) as made:
        assert made.path.parent == place and made.path.stat().st_mode & 0o777 == 0o700
        (made.path / "deep").mkdir()
        (made.path / "deep" / "file").write_bytes(b"x")
    assert list(place.iterdir()) == []
    made.remove()


def test_what_a_killed_program_left_goes_and_what_a_running_one_holds_stays(
    place: Path, program: tuple["subprocess.Popen[str]", Path]
) -> None:
    other, folder = program
    with PassingFolder(Passing.LETTER, place) as mine:
        assert remove_left_behind(Passing, place) == []
        assert (folder / "letter.docx").exists()
        other.kill()
        other.wait()
        assert remove_left_behind([Passing.CARD], place) == [], "only what was asked for"
        assert remove_left_behind(Passing, place) == [folder]
        assert list(place.iterdir()) == [mine.path]


def test_a_forced_end_takes_its_own_along(place: Path) -> None:
    for kind in Passing:
        PassingFolder(kind, place)
    assert len(list(place.iterdir())) == len(Passing)
    remove_mine()
    assert list(place.iterdir()) == []


def test_a_sweep_that_finds_a_newborn_folder_costs_its_maker_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its birth and its lock nobody holds it."""
    born: list[str] = []

    def swept(make: Callable[..., str]) -> Callable[..., str]:
        def mkdtemp(prefix: str, dir: Path) -> str:
            born.append(make(prefix=prefix, dir=dir))
            if len(born) == 1:
                assert remove_left_behind(Passing, place) == [Path(born[0])]
            return born[-1]

        return mkdtemp

    monkeypatch.setattr(tempfile, "mkdtemp", swept(tempfile.mkdtemp))
    with PassingFolder(Passing.CARD, place) as made:
        assert [str(made.path)] == born[1:] and list(place.iterdir()) == [made.path]


def test_names_that_it_cannot_have_made_stay(place: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "letter.odt").write_bytes(b"mine")
    (place / NAME).mkdir()
    (place / NAME / "link").symlink_to(elsewhere)
    for name in (
        "dsp-card-",
        "dsp-card-backup",
        "dsp-card-0a1b2c3_.old",
        "my-dsp-card-0a1b2c3_",
        "dsp-notes-0a1b2c3_",
    ):
        (place / name).mkdir()
    (place / "dsp-card-00000001").symlink_to(elsewhere)
    (place / "dsp-card-00000002").write_bytes(b"a file")
    os.mkfifo(place / "dsp-card-00000003")
    before = set(place.iterdir())
    assert remove_left_behind(Passing, place) == [place / NAME]
    assert set(place.iterdir()) == before - {place / NAME}
    assert (elsewhere / "letter.odt").read_bytes() == b"mine"


def test_another_user_s_folder_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary place is everybody's."""
    (place / NAME).mkdir()
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    assert remove_left_behind(Passing, place) == []
    monkeypatch.undo()
    assert remove_left_behind(Passing, place) == [place / NAME]


def test_a_place_that_is_none_costs_nothing(tmp_path: Path) -> None:
    assert remove_left_behind(Passing, tmp_path / "none") == []


def test_nothing_else_of_the_program_makes_temporary_files() -> None:
    """``foreign_files`` writes beside the user's own file, ``libreoffice`` asks where the place is."""
    using = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "desktop").rglob("*.py")
        if any(word in path.read_text() for word in ("tempfile", "mkdtemp", "QTemporary", "tempPath"))
    }
    assert using == {
        "desktop/common/passing_folders.py", "desktop/common/foreign_files.py", "desktop/pdf/libreoffice.py",
    }  # fmt: skip
