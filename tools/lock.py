"""Rebuilds ``requirements/*.txt`` from ``pyproject.toml``, for every system at once, and tells what changed.

Standard library only; the resolver (uv) is installed, pinned with hashes, into a folder that goes afterwards.
A package keeps its version unless *upgrade* asks for newer ones.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
SETS: Mapping[str, tuple[str, ...]] = {
    "run": (),
    "simulator": ("--group", "simulator"),
    "test": ("--group", "simulator", "--group", "test"),
}
_BEFORE = {"simulator": "run", "test": "simulator"}  # one set's pins are the next one's constraints


class Versions(Enum):
    """Which versions are taken."""

    KEPT = "kept"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Change:
    """One package of one set; "" = not there."""

    package: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"+ {self.package} {self.after}"
        if not self.after:
            return f"- {self.package} {self.before}"
        return f"  {self.package} {self.before} -> {self.after}"


def pins(requirements: str) -> dict[str, str]:
    """Package and version of each line of a requirements file."""
    return dict(_PIN.findall(requirements))


def changes(before: str, after: str) -> tuple[Change, ...]:
    """What differs between two requirements files, by name."""
    old, new = pins(before), pins(after)
    names = sorted(old.keys() | new.keys())
    return tuple(Change(n, old.get(n, ""), new.get(n, "")) for n in names if old.get(n) != new.get(n))


def lock(root: Path, versions: Versions) -> dict[str, tuple[Change, ...]]:
    """Write every set anew; what changed in each. ``subprocess.CalledProcessError`` when nothing fits."""
    folder = root / "requirements"
    changed = {}
    with tempfile.TemporaryDirectory(prefix="dsp-lock-") as place:
        uv = _install_uv(Path(place), folder / "lock.txt")
        reader = Path(place) / "pcsc.in"
        reader.write_text("\n".join(_extra(root, "pcsc")), encoding="utf-8")
        wanted = [(name, [str(root / "pyproject.toml"), *groups]) for name, groups in SETS.items()]
        for name, sources in [*wanted, ("pcsc", [str(reader)])]:
            target = folder / f"{name}.txt"
            before = target.read_text(encoding="utf-8") if target.exists() else ""
            limits = ["-c", str(folder / f"{_BEFORE[name]}.txt")] if name in _BEFORE else []
            _compile(uv, root, target, [*sources, *limits], versions)
            changed[name] = changes(before, target.read_text(encoding="utf-8"))
    return changed


def _extra(root: Path, name: str) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"][name])


def _install_uv(place: Path, pinned: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
    binaries = place / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(binaries / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, "--require-hashes", "-r", str(pinned)], check=True)
    return binaries / "uv"


def _compile(uv: Path, root: Path, target: Path, sources: Sequence[str], versions: Versions) -> None:
    command = [str(uv), "pip", "compile", *sources, "-q", "-o", str(target)]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url"]
    command += ["--upgrade"] if versions is Versions.NEWEST else []
    subprocess.run(command, check=True, cwd=root, stdout=subprocess.DEVNULL)
