"""dev.py's set-up where it may not install system packages: said, and made good once they are there."""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import dev


class Machine:
    """A PC whose sudo wants a password; what was run on it."""

    def __init__(self) -> None:
        self.packages: set[str] = set()
        self.ran: list[str] = []

    def run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        words = " ".join(map(str, command))
        self.ran.append(words)
        fails = words.startswith("sudo") or ("pcsc.txt" in words and "gcc" not in self.packages)
        return subprocess.CompletedProcess(command, int(fails), "", "")

    def built(self) -> int:
        return sum("pcsc.txt" in words for words in self.ran)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    monkeypatch.setattr(dev, "VENV", tmp_path / "venv")
    monkeypatch.setattr(dev, "PYTHON", python)
    monkeypatch.setattr(dev, "LINUX", True)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(subprocess, "run", made.run)
    monkeypatch.setattr(dev, "_installed", lambda package: package in made.packages)
    return made


def test_missing_packages_are_named_at_every_start_and_made_good(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    dev.setup("demo")
    assert "sudo apt-get install" in capsys.readouterr().out
    assert machine.built() == 1
    dev.setup("demo")
    assert "gcc" in capsys.readouterr().out, "what is missing is said again"
    assert machine.built() == 1, "without its packages it cannot be built"
    machine.packages.update([*dev.WINDOW, *dev.CARD])
    dev.setup("demo")
    assert machine.built() == 2
    assert capsys.readouterr().out == ""
    dev.setup("demo")
    assert machine.built() == 2, "nothing is left to do"


def test_a_complete_set_up_runs_nothing_again(machine: Machine) -> None:
    machine.packages.update([*dev.WINDOW, *dev.CARD, *dev.TESTS])
    dev.setup("test")
    ran = len(machine.ran)
    dev.setup("test")
    dev.setup("demo")
    assert len(machine.ran) == ran


def test_pyside_s_own_python_is_unpacked_after_an_installation_and_compiled(machine: Machine) -> None:
    """What it carries in a library it would compile at each start."""
    dev.setup("demo")
    ran = [next(n for n, one in enumerate(machine.ran) if words in one) for words in (
        "simulator.txt", "import PySide6", f"compileall -qq -j 0 {dev.VENV}",
    )]  # fmt: skip
    assert ran == sorted(ran)


def test_a_relative_data_folder_is_meant_from_where_the_user_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DSP_DESKTOP_HOME", "data")
    assert dev._home() == tmp_path / "data"


def _compiled(machine: Machine) -> int:
    return sum("compileall" in words and words.endswith("desktop") for words in machine.ran)


def test_setup_compiles_what_changed_and_nothing_else(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements").mkdir()
    for name in ("simulator.txt", "test.txt", "pcsc.txt"):
        (tmp_path / "requirements" / name).touch()
    source = tmp_path / "desktop" / "part.py"
    (source.parent / "__pycache__").mkdir(parents=True)
    source.write_text("x = 1\n")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    dev.setup("demo")
    assert _compiled(machine) == 1
    dev.setup("demo")
    assert _compiled(machine) == 1, "nothing changed"
    source.write_text("x = 12\n")
    dev.setup("demo")
    assert _compiled(machine) == 2
    (source.parent / "__pycache__").rmdir()
    dev.setup("demo")
    assert _compiled(machine) == 3, "bytecode that was thrown away is made again"


def test_a_start_that_may_not_write_bytecode_reads_what_the_setup_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    package = tmp_path / "parts"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text("from parts import two\n")
    (package / "two.py").touch()
    dev.compile_sources(package, {})
    package.chmod(0o500)
    (package / "__pycache__").chmod(0o500)
    try:
        started = subprocess.run(
            [sys.executable, "-v", "-c", "import parts.one"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
    finally:
        package.chmod(0o700)
        (package / "__pycache__").chmod(0o700)
    assert started.returncode == 0
    for name in ("__init__", "one", "two"):
        assert f"code object from '{package}/__pycache__/{name}." in started.stderr, started.stderr


@pytest.mark.parametrize("code", [0, 1])
def test_all_parts_run_and_what_ran_beside_them_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int
) -> None:
    ran: list[str] = []

    def part(name: str) -> int:
        ran.append(name)
        return 0

    names = ("unit", *dev.BESIDE, dev.ALONE)
    monkeypatch.setattr(dev, "setup", lambda _: None)
    monkeypatch.setattr(dev, "PARTS", {name: partial(part, name) for name in names})
    monkeypatch.setattr(
        dev, "_run_part", lambda name: (code if name == dev.BESIDE[0] else 0, 7.0, f"{name} said so\n")
    )
    assert dev.test(None) == code
    assert ran == ["unit", dev.ALONE], "what runs beside is not run twice"
    said = capsys.readouterr().out
    for name in dev.BESIDE:
        assert said.index(f"{name} said so") < said.index(f"test {dev.ALONE}"), "nothing runs beside it"
    verdict = "FAILED (1)" if code else "ok"
    assert any(dev.BESIDE[0] in line and verdict in line for line in said.splitlines())


def test_one_part_alone_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    name = dev.BESIDE[0]
    ran: list[str] = []

    def part() -> int:
        ran.append(name)
        return 3

    monkeypatch.setattr(dev, "setup", lambda _: None)
    monkeypatch.setattr(dev, "PARTS", {name: part, dev.ALONE: part})
    assert dev.test(name) == 3
    assert ran == [name]
