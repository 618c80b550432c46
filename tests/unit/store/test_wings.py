"""What each shipped feature keeps, by its fate: own work outlives damage, a full disk and a mandate."""

from collections.abc import Iterator

import pytest

from desktop.domain.errors import Code, Failure
from desktop.features import FEATURES
from desktop.ports.kept import Fate, Kept, Rows, Table
from desktop.store.feature_rows import FeatureRows
from desktop.store.store import Store
from desktop.store.vault import Vault
from tests.answers import present

from .conftest import Practice, hold, ok
from .test_salvage import damage, rows

WINGS: dict[str, Kept] = {feature.name: feature.kept for feature in FEATURES if feature.kept.tables}
_VALUES: dict[str, str | int | float | bytes | None] = {
    "TEXT": "p1",
    "INTEGER": 1,
    "REAL": 1.0,
    "BLOB": b"p1",
}


def tables(fate: Fate) -> Iterator[tuple[str, Table]]:
    """Each with its feature."""
    for name, kept in WINGS.items():
        yield from ((name, table) for table in kept.tables if table.fate is fate and table.follows is None)


OWN, UNDER_A_MANDATE = tuple(tables(Fate.OWN_WORK)), tuple(tables(Fate.MANDATE))


@pytest.fixture
def wings(practice: Practice) -> Practice:
    practice.kept = WINGS
    return practice


def put(vault: Vault, feature: str, table: Table) -> None:
    """One row, whatever its columns are; texts name the patient."""
    columns = rows(vault, f"PRAGMA table_info({table.name})")
    values = tuple(_VALUES[kind] for _, _, kind, *_ in columns)
    sql = f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(values))})"

    def work(mine: Rows) -> None:
        mine.executemany(sql, [values])

    ok(FeatureRows(vault, feature).write_durably(work))


def fill(practice: Practice) -> tuple[Vault, Store]:
    vault, store = practice.store()
    hold(store)
    for feature, table in (*OWN, *UNDER_A_MANDATE):
        put(vault, feature, table)
    return vault, store


def kept(vault: Vault) -> set[str]:
    """Tables that still have their row."""
    return {table.name for _, table in (*OWN, *UNDER_A_MANDATE) if rows(vault, f"SELECT 1 FROM {table.name}")}


OWN_NAMES = {table.name for _, table in OWN}
ALL_NAMES = OWN_NAMES | {table.name for _, table in UNDER_A_MANDATE}


def test_the_wings_are_looked_at() -> None:
    """Positive control: drafts, publications, statements, lines of the work list."""
    assert {"summary_draft", "summary_publication", "ald_drafts", "ald_sent"} <= OWN_NAMES
    assert {"summary_memory", "worklist_line"} <= ALL_NAMES - OWN_NAMES


def test_cf066_a_mandates_end_takes_what_it_gave_and_no_own_work(wings: Practice) -> None:
    vault, store = fill(wings)
    assert kept(vault) == ALL_NAMES
    ok(store.forget_patient("p1", frozenset()))
    assert kept(vault) == OWN_NAMES
    vault.close()


@pytest.mark.parametrize("page", ["documents", "table_fates"])
def test_cf079_own_work_of_each_wing_comes_out_of_a_damaged_database(wings: Practice, page: str) -> None:
    vault, _store = fill(wings)
    vault.close()
    damage(wings, page)
    vault, _store = wings.store()
    assert present(vault.opened()).state.rebuilt
    assert kept(vault) == OWN_NAMES
    vault.close()


@pytest.mark.parametrize(("feature", "table"), OWN, ids=[table.name for _, table in OWN])
def test_a_full_disk_is_an_answer_and_what_stood_there_stays(
    wings: Practice, feature: str, table: Table
) -> None:
    vault, _store = fill(wings)
    ((full,),) = rows(vault, "PRAGMA page_count")
    *_, last = rows(vault, f"PRAGMA table_info({table.name})")
    rows(vault, f"PRAGMA max_page_count={full}")

    def work(mine: Rows) -> None:
        mine.executemany(f"UPDATE {table.name} SET {last[1]} = ?", [("x" * 4_000_000,)])

    assert FeatureRows(vault, feature).write_durably(work) == Failure(Code.DISK_FULL)
    assert kept(vault) == ALL_NAMES
    vault.close()
