"""Run as a program: opens a store, keeps a deposit, a draft and a setting, ends with what was acknowledged.

``python -m tests.force.full_disk_process HOME``, under strace, which refuses its writes. The exit code says
it: nothing can be written.
"""

import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from desktop.domain.card import UnlockMethod
from desktop.domain.errors import Failure
from desktop.ports.vault import VaultState
from desktop.store.store import Store
from desktop.store.vault import open_vault
from tests.force.keyring_file import FileKeyring
from tests.unit.store.conftest import NOW, SoftCard, deposit, draft, ok, soft_card, unlock

KEPT = 10  # deposits that wait before the disk fills
QUEUED, DRAFTED, NOTED, OPENED, ENDED = 1, 2, 4, 8, 64
EVERYTHING = QUEUED | DRAFTED | NOTED | OPENED | ENDED
CONTENT = b"%PDF-1.7 " + b"x" * 20_000


def prepare(home: Path) -> None:
    """A store with letters that wait."""
    store = _opened(home)
    assert store is not None
    for number in range(KEPT):
        ok(store.enqueue(deposit(number, CONTENT), CONTENT))


def is_told(code: int) -> bool:
    """Whether the program ended by itself: each refusal was an answer, none an exception."""
    return bool(code & ENDED)


def after(home: Path, code: int) -> str:
    """What is wrong at the next start, with space again: "" or a sentence."""
    store = _opened(home)
    if store is None:
        return "the store opens no more"
    rows = {row.deposit.unique_id for row in ok(store.outbox())}
    whole = {name for name in rows if store.outbox_content(name) == CONTENT}
    if len(whole & {deposit(n).unique_id for n in range(KEPT)}) != KEPT:
        return f"of {KEPT} letters that waited {len(whole)} are whole"
    if code & ENDED and code & QUEUED and deposit("new").unique_id not in whole:
        return "an acknowledged deposit is gone"
    if code & ENDED and code & DRAFTED and ok(store.draft("p1")) is None:
        return "an acknowledged draft is gone"
    if code & ENDED and code & NOTED and ok(store.setting("a")) != "b":
        return "an acknowledged setting is gone"
    return ""


def _opened(home: Path) -> Store | None:
    card = _card(home)
    keyring = FileKeyring(home / "keyring.json")
    vault = open_vault(home, keyring, allow_card_only=False, kept={}, now=lambda: NOW)
    state = unlock(vault, card)
    usable = isinstance(state, VaultState) and not state.memory_only
    return Store(vault) if usable else None


def _card(home: Path) -> SoftCard:
    """The same card in every process: made by the first one, kept beside the store."""
    key_file, certificate_file = home / "card.pem", home / "card.der"
    if not key_file.exists():
        card = soft_card()
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key_file.write_bytes(card.key.private_bytes(*pem))
        certificate_file.write_bytes(card.certificate.der)
        return card
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    der = certificate_file.read_bytes()
    return SoftCard(
        key, UnlockMethod.RSA_OAEP,
        replace(soft_card().certificate, der=der, fingerprint=sha256(der).hexdigest()),
    )  # fmt: skip


def main() -> int:
    """What was acknowledged, as bits."""
    home = Path(sys.argv[1])
    said = ENDED
    store = _opened(home)
    if store is None:
        return said
    said |= OPENED
    for bit, kept in (
        (QUEUED, lambda: store.enqueue(deposit("new", CONTENT), CONTENT)),
        (DRAFTED, lambda: store.save_draft(draft(), CONTENT)),
        (NOTED, lambda: store.set_setting("a", "b")),
    ):
        if not isinstance(kept(), Failure):
            said |= bit
    return said


if __name__ == "__main__":
    sys.exit(main())
