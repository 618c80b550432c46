"""Each page of a store's database damaged in its turn, and the disk full at each write."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.fakes import FakeKeyring
from tests.force import full_disk_process
from tests.force.figures import Figure
from tests.force.forked import ChildError, Tell, whole
from tests.simulator_fixture import ROOT
from tests.unit.store.conftest import Practice
from tests.unit.store.test_pages import ROWS, Full, emptied, fill, flipped, table

LEAST = 57  # of 60 letters, whichever page is damaged
_ALL_DONE_TWICE = 2


def pages(folder: Path, step: int) -> Figure:
    """Every *step*-th page, a bit changed and emptied: how many of 60 waiting letters are read again."""
    began = time.monotonic()
    folder.mkdir(parents=True)
    saved: list[int] = []
    broken: list[str] = []
    full = _full(folder)
    for damage in (flipped, emptied):
        for number in range(1, full.pages() + 1, step):
            letters = len(table(full.remains(damage(full.raw, number)), "outbox").values)
            saved.append(letters)
            if letters < LEAST:
                broken.append(f"page {number} {damage.__name__}: {letters} of {ROWS}")
    average = sum(saved) / len(saved)
    measured = f"{average:.1f} of {ROWS} on average, {min(saved)} at least, {time.monotonic() - began:.0f} s"
    return Figure("damage: one page", len(saved), tuple(broken), measured)


def _full(folder: Path) -> Full:
    practice = Practice(folder / "home", FakeKeyring())
    practice.home.mkdir()
    fill(practice)
    vault, _store = practice.store()
    opened = vault.opened()
    assert opened is not None
    key = bytearray(opened.key)
    vault.close()
    return Full((practice.only_set() / "store.db").read_bytes(), key, folder / "copy.db")


def full_disk(folder: Path, step: int) -> Iterator[Figure]:
    """Every *step*-th write of a login and of what is kept after it, and all later ones, say ENOSPC."""
    began = time.monotonic()
    prepared = folder / "prepared"
    prepared.mkdir(parents=True)
    whole(lambda tell: full_disk_process.prepare(prepared))
    broken: list[str] = []
    refused, done, number = 0, 0, 1
    while done < _ALL_DONE_TWICE:
        home = folder / f"write-{number}"
        shutil.copytree(prepared, home)
        code = _without_space(home, number)
        if code == full_disk_process.EVERYTHING:
            done += 1
        elif not full_disk_process.is_told(code):
            broken.append(f"from write {number} on: ended with {code}")
        else:
            refused += 1
        try:
            said = whole(partial(_look, home, code))
        except ChildError as error:
            said = [f"the next start failed: {error}"]
        broken += [f"from write {number} on: {sentence}" for sentence in said]
        shutil.rmtree(home)
        number += step
    if not refused:
        broken.append("no write was refused")
    measured = f"{refused} refused, {time.monotonic() - began:.0f} s"
    yield Figure("damage: full disk", number // step, tuple(broken), measured)


def _without_space(home: Path, number: int) -> int:
    writes = "write,pwrite64,writev,fallocate,ftruncate"
    command = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={writes}"]
    command += ["-e", f"inject={writes}:error=ENOSPC:when={number}+"]
    command += [sys.executable, "-B", "-m", "tests.force.full_disk_process", str(home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300)
    return done.returncode


def _look(home: Path, code: int, tell: Tell) -> None:
    if wrong := full_disk_process.after(home, code):
        tell(wrong)
