"""A newcomer can follow every reference: to the law, the contract, the architecture, a page, a tracker."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from desktop.domain.catalog import categories
from desktop.domain.texts import Language
from tools import law

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ALL = [path for path in law.files(ROOT) if path != Path(__file__)]
WRITTEN = {".py", ".md", ".toml", ".sql"}

CITED = re.compile(r"\b([Dd]omain|[Cc]ontract) (§[\w.-]+(?:(?:,? and|,) §[\w.-]+)*)")
RANGE = re.compile(r"^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$")
HOUSE = re.compile(r"\barchitecture,? \"([^\"]+)\"")
SIGN = re.compile(r"([\w'’. -]{0,40})§")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# What nobody outside can open, or what is written another way here (trackers: ``pyscard#106``).
UNKNOWN = [
    re.compile(r"\bissue [0-9\"]", re.IGNORECASE),
    re.compile(r"\bnotes? §|\bnotes/", re.IGNORECASE),
    re.compile(r"\b(?:features|screens|platform-contract)(?:-\d)?\.md\b"),
    re.compile(r"\.\./shared\b|\bshared/(?:notes|domain|features|platform)"),
    re.compile(r"github\.com/[\w./-]+/(?:issues|pull)/\d+"),
    re.compile(r"\b[A-Za-z][\w-]* (?:issue|pull request) #?\d+"),
]


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def where(path: Path, start: int) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{text(path).count(chr(10), 0, start) + 1}"


def cited() -> Iterator[tuple[str, str, str]]:
    """Place, book and section of every citation; a range gives its two ends."""
    for path in ALL:
        for found in CITED.finditer(text(path)):
            for part in re.findall(r"§([\w.-]*\w)", found[2]):
                ends = part.split("-") if RANGE.fullmatch(part) else [part]
                for section in ends:
                    yield where(path, found.start()), found[1].lower(), section


def test_every_conformity_statement_stands_once_and_in_order() -> None:
    found = [number for number, _, _ in law.STATEMENT.findall(text(DOCS / "domain.md"))]
    assert found == [f"CF-{number:03}" for number in range(1, len(found) + 1)]
    assert len(found) == 153


def test_every_statement_that_is_named_exists() -> None:
    known = law.statements(ROOT)
    lost = [
        f"{where(path, m.start())}: {m[0]}"
        for path in ALL
        for m in law.NUMBER.finditer(text(path))
        if m[0] not in known
    ]
    assert lost == []


@pytest.mark.parametrize("book", ["domain", "contract"])
def test_every_section_that_is_cited_exists(book: str) -> None:
    known = law.sections(DOCS / f"{book}.md")
    citations = [(place, section) for place, named, section in cited() if named == book]
    assert len(citations) > 50, "the citations are not found any more"
    lost = [f"{place}: {book} §{section}" for place, section in citations if section not in known]
    assert lost == []


def test_every_heading_of_the_architecture_that_is_cited_exists() -> None:
    known = law.headings(DOCS / "architecture.md")
    found = [(where(path, m.start()), m[1]) for path in ALL for m in HOUSE.finditer(text(path))]
    assert found, "the citations are not found any more"
    assert [f"{place}: {name}" for place, name in found if name not in known] == []


def test_a_section_is_cited_with_its_book() -> None:
    """« §5.2 » alone is in no book that a reader could open."""
    lost = []
    for path in ALL:
        if path.suffix not in WRITTEN or path.parent == DOCS:
            continue  # a page of docs may speak of its own sections
        covered = [m.span() for m in CITED.finditer(text(path))]
        for m in SIGN.finditer(text(path)):
            sign = m.end() - 1
            foreign = re.search(r"\b(RFC|ISO|PDF|BSI|IHE) ?[\w/.-]* ?$", m[1])
            if not foreign and not any(start <= sign < end for start, end in covered):
                lost.append(where(path, sign))
    assert lost == []


def test_the_law_cites_only_sections_that_it_has() -> None:
    book = law.prose(text(DOCS / "domain.md"))
    known = law.sections(DOCS / "domain.md")
    own = re.findall(r"(?<!2017 )§((?:[A-H]\.)?\d+(?:\.\d+)?)\b", book)  # *Rapport 2017 §4* is not ours
    assert len(own) > 20
    assert [section for section in own if section not in known] == []


def test_the_map_of_the_readme_is_whole() -> None:
    told = re.findall(
        r"`([\w./]+)`", text(ROOT / "README.md").split("| place | what |")[1].split("Read on")[0]
    )
    folders = {f"desktop/{p.name}" for p in (ROOT / "desktop").iterdir() if (p / "__init__.py").exists()}
    assert folders - set(told) == set()
    assert [place for place in told if not (ROOT / place).exists()] == []


def test_every_page_of_docs_is_one_link_from_the_readme() -> None:
    told = text(ROOT / "README.md")
    assert [page.name for page in sorted(DOCS.glob("*.md")) if f"docs/{page.name}" not in told] == []


def test_the_categories_of_the_law_are_the_programs() -> None:
    rows = re.findall(
        r"^\| (\d+) \| `([\w-]+)` \| ([^|]+) \| ([\w-]+) \|", text(DOCS / "domain.md"), re.MULTILINE
    )
    told = [(int(rank), slug, label.strip(), theme) for rank, slug, label, theme in rows]
    known = [(c.rank, c.slug, c.label(Language.FR), c.theme.value if c.theme else "") for c in categories()]
    assert told == known


@pytest.mark.parametrize("pattern", UNKNOWN, ids=lambda p: p.pattern)
def test_nothing_points_where_a_newcomer_cannot_go(pattern: re.Pattern[str]) -> None:
    lost = [
        f"{where(path, m.start())}: {m[0]}"
        for path in ALL
        if path.suffix in WRITTEN
        for m in pattern.finditer(text(path))
    ]
    assert lost == []


def test_every_link_of_a_page_leads_somewhere() -> None:
    pages = [path for path in ALL if path.suffix == ".md" and ROOT / "resources" not in path.parents]
    lost = []
    for page in pages:
        for m in LINK.finditer(law.prose(text(page))):
            target, _, part = m[1].partition("#")
            if "://" in target:
                continue
            file = (page.parent / target).resolve() if target else page
            if not file.exists() or (part and part not in {law.anchor(h) for h in law.headings(file)}):
                lost.append(f"{where(page, m.start())}: {m[1]}")
    assert lost == []
