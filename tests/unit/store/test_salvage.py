"""A damaged database: the user's own work comes out of it, whatever feature it is of; nothing else does."""

import errno
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import Code, Failure
from desktop.domain.recovery import OwnWork
from desktop.ports.kept import Fate, Kept, Rows, Table
from desktop.ports.vault import VaultState
from desktop.store import mending
from desktop.store.feature_rows import FeatureRows
from desktop.store.salvage import rebuild
from desktop.store.schema import Schema
from desktop.store.sqlcipher import Connection
from desktop.store.store import Store
from desktop.store.vault import Vault
from desktop.store.vault_folders import HolderFolders, SetFolder
from tests.answers import present

from . import toy
from .conftest import Practice, deposit, document, draft, hold, ok, soft_card, unlock
from .test_schema import FIRST, FIRST_KEY

PAGE = 4096


def opened(practice: Practice) -> tuple[Vault, Store, FeatureRows]:
    vault = practice.vault()
    state = ok(unlock(vault, soft_card()))
    assert isinstance(state, VaultState)
    return vault, Store(vault), FeatureRows(vault, "toy")


def rows(vault: Vault, sql: str) -> list[tuple[Any, ...]]:
    return ok(present(vault.opened()).database.read(lambda c: c.execute(sql).fetchall()))


def fill(practice: Practice) -> None:
    """Own work and what came under a mandate, of kernel and toy."""
    vault, store, port = opened(practice)
    hold(store)
    ok(store.enqueue(deposit(1), b"waiting"))
    ok(store.save_draft(draft(), b"typed"))
    ok(store.set_setting("language", "lb"))
    ok(store.save_documents("p1", [document(n) for n in range(40)]))
    if "toy" in practice.kept:
        ok(toy.note(port, "p1", "vu"))
        for number in range(3):
            ok(toy.letter(port, f"lettre {number}"))
        ok(port.write(lambda r: r.executemany("INSERT INTO toy_codes VALUES (?)", [("learned",)])))
    vault.close()


def damage(practice: Practice, table: str) -> None:
    """Make the first page of *table* unreadable; of what a mandate gave that is found out in use."""
    vault, _store, _port = opened(practice)
    ((page,),) = rows(vault, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")
    vault.close()
    _flip(practice, page)
    if table in ("documents", "toy_notes"):  # all others are in use at the opening
        vault, store, _port = opened(practice)
        read = store._read(lambda c: c.execute(f"SELECT * FROM {table}").fetchall())
        assert read == Failure(Code.STORE_DAMAGED)
        vault.close()
        assert SetFolder(practice.only_set()).damage_mark.exists()


def _flip(practice: Practice, page: int) -> None:
    file = practice.only_set() / "store.db"
    data = bytearray(file.read_bytes())
    data[(page - 1) * PAGE + 100] ^= 0xFF
    file.write_bytes(data)


def own_work_is_there(store: Store) -> None:
    assert store.outbox_content("urn:uuid:1") == b"waiting"
    assert store.draft("p1") == (draft(), b"typed")
    assert store.setting("language") == "lb"


@pytest.fixture
def plugged(practice: Practice) -> Practice:
    practice.kept = toy.PLUGGED
    return practice


@pytest.mark.parametrize("table", ["documents", "toy_notes", "table_fates", "feature_schemas"])
def test_own_work_of_features_is_saved_and_nothing_else(plugged: Practice, table: str) -> None:
    """Also where the damage took what the database says of its fates: then the declarations say it."""
    fill(plugged)
    damage(plugged, table)
    vault, store, port = opened(plugged)
    assert present(vault.opened()).state.rebuilt
    own_work_is_there(store)
    assert toy.letters(port) == ["lettre 0", "lettre 1", "lettre 2"]
    assert (toy.notes(port), toy.found(port, "vu")) == ([], [])
    assert port.read(lambda r: r.execute("SELECT code FROM toy_codes")) == [("seeded",)], "made anew"
    assert (store.documents("p1"), rows(vault, "SELECT * FROM rights")) == ((), [])
    assert toy.note(port, "p1", "vu") == Failure(Code.RIGHT_UNKNOWN)
    vault.close()
    vault, store, port = opened(plugged)
    assert not present(vault.opened()).state.rebuilt
    assert toy.letters(port) == ["lettre 0", "lettre 1", "lettre 2"]
    (aside,) = plugged.only_set().glob("damaged-*")
    assert (aside / "store.db").exists() and len(list((aside / "outbox").iterdir())) == 2


@pytest.mark.parametrize("table", ["outbox", "drafts", "settings", "toy_letters"])
def test_a_table_that_is_damaged_itself_takes_no_other_along(plugged: Practice, table: str) -> None:
    """After one page that it cannot verify SQLCipher gives no other: each table is asked anew."""
    fill(plugged)
    damage(plugged, table)
    _vault, store, port = opened(plugged)
    assert (store.outbox() == ()) is (table == "outbox")
    assert (store.draft("p1") is None) is (table == "drafts")
    assert (store.setting("language") is None) is (table == "settings")
    assert (toy.letters(port) == []) is (table == "toy_letters")
    ok(toy.letter(port, "new"))
    ok(store.set_setting("new", "x"))


def _damage_letters(practice: Practice) -> None:
    """One page in the middle of 60 letters."""
    vault, _store, port = opened(practice)
    ((before,),) = rows(vault, "PRAGMA page_count")
    for number in range(60):
        ok(toy.letter(port, f"{number:02} signé " + "x" * 1000))
    ((after,),) = rows(vault, "PRAGMA page_count")
    vault.close()
    assert after - before >= 20, "its rows are on these pages"
    _flip(practice, (before + after) // 2)


def test_rows_before_and_after_a_damaged_page_are_saved(plugged: Practice) -> None:
    _damage_letters(plugged)
    _vault, _store, port = opened(plugged)
    numbers = [int(words[:2]) for words in ok(toy.letters(port))]
    assert 50 <= len(numbers) < 60 and {0, 59} <= set(numbers)


def test_the_session_goes_on_after_a_damaged_page(plugged: Practice) -> None:
    """What is typed is kept until the next opening, and comes out of the damaged file then."""
    fill(plugged)
    vault, store, port = opened(plugged)
    ((page,),) = rows(vault, "SELECT rootpage FROM sqlite_master WHERE name = 'documents'")
    vault.close()
    _flip(plugged, page)
    vault, store, port = opened(plugged)
    assert store.documents("p1") == Failure(Code.STORE_DAMAGED)
    ok(store.save_draft(draft(title="typed after"), b"typed"))
    ok(store.enqueue(deposit(2), b"confirmed after", draft(title="typed after")))
    ok(toy.letter(port, "written after"))
    assert store.documents("p1") == Failure(Code.STORE_DAMAGED)
    vault.close()
    vault, store, port = opened(plugged)
    assert present(vault.opened()).state.rebuilt
    assert store.draft("p1") == (draft(title="typed after"), b"typed")
    assert store.outbox_content("urn:uuid:2") == b"confirmed after"
    assert "written after" in ok(toy.letters(port))


def test_own_work_of_a_feature_that_was_removed_is_saved_with_its_schema(
    plugged: Practice, tmp_path: Path
) -> None:
    """Its version too: plugged in again, it goes on from there; meanwhile mandates' ends reach its tables."""
    fill(plugged)
    plugged.kept = {}
    damage(plugged, "documents")
    vault, store, _port = opened(plugged)
    assert present(vault.opened()).state.rebuilt
    own_work_is_there(store)
    assert rows(vault, "SELECT words, signed FROM toy_letters") == [(f"lettre {n}", 0) for n in range(3)]
    assert rows(vault, "SELECT count(*) FROM toy_notes") == [(0,)]
    assert rows(vault, "SELECT code FROM toy_codes ORDER BY code") == [("learned",), ("seeded",)]
    assert rows(vault, "SELECT * FROM feature_schemas") == [("toy", 2)]
    vault.close()
    plugged.kept = {
        "toy": toy.of_steps(tmp_path / "next", "ALTER TABLE toy_letters ADD COLUMN more DEFAULT 'm';")
    }
    vault, store, port = opened(plugged)
    assert port.read(lambda r: r.execute("SELECT words, more FROM toy_letters LIMIT 1")) == [
        ("lettre 0", "m")
    ]
    hold(store)
    ok(toy.note(port, "p1", "vu"))
    assert toy.note(port, "p9", "vu") == Failure(Code.RIGHT_UNKNOWN), "its guards came along"
    vault.close()
    plugged.kept = {}
    vault, store, _port = opened(plugged)
    ok(store.forget_patient("p1", frozenset()))
    assert rows(vault, "SELECT count(*) FROM toy_notes") == [(0,)]


def test_rows_of_an_older_schema_go_through_its_steps(practice: Practice, tmp_path: Path) -> None:
    """No step runs on damaged pages: the new database starts at the old version."""
    practice.kept = {"toy": toy.of_steps(tmp_path / "old", upto=1)}
    vault, _store, port = opened(practice)
    for words in ("signé", "brouillon"):
        ok(toy.letter(port, words))
    vault.close()
    damage(practice, "documents")
    practice.kept = toy.PLUGGED
    vault, _store, port = opened(practice)
    assert present(vault.opened()).state.rebuilt
    signed = port.read(lambda r: r.execute("SELECT words, signed FROM toy_letters"))
    assert signed == [("signé", 1), ("brouillon", 0)]


def test_a_page_that_a_step_finds_damaged_has_the_database_rebuilt(
    practice: Practice, tmp_path: Path
) -> None:
    """It is not the feature's failure: the rows that are readable go through the step in the new database."""
    practice.kept = {"toy": toy.of_steps(tmp_path / "old", upto=1)}
    _damage_letters(practice)
    practice.kept = toy.PLUGGED
    vault, _store, port = opened(practice)
    assert present(vault.opened()).state.rebuilt
    signed = ok(port.read(lambda r: r.execute("SELECT count(*), sum(signed) FROM toy_letters")))
    assert 50 <= signed[0][0] < 60 and signed[0][0] == signed[0][1]


def test_rows_of_a_newer_feature_are_saved_as_they_are(practice: Practice, tmp_path: Path) -> None:
    more = (*toy.TABLES, Table("toy_more", Fate.OWN_WORK, None))
    step = "CREATE TABLE toy_more (x); INSERT INTO toy_more VALUES ('typed');"
    newer = {"toy": toy.of_steps(tmp_path / "new", step, tables=more)}
    practice.kept = newer
    fill(practice)
    damage(practice, "documents")
    practice.kept = toy.PLUGGED
    vault, store, port = opened(practice)
    own_work_is_there(store)
    assert toy.letters(port) == Failure(Code.STORE_TOO_NEW)
    assert rows(vault, "SELECT x FROM toy_more") == [("typed",)]
    vault.close()
    practice.kept = newer
    assert toy.letters(opened(practice)[2]) == ["lettre 0", "lettre 1", "lettre 2"]


def test_a_feature_whose_steps_fail_now_does_not_lose_the_others_work(
    plugged: Practice, tmp_path: Path
) -> None:
    fill(plugged)
    damage(plugged, "documents")
    plugged.kept = {"toy": toy.of_steps(tmp_path / "bad", "INSERT INTO nowhere VALUES (1);")}
    vault, store, port = opened(plugged)
    own_work_is_there(store)
    assert toy.letters(port) == Failure(Code.STORE_FAILED)
    vault.close()
    plugged.kept = toy.PLUGGED
    assert toy.letters(opened(plugged)[2]) == ["lettre 0", "lettre 1", "lettre 2"]


def test_an_index_of_own_work_keeps_its_row_numbers(practice: Practice, tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "001_first.sql").write_text(
        "CREATE TABLE toy_letters (id INTEGER PRIMARY KEY, words TEXT, size AS (length(words)) STORED);"
        "CREATE TABLE toy_a_line (letter INTEGER NOT NULL REFERENCES toy_letters (id), line TEXT);"
        "CREATE VIRTUAL TABLE toy_found USING fts5 (words);"
    )
    own = ("toy_letters", "toy_a_line", "toy_found")
    practice.kept = {"toy": Kept(tuple(Table(name, Fate.OWN_WORK, None) for name in own), steps)}
    vault, _store, port = opened(practice)

    def write(r: Rows) -> None:
        r.execute("INSERT INTO toy_letters (id, words) VALUES (7, 'cher confrère')")
        r.execute("INSERT INTO toy_a_line VALUES (7, 'x')")
        r.execute("INSERT INTO toy_found (rowid, words) VALUES (7, 'cher confrère')")

    ok(port.write(write))
    vault.close()
    damage(practice, "documents")
    vault, _store, port = opened(practice)
    joined = (
        "SELECT id, size, line FROM toy_letters JOIN toy_a_line ON letter = id WHERE id IN"
        " (SELECT rowid FROM toy_found WHERE toy_found MATCH 'confrere')"
    )
    assert port.read(lambda r: r.execute(joined)) == [(7, 13, "x")]
    keys = present(vault.opened()).database
    assert keys._submit(lambda: keys._connection.execute("PRAGMA foreign_keys").fetchone()) == (1,)


def _count(table: str, c: Connection) -> object:
    return c.execute(f"SELECT count(*) FROM {table}").fetchone()


def test_the_first_released_schemas_own_work_is_saved(practice: Practice, tmp_path: Path) -> None:
    shutil.copy(FIRST, tmp_path / "first.db")
    rebuilt = ok(rebuild(tmp_path / "first.db", tmp_path / "new.db", FIRST_KEY, Schema(toy.PLUGGED)))
    assert (rebuilt.saved, rebuilt.lost, rebuilt.exact) == (OwnWork(1, 1, 1), OwnWork(), True)
    database = rebuilt.database
    for table in ("outbox", "drafts", "local_reads", "settings"):
        assert ok(database.read(partial(_count, table))) == (1,)
    assert ok(database.read(lambda c: c.execute("SELECT count(*) FROM documents").fetchone())) == (0,)
    last = ok(database.read(lambda c: c.execute("SELECT * FROM patients").fetchall()))
    assert last == [("p1", "2026-11-21T09:30:00.000000Z"), ("p2", "2026-11-21T09:30:00.000000Z")]
    database.close()


@pytest.mark.parametrize("step", ["copy of the contents", "going aside", "coming"])
def test_a_rebuilding_that_is_cut_loses_nothing(
    plugged: Practice, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The damaged database stays until the new one is whole."""
    fill(plugged)
    damage(plugged, "documents")

    def full(*_args: object, **_words: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as cut:
        if step == "copy of the contents":
            cut.setattr(shutil, "copytree", full)
        elif step == "going aside":
            cut.setattr(HolderFolders, "replace_database", full)
        else:
            cut.setattr(SetFolder, "finish_rebuilding", _only_at_the_start())
        vault = plugged.vault()
        assert unlock(vault, soft_card()) == Failure(Code.DISK_FULL)
        assert not vault.is_open()
    vault, store, port = opened(plugged)
    own_work_is_there(store)
    assert toy.letters(port) == ["lettre 0", "lettre 1", "lettre 2"]
    vault.close()
    vault, _store, _port = opened(plugged)
    assert not present(vault.opened()).state.rebuilt


def _only_at_the_start() -> object:
    calls = []
    real = SetFolder.finish_rebuilding

    def finish(folder: SetFolder) -> None:
        calls.append(folder)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "full")
        real(folder)

    return finish


def test_a_full_disk_while_rebuilding_leaves_the_damaged_database(
    plugged: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(plugged)
    damage(plugged, "documents")
    with monkeypatch.context() as full:
        full.setattr(mending, "rebuild", lambda *_: Failure(Code.DISK_FULL))
        assert unlock(plugged.vault(), soft_card()) == Failure(Code.DISK_FULL)
    vault, store, _port = opened(plugged)
    own_work_is_there(store)
    assert present(vault.opened()).state.rebuilt
