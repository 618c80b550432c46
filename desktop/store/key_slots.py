"""Key slots: how a card, with the keyring's share, unwraps the cache key (architecture, "Secrets").

The cache key is 32 random bytes and derived from nothing. A slot holds it wrapped with AES-256-GCM under
HKDF-SHA256(card secret ‖ keyring share); all other fields of the slot are authenticated with it.

What the card secret is, and what renews at each opening:

* RSA_OAEP: 32 random bytes encrypted to the certificate's key. Renewed at each opening, because making the
  next one needs the public key only.
* ECDH: the shared x coordinate with an ephemeral key whose private half is dropped at once. Renewed likewise.
* RSA_SIGNATURE (a card that can neither decipher nor derive): the PKCS#1 v1.5 signature over a
  domain-separated message. The message cannot change without a second card operation, so the *keyring share*
  is renewed at each opening instead: an old copy of the slot opens with nothing that still exists.
"""

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.card import Certificate, UnlockMethod
from desktop.store.wiping import overwrite, wipe

_T = TypeVar("_T")
KEY_BYTES = 32
_SALT_BYTES = 32
_UNLOCK = b"dsp-desktop/cache-unlock/v1\x00"
_KEK = b"dsp-desktop/cache-kek/v1\x00"
_CHECK = b"dsp-desktop/cache-check/v1\x00"
_HOLDER = b"dsp-desktop/cache-holder/v1\x00"
_OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)


@dataclass(frozen=True, slots=True)
class Slot:
    """One card's way to the key; ``share`` names the keyring's share, "" = the card alone.

    ``check`` tells a wrong card from a lost share; it is one-way in a secret of full entropy.
    """

    version: int
    holder: str
    fingerprint: str
    method: UnlockMethod
    challenge: bytes
    salt: bytes
    check: bytes
    share: str
    backend: str
    written_at: datetime
    nonce: bytes
    wrapped: bytes

    def header(self) -> bytes:
        """Everything but the wrapped key, in one fixed spelling: the additional data."""
        return msgspec.json.encode(replace(self, wrapped=b""))


@dataclass(frozen=True, slots=True)
class Offer:
    """A challenge for a slot that does not exist yet; ``expected`` is the secret that we know already."""

    method: UnlockMethod
    challenge: bytes
    expected: bytearray | None = None


def new_key() -> bytearray:
    """32 random bytes, in this one buffer."""
    drawn = os.urandom(KEY_BYTES)
    key = bytearray(drawn)
    overwrite(drawn)
    return key


def holder_hash(holder_id: str) -> str:
    """Name of a holder's folder, hexadecimal."""
    return sha256(_HOLDER + holder_id.encode()).hexdigest()[:32]


def new_offer(certificate: Certificate, method: UnlockMethod) -> Offer:
    """A fresh challenge for this card; NONE when its key does not fit the method."""
    key = x509.load_der_x509_certificate(certificate.der).public_key()
    if method is UnlockMethod.RSA_OAEP and isinstance(key, rsa.RSAPublicKey):
        secret = new_key()
        return Offer(method, key.encrypt(bytes(secret), _OAEP), secret)
    if method is UnlockMethod.ECDH and isinstance(key, ec.EllipticCurvePublicKey):
        ephemeral = ec.generate_private_key(key.curve)
        point = ephemeral.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return Offer(method, point, bytearray(ephemeral.exchange(ec.ECDH(), key)))
    if method is UnlockMethod.RSA_SIGNATURE and isinstance(key, rsa.RSAPublicKey):
        message = _UNLOCK + os.urandom(_SALT_BYTES) + bytes.fromhex(holder_hash(certificate.holder_id))
        return Offer(method, message)
    return Offer(UnlockMethod.NONE, b"")


def proves(certificate: Certificate, offer: Offer, card_secret: bytearray) -> bool:
    """Whether the card's answer to *offer* is right, so that the slot will open again."""
    if offer.expected is not None:
        return hmac.compare_digest(offer.expected, card_secret)
    key = x509.load_der_x509_certificate(certificate.der).public_key()
    if offer.method is not UnlockMethod.RSA_SIGNATURE or not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(bytes(card_secret), offer.challenge, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def next_secret(certificate: Certificate, slot: Slot | Offer, card_secret: bytearray) -> Offer:
    """Challenge and secret of the next wrapping: new where the public key is enough, else the same."""
    if slot.method is UnlockMethod.RSA_SIGNATURE:
        return Offer(slot.method, slot.challenge, bytearray(card_secret))
    return new_offer(certificate, slot.method)


def wrap(
    key: bytearray,
    certificate: Certificate,
    offer: Offer,
    *,
    share: tuple[str, bytes] | None,
    backend: str,
    now: datetime,
) -> Slot:
    """Wrap *key* under *offer*'s secret and the share (name, value); wipes the offer's secret."""
    secret = offer.expected
    assert secret is not None
    name, value = share or ("", b"")
    salt = os.urandom(_SALT_BYTES)
    bare = Slot(
        version=1,
        holder=holder_hash(certificate.holder_id),
        fingerprint=certificate.fingerprint,
        method=offer.method,
        challenge=offer.challenge,
        salt=salt,
        check=_check(secret, salt),
        share=name,
        backend=backend if name else "",
        written_at=now,
        nonce=os.urandom(12),
        wrapped=b"",
    )
    try:
        return _with_kek(
            bare, secret, value,
            lambda kek: replace(bare, wrapped=AESGCM(kek).encrypt(bare.nonce, key, bare.header())),
        )  # fmt: skip
    finally:
        wipe(secret)


def answers(slot: Slot, card_secret: bytearray) -> bool:
    """False for another card's secret: then nothing is to be set aside."""
    return hmac.compare_digest(slot.check, _check(card_secret, slot.salt))


def unwrap(slot: Slot, card_secret: bytearray, share: bytes) -> bytearray | None:
    """The key; None when the share changed or the slot was tampered with."""
    key = bytearray(KEY_BYTES)

    def decrypt(kek: bytearray) -> bytearray | None:
        try:
            AESGCM(kek).decrypt_into(slot.nonce, slot.wrapped, slot.header(), key)
        except (InvalidTag, ValueError):
            return None
        return key

    return _with_kek(slot, card_secret, share, decrypt)


def _check(card_secret: bytearray, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 16, salt, _CHECK).derive(card_secret)


def _with_kek(slot: Slot, card_secret: bytearray, share: bytes, use: Callable[[bytearray], _T]) -> _T:
    material = bytearray(card_secret)
    material += share
    info = _KEK + slot.fingerprint.encode() + b"\x00" + slot.holder.encode()
    kek = bytearray(KEY_BYTES)
    try:
        HKDF(hashes.SHA256(), KEY_BYTES, slot.salt, info).derive_into(material, kek)
        return use(kek)
    finally:
        wipe(material)
        wipe(kek)
