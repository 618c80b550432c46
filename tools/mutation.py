"""Mutations of the law's rules: each makes one statement false in the code, and its tests must fall.

``tests/mutants/*.toml`` holds them, a table a statement::

    [[CF-009]]
    fault = "wrong codes cost no pause"
    file = "desktop/domain/wrong_codes.py"
    was = "return PAUSES[count]"    # stands once in the file
    now = "return 0"
    tests = ["tests/unit/domain/test_wrong_codes.py::test_pauses"]

``tests`` may be left out: then the statement's own proofs of ``docs/conformity.md`` are asked, those that
need no screen of their own. A mutant is *killed* when one of them fails; it *survives* when all pass. What
could not be played (a test that does not exist, one that hangs) is no proof either. Played in copies of the
sources, so that a run that is cut leaves nothing behind.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from queue import SimpleQueue

from tools import conformity

FOLDER = Path("tests") / "mutants"
WORKERS = 2
LIMIT_S = 180
_ON_A_SCREEN = ("hostile/", "e2e/", "reader/", "force/", "cards/")
_NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".demo", "dist", "__pycache__", ".*_cache", ".hypothesis"
)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


class Fate(Enum):
    """What became of a mutant; the value is what the table says."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    NOT_PLAYED = "NOT PLAYED"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in *file*, of the project's folder, where *was* stands once; *tests* as pytest takes them."""

    statement: str
    fault: str
    file: str
    was: str
    now: str
    tests: tuple[str, ...]

    def applied(self, source: str) -> str:
        """The source with the fault; ValueError where *was* does not stand in it exactly once."""
        if source.count(self.was) != 1:
            raise ValueError(
                f"{self.statement}: {self.was!r} stands {source.count(self.was)} times in {self.file}"
            )
        return source.replace(self.was, self.now)


@dataclass(frozen=True, slots=True)
class Played:
    """*by*: the test that fell, or why none could."""

    mutant: Mutant
    fate: Fate
    by: str


def mutants(root: Path, entries: Iterable[conformity.Entry]) -> tuple[Mutant, ...]:
    """All of them, in the law's order; ValueError for a statement that does not exist, or without a test."""
    proofs = {entry.statement.number: proof_ids(entry.tests) for entry in entries}
    found = []
    for path in sorted((root / FOLDER).glob("*.toml")):
        for number, tables in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if number not in proofs:
                raise ValueError(f"{path.name}: {number} is no statement")
            for table in tables:
                tests = tuple(table.pop("tests", ())) or proofs[number]
                if not tests:
                    raise ValueError(f"{path.name}: no test is named for {number}")
                found.append(Mutant(number, tests=tests, **table))
    return tuple(sorted(found, key=lambda mutant: mutant.statement))


def proof_ids(tests: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """As pytest takes them; not those that need a screen."""
    return tuple(
        f"tests/{module}::{name.replace('.', '::')}"
        for module, names in tests.items()
        if not module.startswith(_ON_A_SCREEN)
        for name in names
    )


def untried(entries: Iterable[conformity.Entry], known: Iterable[Mutant]) -> tuple[str, ...]:
    """The statements that something is said to prove, and that no mutant tries."""
    tried = {mutant.statement for mutant in known}
    begun = (entry for entry in entries if entry.result is not conformity.Result.NOT_BEGUN)
    return tuple(entry.statement.number for entry in begun if entry.statement.number not in tried)


def play(root: Path, chosen: Sequence[Mutant], workers: int = WORKERS) -> Iterable[Played]:
    """Each mutant before its tests; in the order given. The caller has seen the tests pass without any."""
    with tempfile.TemporaryDirectory(prefix="dsp-mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            copy = Path(folder) / str(number)
            shutil.copytree(root, copy, ignore=_NOT_COPIED)
            copies.put(copy)

        def one(mutant: Mutant) -> Played:
            copy = copies.get()
            try:
                return _play_in(copy, mutant)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(one, chosen)


def _play_in(copy: Path, mutant: Mutant) -> Played:
    file = copy / mutant.file
    source = file.read_text(encoding="utf-8")
    file.write_text(mutant.applied(source), encoding="utf-8", newline="\n")
    try:
        done = _pytest(copy, ["-x", *mutant.tests], LIMIT_S)
    except subprocess.TimeoutExpired:
        return Played(mutant, Fate.NOT_PLAYED, f"no end within {LIMIT_S} s")
    finally:
        file.write_text(source, encoding="utf-8", newline="\n")
    if done.returncode == 1:
        fallen = _FAILED.search(done.stdout)
        return Played(mutant, Fate.KILLED, fallen[1] if fallen else "?")
    if done.returncode == 0:
        return Played(mutant, Fate.SURVIVED, "all pass")
    return Played(mutant, Fate.NOT_PLAYED, (done.stdout.strip().splitlines() or ["?"])[-1])


def _pytest(folder: Path, arguments: Sequence[str], limit_s: float) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        *arguments,
    ]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=limit_s)


def main(numbers: Sequence[str]) -> int:
    """Play all mutants, or those of *numbers*; 0 only where all were killed and no statement has none."""
    root = Path(__file__).resolve().parents[1]
    entries = conformity.entries(root)
    known = mutants(root, entries)
    chosen = [mutant for mutant in known if not numbers or mutant.statement in numbers]
    asked = sorted({test for mutant in chosen for test in mutant.tests})
    control = _pytest(root, ["-n", str(WORKERS), *asked], 3600)
    print(f"without a fault: {(control.stdout.strip().splitlines() or [control.stderr])[-1]}", flush=True)
    if control.returncode:
        print(control.stdout, control.stderr)
        return 1
    fates = []
    for played in play(root, chosen):
        fates.append(played.fate)
        print(
            f"{played.mutant.statement} {played.fate.value:10} {played.mutant.fault}: {played.by}", flush=True
        )
    left = () if numbers else untried(entries, known)
    if left:
        print(f"without a mutant: {', '.join(left)}")
    tried = len({mutant.statement for mutant in chosen})
    counts = ", ".join(f"{fates.count(fate)} {fate.value.lower()}" for fate in Fate)
    print(f"{len(fates)} mutants of {tried} statements: {counts}; {len(left)} statements without one")
    return 0 if fates.count(Fate.KILLED) == len(fates) and not left else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
