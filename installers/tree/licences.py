"""LICENCES.txt: whose work is in a tree, under which terms, and those terms word for word."""

from collections.abc import Sequence
from pathlib import Path

from installers.tree.components import Component

NAME = "LICENCES.txt"
# PySide6's wheels bring no text of the licence that they are under.
_GNU = {"LGPL-3.0-only": ("LGPL-3", "GPL-3"), "LGPL-2.1-or-later": ("LGPL-2.1",)}
_COMMON = Path("/usr/share/common-licenses")
_LGPL = """\
Qt and PySide6 (The Qt Company) are used under the LGPL 3, pyscard under the LGPL 2.1. They are separate
files in the folder of the program's packages (PySide6, shiboken6, smartcard) and may be replaced by other
builds of the same version. Their sources are offered by their projects; versions are in the list.
"""


def write(site: Path, parts: Sequence[Component], own: Path, fonts: Sequence[Path]) -> str:
    """The text: the program's own licence (*own*), the list, then each text once. *fonts*: texts of fonts.

    Raises ValueError for a package that brings no text and has none here.
    """
    owners: dict[str, list[str]] = {}
    for part in parts:
        texts = [file.read_text(encoding="utf-8", errors="replace").strip() for file in part.texts]
        texts += [(_COMMON / name).read_text(encoding="utf-8").strip() for name in _gnu(part)]
        if not texts:
            raise ValueError(f"{part.name}: no text of its licence")
        for words in texts:
            owners.setdefault(words, []).append(f"{part.name} {part.version}")
    for file in fonts:
        words = file.read_text(encoding="utf-8").strip()
        owners.setdefault(words, []).append(f"font: {file.relative_to(site).as_posix()}")
    listed = "".join(f"  {part.name} {part.version}: {part.licence}\n" for part in parts)
    said = f"DSP Desktop\n\n{own.read_text(encoding='utf-8').strip()}\n\n{_LGPL}\nParts\n\n{listed}"
    for words, whose in owners.items():
        said += f"\n{'=' * 100}\n{', '.join(whose)}\n{'=' * 100}\n\n{words}\n"
    return said


def _gnu(part: Component) -> tuple[str, ...]:
    """Texts that stand on every Debian; needed where a wheel brings none."""
    if part.texts:
        return ()
    return next((names for words, names in _GNU.items() if words in part.licence), ())
