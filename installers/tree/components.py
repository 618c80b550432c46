"""What a tree is made of: each package that was installed, with its version and licence."""

import re
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_BUILD_OF = re.compile(r"\.(json|py)$")
# What METADATA does not say by an SPDX expression, or not at all; read in the licence text that it brings.
LICENCES = {
    "aiohappyeyeballs": "PSF-2.0",
    "aiosignal": "Apache-2.0",
    "backports-tarfile": "MIT",
    "img2pdf": "LGPL-3.0-or-later",
    "jaraco-classes": "MIT",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "pyscard": "LGPL-2.1-or-later",
    "segno": "BSD-3-Clause",
    "sqlcipher3": "Zlib",
}


@dataclass(frozen=True, slots=True)
class Component:
    """``licence``: an SPDX expression; ``texts``: its licence files."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]


def components(site: Path) -> tuple[Component, ...]:
    """Every package of a tree, by name. Raises ValueError for one without a known licence."""
    return tuple(_component(folder) for folder in sorted(site.glob("*.dist-info")))


def normal(name: str) -> str:
    """A package's name as the index knows it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _component(folder: Path) -> Component:
    said = HeaderParser().parsestr((folder / "METADATA").read_text(encoding="utf-8"))
    name = normal(said["Name"])
    licence = LICENCES.get(name) or said["License-Expression"] or said["License"] or ""
    if not licence.strip() or "\n" in licence.strip():
        raise ValueError(f"{name}: its licence is not known; look at its files and add it to LICENCES")
    files = [f for f in sorted(folder.rglob("*")) if f.is_file() and _is_text(f.relative_to(folder))]
    return Component(name, said["Version"], licence.strip(), tuple(files))


def _is_text(path: Path) -> bool:
    inside = "licenses" in path.parts[:-1] or path.parts[0] == "license_files"
    return (inside or _TEXT.search(path.name) is not None) and _BUILD_OF.search(path.name) is None
