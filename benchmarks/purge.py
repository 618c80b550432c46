"""A record of 10,000 read documents at its end: keys, rows, and a lock while the purge is under way."""

import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.domain.errors import Failure
from desktop.store.database import Database
from desktop.store.sqlcipher import Connection
from desktop.store.store import Store
from desktop.store.vault import Opened
from tests.unit.store.conftest import Practice, document, hold, ok

DOCUMENTS = 10_000
RUNS = 5
WORDS = "douleur thoracique effort electrocardiogramme sans particularite controle dans six mois " * 10
END = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians over whole purges, each in a store of its own."""
    keys, all_rows, closing = list[float](), list[float](), list[float]()
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder:
            _one(Path(folder), keys, all_rows, closing)
    what = f"{DOCUMENTS} read documents"
    return [
        (f"{what}, mandate's end to the last key gone", "≤ 0.5 s", _words(keys)),
        (f"{what}, mandate's end to rows and words gone", "≤ 1.5 s", _words(all_rows)),
        (f"{what}, key in memory after a cut in the purge", "≤ 0.5 s", _words(closing)),
    ]


def _one(folder: Path, keys: list[float], all_rows: list[float], closing: list[float]) -> None:
    practice = Practice(folder)
    vault, store = practice.store()
    opened = vault.opened()
    assert opened is not None
    _fill(store, opened)
    keys_gone = list[float]()
    real = opened.database.checkpoint

    def checkpoint() -> None:
        real()
        keys_gone.append(time.perf_counter())

    opened.database.checkpoint = checkpoint  # type: ignore[method-assign]
    began = time.perf_counter()
    ok(store.forget_patient("p1", frozenset()))
    all_rows.append(time.perf_counter() - began)
    keys.append(keys_gone[0] - began)
    _fill(store, opened)
    purge = threading.Thread(target=store.forget_patient, args=("p1", frozenset()))
    purge.start()
    time.sleep(0.1)
    began = time.perf_counter()
    vault.close_now()
    closing.append(time.perf_counter() - began)
    purge.join()


def _fill(store: Store, opened: Opened) -> None:
    """What reading 10,000 documents leaves, without reading them one by one."""
    hold(store, "p1")
    ok(store.save_documents("p1", [document(n) for n in range(DOCUMENTS)]))
    database: Database = opened.database

    def bodies(c: Connection) -> None:
        ids = [r[0] for r in c.execute("SELECT id FROM documents").fetchall()]
        until = (END + timedelta(days=1)).isoformat()
        c.executemany(
            "INSERT INTO bodies VALUES (?, 'p1', ?, randomblob(32), ?)",
            [(i, f"{number:032x}.body", until) for number, i in enumerate(ids)],
        )
        c.execute("UPDATE texts SET content = ?", (WORDS,))

    assert not isinstance(database.write(bodies), Failure)


def _words(found: list[float]) -> str:
    return f"{statistics.median(found):.2f} s (max {max(found):.2f})"
