"""The books of the house as data: conformity statements, sections, headings, and who refers to them.

Standard library only. A *book* is a page of ``docs`` whose sections are cited: ``domain §4.2``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

STATEMENT = re.compile(r"^\*\*(CF-\d{3})\*\* \(([^)]*)\) (.+)$", re.MULTILINE)
NUMBER = re.compile(r"\bCF-\d+\b")
_SECTION = re.compile(r"^#{2,3} (\d+(?:\.\d+)?|[A-H](?:\.\d+)?)\.? ", re.MULTILINE)
_HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_PLACES = ("desktop", "tests", "benchmarks", "tools", "docs", "resources", "requirements", ".ci")
_LOOSE = ("README.md", "CONTRIBUTING.md", "dev.py", "setup.py", "pyproject.toml")
_TEXT = {".py", ".md", ".toml", ".sql", ".csv", ".typ", ".json", ".sh", ".in", ".txt", ""}


@dataclass(frozen=True, slots=True)
class Statement:
    """One conformity statement: ``CF-007``, where the demand comes from, "Given …, when …, then …"."""

    number: str
    source: str
    text: str


def statements(root: Path) -> Mapping[str, Statement]:
    """All conformity statements of ``docs/domain.md``, by number, in its order."""
    book = (root / "docs" / "domain.md").read_text(encoding="utf-8")
    return {number: Statement(number, source, text) for number, source, text in STATEMENT.findall(book)}


def sections(book: Path) -> frozenset[str]:
    """Numbers of a book's sections: ``4``, ``4.2``, ``A``, ``A.7``."""
    return frozenset(_SECTION.findall(prose(book.read_text(encoding="utf-8"))))


def headings(page: Path) -> tuple[str, ...]:
    """Headings of a page, without their marks."""
    return tuple(h.strip() for h in _HEADING.findall(prose(page.read_text(encoding="utf-8"))))


def prose(text: str) -> str:
    """*text* without its blocks of code."""
    return _FENCE.sub("", text)


def anchor(heading: str) -> str:
    """What a link to a heading ends with, as the usual viewers of Markdown make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def files(root: Path) -> Iterator[Path]:
    """Every text file that people write here: code, tests, pages, data."""
    for name in _LOOSE:
        if (root / name).is_file():
            yield root / name
    for place in _PLACES:
        for path in sorted((root / place).rglob("*")):
            if path.is_file() and path.suffix in _TEXT and "__pycache__" not in path.parts:
                yield path
