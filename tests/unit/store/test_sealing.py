"""What stays in the process while the store is closed is read by the same store only (CF-017)."""

import pytest

from desktop.domain.errors import Code, Failure
from tests.unit.store.conftest import Practice, soft_card, unlock

CONTENT = b"MULLER Anne 1793051234591"


def test_cf017_the_same_store_opened_again_reads_it(practice: Practice) -> None:
    card = soft_card()
    vault, _ = practice.store(card)
    sealed, again = vault.seal(CONTENT), vault.seal(CONTENT)
    assert isinstance(sealed, bytes) and sealed != again and b"MULLER" not in sealed
    vault.close()
    assert vault.unseal(sealed) == Failure(Code.STORE_LOCKED)
    unlock(vault, card)
    assert vault.unseal(sealed) == CONTENT


def test_cf014_another_store_does_not(practice: Practice) -> None:
    vault, _ = practice.store(soft_card())
    sealed = vault.seal(CONTENT)
    assert isinstance(sealed, bytes)
    vault.close()
    practice.store(soft_card(holder="H2"))
    assert practice.vaults[-1].unseal(sealed) == Failure(Code.STORE_OTHER_CARD)


@pytest.mark.parametrize("damage", [lambda s: s[:-1] + bytes([s[-1] ^ 1]), lambda s: b"", lambda s: s[:12]])
def test_what_was_changed_is_not_read(practice: Practice, damage) -> None:  # type: ignore[no-untyped-def]
    vault, _ = practice.store()
    sealed = vault.seal(CONTENT)
    assert isinstance(sealed, bytes)
    assert vault.unseal(damage(sealed)) == Failure(Code.STORE_OTHER_CARD)


def test_a_session_that_keeps_nothing_seals_nothing(practice: Practice) -> None:
    vault = practice.vault()
    assert vault.seal(CONTENT) == Failure(Code.STORE_LOCKED)
    vault.open(soft_card().certificate, None)
    assert vault.is_open() and vault.seal(CONTENT) == Failure(Code.STORE_LOCKED)
    assert vault.unseal(b"x" * 60) == Failure(Code.STORE_LOCKED)
