"""Writes ``docs/conformity.md``: each conformity statement, where the code decides it, what proves it.

Read from the sources alone, so that the page can neither forget nor flatter. A place in the code is the
function, class or constant whose docstring or comment names the number. A proof is a test that names it there
(or in its own name: ``test_cf_079_…``), that pytest collects and nothing skips; the docstring of a test
module tells what it is about and proves nothing. A scenario proves what it ``covers``: ``tests/reader`` plays
them all. ``docs/conformity.toml`` says, by hand, where what is proved is only part of what is asked.
"""

import ast
import io
import re
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from tools import law

PAGE = Path("docs") / "conformity.md"
REMARKS = Path("docs") / "conformity.toml"
_SKIPPING = ("skip", "skipif", "xfail")
_IN_A_NAME = re.compile(r"_cf((?:_?\d{3})+)(?=_|$)")  # test_cf079_…, test_cf_027_041_…, …_cf_049
_Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Where = Mapping[str, Sequence[str]]  # module → names in it, "" = the module itself


class Result(Enum):
    """What can be said of a statement; the value is what the page says."""

    PROVED = "proved"
    PARTLY = "partly"
    UNPROVED = "no test names it"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement with all that is known of it."""

    statement: law.Statement
    code: _Where
    tests: _Where
    scenarios: Sequence[str]
    remark: str

    @property
    def result(self) -> Result:
        """By what was found: tests, remark, code."""
        if self.remark:
            return Result.PARTLY
        if self.tests or self.scenarios:
            return Result.PROVED
        return Result.UNPROVED if self.code else Result.NOT_BEGUN


@dataclass(slots=True)
class _Found:
    code: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    scenarios: list[str] = field(default_factory=list)


def entries(root: Path) -> tuple[Entry, ...]:
    """Every statement of the law, in its order; ValueError for a remark on one that does not exist."""
    found: dict[str, _Found] = defaultdict(_Found)
    for path in sorted((root / "desktop").rglob("*.py")):
        for number, name in named(path.read_text(encoding="utf-8")):
            _add(found[number].code[path.relative_to(root / "desktop").as_posix()], name)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for number, name in proofs(path.read_text(encoding="utf-8")):
            _add(found[number].tests[path.relative_to(root / "tests").as_posix()], name)
    for path in sorted((root / "resources" / "scenarios").glob("*.toml")):
        for number in tomllib.loads(path.read_text(encoding="utf-8")).get("covers", ()):
            if law.NUMBER.fullmatch(number):
                _add(found[number].scenarios, path.stem)
    known = law.statements(root)
    remarks = tomllib.loads((root / REMARKS).read_text(encoding="utf-8"))["partly"]
    if lost := set(remarks) - set(known):
        raise ValueError(f"{REMARKS.as_posix()}: {', '.join(sorted(lost))} is no statement")
    return tuple(
        Entry(known[n], found[n].code, found[n].tests, found[n].scenarios, remarks.get(n, "")) for n in known
    )


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


@cache
def named(source: str) -> tuple[tuple[str, str], ...]:
    """Number and qualified name of every docstring and comment that names a statement; "" = the module."""
    if "CF-" not in source and "_cf" not in source:
        return ()  # most modules: not worth a parse
    return tuple(_named(ast.parse(source), source))


def _named(tree: ast.Module, source: str) -> Iterator[tuple[str, str]]:
    owners = tuple(_owners(tree.body, ""))
    for line, words in _words(tree, source):
        inside = [(end - start, name) for start, end, name in owners if start <= line <= end]
        for number in law.NUMBER.findall(words):
            yield number, min(inside)[1] if inside else ""


def proofs(source: str) -> Iterator[tuple[str, str]]:
    """Number and name of every test that names a statement and that nothing skips.

    A number in a test class stands for the class, one in a method for that test alone.
    """
    claims = named(source)
    if not claims:
        return
    tree = ast.parse(source)
    skipped = tuple(_skipped(tree.body, ""))
    machines = dict(_machines(tree))
    for number, name in claims:
        first, _, rest = name.partition(".")
        if first in machines:  # a stateful test: its rules are run under the name of its test case
            first, rest = machines[first], ""
        collected = first.startswith("Test") and (not rest or rest.startswith("test_"))
        if not (collected or (first.startswith("test_") and not rest)):
            continue
        if first not in skipped and name not in skipped and "" not in skipped:
            yield number, f"{first}.{rest}" if rest else first


def _words(tree: ast.Module, source: str) -> Iterator[tuple[int, str]]:
    """Line and words of every docstring and every comment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | _Named):
            told = ast.get_docstring(node, clean=False)
            if told is not None:
                yield node.body[0].lineno, told
        if isinstance(node, ast.FunctionDef):
            for numbers in _IN_A_NAME.findall(node.name):
                for number in re.findall(r"\d{3}", numbers):
                    yield node.lineno, f"CF-{number}"
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _owners(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[int, int, str]]:
    """First and last line of every function, class and named constant, with its qualified name."""
    for node in body:
        if isinstance(node, _Named):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            name = f"{prefix}{node.name}"
            yield first, node.end_lineno or node.lineno, name
            if isinstance(node, ast.ClassDef):
                yield from _owners(node.body, f"{name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                yield node.lineno, node.end_lineno or node.lineno, f"{prefix}{target.id}"


def _skipped(body: Sequence[ast.stmt], prefix: str) -> Iterator[str]:
    """Names of what a mark keeps from running; "" where the whole module is."""
    for node in body:
        if isinstance(node, _Named):
            if any(_skips(decorator) for decorator in node.decorator_list):
                yield f"{prefix}{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from _skipped(node.body, f"{node.name}.")
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield from [prefix[:-1]] if _skips(node.value) else ()


def _skips(node: ast.AST) -> bool:
    marks = [part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)]
    return any(mark in _SKIPPING for mark in marks)


def _machines(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """``TestSession = Machine.TestCase``: the machine's class and the name under which it runs."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            target = node.targets[0]
            if node.value.attr == "TestCase" and isinstance(target, ast.Name):
                yield ast.unparse(node.value.value), target.id


# -- the page ----------------------------------------------------------------------------------------------

_HEAD = """# Conformity

What the law asks ([domain.md](domain.md)), where the program decides it, and which tests prove it.
`python3 dev.py conformity` writes this page from the sources; `tests/arch` fails when it is not up to date.

* **proved**: tests name it; they run in every `dev.py test`, none is skipped.
* **partly**: the same for a part; what is missing is said.
* **no test names it**: the code does something about it, and nothing proves it.
* **not begun**: neither code nor test.

Code is named below `desktop`, tests below `tests`, scenarios below `resources/scenarios`.
"""


def page(root: Path) -> str:
    """The whole page."""
    found = entries(root)
    lines = [_HEAD, "| result | how many | which |", "| --- | ---: | --- |"]
    for result in Result:
        those = [e.statement.number for e in found if e.result is result]
        lines.append(f"| {result.value} | {len(those)} | {_ranges(those)} |")
    for entry in found:
        lines += ["", *_told(entry)]
    return "\n".join(lines) + "\n"


def _told(entry: Entry) -> Iterator[str]:
    statement, result = entry.statement, entry.result
    yield from (f"**{statement.number}** ({statement.source}) {statement.text}", "")
    if entry.code:
        yield f"* code: {_places(entry.code)}"
    proved = [_places(entry.tests)] if entry.tests else []
    if entry.scenarios:
        proved.append("scenarios " + ", ".join(f"`{name}`" for name in entry.scenarios))
    if proved:
        yield f"* tests: {' · '.join(proved)}"
    yield f"* **{result.value}**" + (f": {entry.remark}" if entry.remark else "")


def _places(where: _Where) -> str:
    told = []
    for module, names in where.items():
        inside = ", ".join(f"`{name}`" for name in names if name)
        told.append(f"`{module}` {inside}".rstrip())
    return " · ".join(told)


def _ranges(numbers: Sequence[str]) -> str:
    """``CF-083`` … ``CF-085`` as CF-083-085; single ones as they are."""
    runs: list[list[int]] = []
    for value in (int(number[3:]) for number in numbers):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    ends = [f"CF-{run[0]:03}" + (f"-{run[-1]:03}" if len(run) > 1 else "") for run in runs]
    return ", ".join(ends) or "–"


def write(root: Path) -> bool:
    """Write the page; False when it was up to date."""
    made = page(root)
    path = root / PAGE
    if path.exists() and path.read_text(encoding="utf-8") == made:
        return False
    path.write_text(made, encoding="utf-8", newline="\n")
    return True
