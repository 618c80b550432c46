"""Nothing readable on the disk, nothing acknowledged lost, nothing half written."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Author
from desktop.ports.platform import LocalRead
from desktop.ports.vault import VaultState
from desktop.store.schema import newest
from desktop.store.store import Store
from desktop.store.tables import KERNEL

from .conftest import (
    NOW,
    Practice,
    deposit,
    document,
    draft,
    files_below,
    hold,
    ok,
    patient,
    random_word,
    recent,
    soft_card,
    spellings,
    unlock,
)

ROOT = Path(__file__).parents[3]


def content_of(number: int) -> bytes:
    return b"%d " % number * 3000


def _leaks(home: Path, markers: list[str]) -> list[str]:
    return [
        f"{marker} in {path.name}"
        for path, data in files_below(home).items()
        for marker in markers
        if any(spelled in data for spelled in spellings(marker))
    ]


def test_nothing_readable_is_on_the_disk(practice: Practice) -> None:
    """Name, matricule, title, author, text, body, draft, deposit, failure, setting: open and closed."""
    words = {
        w: random_word()
        for w in ("family", "title", "author", "text", "body", "file", "fact", "setting", "note")
    }
    vault, store = practice.store()
    hold(store)
    who = patient(1, words["family"])
    ok(store.remember_opening(replace(recent(1), patient=who)))
    shown = document(1, title=words["title"], author=Author("pr1", words["author"]))
    for number in range(300):
        ok(store.save_documents("p1", [shown, document(number + 2, title=f"{words['title']} {number}")]))
    ok(store.index_text("d1", f"{words['text']} " * 200))
    ok(store.save_body(shown, words["body"].encode() * 500, None))
    ok(store.save_draft(draft(title=words["file"]), words["file"].encode()))
    ok(store.enqueue(deposit(1), words["file"].encode()))
    ok(
        store.update_outbox(
            OutboxRow(deposit(1), OutboxState.RETRYABLE, Failure.of(Code.OFFLINE, host=words["fact"]))
        )
    )
    ok(store.queue_local_read(LocalRead(words["note"], who.id, "d1", "m1", NOW)))
    ok(store.set_setting("x", words["setting"]))
    store.search("p1", words["text"])
    markers = [*words.values(), who.matricule.digits]
    assert (practice.only_set() / "store.db-wal").exists()
    assert _leaks(practice.home, markers) == []
    vault.close()
    assert _leaks(practice.home, markers) == []
    keyring_values = [v.hex() for v in practice.keyring.entries.values()]
    assert _leaks(practice.home, keyring_values) == []
    (practice.home / "planted").write_text(f"x {words['title']} y", encoding="utf-16-le")
    assert _leaks(practice.home, markers) == [f"{words['title']} in planted"], "positive control"


def test_sorting_writes_nothing_in_clear(practice: Practice) -> None:
    """temp_store=MEMORY at every opening; with FILE the same sort does leave readable files open."""
    word = random_word()
    vault, _store = practice.store()
    opened = vault.opened()
    assert opened is not None

    def sort(c: object, place: str) -> bool:
        c.execute(f"PRAGMA temp_store={place}")  # type: ignore[attr-defined]
        c.execute("PRAGMA cache_size=-100")  # type: ignore[attr-defined]
        rows = c.execute(  # type: ignore[attr-defined]
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
            " SELECT ? || (i * 7919 % 60000) || hex(randomblob(40)) AS w FROM n ORDER BY w",
            (word,),
        )
        rows.fetchone()
        found = any(word.encode() in data for data in _open_temporary_files())
        rows.fetchall()
        return found

    told = opened.database._submit(
        lambda: opened.database._connection.execute("PRAGMA temp_store").fetchone()
    )
    assert told == (2,), "memory"
    if sys.platform == "linux":
        assert opened.database._submit(lambda: sort(opened.database._connection, "FILE")), "positive control"
        assert not opened.database._submit(lambda: sort(opened.database._connection, "MEMORY"))


def _open_temporary_files() -> Iterator[bytes]:
    """Contents of SQLite's open temporary files, which have no name any more."""
    for link in Path("/proc/self/fd").iterdir():
        try:
            if "etilqs_" in str(link.readlink()):
                yield link.read_bytes()
        except OSError:
            continue


def test_sigkill_loses_no_acknowledged_row_and_tears_nothing(tmp_path: Path) -> None:
    """Killed at many moments between file, row and commit; each time everything acknowledged is there."""
    key = bytearray(os.urandom(32))
    home = tmp_path / "set"
    home.mkdir()
    acknowledged: list[int] = []
    for run in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.store.writer", str(home), key.hex(), str(1000 * run)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert writer.stdout is not None
        for _ in range(3 + 5 * run):
            acknowledged.append(int(writer.stdout.readline()))
        writer.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().split()]
        writer.stdout.close()
        writer.wait()
        _check(home, key, acknowledged)
    assert len(acknowledged) >= 42


def _check(home: Path, key: bytearray, acknowledged: list[int]) -> None:
    from .writer import OpenVault

    vault = OpenVault(home, key)
    opened = vault.opened()
    store = Store(vault)  # type: ignore[arg-type]
    database = opened.database
    rows = {r.deposit.unique_id for r in ok(store.outbox())}
    assert {deposit(n).unique_id for n in acknowledged} <= rows
    for number in acknowledged:
        assert store.outbox_content(deposit(number).unique_id) == content_of(number)
    for row in rows:
        assert isinstance(store.outbox_content(row), bytes), "a row without its content"
    for document_id in ok(store.cached_ids("p1")):
        assert isinstance(store.body(document_id), bytes)
    check = database.read(
        lambda c: [c.execute(f"PRAGMA {p}").fetchall() for p in ("integrity_check", "cipher_integrity_check")]
    )
    assert check == [[("ok",)], []]
    ok(database.write(lambda c: c.execute("INSERT INTO texts (texts) VALUES ('integrity-check')") and None))
    database.close()


def test_orphans_of_a_crash_are_swept_and_own_contents_are_kept_apart(practice: Practice) -> None:
    vault, store = practice.store()
    ok(store.save_body(document(1), b"kept", None))
    ok(store.enqueue(deposit(1), b"kept"))
    vault.close()
    folder = practice.only_set()
    for orphan in (
        folder / "bodies" / f"{'0' * 32}.body",
        folder / "bodies" / f"{'1' * 32}.body.tmp",
        folder / "outbox" / f"{'2' * 32}.body",
    ):
        orphan.write_bytes(b"left by a crash")
    store = practice.store()[1]
    assert len(list((folder / "bodies").iterdir())) == len(list((folder / "outbox").iterdir())) == 1
    assert (store.body("d1"), store.outbox_content("urn:uuid:1")) == (b"kept", b"kept")
    (apart,) = folder.glob("apart-*")
    assert [path.name for path in apart.iterdir()] == [f"{'2' * 32}.body"]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 4 MB, really full when it is full; outside pytest's own folder, which others tidy."""
    folder = Path(tempfile.mkdtemp(prefix="dsp-small-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode != 0:
        folder.rmdir()
        pytest.skip("may not mount; the injected faults below cover the same rules")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def test_a_disk_that_is_full_loses_nothing(small_disk: Path) -> None:
    practice = Practice(small_disk)
    vault, store = practice.store()
    hold(store)
    ok(store.enqueue(deposit(1), b"before"))
    ok(store.save_draft(draft(), b"typed"))
    (small_disk / "filler").write_bytes(b"")
    with (small_disk / "filler").open("ab", buffering=0) as filler, pytest.raises(OSError, match="space"):
        while True:
            filler.write(os.urandom(64 * 1024))
    full = Failure(Code.DISK_FULL)
    assert store.enqueue(deposit(2), os.urandom(500_000)) == full
    assert store.save_body(document(1), os.urandom(500_000), None) == full
    results = [
        store.save_documents("p1", [document(n, title="x" * 2000) for n in range(900)]) for _ in range(2)
    ]
    assert full in results
    assert [r.deposit.unique_id for r in ok(store.outbox())] == ["urn:uuid:1"]
    assert store.draft("p1") == (draft(), b"typed"), "the form keeps what was typed"
    assert store.body("d1") == Failure(Code.NOT_CACHED)
    assert not list((practice.only_set() / "outbox").glob("*.tmp"))
    (small_disk / "filler").unlink()
    ok(store.enqueue(deposit(2), b"now"))
    vault.close()
    store = practice.store()[1]
    assert store.outbox_content("urn:uuid:1") == b"before"
    assert store.outbox_content("urn:uuid:2") == b"now"
    practice.vaults[-1].close()


def test_a_full_disk_at_the_first_login_leaves_no_half_store(small_disk: Path) -> None:
    practice = Practice(small_disk)
    vault = practice.vault()
    with (small_disk / "filler").open("ab", buffering=0) as filler, pytest.raises(OSError, match="space"):
        while True:
            filler.write(os.urandom(64 * 1024))
    assert unlock(vault, soft_card()) == Failure(Code.DISK_FULL)
    assert not vault.is_open()
    (small_disk / "filler").unlink()
    opened = ok(unlock(vault, soft_card()))
    assert opened == VaultState(memory_only=False, keyring_share=True, rebuilt=False)
    vault.close()


@pytest.mark.parametrize("fault", ["write", "fsync", "replace"])
def test_enospc_at_every_step_of_a_file(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    store = practice.store()[1]
    ok(store.save_draft(draft(), b"typed"))

    def full(*_args: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        if fault == "write":
            broken.setattr(os, "fdopen", full)
        elif fault == "fsync":
            broken.setattr(os, "fsync", full)
        else:
            broken.setattr(os, "replace", full)
        assert store.enqueue(deposit(1), b"x") == Failure(Code.DISK_FULL)
        assert store.enqueue(deposit(1), b"x", replace(draft(), title="rest")) == Failure(Code.DISK_FULL)
    assert store.outbox() == ()
    assert store.draft("p1") == (draft(), b"typed")
    assert len(list((practice.only_set() / "outbox").iterdir())) == 1


def test_a_full_database_leaves_no_file_behind(practice: Practice) -> None:
    vault, store = practice.store()
    opened = vault.opened()
    assert opened is not None
    hold(store)
    ok(store.save_draft(draft(), b"typed"))
    used = opened.database._submit(
        lambda: opened.database._connection.execute("PRAGMA page_count").fetchone()[0]
    )
    opened.database._submit(
        lambda: opened.database._connection.execute(f"PRAGMA max_page_count={used}").fetchall()
    )
    failed = next(n for n in range(200) if store.enqueue(deposit(n), b"x") == Failure(Code.DISK_FULL))
    assert len(ok(store.outbox())) == failed
    assert len(list((practice.only_set() / "outbox").iterdir())) == failed + (failed == 0)
    assert store.save_documents("p1", [document(n) for n in range(500)]) == Failure(Code.DISK_FULL)
    assert store.documents("p1") == ()


def test_damaged_database_is_set_aside_and_the_users_work_is_saved(practice: Practice) -> None:
    vault, store = practice.store()
    ok(store.enqueue(deposit(1), b"waiting"))
    ok(store.save_draft(draft(), b"typed"))
    ok(store.set_setting("language", "lb"))
    hold(store, *(f"p{number}" for number in range(40)))
    for number in range(40):
        ok(store.save_documents(f"p{number}", [document(f"{number}-{n}", f"p{number}") for n in range(30)]))
    vault.close()
    database = practice.only_set() / "store.db"
    data = bytearray(database.read_bytes())
    for position in range(len(data) * 2 // 3, len(data) - 4096, 1000):
        data[position] ^= 0xFF
    database.write_bytes(data)

    vault, store = practice.store()
    answers = [store.documents(f"p{number}") for number in range(40)]
    told = {answer.code for answer in answers if isinstance(answer, Failure)}
    assert told == {Code.STORE_DAMAGED}, "found while in use, told as what it is"
    vault.close()
    vault = practice.vault()
    opened = ok(unlock(vault, soft_card()))
    assert opened == VaultState(memory_only=False, keyring_share=True, rebuilt=True)
    store = Store(vault)
    assert store.outbox_content("urn:uuid:1") == b"waiting"
    assert store.draft("p1") == (draft(), b"typed")
    assert store.setting("language") == "lb"
    assert store.documents("p1") == ()
    (aside,) = practice.only_set().glob("damaged-*")
    assert len(list((aside / "outbox").iterdir())) == 2
    vault.close()
    assert not ok(unlock(practice.vault(), soft_card())).rebuilt


@pytest.mark.parametrize("kept", [0, 100, 5000])
def test_a_cut_database_is_set_aside(practice: Practice, kept: int) -> None:
    practice.store()[0].close()
    database = practice.only_set() / "store.db"
    database.write_bytes(database.read_bytes()[:kept])
    opened = ok(unlock(practice.vault(), soft_card()))
    assert opened.rebuilt, "an empty file too: a set that came to life has a database"


def test_a_newer_schema_is_left_alone(practice: Practice) -> None:
    vault, _store = practice.store()
    opened = vault.opened()
    assert opened is not None
    newer = newest(KERNEL) + 1
    opened.database._submit(
        lambda: opened.database._connection.execute(f"PRAGMA user_version={newer}").fetchall()
    )
    vault.close()
    before = (practice.only_set() / "store.db").read_bytes()
    vault = practice.vault()
    assert unlock(vault, soft_card()) == Failure(Code.STORE_TOO_NEW)
    assert not vault.is_open()
    assert (practice.only_set() / "store.db").read_bytes() == before


def test_the_users_own_work_is_on_the_disk_before_the_call_returns(practice: Practice) -> None:
    """Outbox, drafts and traces are committed with synchronous=FULL, the cache is not."""
    vault, store = practice.store()
    opened = vault.opened()
    assert opened is not None
    hold(store)
    said: list[str] = []
    opened.database._submit(lambda: opened.database._connection.set_trace_callback(said.append))

    def durable(done: object) -> bool:
        assert done is None
        full = "PRAGMA synchronous=FULL" in said and said.index("PRAGMA synchronous=FULL") < said.index(
            "COMMIT"
        )
        back = said[-1] == "PRAGMA synchronous=NORMAL"
        said.clear()
        return full and back

    assert durable(store.save_draft(draft(), b"x"))
    assert durable(store.reword_draft(draft()))
    assert durable(store.enqueue(deposit(1), b"x"))
    assert durable(store.update_outbox(OutboxRow(deposit(1), OutboxState.SENDING)))
    assert not durable(store.update_outbox_soon(OutboxRow(deposit(1), OutboxState.SENT), OutboxState.SENDING))
    assert durable(store.queue_local_read(LocalRead("t", "p1", "d1", "m1", NOW)))
    assert not durable(store.save_documents("p1", [document(1)]))


def test_what_was_written_soon_goes_to_the_disk_also_with_the_very_same_row(practice: Practice) -> None:
    """A commit that adds no frame to the log waits for no disk: the last one of many would owe its row."""
    store = practice.store()[1]
    log = practice.only_set() / "store.db-wal"

    def grows_by(write: Callable[[], object]) -> int:
        before = log.stat().st_size
        assert write() is None
        return log.stat().st_size - before

    ok(store.enqueue(deposit(1), b"x"))
    sent = OutboxRow(deposit(1), OutboxState.SENT)
    assert grows_by(lambda: store.update_outbox_soon(sent, OutboxState.QUEUED)) > 0
    assert grows_by(lambda: store.update_outbox(sent, OutboxState.SENT)) > 0
    assert grows_by(lambda: store.update_outbox(sent, OutboxState.SENT)) == 0, "nothing is owed"


def test_deleted_rows_do_not_wait_in_the_write_ahead_log(practice: Practice) -> None:
    """CF-066: after forgetting, the log is empty and the deleted pages are overwritten (secure_delete)."""
    vault, store = practice.store()
    opened = vault.opened()
    assert opened is not None
    hold(store)
    ok(store.save_documents("p1", [document(1)]))
    ok(store.save_body(document(1), b"x", NOW + timedelta(hours=1)))
    assert (practice.only_set() / "store.db-wal").stat().st_size > 0
    ok(store.forget_patient("p1", frozenset()))
    assert (practice.only_set() / "store.db-wal").stat().st_size == 0
    told = opened.database.read(lambda c: c.execute("PRAGMA secure_delete").fetchone())
    assert told == (1,)
