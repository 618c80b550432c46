"""What a feature keeps lives as long as the patient's right, and only the feature touches it."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from desktop.domain.errors import Code, Failure
from desktop.ports.kept import Fate, Rows, Table
from desktop.store.feature_rows import FeatureRows
from desktop.store.schema import UndeclaredError
from desktop.store.store import Store
from desktop.store.vault import Vault
from tests.answers import present

from . import toy
from .conftest import NOW, Practice, deposit, document, draft, files_below, hold, ok, recent, soft_card

UNKNOWN = Failure(Code.RIGHT_UNKNOWN)
TOMORROW = NOW + timedelta(hours=24)


@pytest.fixture
def plugged(practice: Practice) -> Practice:
    practice.kept = toy.PLUGGED
    return practice


def opened(practice: Practice) -> tuple[Vault, Store, FeatureRows]:
    vault, store = practice.store()
    return vault, store, FeatureRows(vault, "toy")


def count(vault: Vault, table: str) -> object:
    database = present(vault.opened()).database
    return ok(database.read(lambda c: c.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))


def test_rows_come_back_after_a_lock(plugged: Practice) -> None:
    vault, store, port = opened(plugged)
    hold(store)
    ok(toy.note(port, "p1", "vu hier"))
    ok(toy.letter(port, "cher confrère"))
    vault.close()
    vault, store, port = opened(plugged)
    assert toy.notes(port) == [("p1", "vu hier")]
    assert toy.found(port, "hier") == ["vu hier"]
    assert toy.letters(port) == ["cher confrère"]
    assert port.read(lambda r: r.execute("SELECT code FROM toy_codes")) == [("seeded",)]


def test_a_closed_store_answers_locked(plugged: Practice) -> None:
    vault, _store, port = opened(plugged)
    vault.close()
    for ask in (port.read, port.write, port.write_durably):
        assert ask(lambda r: None) == Failure(Code.STORE_LOCKED)


def test_memory_only_keeps_them_until_the_lock(plugged: Practice) -> None:
    vault = plugged.vault()
    certificate = soft_card().certificate
    ok(vault.open(certificate, None))
    port = FeatureRows(vault, "toy")
    hold(Store(vault))
    ok(toy.note(port, "p1", "vu"))
    assert toy.notes(port) == [("p1", "vu")]
    assert toy.note(port, "p9", "vu") == UNKNOWN
    vault.close()
    ok(vault.open(certificate, None))
    assert toy.notes(port) == []


def test_a_closure_is_whole_or_nothing(plugged: Practice) -> None:
    _vault, store, port = opened(plugged)
    hold(store)

    def half(rows: Rows) -> None:
        rows.execute("INSERT INTO toy_letters (words) VALUES ('half')")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        port.write(half)
    assert toy.letters(port) == []


def test_own_work_is_on_the_disk_before_the_call_returns(plugged: Practice) -> None:
    vault, store, port = opened(plugged)
    hold(store)
    database, said = present(vault.opened()).database, list[str]()
    database._submit(lambda: database._connection.set_trace_callback(said.append))
    ok(toy.note(port, "p1", "vu"))
    assert "PRAGMA synchronous=FULL" not in said
    ok(toy.letter(port, "x"))
    assert said.index("PRAGMA synchronous=FULL") < len(said) - 1 - said[::-1].index("COMMIT")


# -- the mandate's end -------------------------------------------------------------------------------


def test_cf_066_nothing_is_kept_of_a_patient_whose_right_is_not_known(plugged: Practice) -> None:
    """And nothing of the closure that tried."""
    vault, store, port = opened(plugged)
    hold(store, "p1")

    def both(rows: Rows) -> None:
        rows.execute("INSERT INTO toy_letters (words) VALUES ('x')")
        rows.execute("INSERT INTO toy_notes (patient, note) VALUES ('p1', 'x'), ('p2', 'x')")

    assert port.write(both) == port.write_durably(both) == UNKNOWN
    assert (count(vault, "toy_letters"), count(vault, "toy_notes")) == (0, 0)
    ok(toy.note(port, "p1", "vu"))
    moved = "UPDATE toy_notes SET patient = 'p2'"
    assert port.write(lambda r: r.execute(moved)) == UNKNOWN
    assert toy.notes(port) == [("p1", "vu")]
    null = "UPDATE toy_notes SET patient = NULL"
    assert port.write(lambda r: r.execute(null)) == UNKNOWN


def test_cf_066_the_kernels_own_lists_need_the_right_too(practice: Practice) -> None:
    """An answer that comes after the mandate's end finds its right gone; own documents need none."""
    store = hold(practice.store()[1], "p1")
    ok(store.save_documents("p1", [document(1)]))
    ok(store.forget_patient("p1", frozenset()))
    assert store.save_documents("p1", [document(1)]) == UNKNOWN
    assert store.save_episodes("p1", []) == UNKNOWN
    assert store.save_body(document(1), b"late", TOMORROW) == UNKNOWN
    assert list((practice.only_set() / "bodies").iterdir()) == []
    ok(store.remember_opening(recent(1)))
    assert store.save_documents("p1", [document(1)]) == UNKNOWN, (
        "only an opening by the platform gives a right"
    )
    ok(store.save_body(document(2), b"own", None))
    assert store.save_documents("p1", [document(2)]) == UNKNOWN
    assert store.documents("p1") == () and store.body("d2") == b"own"


def test_cf_066_the_end_reaches_a_patient_without_any_document(plugged: Practice) -> None:
    _vault, store, port = opened(plugged)
    hold(store)
    for patient_id in ("p1", "p2"):
        ok(toy.note(port, patient_id, f"vu {patient_id}"))
    ok(toy.letter(port, "mine"))
    ok(store.forget_patient("p1", frozenset({"d1"})))
    assert toy.notes(port) == [("p2", "vu p2")]
    assert (toy.found(port, "vu"), toy.letters(port)) == (["vu p2"], ["mine"])
    assert toy.note(port, "p1", "late") == UNKNOWN, "an answer that was under way"


@pytest.mark.parametrize("running", [True, False], ids=["while running", "while off"])
def test_cf_066_the_end_comes_by_the_clock(plugged: Practice, running: bool) -> None:
    vault, store, port = opened(plugged)
    hold(store, "p1")
    hold(store, "p2", until=TOMORROW + timedelta(seconds=1))
    for patient_id in ("p1", "p2"):
        ok(toy.note(port, patient_id, "vu"))
    if running:
        assert store.purge_expired(TOMORROW - timedelta(seconds=1)) == 0
        assert len(ok(toy.notes(port))) == 2
        assert store.purge_expired(TOMORROW) == 0, "bodies destroyed"
    else:
        vault.close()
        plugged.now = TOMORROW
        vault, store, port = opened(plugged)
    assert toy.notes(port) == [("p2", "vu")]
    assert toy.note(port, "p1", "late") == UNKNOWN
    assert (plugged.only_set() / "store.db-wal").stat().st_size == 0, "nothing deleted waits in the log"


def test_a_later_opening_moves_the_end(plugged: Practice) -> None:
    _vault, store, port = opened(plugged)
    hold(store, "p1")
    ok(toy.note(port, "p1", "vu"))
    hold(store, "p1", until=TOMORROW + timedelta(days=1))
    ok(store.purge_expired(TOMORROW))
    assert toy.notes(port) == [("p1", "vu")]
    ok(store.purge_expired(TOMORROW + timedelta(days=1)))
    assert toy.notes(port) == []


def test_cf_066_a_feature_that_was_removed_still_loses_its_rows(plugged: Practice) -> None:
    vault, store, port = opened(plugged)
    hold(store)
    hold(store, "p2", until=NOW + timedelta(days=9))
    for patient_id in ("p1", "p2"):
        ok(toy.note(port, patient_id, f"vu {patient_id}"))
    ok(toy.letter(port, "mine"))
    vault.close()
    plugged.kept, plugged.now = {}, TOMORROW
    vault, store, _port = opened(plugged)
    assert (count(vault, "toy_notes"), count(vault, "toy_words"), count(vault, "toy_letters")) == (1, 1, 1)
    ok(store.forget_patient("p2", frozenset()))
    assert (count(vault, "toy_notes"), count(vault, "toy_words"), count(vault, "toy_letters")) == (0, 0, 1)
    vault.close()
    plugged.kept = toy.PLUGGED
    _vault, store, port = opened(plugged)
    assert (toy.notes(port), toy.letters(port)) == ([], ["mine"])


def test_cf_066_forgotten_words_are_overwritten_in_the_index(plugged: Practice) -> None:
    vault, store, port = opened(plugged)
    hold(store)
    ok(toy.note(port, "p1", "hémochromatose"))
    ok(toy.note(port, "p2", "rhume"))

    def indexed(word: bytes) -> bool:
        blocks = "SELECT block FROM toy_words_data"
        found = ok(present(vault.opened()).database.read(lambda c: c.execute(blocks).fetchall()))
        return any(word in bytes(block) for (block,) in found)

    assert indexed(b"hemochromatose"), "positive control"
    ok(store.forget_patient("p1", frozenset()))
    assert not indexed(b"hemochromatose") and not indexed(b"chromatose") and indexed(b"rhume")


def _run(sql: str, rows: Rows) -> None:
    rows.execute(sql)


def test_an_index_keeps_no_row_whose_own_row_is_gone(plugged: Practice) -> None:
    """No mandate's end would find it; found in the closure that leaves it, which then changes nothing."""
    _vault, store, port = opened(plugged)
    hold(store)
    ok(toy.note(port, "p1", "vu"))
    for sql in ("DELETE FROM toy_notes", "INSERT INTO toy_words (rowid, note) VALUES (9, 'x')"):
        with pytest.raises(UndeclaredError, match="toy_words"):
            port.write(partial(_run, sql))
    assert toy.found(port, "vu") == ["vu"] and toy.found(port, "x") == []


# -- its own tables only -----------------------------------------------------------------------------

FOREIGN = [
    "SELECT data FROM outbox",
    "SELECT (SELECT count(*) FROM outbox)",
    "SELECT until FROM rights",
    "INSERT INTO rights VALUES ('p9', '9')",
    "DELETE FROM drafts",
    "UPDATE settings SET value = 'x'",
    "INSERT INTO toy_letters (words) SELECT value FROM settings",
    "SELECT name FROM sqlite_master",
    "SELECT name FROM pragma_table_list",
    "CREATE TABLE toy_more (x)",
    "CREATE TEMP TABLE more (x)",
    "DROP TABLE toy_codes",
    "DROP TRIGGER guard_toy_notes_insert",
    "ALTER TABLE toy_codes ADD COLUMN x",
    "PRAGMA secure_delete = OFF",
    "ATTACH ':memory:' AS other",
    "COMMIT",
    "SAVEPOINT x",
]


@pytest.mark.parametrize("sql", FOREIGN)
@pytest.mark.parametrize("how", ["read", "write"])
def test_a_feature_touches_its_own_tables_only(plugged: Practice, sql: str, how: str) -> None:
    vault, store, port = opened(plugged)
    ok(store.set_setting("language", "lb"))
    ok(store.save_draft(draft(), b"typed"))
    ok(store.enqueue(deposit(1), b"waiting", draft()))
    ask: Callable[[Callable[[Rows], object]], object] = getattr(port, how)
    with pytest.raises(dbapi2.DatabaseError, match=r"not authorized|prohibited"):
        ask(lambda rows: rows.execute(sql))
    assert store.setting("language") == "lb" and ok(store.draft("p1"))
    assert count(vault, "toy_letters") == 0
    ok(store.set_setting("language", "de"))  # the kernel's own statements are free again


def test_json_is_no_foreign_table(plugged: Practice) -> None:
    _vault, _store, port = opened(plugged)
    numbers = port.read(lambda r: r.execute("SELECT value FROM json_each(?)", ("[1, 2]",)))
    assert numbers == [(1,), (2,)]


def test_two_features_do_not_see_each_other(plugged: Practice, tmp_path: Path) -> None:
    steps = tmp_path / "other"
    steps.mkdir()
    (steps / "001_first.sql").write_text("CREATE TABLE other_x (y TEXT);")
    plugged.kept = toy.PLUGGED | {"other": type(toy.TOY)((Table("other_x", Fate.OWN_WORK, None),), steps)}
    vault, _store, port = opened(plugged)
    other = FeatureRows(vault, "other")
    ok(toy.letter(port, "mine"))
    ok(other.write(lambda r: r.execute("INSERT INTO other_x VALUES ('x')")))
    with pytest.raises(dbapi2.DatabaseError, match="prohibited"):
        other.read(lambda r: r.execute("SELECT words FROM toy_letters"))
    assert toy.letters(port) == ["mine"]


def test_nothing_of_a_feature_is_readable_on_the_disk(plugged: Practice) -> None:
    word = "zq" + os.urandom(8).hex()
    vault, store, port = opened(plugged)
    hold(store)
    for number in range(50):
        ok(toy.note(port, "p1", f"{word} {number}"))
    assert (plugged.only_set() / "store.db-wal").exists()
    assert not any(word.encode() in data for data in files_below(plugged.home).values())
    vault.close()
    assert not any(word.encode() in data for data in files_below(plugged.home).values())
