"""The encrypted store beside the same work over plain SQLite, and how long it takes."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from desktop.store import database
from desktop.store.sqlcipher import Connection, connect
from desktop.store.store import Store
from tests.unit.store.conftest import Practice, deposit, document, hold, ok

RUNS = 7
TARGET = 1.2
LETTER = b"%PDF-1.7 " + b"x" * 20_000
DOCUMENTS = [document(n, title=f"Bilan biologique {n}", days=n % 900) for n in range(400)]
OTHERS = [document(n, title=f"Bilan biologique, contrôle {n}", days=n % 900) for n in range(400)]


def _keep(store: Store) -> None:
    ok(store.save_documents("p1", DOCUMENTS))


def _keep_changed(store: Store) -> None:
    ok(store.save_documents("p1", OTHERS))


def _read(store: Store) -> None:
    for _ in range(10):
        ok(store.documents("p1"))


def _queue(store: Store) -> None:
    for number in range(100):
        ok(store.enqueue(deposit(number, LETTER), LETTER))


def _search(store: Store) -> None:
    for _ in range(50):
        ok(store.search("p1", "biologique"))


WORKS: dict[str, Callable[[Store], None]] = {
    "keep a list of 400 documents": _keep,
    "keep it with other titles": _keep_changed,
    "read it, 10 times": _read,
    "search a word in it, 50 times": _search,
    "queue 100 letters, each on the disk": _queue,
}


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians over runs; each run works in two fresh stores, one of them without a key."""
    ours: dict[str, list[float]] = {what: [] for what in WORKS}
    plain: dict[str, list[float]] = {what: [] for what in WORKS}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder:
            _one(Path(folder) / "ours", ours)
            with patch.object(database, "connect", _without_key):
                _one(Path(folder) / "plain", plain)
    lines = []
    for what in WORKS:
        ratio = statistics.median(ours[what]) / statistics.median(plain[what])
        lines.append((f"{what}, beside plain SQLite", f"≤ {TARGET} ×", f"{ratio:.2f} ×"))
        lines.append(("  ours", "", f"{statistics.median(ours[what]) * 1000:.1f} ms"))
    return lines


def _without_key(path: Path | None, _key: bytearray | None) -> Connection:
    return connect(path, None)


def _one(home: Path, found: dict[str, list[float]]) -> None:
    home.mkdir()
    practice = Practice(home)
    vault, store = practice.store()
    hold(store, "p1")
    for what, work in WORKS.items():
        began = time.perf_counter()
        work(store)
        found[what].append(time.perf_counter() - began)
    vault.close()
