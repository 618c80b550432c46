"""A folder of yesterday that is copied back revives nothing that ended since (CF-066); own work stays."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.card import UnlockMethod
from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Code, Failure
from desktop.ports.vault import VaultState
from desktop.services.outbox import OutboxService
from desktop.store.store import Store
from desktop.store.vault import Vault
from desktop.store.witness import Witness
from tests.answers import present
from tests.fakes import FakeClock, FakeKeyring, FakePlatform
from tests.samples.practice import CONTENT, mandate
from tests.samples.practice import deposit as letter

from .conftest import NOW, Practice, deposit, document, draft, hold, ok, recent, soft_card, unlock

CARDS = [UnlockMethod.RSA_OAEP, UnlockMethod.ECDH]
KEPT, GONE = (True, True, 1), (False, False, 0)


class Copy:
    """The data folder, as it was."""

    def __init__(self, practice: Practice, folder: Path) -> None:
        self._vault, self._copy = practice.home / "vault", folder / "copy"
        shutil.copytree(self._vault, self._copy)

    def back(self) -> None:
        shutil.rmtree(self._vault)
        shutil.copytree(self._copy, self._vault)


def filled(practice: Practice, method: UnlockMethod = UnlockMethod.RSA_OAEP) -> tuple[Vault, Store]:
    """A list and a content that came under a mandate, and own work."""
    vault, store = practice.store(soft_card(method=method))
    hold(store, "p1", until=NOW + timedelta(days=5))
    ok(store.remember_opening(recent(1, NOW)))
    ok(store.save_documents("p1", [document(1)]))
    ok(store.save_body(document(1), b"read", NOW + timedelta(days=5)))
    ok(store.save_body(document(2), b"own", None))
    ok(store.save_draft(draft(2), b"draft"))
    ok(store.enqueue(deposit(1), b"letter"))
    return vault, store


def has(store: Store) -> tuple[bool, bool, int]:
    """The list, the content, the records that can be read; own work is always there."""
    assert store.body("d2") == b"own"
    assert ok(store.draft("p2")) is not None and len(ok(store.outbox())) == 1
    assert isinstance(store.setting("epoch"), str)
    return bool(ok(store.documents("p1"))), isinstance(store.body("d1"), bytes), len(ok(store.kept_records()))


def reopened(practice: Practice, method: UnlockMethod = UnlockMethod.RSA_OAEP) -> tuple[Vault, Store]:
    return practice.store(soft_card(method=method))


@pytest.mark.parametrize("method", CARDS)
def test_a_copy_of_before_the_last_opening_is_an_older_one(
    practice: Practice, tmp_path: Path, method: UnlockMethod
) -> None:
    filled(practice, method)[0].close()
    copy = Copy(practice, tmp_path)
    vault, store = reopened(practice, method)
    assert has(store) == KEPT, "what was not copied back is whole"
    ok(store.forget_patient("p1", frozenset()))
    vault.close()
    copy.back()
    vault, store = reopened(practice, method)
    assert has(store) == GONE and store.recent_patients(NOW.date()) == ()
    vault.close()
    assert has(reopened(practice, method)[1]) == GONE
    (home,) = (practice.home / "vault").glob("*/set-*/bodies")
    assert len(list(home.iterdir())) == 1, "the own one"


ENDINGS: dict[str, Callable[[Store], object]] = {
    "revoked": lambda store: store.forget_patient("p1", frozenset()),
    "shortened": lambda store: store.hold_right("p1", NOW + timedelta(hours=1)),
    "made private": lambda store: store.save_documents("p1", [document(2)]),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_a_copy_of_the_same_session_from_before_an_ending_is_an_older_one(
    practice: Practice, tmp_path: Path, how: str
) -> None:
    vault, store = filled(practice)
    present(vault.opened()).database.checkpoint()
    copy = Copy(practice, tmp_path)
    assert ENDINGS[how](store) is None
    vault.close()
    copy.back()
    assert has(reopened(practice)[1]) == GONE


def test_what_ends_nothing_makes_no_copy_older(practice: Practice, tmp_path: Path) -> None:
    """A backup of after the last opening is as good as the folder."""
    vault, store = filled(practice)
    ok(store.hold_right("p1", NOW + timedelta(days=6)))
    ok(store.save_documents("p1", [document(1)]))
    vault.close()
    Copy(practice, tmp_path).back()
    assert has(reopened(practice)[1]) == KEPT


def test_a_crash_before_the_keyring_heard_is_no_older_copy(practice: Practice) -> None:
    filled(practice)[0].close()
    before = dict(practice.keyring.entries)
    reopened(practice)[0].close()
    practice.keyring.entries = before
    assert has(reopened(practice)[1]) == KEPT


def test_an_entry_that_somebody_removed_is_not_believed(practice: Practice) -> None:
    filled(practice)[0].close()
    gone = [name for name in practice.keyring.entries if name.startswith("epoch-")]
    assert len(gone) == 1
    del practice.keyring.entries[gone[0]]
    assert has(reopened(practice)[1]) == GONE


def test_a_keyring_that_fails_between_two_questions_touches_nothing(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(practice)[0].close()
    asked = practice.keyring.share

    def locked(name: str) -> object:
        return Failure(Code.KEYRING_LOCKED) if name.startswith("epoch-") else asked(name)

    monkeypatch.setattr(practice.keyring, "share", locked)
    vault = practice.vault()
    assert unlock(vault, soft_card()) == VaultState(True, False, False, Code.KEYRING_LOCKED)
    vault.close()
    monkeypatch.undo()
    assert has(reopened(practice)[1]) == KEPT


def test_without_a_keyring_nothing_is_counted(practice: Practice) -> None:
    """The demo's card-only slot: what remains possible stands in the threat model."""
    practice.keyring.failure = Failure(Code.KEYRING_MISSING)
    vault = practice.vault(allow_card_only=True)
    assert ok(unlock(vault, soft_card())).keyring_share is False
    assert Store(vault).setting("epoch") is None


def test_the_entry_has_the_name_that_earlier_versions_gave_it() -> None:
    """Under another name none is found, and every cache of every practice goes at the first start."""
    keyring = FakeKeyring()
    Witness(keyring, bytearray(range(32))).tell(5)
    assert keyring.entries == {"epoch-18c4eb2ab23a8d671ec03cfc67719923": b"\0\0\0\0\0\0\0\5"}


@pytest.mark.parametrize("strict", [False, True])
def test_cf079_a_copy_of_the_same_opening_sends_nothing_twice(
    practice: Practice, tmp_path: Path, *, strict: bool
) -> None:
    """No count tells it from the folder: what it calls a first attempt is asked for all the same."""
    clock = FakeClock()
    platform = FakePlatform(clock).sign_in()
    platform.mandates, platform.strict = {"p1": mandate()}, strict
    vault, store = practice.store()
    ok(store.enqueue(letter(), CONTENT))
    present(vault.opened()).database.checkpoint()
    copy = Copy(practice, tmp_path)
    assert ok(OutboxService(platform, store, clock).pump()) == 1
    vault.close()
    copy.back()
    _vault, store = practice.store()
    assert [row.state for row in ok(store.outbox())] == [OutboxState.QUEUED], "it forgot the sending"
    again = OutboxService(platform, store, clock)
    ok(again.recover())
    ok(again.pump())
    clock.advance(60)
    ok(again.pump())
    assert [row.state for row in ok(store.outbox())] == [OutboxState.SENT]
    assert platform.arrivals == [letter().unique_id] and platform.broken == []
