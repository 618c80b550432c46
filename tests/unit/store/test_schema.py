"""Every table has one fate, every older database comes forward, and no feature's schema harms another's."""

import os
import shutil
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from desktop.domain.errors import Code, Failure
from desktop.domain.folding import fold
from desktop.features import FEATURES
from desktop.ports.kept import NOTHING_KEPT, Fate, Kept, Table
from desktop.store.codec import query
from desktop.store.database import Database
from desktop.store.feature_rows import FeatureRows
from desktop.store.schema import Schema, UndeclaredError, newest
from desktop.store.sqlcipher import Connection, statements
from desktop.store.tables import KERNEL, MIGRATIONS
from tests.answers import present
from tests.unit.test_folding import CORPUS

from . import toy
from .conftest import Practice, deposit, draft, hold, ok

FIRST = Path(__file__).with_name("schema_001.db")  # written by the first released program
FIRST_KEY = bytearray(range(32))
SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")  # of a full-text index, as SQLite names them
KEY = bytearray(os.urandom(32))


def opened(path: Path, features: dict[str, Kept] | None = None, kernel: Kept = KERNEL) -> Database:
    database = Database.open(path, KEY, Schema(features or {}, kernel).migrate)
    assert isinstance(database, Database), database
    return database


def rows(database: Database, sql: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = ok(database.read(lambda c: c.execute(sql).fetchall()))
    return found


def schema_of(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")


def fates(c: Connection) -> Counter[str]:
    """How often each table that SQLite knows has a fate; counted apart from the code that sees to it."""
    made = c.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    known = dict(made.fetchall())
    virtual = [name for name, sql in known.items() if "VIRTUAL" in sql]
    shadows = {name + suffix for name in virtual for suffix in SHADOWS}
    counted = Counter(name for (name,) in c.execute("SELECT name FROM table_fates").fetchall())
    return Counter({name: counted[name] for name in known.keys() - shadows}) + Counter()


EVERY = {feature.name: feature.kept for feature in FEATURES}


@pytest.mark.parametrize("features", [{}, toy.PLUGGED, EVERY], ids=["kernel", "with a toy", "all features"])
def test_every_table_has_exactly_one_fate(tmp_path: Path, features: dict[str, Kept]) -> None:
    database = opened(tmp_path / "store.db", features)
    made = rows(database, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    told = ok(database.read(fates))
    declared = [t.name for kept in (KERNEL, *features.values()) for t in kept.tables]
    assert set(told.values()) == {1}
    assert sorted(told) == sorted(declared)
    virtual = sum("VIRTUAL" in str(sql) for (sql,) in made)
    assert virtual >= 1 + ("toy" in features)
    assert len(made) == len(declared) + len(SHADOWS) * virtual, "no table is overlooked"
    database.close()


def test_the_database_remembers_what_was_declared(tmp_path: Path) -> None:
    database = opened(tmp_path / "store.db", toy.PLUGGED)
    told = rows(database, "SELECT owner, name, fate, patient_column, follows FROM table_fates")
    assert set(told) == {
        (owner, t.name, t.fate.value, t.patient_column, t.follows)
        for owner, kept in (("", KERNEL), ("toy", toy.TOY))
        for t in kept.tables
    }
    database.close()


UNDECLARED = "CREATE TABLE {0}_more (patient TEXT);"


def test_a_kernel_table_without_a_fate_stops_the_program(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    shutil.copytree(MIGRATIONS, steps)
    (steps / f"{newest(KERNEL) + 1:03}_more.sql").write_text(UNDECLARED.format("cache"))
    with pytest.raises(UndeclaredError, match="cache_more"):
        opened(tmp_path / "store.db", {}, Kept(KERNEL.tables, steps))
    with pytest.raises(UndeclaredError, match="nowhere"):
        opened(
            tmp_path / "store.db", {}, Kept((*KERNEL.tables, Table("nowhere", Fate.DAY, None)), MIGRATIONS)
        )


BAD_STEPS = {
    "a table without a fate": (UNDECLARED.format("toy"), toy.TABLES),
    "a fate without a table": ("", (*toy.TABLES, Table("toy_more", Fate.NO_PATIENT, None))),
    "an error in the second statement": (
        "CREATE TABLE toy_more (x); INSERT INTO nowhere VALUES (1);",
        toy.TABLES,
    ),
    "an unguarded index": (
        "CREATE VIRTUAL TABLE toy_more USING fts5 (patient UNINDEXED, note);",
        (*toy.TABLES, Table("toy_more", Fate.MANDATE, "patient")),
    ),
    "an index that cannot forget": (
        "CREATE VIRTUAL TABLE toy_more USING fts5 (note, content = '');",
        (*toy.TABLES, Table("toy_more", Fate.MANDATE, None, follows="toy_notes")),
    ),
    "an index of a table without row numbers": (
        "CREATE TABLE toy_keyed (patient TEXT PRIMARY KEY) WITHOUT ROWID;"
        "CREATE VIRTUAL TABLE toy_more USING fts5 (note);",
        (
            *toy.TABLES,
            Table("toy_keyed", Fate.MANDATE, "patient"),
            Table("toy_more", Fate.MANDATE, None, follows="toy_keyed"),
        ),
    ),
    "a patient column that is not there": (
        "CREATE TABLE toy_more (x);",
        (*toy.TABLES, Table("toy_more", Fate.MANDATE, "patient")),
    ),
    "another's rows read": ("INSERT INTO toy_codes SELECT unique_id FROM outbox;", toy.TABLES),
    "another's rows changed": ("DELETE FROM settings;", toy.TABLES),
    "another's table dropped": ("DROP TABLE drafts;", toy.TABLES),
    "another's table altered": ("ALTER TABLE drafts ADD COLUMN x;", toy.TABLES),
    "a trigger on another's table": (
        "CREATE TRIGGER toy_t AFTER INSERT ON outbox BEGIN DELETE FROM toy_codes; END;",
        toy.TABLES,
    ),
    "a table that is not its own": ("CREATE TABLE drafts_more (x);", toy.TABLES),
    "a commit": ("CREATE TABLE toy_more (x); COMMIT;", toy.TABLES),
    "a setting": ("PRAGMA user_version = 7;", toy.TABLES),
    "another file": ("ATTACH ':memory:' AS other;", toy.TABLES),
}


@pytest.mark.parametrize("bad", BAD_STEPS)
def test_a_step_that_fails_leaves_the_feature_as_it_was_and_says_so(
    practice: Practice, tmp_path: Path, caplog: pytest.LogCaptureFixture, bad: str
) -> None:
    """The kernel and its other features go on; the mended step comes forward later."""
    practice.kept = toy.PLUGGED
    vault, store = practice.store()
    ok(toy.letter(FeatureRows(vault, "toy"), "kept"))
    ok(store.set_setting("language", "lb"))
    ok(store.enqueue(deposit(1), b"waiting"))
    before = schema_of(present(vault.opened()).database)
    vault.close()
    sql, tables = BAD_STEPS[bad]
    # what is good in the step goes with what is not
    practice.kept = {
        "toy": toy.of_steps(tmp_path / "bad", "INSERT INTO toy_codes VALUES ('good');", sql, tables=tables)
    }
    vault, store = practice.store()
    port = FeatureRows(vault, "toy")
    assert port.read(lambda r: r.execute("SELECT 1")) == Failure(Code.STORE_FAILED)
    assert port.write(lambda r: None) == port.write_durably(lambda r: None) == Failure(Code.STORE_FAILED)
    assert "tables of toy stay at version 2" in caplog.text
    assert schema_of(present(vault.opened()).database) == before
    assert rows(present(vault.opened()).database, "SELECT version FROM feature_schemas") == [(2,)]
    assert rows(present(vault.opened()).database, "SELECT code FROM toy_codes") == [("seeded",)]
    assert store.setting("language") == "lb" and store.outbox_content("urn:uuid:1") == b"waiting"
    ok(store.save_draft(draft(), b"typed"))
    vault.close()
    practice.kept = toy.PLUGGED
    vault, store = practice.store()
    assert toy.letters(FeatureRows(vault, "toy")) == ["kept"]


def test_a_newer_features_tables_are_left_alone_and_the_rest_works(
    practice: Practice, tmp_path: Path
) -> None:
    more = (*toy.TABLES, Table("toy_more", Fate.MANDATE, "patient"))
    practice.kept = {
        "toy": toy.of_steps(tmp_path / "new", "CREATE TABLE toy_more (patient TEXT);", tables=more)
    }
    vault, store = practice.store()
    hold(store)
    ok(FeatureRows(vault, "toy").write(lambda r: r.execute("INSERT INTO toy_more VALUES ('p1'), ('p2')")))
    before = schema_of(present(vault.opened()).database)
    vault.close()
    practice.kept = toy.PLUGGED
    vault, store = practice.store()
    assert toy.letters(FeatureRows(vault, "toy")) == Failure(Code.STORE_TOO_NEW)
    assert schema_of(present(vault.opened()).database) == before
    ok(store.set_setting("a", "b"))
    ok(store.forget_patient("p1", frozenset()))
    assert rows(present(vault.opened()).database, "SELECT patient FROM toy_more") == [("p2",)], (
        "the law knows no version"
    )


def test_a_fate_that_was_declared_wrongly_is_mended_without_a_step(
    practice: Practice, tmp_path: Path
) -> None:
    wrong = (
        Table("toy_notes", Fate.OWN_WORK, None),
        *(Table(t.name, Fate.NO_PATIENT, None) for t in toy.TABLES[1:]),
    )
    practice.kept = {"toy": Kept(wrong, toy.STEPS)}
    vault, store = practice.store()
    insert = "INSERT INTO toy_notes (patient, note) VALUES ('p1', 'x')"
    ok(FeatureRows(vault, "toy").write(lambda r: r.execute(insert)))
    ok(store.forget_patient("p1", frozenset()))
    assert rows(present(vault.opened()).database, "SELECT count(*) FROM toy_notes") == [(1,)]
    vault.close()
    practice.kept = toy.PLUGGED
    vault, store = practice.store()
    ok(store.forget_patient("p1", frozenset()))
    assert rows(present(vault.opened()).database, "SELECT count(*) FROM toy_notes") == [(0,)]
    assert FeatureRows(vault, "toy").write(lambda r: r.execute(insert)) == Failure(Code.RIGHT_UNKNOWN)


def _kept(*tables: Table) -> Kept:
    return Kept(tables, toy.STEPS)


@pytest.mark.parametrize(
    "features",
    [
        {"toy": _kept(Table("other_x", Fate.OWN_WORK, None))},
        {"toy": _kept(Table("toy", Fate.OWN_WORK, None))},
        {"toy": _kept(Table("toy_x", Fate.OWN_WORK, None), Table("toy_x", Fate.NO_PATIENT, None))},
        {"local": _kept(Table("local_x", Fate.OWN_WORK, None))},  # local_reads is the kernel's
        {
            "toy": _kept(Table("toy_x", Fate.OWN_WORK, None)),
            "toy_x": _kept(Table("toy_x_y", Fate.OWN_WORK, None)),
        },
        {"toy": _kept(Table("toy_x", Fate.DAY, None))},
        {"toy": _kept(Table("toy_x", Fate.MANDATE, None, follows="documents"))},
        {"toy": _kept(Table("toy_x", Fate.MANDATE, None, follows="toy_x"))},
    ],
)
def test_names_and_fates_that_would_clash_are_a_bug(features: dict[str, Kept]) -> None:
    with pytest.raises(ValueError, match=r"toy|local"):
        Schema(features)


@pytest.mark.parametrize(
    ("fate", "column", "follows"),
    [
        (Fate.MANDATE, None, None),
        (Fate.MANDATE, "patient", "toy_notes"),
        (Fate.OWN_WORK, "patient", None),
        (Fate.NO_PATIENT, "patient", None),
        (Fate.NO_PATIENT, None, "toy_notes"),
    ],
)
def test_a_mandates_table_and_no_other_says_whose_its_rows_are(
    fate: Fate, column: str | None, follows: str | None
) -> None:
    with pytest.raises(ValueError, match="toy_x"):
        Table("toy_x", fate, column, follows)


def test_tables_come_with_their_steps() -> None:
    with pytest.raises(ValueError, match="migrations"):
        Kept(toy.TABLES, None)
    with pytest.raises(ValueError, match="migrations"):
        Kept((), toy.STEPS)
    assert Schema({"toy": NOTHING_KEPT}).features == {}


def test_an_sql_file_is_cut_into_its_statements() -> None:
    parts = [
        "-- a; remark\nCREATE TABLE a (x);",
        "\nCREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT ';'; END;",
        "\nINSERT INTO a VALUES ('x;y'); ",
    ]
    assert [s.strip() for s in statements("".join(parts) + "\n")] == [p.strip() for p in parts]


# -- older databases ---------------------------------------------------------------------------------


def first(tmp_path: Path) -> Path:
    """A copy of the first released schema with rows of every kind."""
    path = tmp_path / "first.db"
    shutil.copy(FIRST, path)
    return path


def test_the_first_released_schema_and_none_become_the_newest(tmp_path: Path) -> None:
    schema = Schema({}).migrate
    upgraded = ok(Database.open(first(tmp_path), FIRST_KEY, schema))
    fresh = opened(tmp_path / "fresh.db")
    assert schema_of(upgraded) == schema_of(fresh)
    assert rows(upgraded, "PRAGMA user_version") == rows(fresh, "PRAGMA user_version") == [(newest(KERNEL),)]
    assert rows(upgraded, "SELECT * FROM table_fates") == rows(fresh, "SELECT * FROM table_fates")
    assert rows(upgraded, "PRAGMA integrity_check") == [("ok",)]
    upgraded.close()
    fresh.close()


def test_the_first_released_schema_keeps_its_rows_and_every_list_gets_an_end(tmp_path: Path) -> None:
    """p1: opened for a day. p2: by its médecin référent. p3: a list without a right."""
    path = first(tmp_path)
    before = ok(Database.open(path, FIRST_KEY, lambda c: {}))
    assert rows(before, "SELECT patient_id, id FROM documents ORDER BY seq") == [
        ("p1", "d1"), ("p1", "d2"), ("p2", "d3"), ("p3", "d4"), ("p3", "d5"),
    ]  # fmt: skip
    assert rows(before, "SELECT id, until FROM patients ORDER BY id") == [
        ("p1", "2026-11-22T09:30:00.000000Z"), ("p2", None),
    ]  # fmt: skip
    untouched = ("outbox", "drafts", "local_reads", "settings", "openings", "bodies")
    all_of = {table: rows(before, f"SELECT * FROM {table}") for table in untouched}
    assert all(all_of.values())
    before.close()
    database = ok(Database.open(path, FIRST_KEY, Schema(toy.PLUGGED).migrate))
    assert {table: rows(database, f"SELECT * FROM {table}") for table in untouched} == all_of
    assert rows(database, "SELECT * FROM rights ORDER BY 1") == [
        ("p1", "2026-11-22T09:30:00.000000Z"), ("p2", "2026-12-21T09:30:00.000000Z"),
    ]  # fmt: skip
    assert rows(database, "SELECT * FROM patients ORDER BY 1") == [
        ("p1", "2026-11-21T09:30:00.000000Z"), ("p2", "2026-11-21T09:30:00.000000Z"),
    ]  # fmt: skip
    assert rows(database, "SELECT id, listed FROM documents ORDER BY seq") == [
        ("d1", 1), ("d2", 1), ("d3", 1), ("d5", 0),
    ], "p3's own document stays, its list does not"  # fmt: skip
    assert rows(database, "SELECT patient_id FROM episodes") == [("p1",)]
    assert rows(database, "SELECT rowid FROM texts ORDER BY rowid") == [(1,), (2,), (3,), (5,)]
    assert rows(database, "SELECT rowid FROM texts WHERE texts MATCH 'cholesterol'") == [(1,)]
    database.close()


def _insert_text(values: tuple[int, str, str], c: Connection) -> None:
    c.execute("INSERT INTO texts (rowid, about, content) VALUES (?, ?, ?)", values)


def test_texts_of_former_programs_are_found_as_those_of_today(tmp_path: Path) -> None:
    """They were stored with case, accents and marks, ligatures and a few letters written out."""
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in MIGRATIONS.glob("00[12]_*.sql"):
        shutil.copy(step, steps)
    path = tmp_path / "former.db"
    then = tuple(table for table in KERNEL.tables if table.name != "kept_records")
    former = opened(path, {}, Kept(then, steps))
    ligatures = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "ł": "l"})
    for number, (written, _) in enumerate(CORPUS, 1):
        values = (number, written.translate(ligatures), f"vu : {written}".translate(ligatures))
        ok(former.write(partial(_insert_text, values)))
    former.close()
    database = opened(path)
    for number, (written, typed) in enumerate(CORPUS, 1):
        for column in ("about", "content"):
            found = rows(database, f"SELECT rowid FROM texts WHERE {column} MATCH '{query(typed)}'")
            assert (number,) in found, (written, typed, column)
    assert rows(database, "SELECT about, content FROM texts ORDER BY rowid") == [
        (fold(written), fold(f"vu : {written}")) for written, _ in CORPUS
    ]
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    database.close()


def test_a_kernel_step_keeps_rows_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = opened(path)
    ok(database.write(lambda c: c.execute("INSERT INTO settings VALUES ('a', 'b')") and None))
    before = schema_of(database)
    database.close()
    following = newest(KERNEL) + 1

    def with_step(name: str, sql: str) -> Kept:
        steps = tmp_path / name
        shutil.copytree(MIGRATIONS, steps)
        (steps / f"{following:03}_next.sql").write_text(sql)
        return Kept(KERNEL.tables, steps)

    with pytest.raises(dbapi2.OperationalError):
        opened(
            path,
            {},
            with_step("bad", "ALTER TABLE settings ADD COLUMN x;\nINSERT INTO nowhere VALUES (1);\n"),
        )
    database = opened(path)
    assert schema_of(database) == before
    database.close()
    good = with_step("good", "ALTER TABLE settings ADD COLUMN more TEXT DEFAULT 'm';\n")
    database = opened(path, {}, good)
    assert rows(database, "SELECT * FROM settings") == [("a", "b", "m")]
    assert rows(database, "PRAGMA user_version") == [(following,)]
    database.close()


def test_a_features_steps_transform_its_rows(practice: Practice, tmp_path: Path) -> None:
    practice.kept = {"toy": toy.of_steps(tmp_path / "old", upto=1)}
    vault, store = practice.store()
    hold(store)
    port = FeatureRows(vault, "toy")
    for words in ("signé", "brouillon"):
        ok(toy.letter(port, words))
    ok(toy.note(port, "p1", "vu"))
    vault.close()
    practice.kept = toy.PLUGGED
    vault, store = practice.store()
    port = FeatureRows(vault, "toy")
    assert port.read(lambda r: r.execute("SELECT words, signed FROM toy_letters")) == [
        ("signé", 1),
        ("brouillon", 0),
    ]
    assert toy.notes(port) == [("p1", "vu")]


def test_a_step_may_make_a_guarded_table_anew(practice: Practice, tmp_path: Path) -> None:
    """The usual way to change a column: the new table has the guards that the old one had."""
    practice.kept = toy.PLUGGED
    vault, store = practice.store()
    ok(toy.note(FeatureRows(hold(store)._vault, "toy"), "p1", "vu"))
    vault.close()
    anew = (
        "CREATE TABLE toy_new (id INTEGER PRIMARY KEY, patient TEXT NOT NULL, note TEXT NOT NULL, x);"
        "INSERT INTO toy_new SELECT id, patient, note, 1 FROM toy_notes; DROP TABLE toy_notes;"
        "ALTER TABLE toy_new RENAME TO toy_notes;"
    )
    practice.kept = {"toy": toy.of_steps(tmp_path / "anew", anew)}
    vault, store = practice.store()
    port = FeatureRows(vault, "toy")
    assert port.read(lambda r: r.execute("SELECT patient, note, x FROM toy_notes")) == [("p1", "vu", 1)]
    assert toy.note(port, "p9", "vu") == Failure(Code.RIGHT_UNKNOWN)
    ok(store.forget_patient("p1", frozenset()))
    assert toy.notes(port) == []
