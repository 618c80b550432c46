"""One damaged page costs the rows on it: pages are read one by one, beside SQLite."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from desktop.domain.deposit import Deposit
from desktop.ports.kept import Fate, Kept, Table
from desktop.store.cipher_pages import PAGE_BYTES, CipherPages, log_of, read_log
from desktop.store.page_rows import Harvest, PageRows
from desktop.store.remains import Remains, TableRows, read_remains
from desktop.store.schema import OWNER, Schema, newest
from desktop.store.sqlcipher import Connection, connect, transaction
from desktop.store.tables import KERNEL
from desktop.store.vault_folders import SetFolder
from tests.answers import present

from . import toy
from .conftest import Practice, deposit, document, draft, hold, ok, patient

ROWS = 60
SCHEMA = Schema(toy.PLUGGED)


@dataclass(frozen=True)
class Full:
    """A store's database at rest, its key, and where to put damaged copies."""

    raw: bytes
    key: bytearray
    copy: Path

    def pages(self) -> int:
        return len(self.raw) // PAGE_BYTES

    def remains(self, raw: bytes) -> Remains:
        for file in self.copy.parent.glob(f"{self.copy.name}*"):
            file.unlink()
        self.copy.write_bytes(raw)
        return read_remains(self.copy, self.key, SCHEMA, self.raw[:16])


def letter(number: int) -> Deposit:
    """As long as they are: names, a title, identifiers."""
    named = replace(patient(number % 7 + 1, "Schmit-Weber"), given="Marie-Anne")
    return replace(
        deposit(number),
        unique_id=f"urn:uuid:{UUID(int=number * 7919 + 1)}",
        submission_id=f"urn:uuid:{UUID(int=number * 104729 + 1)}",
        patient=named,
        title="Lettre de sortie, cardiologie, contrôle après la pose d'un stent",
        author_id="pr-" + "0" * 32,
        author_name="Dr Jeanne Muller-Kremer",
    )


def fill(practice: Practice) -> None:
    """60 letters that wait, among what else a day brings."""
    practice.kept = toy.PLUGGED
    vault, store = practice.store()
    hold(store)
    for number in range(ROWS):
        ok(store.enqueue(letter(number), b"content"))
        if number % 6 == 0:
            ok(store.save_documents("p1", [document(f"{number}-{n}") for n in range(12)]))
            ok(store.save_draft(draft(number + 100), b"typed"))
    vault.close()


@pytest.fixture
def full(practice: Practice, tmp_path: Path) -> Full:
    fill(practice)
    vault, _store = practice.store()
    key = bytearray(present(vault.opened()).key)
    vault.close()
    return Full((practice.only_set() / "store.db").read_bytes(), key, tmp_path / "copy.db")


def table(remains: Remains, name: str) -> TableRows:
    (found,) = (rows for rows in remains.rows if rows.table == name)
    return found


def flipped(raw: bytes, number: int) -> bytes:
    data = bytearray(raw)
    data[(number - 1) * PAGE_BYTES + 2000] ^= 0x10
    return bytes(data)


def emptied(raw: bytes, number: int) -> bytes:
    """A sector that came back as zeros, the salt of the first page with it."""
    data = bytearray(raw)
    data[(number - 1) * PAGE_BYTES : number * PAGE_BYTES] = bytes(PAGE_BYTES)
    return bytes(data)


@pytest.mark.parametrize("damage", [flipped, emptied])
def test_one_damaged_page_costs_the_rows_on_it(full: Full, damage: object) -> None:
    """Every page in its turn: leaves, inner pages, indexes, the schema, the first page with the salt."""
    assert callable(damage)
    saved = []
    for number in range(1, full.pages() + 1):
        outbox = table(full.remains(damage(full.raw, number)), "outbox")
        saved.append(len(outbox.values))
        assert outbox.lost == ROWS - len(outbox.values), "each row that is gone is counted"
    assert min(saved) >= 57
    assert sum(saved) / len(saved) >= 58
    assert ROWS in saved and min(saved) < ROWS, "pages of the table are among them, and others"


def test_drafts_that_hung_on_a_damaged_page_are_found_again(full: Full) -> None:
    """A table whose rows lie in the order of their key: its inner pages hold rows too."""
    lost = []
    for number in range(1, full.pages() + 1):
        drafts = table(full.remains(flipped(full.raw, number)), "drafts")
        lost.append(10 - len(drafts.values))
        assert drafts.exact is False or drafts.lost == lost[-1] == 0
    assert 0 < max(lost) <= 5 and sum(map(bool, lost)) <= 3


def test_what_a_removed_feature_may_have_lost_is_not_called_counted(full: Full) -> None:
    """Where the page is gone that says which tables there are, nobody knows of its work any more."""
    unsure = 0
    for number in range(1, full.pages() + 1):
        full.copy.write_bytes(flipped(full.raw, number))
        remains = read_remains(full.copy, full.key, Schema({}), full.raw[:16])
        assert len(table(remains, "outbox").values) >= 57
        assert remains.sure is any(owner == "toy" for owner in remains.known.declared)
        unsure += not remains.sure
    assert 0 < unsure < 5


def test_a_table_that_nobody_knows_has_nothing(full: Full) -> None:
    full.copy.write_bytes(full.raw)
    pages = PageRows(CipherPages(full.copy, full.key))
    assert pages.rows("nowhere") == Harvest((), (), 0, exact=False)
    pages.close()


def test_two_damaged_pages_cost_the_rows_on_both(full: Full) -> None:
    chance = random.Random(1)
    for _ in range(10):
        one, other = chance.sample(range(2, full.pages() + 1), 2)
        outbox = table(full.remains(flipped(flipped(full.raw, one), other)), "outbox")
        assert len(outbox.values) >= ROWS - 7


@pytest.mark.parametrize("number", [1, 2])
def test_a_damaged_first_page_is_mended_at_the_opening(practice: Practice, number: int) -> None:
    fill(practice)
    file = practice.only_set() / "store.db"
    file.write_bytes(emptied(file.read_bytes(), number))
    vault, store = practice.store()
    assert present(vault.opened()).state.rebuilt
    assert len(ok(store.outbox())) == ROWS
    assert store.outbox_content(letter(7).unique_id) == b"content"
    assert store.draft("p106") == (draft(106), b"typed")


def test_a_damaged_page_of_own_work_is_mended_at_the_opening(practice: Practice) -> None:
    """Not at the next one: the outbox must not be unreadable for a whole session."""
    fill(practice)
    file = practice.only_set() / "store.db"
    file.write_bytes(flipped(file.read_bytes(), _page_of(practice, "outbox")))
    vault, store = practice.store()
    assert present(vault.opened()).state.rebuilt
    assert len(ok(store.outbox())) >= 57


def _page_of(practice: Practice, name: str) -> int:
    vault, _store = practice.store()
    sql = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    ((page,),) = ok(present(vault.opened()).database.read(lambda c: c.execute(sql, (name,)).fetchall()))
    vault.close()
    return int(page)


# -- what single pages say and what SQLite says --------------------------------------------------------

EVERY_FORM = (
    "CREATE TABLE toy_a (id INTEGER PRIMARY KEY, words TEXT NOT NULL, size AS (length(words)) STORED,"
    " first AS (substr(words, 1, 1)), number REAL, data BLOB);"
    "CREATE TABLE toy_b (second TEXT, first INTEGER, words TEXT, PRIMARY KEY (first, second)) WITHOUT ROWID;"
    "CREATE TABLE toy_c (words, more);"
    "CREATE INDEX toy_c_more ON toy_c (more);"
    "CREATE VIRTUAL TABLE toy_d USING fts5 (words, others);"
)
NAMES = ("toy_a", "toy_b", "toy_c", "toy_d")


@pytest.fixture
def every_form(practice: Practice, tmp_path: Path) -> Iterator[tuple[Connection, PageRows]]:
    """Tables of every form, rows of every length and type; written in two schema steps."""
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "001_first.sql").write_text(EVERY_FORM)
    kept = Kept(tuple(Table(name, Fate.OWN_WORK, None) for name in NAMES), steps)
    practice.kept = {"toy": kept}
    chance = random.Random(7)
    key = bytearray(range(32))
    path = tmp_path / "forms.db"
    c = connect(path, key)
    with transaction(c):
        ok(Schema({"toy": kept}).migrate(c))
        for number in range(-40, 120):
            words = "é" * chance.choice((1, 30, 300, 3000, 30_000))
            value = chance.choice((None, 0, 1, -5, 300, 70_000, 2**40, -(2**62), 0.5, "text", b"\x00\xff"))
            c.execute("INSERT INTO toy_a (id, words, number, data) VALUES (?, ?, ?, ?)",
                      (number * 10**15, words, number, words.encode()))  # fmt: skip
            c.execute("INSERT INTO toy_b VALUES (?, ?, ?)", (words, number, words))
            c.execute("INSERT INTO toy_c VALUES (?, ?)", (value, number))
            c.execute("INSERT INTO toy_d (rowid, words, others) VALUES (?, ?, ?)", (number + 50, words, "x"))
    c.execute("ALTER TABLE toy_c ADD COLUMN later TEXT NOT NULL DEFAULT 'l'")
    c.execute("DELETE FROM toy_a WHERE id % 3 = 0")
    c.execute("INSERT INTO toy_c VALUES (1, 2, 'given')")
    cipher = CipherPages(path, key)  # part of it lies in the log
    pages = PageRows(cipher)
    yield c, pages
    pages.close()
    cipher.close()
    c.close()


@pytest.mark.parametrize("name", NAMES)
def test_single_pages_say_what_sqlite_says(every_form: tuple[Connection, PageRows], name: str) -> None:
    connection, pages = every_form
    harvest = pages.indexed_texts(name) if name == "toy_d" else pages.rows(name)
    assert (harvest.lost, harvest.exact) == (0, True)
    columns = ", ".join(harvest.columns)
    told = connection.execute(f"SELECT {columns} FROM {name}").fetchall()
    assert len(told) == len(harvest.values) > 50
    assert set(told) == set(harvest.values)


def test_the_salt_is_worth_keeping(full: Full) -> None:
    """Without it not one page of a database whose first bytes are gone could be judged."""
    full.copy.write_bytes(emptied(full.raw, 1))
    assert CipherPages(full.copy, full.key).page(2) is None
    assert CipherPages(full.copy, full.key, full.raw[:16]).page(2) is not None


def test_a_page_is_believed_only_in_its_own_place(full: Full) -> None:
    data = bytearray(full.raw)
    data[PAGE_BYTES : 2 * PAGE_BYTES] = data[2 * PAGE_BYTES : 3 * PAGE_BYTES]
    full.copy.write_bytes(data)
    pages = CipherPages(full.copy, full.key)
    assert pages.page(2) is None and pages.page(3) is not None


def test_where_the_version_is_lost_the_tables_say_it(full: Full) -> None:
    assert full.remains(emptied(full.raw, 1)).known.versions[OWNER] == newest(KERNEL)


# -- the log -------------------------------------------------------------------------------------------


@pytest.fixture
def crashed(practice: Practice, tmp_path: Path) -> SetFolder:
    """As a crash leaves it: the last letters are in the log only."""
    vault, store = practice.store()
    vault.close()
    vault, store = practice.store()
    for number in range(20):
        ok(store.enqueue(letter(number), b"content"))
    folder = SetFolder(practice.only_set())
    kept = {file: file.read_bytes() for file in (folder.database, log_of(folder.database))}
    vault.close()
    for file, data in kept.items():
        file.write_bytes(data)
    return folder


def test_a_whole_log_is_what_sqlite_says_it_is(practice: Practice, crashed: SetFolder) -> None:
    log = read_log(log_of(crashed.database))
    assert not log.is_damaged() and len(log.frames) > 40
    vault, store = practice.store()
    assert not present(vault.opened()).state.rebuilt and len(ok(store.outbox())) == 20


@pytest.mark.parametrize("at", [3, 20, 32 + 10, 32 + 30, 32 + 5 * 4120 + 500])
def test_a_damaged_log_gives_back_what_stands_behind(practice: Practice, crashed: SetFolder, at: int) -> None:
    """SQLite would believe it up to the damage, and say nothing: header, a frame's header, a frame's page."""
    log = log_of(crashed.database)
    data = bytearray(log.read_bytes())
    data[at] ^= 0x40
    log.write_bytes(data)
    assert read_log(log).is_damaged()
    vault, store = practice.store()
    assert present(vault.opened()).state.rebuilt
    assert {row.deposit.unique_id for row in ok(store.outbox())} == {letter(n).unique_id for n in range(20)}
    assert store.outbox_content(letter(19).unique_id) == b"content"
    (aside,) = crashed.path.glob("damaged-*")
    assert (aside / "store.db-wal").read_bytes() == bytes(data), "the log is kept as it was"


def test_what_was_never_committed_is_not_brought_back(practice: Practice, crashed: SetFolder) -> None:
    """A crash in the middle of a transaction is no damage."""
    log = log_of(crashed.database)
    whole = read_log(log)
    log.write_bytes(log.read_bytes()[:-4120])
    cut = read_log(log)
    assert not cut.is_damaged() and len(cut.frames) < len(whole.frames)


def test_frames_of_an_earlier_round_are_not_of_the_log(tmp_path: Path) -> None:
    """After a checkpoint SQLite begins at the front again; what stood behind stays there."""
    c = sqlite3.connect(tmp_path / "plain.db", isolation_level=None)
    c.execute("PRAGMA journal_mode=WAL")
    c.execute("CREATE TABLE t (x)")
    for number in range(50):
        c.execute("INSERT INTO t VALUES (?)", (str(number) * 1000,))
    c.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    c.execute("INSERT INTO t VALUES ('last')")
    shutil.copy(tmp_path / "plain.db-wal", tmp_path / "copy-wal")
    c.close()
    log = read_log(tmp_path / "copy-wal")
    assert 0 < len(log.frames) < 5 and not log.is_damaged()


def test_a_missing_log_is_an_empty_one(tmp_path: Path) -> None:
    assert read_log(tmp_path / "none") == read_log(tmp_path / "nowhere")
    assert not read_log(tmp_path / "none").is_damaged()
