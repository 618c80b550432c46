"""A store that is not as it was left: own work comes back, or it is counted and told."""

import errno
import os
import resource
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.card import UnlockMethod
from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.recovery import OwnWork, Recovery
from desktop.ports.platform import LocalRead
from desktop.store.btree_pages import tree_page
from desktop.store.cipher_pages import PAGE_BYTES, CipherPages, log_of
from desktop.store.store import Store
from desktop.store.vault_folders import SetFolder
from tests.answers import present

from .conftest import NOW, Practice, deposit, draft, files_below, ok, soft_card, unlock
from .test_pages import letter

LETTERS = 12


def fill(practice: Practice) -> SetFolder:
    """Letters that wait, a draft, a trace; closed."""
    vault, store = practice.store()
    for number in range(LETTERS):
        ok(store.enqueue(letter(number), b"content"))
    ok(store.save_draft(draft(50), b"typed"))
    ok(store.queue_local_read(LocalRead("t", "p1", "d1", "m1", NOW)))
    vault.close()
    return SetFolder(practice.only_set())


def found(store: Store) -> Recovery:
    (only,) = ok(store.recoveries())
    return only


def states(store: Store) -> set[OutboxState]:
    return {row.state for row in ok(store.outbox())}


def test_whatever_was_found_waits_until_it_was_seen(practice: Practice) -> None:
    """However often something was found before anybody looked."""
    store = practice.store()[1]
    all_of = tuple(Recovery(Code.STORE_PUT_BACK, NOW + timedelta(days=day)) for day in range(40))
    for one in all_of:
        ok(store.note_act(one))
    assert ok(store.recoveries()) == all_of
    ok(store.drop_recoveries(all_of[:39]))
    assert ok(store.recoveries()) == all_of[39:]


def test_what_a_newer_program_found_takes_nothing_along_and_waits_for_it(practice: Practice) -> None:
    store = practice.store()[1]
    newer = '{"code":"DSP-999","found_at":"2030-01-01T00:00:00Z"}'
    ok(store.set_setting("store.recoveries", f"[{newer}]"))
    own = Recovery(Code.STORE_PUT_BACK, NOW)
    ok(store.note_act(own))
    assert ok(store.recoveries()) == (own,)
    ok(store.drop_recoveries((own,)))
    assert ok(store.setting("store.recoveries")) == f"[{newer}]"


# -- the database --------------------------------------------------------------------------------------


def test_a_healthy_store_has_nothing_to_tell(practice: Practice) -> None:
    fill(practice)
    _vault, store = practice.store()
    assert ok(store.recoveries()) == ()
    assert states(store) == {OutboxState.QUEUED}


def test_what_a_damaged_page_took_is_counted_and_told_until_it_was_seen(practice: Practice) -> None:
    """CF-079: what came out of it is asked for before it goes; each content without its row is kept."""
    folder = fill(practice)
    vault, _store = practice.store()
    ((root,),) = ok(
        present(vault.opened()).database.read(
            lambda c: c.execute("SELECT rootpage FROM sqlite_master WHERE name = 'outbox'").fetchall()
        )
    )
    vault.close()
    leaf = _first_child(practice, root)
    data = bytearray(folder.database.read_bytes())
    data[(leaf - 1) * PAGE_BYTES + 50] ^= 1
    folder.database.write_bytes(data)

    vault, store = practice.store()
    told = found(store)
    lost = told.lost.deposits
    assert told.code is Code.STORE_MENDED and 0 < lost <= 4 and told.exact
    assert told.saved == OwnWork(LETTERS - lost, 1, 1)
    assert told.contents == lost
    (apart,) = folder.path.glob("apart-*")
    assert len(list(apart.iterdir())) == lost
    assert states(store) == {OutboxState.UNKNOWN} and {row.attempts for row in ok(store.outbox())} == {1}
    assert told.failure().code is told.code
    vault.close()
    vault, store = practice.store()
    assert found(store) == told, "until it was seen"
    ok(store.drop_recoveries((told,)))
    assert ok(store.recoveries()) == ()
    vault.close()
    assert ok(practice.store()[1].recoveries()) == ()


def _first_child(practice: Practice, root: int) -> int:
    vault, _store = practice.store()
    key = bytearray(present(vault.opened()).key)
    vault.close()
    pages = CipherPages(practice.only_set() / "store.db", key)
    node = tree_page(root, present(pages.page(root)), pages.page)
    return present(node).children[0]


@pytest.mark.parametrize("left", [None, 0, 100])
def test_a_database_that_is_gone_is_told_with_the_contents_that_are_left(
    practice: Practice, left: int | None
) -> None:
    """A new file would open without a word, and the sweep would take the contents along."""
    folder = fill(practice)
    if left is None:
        folder.database.unlink()
    else:
        folder.database.write_bytes(folder.database.read_bytes()[:left])
    _vault, store = practice.store()
    told = found(store)
    assert (told.code, told.exact, told.contents) == (Code.STORE_GONE, False, LETTERS + 1)
    (apart,) = folder.path.glob("apart-*")
    assert len(list(apart.iterdir())) == LETTERS + 1
    ok(store.enqueue(deposit(1), b"goes on"))


def test_a_database_that_is_cut_gives_the_rows_in_front(practice: Practice) -> None:
    folder = fill(practice)
    data = folder.database.read_bytes()
    folder.database.write_bytes(data[: len(data) - 2 * PAGE_BYTES])
    _vault, store = practice.store()
    told = found(store)
    assert told.code is Code.STORE_MENDED and told.saved.deposits >= LETTERS - 8
    assert told.saved.deposits + told.contents >= LETTERS - 1


def test_a_database_that_is_gone_is_read_out_of_its_log(practice: Practice) -> None:
    """After a crash part of it lies there; SQLite would empty the log of a file that it makes anew."""
    fill(practice)
    vault, store = practice.store()
    folder = SetFolder(practice.only_set())
    for row in ok(store.outbox()):
        ok(store.update_outbox(replace(row, tries=1)))  # every leaf is in the log
    log = log_of(folder.database).read_bytes()
    vault.close()
    log_of(folder.database).write_bytes(log)
    folder.database.unlink()
    _vault, store = practice.store()
    told = found(store)
    assert told.code is Code.STORE_GONE and told.saved.deposits == LETTERS
    assert {row.tries for row in ok(store.outbox())} == {1}
    assert store.outbox_content(letter(3).unique_id) == b"content"


def test_a_log_that_is_gone_is_told_by_the_contents(practice: Practice) -> None:
    """What was committed last is gone with it, in a database that is sound; what is there is asked for."""
    folder = fill(practice)
    kept = folder.database.read_bytes()
    vault, store = practice.store()
    ok(store.enqueue(letter(100), b"last"))
    ok(store.drop_draft("p50"))
    vault.close()
    folder.database.write_bytes(kept)
    _vault, store = practice.store()
    older, told = ok(store.recoveries())
    assert older.code is Code.STORE_PUT_BACK
    assert (told.code, told.contents, told.missing) == (Code.OWN_WORK_APART, 1, 1)
    assert states(store) == {OutboxState.UNKNOWN}
    assert store.draft("p50") == (draft(50), None), "its words are there"


def test_a_row_whose_content_is_gone_is_told_once(practice: Practice) -> None:
    folder = fill(practice)
    folder.contents()[0].unlink()
    vault, store = practice.store()
    told = found(store)
    assert (told.code, told.contents, told.missing) == (Code.OWN_WORK_APART, 0, 1)
    ok(store.drop_recoveries((told,)))
    vault.close()
    assert ok(practice.store()[1].recoveries()) == ()


def test_only_what_is_pending_is_doubted(practice: Practice) -> None:
    folder = fill(practice)
    vault, store = practice.store()
    rows = ok(store.outbox())
    over = replace(rows[0], state=OutboxState.SENT, document_id="d", changed_at=NOW)
    held = replace(rows[1], state=OutboxState.HELD, failure=Failure(Code.MANDATE_ENDED))
    ok(store.update_outbox(over))
    ok(store.update_outbox(held))
    vault.close()
    folder.damage_mark.touch()
    _vault, store = practice.store()
    after: dict[str, OutboxRow] = {row.deposit.unique_id: row for row in ok(store.outbox())}
    assert after[over.deposit.unique_id] == over
    assert after[held.deposit.unique_id].state is OutboxState.UNKNOWN
    assert not after[held.deposit.unique_id].may_be_taken_back(), "it may have arrived"


def test_a_folder_that_is_put_back_is_told_and_sends_nothing_unasked(practice: Practice) -> None:
    """CF-079: a letter that waits in yesterday's copy went since."""
    fill(practice)
    copy = practice.home.with_name("copy")
    shutil.copytree(practice.home, copy)
    for _ in range(2):
        vault, store = practice.store()
        assert ok(store.recoveries()) == ()
        row = ok(store.outbox())[0]
        ok(store.drop_outbox(row.deposit.unique_id, row.state))
        vault.close()
    shutil.rmtree(practice.home)
    copy.rename(practice.home)
    vault, store = practice.store()
    told = found(store)
    assert (told.code, told.exact) == (Code.STORE_PUT_BACK, False)
    assert len(ok(store.outbox())) == LETTERS and states(store) == {OutboxState.UNKNOWN}
    ok(store.drop_recoveries((told,)))
    vault.close()
    assert ok(practice.store()[1].recoveries()) == ()


# -- the way to the key --------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["removed", "cut", "changed"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_slot_file_has_a_copy(practice: Practice, damage: str, which: int) -> None:
    folder = fill(practice)
    file = sorted(folder.path.glob("slot-*"))[which]
    if damage == "removed":
        file.unlink()
    else:
        data = bytearray(file.read_bytes())
        data[20] ^= 4
        file.write_bytes(data[:20] if damage == "cut" else data)
    _vault, store = practice.store()
    assert len(ok(store.outbox())) == LETTERS and ok(store.recoveries()) == ()
    assert len(list(folder.path.glob("slot-*"))) == 2, "made again"


def test_a_set_whose_slots_are_gone_is_kept_aside_and_told(practice: Practice) -> None:
    """It was taken for a set that never came to life, and removed at the next start."""
    folder = fill(practice)
    for file in folder.path.glob("slot-*"):
        file.unlink()
    vault, store = practice.store()
    told = found(store)
    assert (told.code, told.contents, told.exact) == (Code.STORE_KEY_GONE, LETTERS + 1, False)
    (aside,) = (practice.home / "vault").glob("*/aside-*")
    assert (aside / "store.db").exists() and len(SetFolder(aside).contents()) == LETTERS + 1
    ok(store.drop_recoveries((told,)))
    vault.close()
    vault, store = practice.store()
    assert ok(store.recoveries()) == (), "told once"
    vault.close()
    practice.now += timedelta(days=89)
    practice.vault()
    assert aside.exists()


def test_a_set_that_a_crash_cut_at_its_birth_is_no_evidence(practice: Practice) -> None:
    folder = fill(practice)
    newborn = folder.path.with_name("set-20261121T093000Z-abcdef")
    newborn.mkdir()
    (newborn / "newborn").touch()
    (newborn / "store.db").write_bytes(b"begun")
    _vault, store = practice.store()
    assert not newborn.exists() and ok(store.recoveries()) == ()


def test_a_lost_share_is_told_with_what_waits(practice: Practice) -> None:
    fill(practice)
    practice.keyring.entries.clear()
    _vault, store = practice.store()
    told = found(store)
    assert (told.code, told.contents) == (Code.STORE_KEY_GONE, LETTERS + 1)


def _lose_the_share(practice: Practice) -> dict[str, bytes]:
    """Gone for a session, in which other letters are written."""
    kept = dict(practice.keyring.entries)
    practice.keyring.entries.clear()
    practice.now += timedelta(hours=1)
    vault, store = practice.store()
    for number in (200, 201):
        ok(store.enqueue(letter(number), b"meanwhile"))
    ok(store.save_draft(draft(60), b"meanwhile"))
    ok(store.drop_recoveries(ok(store.recoveries())))
    vault.close()
    return kept


@pytest.mark.parametrize("method", UnlockMethod)
def test_a_share_that_comes_back_brings_the_work_back(practice: Practice, method: UnlockMethod) -> None:
    """CF-079: also that of a card that answers only one challenge; each is asked for before it goes."""
    if method is UnlockMethod.NONE:
        return
    card = soft_card(1, method=method)
    vault, store = practice.store(card)
    ok(store.enqueue(letter(1), b"content"))
    ok(store.save_draft(draft(50), b"typed"))
    ok(store.set_setting("language", "lb"))
    vault.close()
    shares = dict(practice.keyring.entries)
    practice.keyring.entries.clear()
    vault, store = practice.store(card)
    ok(store.enqueue(letter(2), b"meanwhile"))
    ok(store.drop_recoveries(ok(store.recoveries())))
    vault.close()
    practice.keyring.entries.update(shares)
    vault, store = practice.store(card)
    told = found(store)
    assert (told.code, told.saved, told.lost, told.exact) == (
        Code.STORE_KEY_BACK,
        OwnWork(1, 1),
        OwnWork(),
        True,
    )
    assert store.outbox_content(letter(1).unique_id) == b"content"
    assert store.outbox_content(letter(2).unique_id) == b"meanwhile"
    assert (store.draft("p50"), store.setting("language")) == ((draft(50), b"typed"), "lb")
    by_name = {row.deposit.unique_id: row.state for row in ok(store.outbox())}
    assert by_name == {letter(1).unique_id: OutboxState.UNKNOWN, letter(2).unique_id: OutboxState.QUEUED}
    ok(store.drop_recoveries((told,)))
    ok(store.drop_draft("p50"))
    vault.close()
    vault, store = practice.store(card)
    assert ok(store.recoveries()) == () and ok(store.draft("p50")) is None, "taken over once"


def test_a_draft_that_was_begun_anew_stays_and_the_other_is_counted(practice: Practice) -> None:
    fill(practice)
    kept = _lose_the_share(practice)
    vault, store = practice.store()
    ok(store.save_draft(draft(50, title="anew"), None))
    vault.close()
    practice.keyring.entries.update(kept)
    _vault, store = practice.store()
    told = found(store)
    assert (told.saved, told.lost) == (OwnWork(LETTERS, 0, 1), OwnWork(0, 1))
    assert store.draft("p50") == (draft(50, title="anew"), None)
    assert len(ok(store.outbox())) == LETTERS + 2


def test_a_share_that_stays_away_or_is_another_brings_nothing(practice: Practice) -> None:
    fill(practice)
    kept = _lose_the_share(practice)
    practice.keyring.entries.update(dict.fromkeys(kept, bytes(32)))
    _vault, store = practice.store()
    assert ok(store.recoveries()) == () and len(ok(store.outbox())) == 2


def test_a_damaged_set_whose_share_comes_back_gives_what_can_be_read(practice: Practice) -> None:
    fill(practice)
    kept = _lose_the_share(practice)
    (aside,) = (practice.home / "vault").glob("*/aside-*")
    data = bytearray((aside / "store.db").read_bytes())
    data[-PAGE_BYTES + 10] ^= 1
    (aside / "store.db").write_bytes(data)
    practice.keyring.entries.update(kept)
    _vault, store = practice.store()
    told = found(store)
    assert told.code is Code.STORE_KEY_BACK and told.saved.deposits + told.lost.deposits == LETTERS


def test_a_renewed_card_is_told_what_waits_for_the_former(practice: Practice) -> None:
    fill(practice)
    vault = practice.vault()
    ok(unlock(vault, soft_card(2)))
    assert found(Store(vault)).contents == LETTERS + 1
    vault.close()
    vault = practice.vault()
    ok(unlock(vault, soft_card(1)))
    assert len(ok(Store(vault).outbox())) == LETTERS and ok(Store(vault).recoveries()) == ()


# -- a disk that takes nothing -------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["page", "gone", "apart"])
def test_a_full_disk_at_any_write_of_a_mending_destroys_nothing(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """Each write in its turn fails once, of files and folders; the next opening has all of it."""
    folder = fill(practice)
    if damage == "page":
        folder.damage_mark.touch()
    elif damage == "gone":
        folder.database.rename(practice.home / "elsewhere")
    else:
        (folder.outbox / ("0" * 32 + ".body")).write_bytes(b"a content without a row")
    before = {path.relative_to(practice.home): data for path, data in files_below(practice.home).items()}
    home = practice.home
    for nth in range(40):
        shutil.rmtree(home)
        for name, data in before.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(data)
        vault = practice.vault()
        with monkeypatch.context() as cut:
            writes = _Counted(cut, nth)
            opened = unlock(vault, soft_card())
            assert not isinstance(opened, Failure) or opened.code is Code.DISK_FULL
            vault.close()
        if not writes.failed:
            break
        _vault, store = practice.store()
        count = len(ok(store.outbox()))
        waiting = len(list(home.rglob("*.body")))
        assert count == (0 if damage == "gone" else LETTERS)
        assert waiting >= LETTERS + 1, "every content is somewhere"
        _vault.close()
    assert nth > 3 and not writes.failed, "every write had its turn"


@pytest.mark.parametrize("damage", ["page", "gone"])
def test_a_disk_that_is_full_for_the_database_destroys_nothing(practice: Practice, damage: str) -> None:
    """SQLite's own writes fail: no file may grow beyond a size."""
    folder = fill(practice)
    if damage == "page":
        data = bytearray(folder.database.read_bytes())
        data[PAGE_BYTES + 100] ^= 1
        folder.database.write_bytes(data)
    else:
        folder.database.unlink()
    whole = resource.getrlimit(resource.RLIMIT_FSIZE)
    for pages in (0, 1, 5, 20):
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (pages * PAGE_BYTES, whole[1]))
            vault = practice.vault()
            opened = unlock(vault, soft_card())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, whole)
        assert isinstance(opened, Failure) and opened.code in (Code.DISK_FULL, Code.STORE_FAILED)
        assert len(folder.contents()) == LETTERS + 1
    _vault, store = practice.store()
    assert found(store).saved.deposits == (LETTERS if damage == "page" else 0)


def test_a_folder_that_cannot_be_written_is_said_and_left(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root nothing is read-only: SQLite and the system say it here."""
    folder = fill(practice)
    before = files_below(folder.path)
    with monkeypatch.context() as cut:
        cut.setattr(os, "open", _read_only(os.open))
        assert unlock(practice.vault(), soft_card()) == Failure(Code.STORE_READ_ONLY)
    after = files_below(folder.path)
    assert {path: after[path] for path in before if path.suffix in (".db", ".body")} == {
        path: data for path, data in before.items() if path.suffix in (".db", ".body")
    }
    assert len(ok(practice.store()[1].outbox())) == LETTERS


def _read_only(real: Callable[..., int]) -> Callable[..., int]:
    def opened(path: str, flags: int, mode: int = 0o777, **words: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, "read-only")
        return real(path, flags, mode, **words)

    return opened


class _Counted:
    """Fails the nth making, renaming or writing of a file with ENOSPC."""

    def __init__(self, patch: pytest.MonkeyPatch, nth: int) -> None:
        self.left, self.failed = nth, False
        for name in ("mkdir", "rename", "replace", "touch"):
            patch.setattr(Path, name, self._cut(getattr(Path, name)))
        patch.setattr(shutil, "copytree", self._cut(shutil.copytree))

    def _cut(self, real: object) -> object:
        assert callable(real)

        def call(*values: object, **words: object) -> object:
            self.left -= 1
            if self.left == -1:
                self.failed = True
                raise OSError(errno.ENOSPC, "full")
            return real(*values, **words)

        return call
