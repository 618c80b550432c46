"""Key slots and what happens when they do not open; cards in software, everything else real."""

import errno
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from desktop.domain.card import UnlockChallenge, UnlockMethod
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.ports.vault import VaultState
from desktop.store import key_slots, sqlcipher
from desktop.store.store import Store
from desktop.store.vault_folders import SetFolder
from desktop.store.wiping import overwrite
from tests.answers import present
from tests.process_memory import copies
from tests.waiting import LIMIT_S

from . import key_holder
from .conftest import NOW, Practice, deposit, document, draft, hold, ok, soft_card, unlock

METHODS = [UnlockMethod.RSA_OAEP, UnlockMethod.ECDH, UnlockMethod.RSA_SIGNATURE]
methods = pytest.mark.parametrize("method", METHODS)
OPENED = VaultState(memory_only=False, keyring_share=True, rebuilt=False)


def _slot_file(practice: Practice) -> Path:
    (found,) = practice.only_set().glob("slot-*.json")
    return found


@methods
def test_a_card_opens_what_it_made(practice: Practice, method: UnlockMethod) -> None:
    card = soft_card(method=method)
    for number in range(4):  # each opening renews the slot, and the next one still opens
        vault = practice.vault()
        assert unlock(vault, card) == OPENED
        assert vault.is_open()
        store = Store(vault)
        ok(store.set_setting(f"n{number}", "x"))
        assert all(store.setting(f"n{n}") == "x" for n in range(number + 1))
        vault.close()
        assert not vault.is_open()


@methods
def test_every_opening_renews_the_slot(practice: Practice, method: UnlockMethod) -> None:
    """Fresh salt each time; a fresh card secret where the public key is enough, else a fresh share."""
    card = soft_card(method=method)
    slots, shares = [], []
    for _ in range(3):
        vault = practice.vault()
        ok(unlock(vault, card))
        vault.close()
        slots.append(_slot(practice))
        shares.append(dict(practice.keyring.entries))
    assert len({s["salt"] for s in slots}) == 3
    assert len({s["wrapped"] for s in slots}) == 3
    renewed = 1 if method is UnlockMethod.RSA_SIGNATURE else 3
    assert len({s["challenge"] for s in slots}) == renewed
    if method is UnlockMethod.RSA_SIGNATURE:
        in_force = [shares[i][str(slots[i]["share"])] for i in range(3)]
        assert len(set(in_force)) == 3
        assert shares[1][str(slots[0]["share"])] == bytes(32), "the former share is destroyed"


def _stored_slot(practice: Practice) -> key_slots.Slot:
    slot = SetFolder(practice.only_set()).slot(soft_card().certificate.fingerprint)
    assert slot is not None
    return slot


def _slot(practice: Practice) -> dict[str, object]:
    told: dict[str, object] = json.loads(json.loads(_slot_file(practice).read_text())["slot"])
    return told


def test_an_old_copy_of_a_signature_slot_opens_nothing(practice: Practice) -> None:
    """A stolen backup of the disk and a signing oracle are not enough, even with today's keyring."""
    card = soft_card(method=UnlockMethod.RSA_SIGNATURE)
    practice.store(card)[0].close()
    stolen = _slot_file(practice).read_bytes()
    practice.store(card)[0].close()
    _slot_file(practice).write_bytes(stolen)
    opened = unlock(practice.vault(), card)
    assert isinstance(opened, VaultState)
    assert opened.rebuilt


def test_files_are_private(practice: Practice) -> None:
    store = practice.store()[1]
    ok(store.enqueue(deposit(), b"x"))
    ok(store.save_body(document(1), b"x", None))
    for path in (practice.home / "vault").rglob("*"):
        allowed = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == allowed, path


def test_challenge_of_a_signature_is_domain_separated(practice: Practice) -> None:
    card = soft_card(method=UnlockMethod.RSA_SIGNATURE)
    first = practice.vault().challenge(card.certificate, card.method)
    second = practice.vault().challenge(card.certificate, card.method)
    assert first.data.startswith(b"dsp-desktop/cache-unlock/v1\x00")
    assert first.data != second.data
    assert first.data.endswith(bytes.fromhex(key_slots.holder_hash("LU-1")))


def test_a_wrong_answer_opens_nothing_and_destroys_nothing(practice: Practice) -> None:
    vault, store = practice.store()
    ok(store.set_setting("mine", "x"))
    vault.close()
    before = _slot_file(practice).read_bytes()
    again = practice.vault()
    again.challenge(soft_card().certificate, UnlockMethod.RSA_OAEP)
    secret = Secret(bytearray(os.urandom(32)))
    assert again.open(soft_card().certificate, secret) == Failure(Code.STORE_OTHER_CARD)
    assert len(secret) == 0
    assert not again.is_open()
    assert _slot_file(practice).read_bytes() == before
    assert ok(unlock(again, soft_card())) == OPENED
    assert Store(again).setting("mine") == "x"


def test_another_holders_card_sees_nothing(practice: Practice) -> None:
    vault, store = practice.store(soft_card(1, "LU-1"))
    ok(store.save_body(document(1), b"x", None))
    vault.close()
    other = practice.vault()
    assert ok(unlock(other, soft_card(2, "LU-2"))) == OPENED
    assert Store(other).body("d1") == Failure(Code.NOT_CACHED)
    other.close()
    assert practice.store(soft_card(1, "LU-1"))[1].body("d1") == b"x"


def test_a_slot_moved_to_another_card_does_not_open(practice: Practice) -> None:
    """The fingerprint is part of the key's derivation and of the authenticated header."""
    practice.store(soft_card(1))[0].close()
    slot = _stored_slot(practice)
    moved = replace(slot, fingerprint=soft_card(2).certificate.fingerprint)
    secret = soft_card().secret(UnlockChallenge(slot.method, slot.challenge))
    share = practice.keyring.entries[slot.share]
    assert key_slots.unwrap(slot, secret, share) is not None
    assert key_slots.unwrap(moved, secret, share) is None


PARTS = ["holder", "method", "challenge", "salt", "check", "share", "backend", "nonce", "wrapped"]


@pytest.mark.parametrize("part", PARTS)
def test_every_field_of_a_slot_is_authenticated(practice: Practice, part: str) -> None:
    practice.store()[0].close()
    slot = _stored_slot(practice)
    secret = soft_card().secret(UnlockChallenge(slot.method, slot.challenge))
    value = getattr(slot, part)
    if part == "method":
        changed = replace(slot, method=UnlockMethod.ECDH)
    elif isinstance(value, bytes):
        other: dict[str, Any] = {part: bytes([value[0] ^ 1]) + value[1:]}
        changed = replace(slot, **other)
    else:
        other = {part: value + "x"}
        changed = replace(slot, **other)
    share = practice.keyring.entries[slot.share]
    assert key_slots.unwrap(slot, secret, share) is not None
    assert key_slots.unwrap(changed, secret, share) is None


@settings(max_examples=20)
@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_damaged_slot_file_is_never_half_believed(position: int, bit: int) -> None:
    home = tempfile.TemporaryDirectory()
    practice = Practice(Path(home.name))
    try:
        practice.store()[0].close()
        file = _slot_file(practice)
        data = bytearray(file.read_bytes())
        data[position % len(data)] ^= 1 << bit
        file.write_bytes(data)
        opened = unlock(practice.vault(), soft_card())
        assert isinstance(opened, VaultState)
        assert opened.rebuilt or opened == OPENED  # a changed blank or letter case may mean the same
    finally:
        for vault in practice.vaults:
            vault.close()
        home.cleanup()


def test_lost_share_gives_a_new_store_and_keeps_the_old_one_aside(practice: Practice) -> None:
    """The unreadable database with drafts and outbox stays under a dated name; read documents go (CF-066)."""
    vault, store = practice.store()
    ok(hold(store).save_body(document(1), b"x", NOW + timedelta(days=1)))
    ok(store.enqueue(deposit(), b"x"))
    vault.close()
    practice.keyring.entries.clear()
    opened = ok(unlock(practice.vault(), soft_card()))
    assert opened == VaultState(memory_only=False, keyring_share=True, rebuilt=True)
    (aside,) = (practice.home / "vault").glob("*/aside-*")
    assert re.fullmatch(r"aside-20261121T093000Z-[0-9a-f]{6}", aside.name)
    assert (aside / "store.db").exists()
    assert len(list((aside / "outbox").iterdir())) == 1
    assert len(list(aside.glob("slot-*.json"))) == 1
    assert not (aside / "bodies").exists()
    practice.vaults[-1].close()
    assert ok(unlock(practice.vault(), soft_card())) == OPENED, "rebuilt once, not for ever"


def test_changed_share_is_a_lost_share(practice: Practice) -> None:
    practice.store()[0].close()
    for name in practice.keyring.entries:
        practice.keyring.entries[name] = os.urandom(32)
    assert ok(unlock(practice.vault(), soft_card())).rebuilt


def test_what_was_set_aside_goes_after_90_days(practice: Practice) -> None:
    practice.store()[0].close()
    practice.keyring.entries.clear()
    ok(unlock(practice.vault(), soft_card()))
    practice.vaults[-1].close()
    practice.now = NOW + timedelta(days=90)
    practice.store()[0].close()
    assert len(list((practice.home / "vault").glob("*/aside-*"))) == 1
    practice.now = NOW + timedelta(days=90, seconds=1)
    practice.vault()
    assert len(list((practice.home / "vault").glob("*/aside-*"))) == 1, "nobody knows the time yet"
    practice.store()[0].close()
    assert list((practice.home / "vault").glob("*/aside-*")) == []
    assert practice.only_set().exists()


def test_cf_066_what_ended_while_the_program_was_off_is_gone_at_opening(practice: Practice) -> None:
    vault, store = practice.store()
    ok(hold(store).save_body(document(1), b"read", NOW + timedelta(hours=24)))
    ok(store.save_body(document(2), b"own", None))
    vault.close()
    practice.now = NOW + timedelta(hours=24)
    store = practice.store()[1]
    assert ok(store.cached_ids("p1")) == {"d2"}
    assert len(list((practice.only_set() / "bodies").iterdir())) == 1


def test_renewed_card_gets_a_new_store_and_the_old_card_its_own(practice: Practice) -> None:
    vault, store = practice.store(soft_card(1))
    ok(store.enqueue(deposit(), b"kept"))
    ok(hold(store).save_body(document(1), b"read", NOW + timedelta(days=1)))
    vault.close()
    renewed = practice.vault()
    assert ok(unlock(renewed, soft_card(2))).rebuilt
    assert Store(renewed).outbox() == ()
    renewed.close()
    old = practice.store(soft_card(1))[1]
    assert old.outbox_content("urn:uuid:1") == b"kept"
    assert old.body("d1") == Failure(Code.NOT_CACHED), "read again from the platform"
    assert old.cached_ids("p1") == frozenset(), "a row without a file is swept"


@methods
def test_second_card_of_a_holder_gets_a_slot(practice: Practice, method: UnlockMethod) -> None:
    vault, store = practice.store(soft_card(1))
    ok(store.enqueue(deposit(), b"kept"))
    second = soft_card(2, method=method)
    assert ok(unlock(vault, second)) == OPENED
    vault.close()
    for card in (second, soft_card(1), second):
        vault, store = practice.store(card)
        assert vault.opened() and not present(vault.opened()).state.rebuilt
        assert store.outbox_content("urn:uuid:1") == b"kept"
        vault.close()
    assert len(list(practice.only_set().glob("slot-*.json"))) == 2


def test_cf_014_another_holder_must_wait_until_the_first_is_closed(practice: Practice) -> None:
    vault, _store = practice.store(soft_card(1, "LU-1"))
    assert unlock(vault, soft_card(2, "LU-2")) == Failure(Code.STORE_OTHER_CARD)
    assert vault.is_open()


def test_while_open_the_same_card_must_still_answer_rightly(practice: Practice) -> None:
    vault, _store = practice.store()
    assert ok(unlock(vault, soft_card())) == OPENED
    wrong = Secret(bytearray(os.urandom(32)))
    assert vault.open(soft_card().certificate, wrong) == Failure(Code.STORE_OTHER_CARD)
    vault.challenge(soft_card(2).certificate, UnlockMethod.RSA_OAEP)
    wrong = Secret(bytearray(os.urandom(32)))
    assert vault.open(soft_card(2).certificate, wrong) == Failure(Code.STORE_OTHER_CARD)


def test_no_challenge_no_slot_no_opening(practice: Practice) -> None:
    secret = Secret(bytearray(os.urandom(32)))
    assert practice.vault().open(soft_card().certificate, secret) == Failure(Code.STORE_OTHER_CARD)


def test_a_card_that_cannot_prove_itself_keeps_nothing_on_disk(practice: Practice) -> None:
    """A first slot is written only when the card's answer shows that it will open again."""
    for method in METHODS:
        vault = practice.vault()
        card = soft_card(method=method)
        vault.challenge(card.certificate, method)
        state = ok(vault.open(card.certificate, Secret(bytearray(os.urandom(32)))))
        assert state == VaultState(True, False, False, Code.CARD_FAILED)
        vault.close()
    assert list((practice.home / "vault").rglob("*.db")) == []


def test_no_card_secret_is_memory_only_and_works(practice: Practice) -> None:
    vault = practice.vault()
    certificate = soft_card().certificate
    assert vault.challenge(certificate, UnlockMethod.NONE) == UnlockChallenge(UnlockMethod.NONE, b"")
    assert ok(vault.open(certificate, None)) == VaultState(True, False, False)
    store = Store(vault)
    ok(hold(store).save_documents("p1", [document(1, title="Œdème")]))
    ok(store.save_body(document(1, title="Œdème"), b"body", None))
    ok(store.save_draft(draft(), b"file"))
    ok(store.enqueue(deposit(), b"content"))
    assert store.search("p1", "oedeme") == ("d1",)
    assert (store.body("d1"), store.outbox_content("urn:uuid:1")) == (b"body", b"content")
    assert [p for p in practice.home.rglob("*") if p.is_file()] == []
    vault.close()
    ok(vault.open(certificate, None))
    assert Store(vault).body("d1") == Failure(Code.NOT_CACHED)


@pytest.mark.parametrize("code", [Code.KEYRING_MISSING, Code.KEYRING_LOCKED])
def test_without_a_keyring_nothing_is_kept_unless_the_policy_allows(practice: Practice, code: Code) -> None:
    practice.keyring.failure = Failure(code)
    vault = practice.vault()
    assert ok(unlock(vault, soft_card())) == VaultState(True, False, False, code)
    vault.close()
    assert list((practice.home / "vault").rglob("*.db")) == []
    demo = practice.vault(allow_card_only=True)
    assert ok(unlock(demo, soft_card())) == VaultState(False, False, False, code)
    ok(Store(demo).set_setting("a", "b"))
    demo.close()
    demo = practice.vault(allow_card_only=True)
    assert ok(unlock(demo, soft_card())) == VaultState(False, False, False, Code.KEYRING_MISSING)
    assert Store(demo).setting("a") == "b"


def test_a_card_only_slot_takes_a_share_when_there_is_one_and_never_goes_back(practice: Practice) -> None:
    practice.keyring.failure = Failure(Code.KEYRING_MISSING)
    demo = practice.vault(allow_card_only=True)
    ok(unlock(demo, soft_card()))
    demo.close()
    practice.keyring.failure = None
    assert ok(unlock(demo, soft_card())) == OPENED
    demo.close()
    practice.keyring.failure = Failure(Code.KEYRING_LOCKED)
    assert ok(unlock(demo, soft_card())) == VaultState(True, False, False, Code.KEYRING_LOCKED)
    demo.close()
    practice.keyring.failure = None
    assert ok(unlock(demo, soft_card())) == OPENED, "a keyring that was away loses nothing"


def test_a_forged_slot_without_a_share_is_not_believed(practice: Practice) -> None:
    """Who may write to the disk can wrap a key that he knows under the card's public key alone."""
    card = soft_card()
    vault, store = practice.store(card)
    ok(store.set_setting("mine", "x"))
    vault.close()
    known = bytearray(32)
    forged = SetFolder(practice.only_set().parent / "set-20270101T000000Z-abcdef")
    forged.path.mkdir()
    offer = key_slots.new_offer(card.certificate, UnlockMethod.RSA_OAEP)
    later = NOW + timedelta(days=1)
    forged.write_slot(key_slots.wrap(known, card.certificate, offer, share=None, backend="", now=later))
    vault = practice.vault()
    assert ok(unlock(vault, card)) == OPENED
    assert present(vault.opened()).key != known
    assert Store(vault).setting("mine") == "x"


def test_how_a_slot_is_wrapped(practice: Practice) -> None:
    """The documented construction, computed here a second time."""
    vault, _store = practice.store()
    key = bytes(present(vault.opened()).key)
    slot = _stored_slot(practice)
    secret = bytes(soft_card().secret(UnlockChallenge(slot.method, slot.challenge)))
    info = b"dsp-desktop/cache-kek/v1\x00" + slot.fingerprint.encode() + b"\x00" + slot.holder.encode()
    kek = HKDF(hashes.SHA256(), 32, slot.salt, info).derive(secret + practice.keyring.entries[slot.share])
    assert AESGCM(kek).decrypt(slot.nonce, slot.wrapped, slot.header()) == key
    assert (len(slot.salt), len(slot.wrapped), len(secret)) == (32, 48, 32)


def test_a_keyring_that_does_not_keep_is_no_keyring(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice.keyring, "set_share", lambda name, value: None)
    assert ok(unlock(practice.vault(), soft_card())) == VaultState(True, False, False, Code.KEYRING_MISSING)


def test_secret_is_wiped_whatever_happens(practice: Practice) -> None:
    vault = practice.vault()
    card = soft_card()
    for _ in range(2):
        secret = card.answer(vault.challenge(card.certificate, card.method))
        buffer = secret.buffer
        ok(vault.open(card.certificate, secret))
        assert len(buffer) == 0
        vault.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_key_leaves_memory_at_close(tmp_path: Path) -> None:
    """One copy while open, whether the key was made or unwrapped; afterwards none, not of its halves nor of
    its hexadecimal spelling. Searched from outside: see process_memory."""
    program = [sys.executable, "-m", "tests.unit.store.key_holder", str(tmp_path / "home"), "3"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        program, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        for _ in range(3):
            masked = bytes.fromhex(holder.stdout.readline())
            key = bytes(b ^ key_holder.MASK for b in masked)
            assert copies(holder.pid, key) == 1, "positive control"
            digits = key.hex().encode()
            assert copies(holder.pid, digits[:32], digits[32:]) == 0
            print(file=holder.stdin, flush=True)
            assert holder.stdout.readline() == "closed\n"
            assert copies(holder.pid, key[:16], key[16:], digits[:32], digits[32:]) == 0
            print(file=holder.stdin, flush=True)


def test_the_key_is_wiped_at_close(practice: Practice) -> None:
    vault, _store = practice.store()
    opened = vault.opened()
    assert opened is not None and opened.key != bytearray(32)
    vault.close()
    assert opened.key == bytearray(32)


def test_what_held_the_key_is_overwritten(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    for spent in (os.urandom(32).hex(), os.urandom(32)):
        overwrite(spent)
        assert spent in ("\0" * 64, bytes(32))
    given: list[object] = []
    monkeypatch.setattr(sqlcipher, "overwrite", given.append)
    monkeypatch.setattr(key_slots, "overwrite", given.append)
    opened = practice.store()[0].opened()
    assert opened is not None
    digits = opened.key.hex()
    assert {bytes(opened.key), digits, f"x'{digits}'"} <= set(given)


def test_the_raw_key_is_not_a_passphrase(practice: Practice) -> None:
    vault, store = practice.store()
    ok(store.set_setting("a", "b"))
    opened = vault.opened()
    assert opened is not None and opened.folder is not None
    key, path = bytes(opened.key), opened.folder.database
    vault.close()

    def opens(given: str | bytes | None) -> bool:
        connection = dbapi2.connect(str(path))
        try:
            connection.execute("PRAGMA cipher_log_level=NONE")
            if given is not None:
                connection.set_key(given)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except dbapi2.DatabaseError:
            return False
        finally:
            connection.close()
        return True

    assert opens(f"x'{key.hex()}'")
    assert not opens(key)
    assert not opens(f"x'{bytes(32).hex()}'")
    assert not opens(None)
    assert not path.read_bytes().startswith(b"SQLite format 3")


@methods
@pytest.mark.parametrize("calls", range(5))
def test_a_keyring_that_fails_midway_locks_nobody_out(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, method: UnlockMethod, calls: int
) -> None:
    """Renewal writes share, slot, and only then destroys the former share."""
    card = soft_card(method=method)
    vault, store = practice.store(card)
    ok(store.set_setting("a", "b"))
    vault.close()
    left = iter(range(calls))
    read, write = practice.keyring.share, practice.keyring.set_share
    broken = Failure(Code.KEYRING_LOCKED)

    def counted_read(name: str) -> Result[bytes | None]:
        return read(name) if next(left, None) is not None else broken

    def counted_write(name: str, value: bytes) -> Result[None]:
        return write(name, value) if next(left, None) is not None else broken

    with monkeypatch.context() as failing:
        failing.setattr(practice.keyring, "share", counted_read)
        failing.setattr(practice.keyring, "set_share", counted_write)
        vault = practice.vault()
        assert not ok(unlock(vault, card)).rebuilt
        vault.close()
    for _ in range(2):
        vault = practice.vault()
        assert ok(unlock(vault, card)) == OPENED
        assert Store(vault).setting("a") == "b"
        vault.close()


@methods
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_slot_that_cannot_be_written_leaves_the_former(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, method: UnlockMethod, step: str
) -> None:
    card = soft_card(method=method)
    practice.store(card)[0].close()

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as failing:
        if step == "fsync":
            failing.setattr(os, "fsync", full)
        else:
            failing.setattr(Path, "replace", full)
        vault = practice.vault()
        assert ok(unlock(vault, card)) == OPENED
        vault.close()
    assert ok(unlock(practice.vault(), card)) == OPENED


REAL_KEYRING = """
import sys
from pathlib import Path
from desktop.store.store import Store
from desktop.store.vault import open_vault
from desktop.common.locked_memory import lock_memory
from desktop.system.keyring_store import KeyringStore
from tests.unit.store.conftest import document, soft_card, unlock
from desktop.domain.card import UnlockMethod

home, keyring = Path(sys.argv[1]), KeyringStore(time_limit=20)
for method in (UnlockMethod.RSA_OAEP, UnlockMethod.RSA_SIGNATURE):
    card = soft_card(holder=method.value, method=method)
    for turn in range(3):
        vault = open_vault(home, keyring, allow_card_only=False, kept={}, protect=lock_memory)
        state = unlock(vault, card)
        assert (state.memory_only, state.keyring_share, state.rebuilt) == (False, True, False), state
        store = Store(vault)
        assert turn == 0 or store.body("d1") == b"kept"
        store.save_body(document(1), b"kept", None)
        vault.close()
import keyring as system
slot = next(home.glob("vault/*/set-*/slot-*.json")).read_text()
assert system.get_keyring().__class__.__module__ == "keyring.backends.SecretService"
assert "keyring.backends.SecretService.Keyring" in slot
print("done")
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="dbus and gnome-keyring are not installed",
)
def test_with_a_real_secret_service(tmp_path: Path) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    root = Path(__file__).parents[3]
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": str(root), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    start = 'eval "$(echo -n pw | gnome-keyring-daemon --unlock --components=secrets)"'
    run = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c",
         f'{start}\n"{sys.executable}" - "{tmp_path / "data"}" <<\'END\'\n{REAL_KEYRING}\nEND'],
        env=environment, capture_output=True, text=True, timeout=4 * LIMIT_S,
    )  # fmt: skip
    assert run.stdout.strip().endswith("done"), run.stderr
    assert len(list((tmp_path / "data").rglob("*.body"))) == 2
