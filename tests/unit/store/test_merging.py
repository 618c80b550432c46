"""A set aside whose share came back: a feature's own work comes along with its lines and its index."""

from pathlib import Path

import pytest

from desktop.domain.errors import Code
from desktop.domain.recovery import OwnWork
from desktop.ports.kept import Fate, Kept, Rows, Table
from desktop.store.feature_rows import FeatureRows
from desktop.store.store import Store

from .conftest import Practice, ok

STEP = """
CREATE TABLE toy_a_line (letter INTEGER NOT NULL REFERENCES toy_letters, line TEXT NOT NULL);
CREATE TABLE toy_letters (id INTEGER PRIMARY KEY, words TEXT NOT NULL UNIQUE);
CREATE TABLE toy_choices (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE VIRTUAL TABLE toy_found USING fts5 (words);
"""
OWN = ("toy_a_line", "toy_letters", "toy_choices", "toy_found")
FOUND = """
SELECT words, line FROM toy_letters JOIN toy_a_line ON letter = id
WHERE id IN (SELECT rowid FROM toy_found WHERE toy_found MATCH ?)
"""


@pytest.fixture
def plugged(practice: Practice, tmp_path: Path) -> Practice:
    """A toy whose letters have lines and can be searched."""
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "001_first.sql").write_text(STEP)
    practice.kept = {"toy": Kept(tuple(Table(name, Fate.OWN_WORK, None) for name in OWN), steps)}
    return practice


def session(practice: Practice, *letters: str, choice: int) -> None:
    """A login, some letters numbered from 1 on, a choice; closed."""
    vault, store = practice.store()
    ok(store.drop_recoveries(ok(store.recoveries())))

    def write(r: Rows) -> None:
        r.execute("INSERT OR IGNORE INTO toy_choices VALUES ('order', ?)", (choice,))
        for words in letters:
            ((number,),) = r.execute("INSERT INTO toy_letters (words) VALUES (?) RETURNING id", (words,))
            r.execute("INSERT INTO toy_a_line VALUES (?, ?)", (number, f"of {words}"))
            r.execute("INSERT INTO toy_found (rowid, words) VALUES (?, ?)", (number, words))

    ok(FeatureRows(vault, "toy").write_durably(write))
    vault.close()


def taken_over(practice: Practice, before: tuple[str, ...], meanwhile: tuple[str, ...]) -> FeatureRows:
    """The set of *before* is closed for a session; the open one once it was taken over."""
    session(practice, *before, choice=7)
    shares = dict(practice.keyring.entries)
    practice.keyring.entries.clear()
    session(practice, *meanwhile, choice=8)
    practice.keyring.entries.update(shares)
    return FeatureRows(practice.store()[0], "toy")


def found(port: FeatureRows, word: str) -> list[tuple[str, str]]:
    return ok(port.read(lambda r: r.execute(FOUND, (word,))))


def told(practice: Practice) -> tuple[OwnWork, OwnWork]:
    (one,) = ok(Store(practice.vaults[-1]).recoveries())
    assert one.code is Code.STORE_KEY_BACK
    return one.saved, one.lost


def test_rows_with_the_same_numbers_come_beside_those_that_are_there(plugged: Practice) -> None:
    port = taken_over(plugged, ("alpha un", "alpha deux"), ("beta un", "beta deux", "beta trois"))
    assert found(port, "alpha") == [("alpha un", "of alpha un"), ("alpha deux", "of alpha deux")]
    assert found(port, "beta") == [(f"beta {n}", f"of beta {n}") for n in ("un", "deux", "trois")]
    assert port.read(lambda r: r.execute("SELECT value FROM toy_choices")) == [(8,)], "no number of a row"
    assert told(plugged) == (OwnWork(others=6), OwnWork(others=1)), "the choice that was made anew stays"


def test_where_nothing_was_written_meanwhile_the_numbers_stay(plugged: Practice) -> None:
    port = taken_over(plugged, ("alpha un",), ())
    assert found(port, "alpha") == [("alpha un", "of alpha un")]
    assert port.read(lambda r: r.execute("SELECT id FROM toy_letters")) == [(1,)]


def test_what_hangs_on_a_row_that_does_not_come_takes_nothing_back(plugged: Practice) -> None:
    """The same letter was written again: the one that is there stays, with its own line."""
    port = taken_over(plugged, ("gamma", "alpha"), ("gamma",))
    assert found(port, "alpha") == [("alpha", "of alpha")]
    assert found(port, "gamma") == [("gamma", "of gamma")]
    saved, lost = told(plugged)
    assert (saved.others, lost.others) == (4, 3), "letter and line of one, a choice; the index has both"
