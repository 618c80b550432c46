"""The administrator's policy: believed only where nobody else could have written it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.system import policy
from desktop.system.policy import Policy, read_policy

BOTH = '[trust]\nsystem_store = true\n[network]\nproxy = "http://proxy:3128"\n'
posix = pytest.mark.skipif(os.name == "nt", reason="rights of POSIX; Windows has its registry")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy file of this user's, in folders that stand for the system's (/tmp is everybody's)."""
    real = Path.stat

    def as_if_closed(path: Path, **how: bool) -> os.stat_result:
        told = real(path, **how)
        if path in tmp_path.parents:
            told = os.stat_result((stat.S_IFDIR | 0o755, *tuple(told)[1:4], 0, *tuple(told)[5:10]))
        return told

    monkeypatch.setattr(Path, "stat", as_if_closed)
    tmp_path.chmod(0o755)
    file = tmp_path / "policy.toml"
    file.write_text(BOTH)
    file.chmod(0o644)
    return file


def read(place: Path) -> Policy:
    return read_policy(place, os.getuid())


@posix
def test_an_administrator_s_file_is_followed(place: Path) -> None:
    assert read(place) == Policy(system_store=True, proxy="http://proxy:3128")


@posix
@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_may_write_is_not(place: Path, mode: int) -> None:
    place.chmod(mode)
    assert read(place) == Policy()


@posix
@pytest.mark.parametrize("mode", [0o775, 0o757, 0o1777])
def test_nor_one_in_a_folder_where_others_may_put_another(place: Path, mode: int) -> None:
    place.parent.chmod(mode)
    assert read(place) == Policy()


@posix
def test_nor_a_link_nor_a_pipe(place: Path) -> None:
    target = place.with_name("elsewhere")
    place.rename(target)
    place.symlink_to(target)
    assert read(place) == Policy()
    place.unlink()
    os.mkfifo(place, 0o644)
    assert read(place) == Policy()  # and it is answered at once: nobody writes into this pipe


@posix
def test_nor_another_user_s(place: Path) -> None:
    """Whoever runs the program is not the administrator, whatever his file says."""
    assert read_policy(place, os.getuid() + 1) == (Policy() if os.getuid() else read(place))
    if os.getuid() == 0:  # the one who can give a file away
        os.chown(place, 12345, 12345)
        assert read_policy(place, 0) == Policy()


@posix
@pytest.mark.parametrize("words", ["", "nonsense", "trust = 3", '[trust]\nsystem_store = "yes"', "\0"])
def test_what_is_no_policy_is_none(place: Path, words: str) -> None:
    place.write_text(words)
    assert read(place) == Policy()


def test_where_none_is_nothing_is_decided(tmp_path: Path) -> None:
    assert read_policy(tmp_path / "policy.toml") == Policy()


def test_no_variable_and_no_option_says_where_it_lies() -> None:
    script = "from desktop.system.policy import PLACE; print(PLACE)"
    root = Path(policy.__file__).parents[2]
    env = {**os.environ, "DSP_DESKTOP_HOME": "/trap", "XDG_CONFIG_DIRS": "/trap", "HOME": "/trap"}
    said = subprocess.run([sys.executable, "-c", script], cwd=root, env=env, capture_output=True, text=True)
    assert said.stdout.strip() == str(policy.PLACE)
