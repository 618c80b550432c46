"""MANIFEST: the SHA-256 of every file of a tree, by its path, and whether a tree is still what was built."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

NAME = "MANIFEST"


def entries(root: Path) -> Iterator[tuple[str, str]]:
    """Digest and path of each file in order; of a link, of what it names."""
    for file in sorted(root.rglob("*"), key=lambda f: f.relative_to(root).as_posix()):
        path = file.relative_to(root).as_posix()
        if file.is_symlink():
            yield hashlib.sha256(str(file.readlink()).encode()).hexdigest(), path
        elif file.is_file() and path != NAME:
            yield hashlib.sha256(file.read_bytes()).hexdigest(), path


def write(root: Path) -> str:
    """Write it into *root*; its own digest."""
    lines = "".join(f"{digest}  {path}\n" for digest, path in entries(root))
    (root / NAME).write_text(lines, encoding="utf-8")
    return hashlib.sha256(lines.encode()).hexdigest()


def differences(root: Path, manifest: str) -> tuple[str, ...]:
    """Paths below *root* that are not as *manifest* says: changed, missing or more."""
    said = {path: digest for digest, _, path in (line.partition("  ") for line in manifest.splitlines())}
    found = {path: digest for digest, path in entries(root)}
    return tuple(sorted(p for p in said.keys() | found.keys() if said.get(p) != found.get(p)))
