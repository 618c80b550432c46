"""Acts on the disk alone: first start, migration, purge, take-back; vault, card and SQLCipher are real."""

import shutil
from datetime import timedelta
from pathlib import Path

from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Failure
from desktop.domain.record import Author, Document
from desktop.ports.vault import VaultState
from desktop.store.database import Database
from desktop.store.schema import Schema
from desktop.store.store import Store
from desktop.store.vault import Vault, open_vault
from tests.force.forked import Tell
from tests.force.keyring_file import FileKeyring
from tests.force.kills import BEGUN
from tests.unit.store.conftest import NOW, deposit, document, draft, hold, ok, soft_card, unlock
from tests.unit.store.test_schema import FIRST, FIRST_KEY
from tests.waiting import until

CARD = soft_card()  # made before any fork: all runs hold the same card
ROWS = 20
CONTENT = b"%PDF-1.7 " + b"x" * 20_000


def open_store(home: Path) -> tuple[Vault, Store]:
    """What a login opens; an AssertionError where it keeps nothing on disk."""
    vault = open_vault(
        home, FileKeyring(home / "keyring.json"), allow_card_only=False, kept={}, now=lambda: NOW
    )
    state = unlock(vault, CARD)
    assert isinstance(state, VaultState) and not state.memory_only, state
    return vault, Store(vault)


class FirstStart:
    """A first login makes slot, share, set and database."""

    name = "first start"

    def prepare(self, home: Path) -> None:
        """An empty folder."""

    def run(self, home: Path, tell: Tell) -> None:
        tell(BEGUN)
        vault, store = open_store(home)
        ok(store.enqueue(deposit(1, CONTENT), CONTENT))
        tell("queued")
        vault.close()

    def after(self, home: Path, told: list[str]) -> str:
        vault, store = open_store(home)
        rows = ok(store.outbox())
        content = store.outbox_content(deposit(1).unique_id)
        vault.close()
        if "queued" in told and not (len(rows) == 1 and content == CONTENT):
            return "an acknowledged deposit is gone"
        return "" if len(rows) == (content == CONTENT) else "a row without its content, or the reverse"


class Migration:
    """The first released program's database comes forward."""

    name = "migration"

    def prepare(self, home: Path) -> None:
        shutil.copy(FIRST, home / "store.db")

    def run(self, home: Path, tell: Tell) -> None:
        tell(BEGUN)
        database = self._open(home)
        database.close()

    def after(self, home: Path, told: list[str]) -> str:
        former = home.parent / "former"
        former.mkdir(exist_ok=True)
        if not (former / "store.db").exists():
            shutil.copy(FIRST, former / "store.db")
        kept, expected = self._own_work(home), self._own_work(former)
        return "" if kept == expected and expected else f"{kept} instead of {expected}"

    def _open(self, home: Path) -> Database:
        database = Database.open(home / "store.db", bytearray(FIRST_KEY), Schema({}).migrate)
        assert isinstance(database, Database), database
        return database

    def _own_work(self, home: Path) -> list[tuple[object, ...]]:
        database = self._open(home)
        rows: list[tuple[object, ...]] = ok(
            database.read(
                lambda c: [
                    *c.execute("SELECT 'outbox', unique_id FROM outbox ORDER BY 2").fetchall(),
                    *c.execute("SELECT 'draft', patient_id FROM drafts ORDER BY 2").fetchall(),
                    *c.execute("SELECT 'fate', count(*) FROM table_fates").fetchall(),
                ]
            )
        )
        database.close()
        return rows


class Purge:
    """A mandate ends: what was read goes, own work stays (CF-066)."""

    name = "purge"

    def prepare(self, home: Path) -> None:
        vault, store = open_store(home)
        hold(store)
        for number in range(ROWS):
            ok(store.enqueue(deposit(number, CONTENT), CONTENT))
        listed = [self._document(number) for number in range(200)]
        ok(store.save_documents("p1", listed))
        for read in listed:
            ok(store.save_body(read, CONTENT, NOW + timedelta(hours=24)))
        vault.close()

    def run(self, home: Path, tell: Tell) -> None:
        vault, store = open_store(home)
        tell(BEGUN)
        ok(store.forget_patient("p1", frozenset()))
        tell("forgotten")
        vault.close()

    def after(self, home: Path, told: list[str]) -> str:
        vault, store = open_store(home)
        listed = ok(store.documents("p1"))
        readable = [d for d in (self._document(n) for n in range(200)) if isinstance(store.body(d.id), bytes)]
        if listed and len(readable) != 200:
            return f"half a purge: {len(listed)} listed, {len(readable)} readable"
        if "forgotten" in told and (listed or readable):
            return "said to be forgotten, and still there"
        ok(store.forget_patient("p1", frozenset()))
        bodies = (home / "vault").rglob
        until("the end of the files", lambda: not any(f.is_file() for f in bodies("bodies/*")))
        rows = ok(store.outbox())
        whole_rows = sum(store.outbox_content(row.deposit.unique_id) == CONTENT for row in rows)
        vault.close()
        return (
            ""
            if (len(rows), whole_rows) == (ROWS, ROWS)
            else f"own work: {len(rows)} rows, {whole_rows} whole"
        )

    def _document(self, number: int) -> Document:
        return document(number, author=Author("other", "Dr Reding", "Hôpital"))


class TakeBack:
    """« Reprendre dans le formulaire »: a row becomes a draft, never neither, never both."""

    name = "take-back"

    def prepare(self, home: Path) -> None:
        vault, store = open_store(home)
        ok(store.enqueue(deposit(1, CONTENT), CONTENT))
        vault.close()

    def run(self, home: Path, tell: Tell) -> None:
        vault, store = open_store(home)
        tell(BEGUN)
        ok(store.outbox_to_draft(deposit(1).unique_id, OutboxState.QUEUED, draft(), CONTENT))
        tell("taken back")
        vault.close()

    def after(self, home: Path, told: list[str]) -> str:
        vault, store = open_store(home)
        row = store.outbox_content(deposit(1).unique_id)
        found = store.draft("p1")
        vault.close()
        assert not isinstance(found, Failure), found
        held = (row == CONTENT, found is not None and found[1] == CONTENT)
        if held not in ((True, False), (False, True)):
            return f"row and draft: {held}"
        return "said to be taken back, and is not" if "taken back" in told and not held[1] else ""
