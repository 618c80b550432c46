"""Which of Qt's libraries are reached from what stays, by what each file names as NEEDED; the others go.

And which libraries the tree asks of the system: what a package must depend on.
"""

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_RUNPATH = re.compile(r"^\s+(?:RUNPATH|RPATH)\s+(\S+)$", re.MULTILINE)
_SHARED = re.compile(r"\.so(\.[0-9.]+)?$")
_QT = Path("PySide6/Qt/lib")


def libraries(site: Path) -> list[Path]:
    """Every shared library and compiled module, in order."""
    return [
        f for f in sorted(site.rglob("*")) if f.is_file() and not f.is_symlink() and _SHARED.search(f.name)
    ]


def needed(file: Path) -> tuple[str, ...]:
    """The names that *file* asks its loader for."""
    said = subprocess.run(["objdump", "-p", str(file)], check=True, capture_output=True, text=True)
    return tuple(_NEEDED.findall(said.stdout))


def reached(roots: Iterable[str], asks: Mapping[str, tuple[str, ...]]) -> set[str]:
    """All names that *roots* lead to, by what each *asks* for."""
    found: set[str] = set()
    open_ends = list(roots)
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            open_ends += asks.get(name, ())
    return found


def close(site: Path) -> None:
    """Remove the libraries of Qt that nothing of the tree leads to."""
    files = libraries(site)
    asks = {file.name: needed(file) for file in files}
    roots = [file.name for file in files if file.parent != site / _QT]
    kept = reached(roots, asks)
    for file in files:
        if file.parent == site / _QT and file.name not in kept:
            file.unlink()


def of_the_system(site: Path) -> dict[str, list[str]]:
    """Name of each library that the tree does not have, with the files that ask for it."""
    files = libraries(site)
    own = {file.name for file in files} | {link.name for link in site.rglob("*.so*")}
    asked: dict[str, list[str]] = {}
    for file in files:
        for name in needed(file):
            if name not in own:
                asked.setdefault(name, []).append(file.relative_to(site).as_posix())
    return asked


def led_outside(site: Path) -> list[str]:
    """Libraries that look for others at a place of the machine where they were built."""
    found = []
    for file in libraries(site):
        said = subprocess.run(["objdump", "-p", str(file)], check=True, capture_output=True, text=True).stdout
        places = [place for path in _RUNPATH.findall(said) for place in path.split(":")]
        if any(not place.startswith("$ORIGIN") for place in places):
            found.append(file.relative_to(site).as_posix())
    return found
