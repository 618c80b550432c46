"""What lies on a token, of whatever shape, and what its keys do.

Middleware and people leave things behind on cards: certificates without a key, without an id or without
content, ids that repeat. None of it may cost the card.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from desktop.domain.card import UnlockMethod
from desktop.smartcard.borrowed_pin import BorrowedPin
from desktop.smartcard.child_messages import StoredCertificate, unpack
from desktop.smartcard.cryptoki import KDF, MGF, Attribute, KeyType, Mechanism, ObjectClass, pkcs11

# DER of DigestInfo for SHA-256: CKM_RSA_PKCS adds only the padding.
DIGEST_INFO_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
# The card or the session went: what was read before says nothing of what is not there.
_GONE = (
    pkcs11.DeviceRemoved,
    pkcs11.TokenNotPresent,
    pkcs11.SessionHandleInvalid,
    pkcs11.SessionClosed,
)
_HEADER_OF_A_POINT = 2  # bytes of DER before a point of less than 128 bytes


def certificates(session: Any, id: bytes = b"") -> list[StoredCertificate]:
    """Those (with that *id*) that can be read; the last one's error where none can."""
    found: list[StoredCertificate] = []
    failed: pkcs11.PKCS11Error | None = None
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, **({Attribute.ID: id} if id else {})}
    for item in list(session.get_objects(wanted)):
        try:
            der = bytes(item[Attribute.VALUE])
        except _GONE:
            raise
        except pkcs11.PKCS11Error as error:
            failed = error
            continue
        if der:
            found.append(StoredCertificate(_readable(item, Attribute.ID).hex(), der))
    if failed is not None and not found:
        raise failed
    return found


def private_key(session: Any, id: bytes, public: bytes) -> Any:
    """The key of a certificate with that CKA_ID and *public* key (RSA: modulus, EC: uncompressed point).

    What a module tells of the public key decides, since ids may differ, repeat or be missing; where it tells
    nothing, the id does. :class:`pkcs11.NoSuchKey` where there is none.
    """
    keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    named = [key for key in keys if id and _readable(key, Attribute.ID) == id]
    # The usual card: the others, whose public parts a module may have to read from the card, are left alone.
    if len(named) == 1 and _may_be(named[0], public):
        return named[0]
    told = {key: _public_of(key) for key in keys}
    ours = [key for key in keys if public in told[key]]
    if not ours:
        silent = [key for key in keys if not told[key]]
        ids = _ids_of(session, public)
        ours = [key for key in silent if _readable(key, Attribute.ID) in ids]
        ours = ours or [key for key in silent if key in named]
        if not ours and len(keys) == 1:
            ours = silent
    if not ours:
        raise pkcs11.NoSuchKey
    return next((key for key in ours if key in named), ours[0])


def _may_be(key: Any, public: bytes) -> bool:
    told = _public_of(key)
    return not told or public in told


def shows_private_keys(session: Any) -> bool:
    """Whether the session shows any: without a login, this is a module that asks for the PIN itself."""
    return bool(_found(session, ObjectClass.PRIVATE_KEY))


def shown_keys(session: Any) -> list[str]:
    """Public parts (hex, as :func:`private_key` takes them) of the keys that the session shows."""
    found: set[bytes] = set()
    for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
        for key in _found(session, kind):
            found |= _public_of(key)
    return sorted(public.hex() for public in found)


def mechanisms(slot: Any) -> list[str]:
    """Names of what the token knows, without CKM_; [] where it does not say."""
    try:
        return [known.name for known in slot.get_mechanisms() if isinstance(known, Mechanism)]
    except _GONE:
        raise
    except pkcs11.PKCS11Error:
        return []


def wants_pin_again(key: Any) -> bool:
    """CKA_ALWAYS_AUTHENTICATE: the key wants the PIN at each use."""
    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except pkcs11.PKCS11Error:
        return False


def sign(key: Any, data: bytes, mechanism: str, pin: BorrowedPin | None = None) -> bytes:
    """PKCS#1 v1.5, or r‖s, of *data*: a digest where the mechanism does not hash itself.

    *pin*: for a key that wants it again.
    """
    options = {} if pin is None else {"pin": pin}
    prefix = DIGEST_INFO_SHA256 if mechanism == "RSA_PKCS" else b""
    return bytes(key.sign(prefix + data, mechanism=Mechanism[mechanism], **options))


def unlock(
    key: Any, challenge: Mapping[str, str], mechanism: str, pin: BorrowedPin | None = None
) -> bytearray | None:
    """The cache secret; None when this key turns out not to be allowed to yield it (memory-only cache)."""
    data = unpack(challenge["data"])
    try:
        match UnlockMethod(challenge["method"]):
            case UnlockMethod.RSA_SIGNATURE:
                signed = hashlib.sha256(data).digest() if mechanism == "RSA_PKCS" else data
                return bytearray(sign(key, signed, mechanism, pin))
            case UnlockMethod.RSA_OAEP if hasattr(key, "decrypt"):
                oaep = (Mechanism.SHA_1, MGF.SHA1, None)
                options = {} if pin is None else {"pin": pin}
                opened = key.decrypt(data, mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=oaep, **options)
                return bytearray(opened)
            case UnlockMethod.ECDH if hasattr(key, "derive_key"):
                readable = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}
                ecdh = (KDF.NULL, None, data)
                # All of it: asked for less, some modules give its first bytes and some its last.
                bits = (len(data) - 1) // 2 * 8
                shared = key.derive_key(KeyType.GENERIC_SECRET, bits, mechanism_param=ecdh, template=readable)
                return bytearray(shared[Attribute.VALUE])
            case _:
                return None
    except (pkcs11.MechanismInvalid, pkcs11.KeyTypeInconsistent, pkcs11.FunctionNotSupported):
        return None


def _public_of(key: Any) -> frozenset[bytes]:
    """What may be its public part; empty where the module does not tell."""
    modulus = _readable(key, Attribute.MODULUS).lstrip(b"\0")
    return frozenset((modulus,)) if modulus else _points(_readable(key, Attribute.EC_POINT))


def _points(value: bytes) -> frozenset[bytes]:
    """A point as PKCS#11 writes it (in an OCTET STRING), or as some modules do (bare)."""
    return frozenset((value, value[_HEADER_OF_A_POINT:])) if value else frozenset()


def _ids_of(session: Any, public: bytes) -> set[bytes]:
    """Ids of the public key objects that are *public*."""
    keys = _found(session, ObjectClass.PUBLIC_KEY)
    return {_readable(key, Attribute.ID) for key in keys if public in _public_of(key)} - {b""}


def _found(session: Any, kind: ObjectClass) -> list[Any]:
    """What may be there and helps; nothing where the module does not let it be looked for."""
    try:
        return list(session.get_objects({Attribute.CLASS: kind}))
    except _GONE:
        raise
    except pkcs11.PKCS11Error:
        return []


def _readable(item: Any, attribute: Attribute) -> bytes:
    """b"" for what an object does not have or does not tell."""
    try:
        return bytes(item[attribute])
    except _GONE:
        raise
    except pkcs11.PKCS11Error:
        return b""
