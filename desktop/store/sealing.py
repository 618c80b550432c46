"""Seals a few bytes that stay in the process while the store is closed; only the same store opens them."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.store.wiping import wipe

_INFO = b"dsp-desktop/behind-the-lock/v1\x00"
_KEY_BYTES, _NONCE_BYTES = 32, 12


def seal(store_key: bytearray, content: bytes) -> bytes:
    """*content* under a key that comes of *store_key* and goes at once."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(store_key).encrypt(nonce, content, _INFO)


def unseal(store_key: bytearray, sealed: bytes) -> bytes | None:
    """What was sealed; None where another store's key did it, or where it was changed."""
    try:
        return _cipher(store_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _INFO)
    except (InvalidTag, ValueError):
        return None


def _cipher(store_key: bytearray) -> AESGCM:
    key = bytearray(_KEY_BYTES)
    try:
        HKDF(hashes.SHA256(), _KEY_BYTES, None, _INFO).derive_into(store_key, key)
        return AESGCM(key)
    finally:
        wipe(key)
