"""A PIV card as a state machine of APDUs (NIST SP 800-73), on a card image.

Slot 9A authenticates, 9C signs (PIN before every signature). Counters are saved before the answer leaves.
"""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from desktop.domain.card_image import CardImage
from desktop.smartcard import soft_keys
from desktop.smartcard.emulator.tlv import parse, tlv
from desktop.smartcard.pause import COMMAND, SIGN, VERIFY

AID = bytes.fromhex("A000000308000010000100")
OK = b"\x90\x00"
_NOT_FOUND, _WRONG_DATA, _NOT_SUPPORTED = b"\x6a\x82", b"\x6a\x80", b"\x6d\x00"
_NOT_ALLOWED, _BLOCKED, _WRONG_P = b"\x69\x82", b"\x69\x83", b"\x6a\x86"
_PIN_FIELD = 8
_ALGORITHMS = {0x05: 3072, 0x07: 2048}
_CURVES = {0x11: 256, 0x14: 384}


class Stopped(Exception):
    """A tester wants the card to do nothing more until it is pulled (:mod:`desktop.smartcard.pause`)."""


class PivCard:
    """One inserted card; not thread-safe."""

    def __init__(
        self, image: CardImage, save: Callable[[CardImage], None], stops_at: Callable[[str], bool]
    ) -> None:
        """*save* makes a new state durable; *stops_at* is asked at each of ``pause.STEPS``."""
        self._image = image
        self._save = save
        self._stops_at = stops_at
        self._keys = {0x9A: soft_keys.load_key(image.authentication)}
        self._objects = {
            b"\x7e": _discovery(),
            bytes.fromhex("5FC102"): _chuid(image.serial),
            bytes.fromhex("5FC107"): _capabilities(image.serial),
        }
        if image.kind != "blank":
            self._objects[bytes.fromhex("5FC105")] = _certificate(image.authentication.certificate_pem)
        if image.signature is not None and image.kind != "blank":
            self._keys[0x9C] = soft_keys.load_key(image.signature)
            self._objects[bytes.fromhex("5FC10A")] = _certificate(image.signature.certificate_pem)
        self.reset()

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return bytes.fromhex(self._image.atr_hex.replace(" ", ""))

    def reset(self) -> None:
        """Power on: nobody is logged in."""
        self._verified = False
        self._just_verified = False
        self._selected = False
        self._chained = b""
        self._pending = b""

    def transmit(self, apdu: bytes) -> bytes:
        """Answer one command APDU; raises :class:`Stopped` only (a silent card would block the reader)."""
        try:
            self._reach(COMMAND)
            return self._transmit(apdu)
        except (ValueError, IndexError, OSError):
            return b"\x6f\x00"

    def _transmit(self, apdu: bytes) -> bytes:
        cla, ins, p1, p2 = apdu[:4]
        data = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if ins == 0xC0:
            return self._more()
        if cla & 0x10:
            self._chained += data
            return OK
        data, self._chained = self._chained + data, b""
        if ins == 0xA4:
            return self._select(data)
        if not self._selected:
            return _NOT_SUPPORTED
        just_verified, self._just_verified = self._just_verified, False
        if ins == 0xCB:
            self._just_verified = just_verified
            return self._get_data(data)
        if ins == 0x20:
            return self._verify(p1, p2, data)
        if ins == 0x24:
            return self._change(p2, data)
        if ins == 0x2C:
            return self._reset_counter(p2, data)
        if ins == 0x87:
            return self._authenticate(p1, p2, data, just_verified=just_verified)
        return _NOT_SUPPORTED

    def _select(self, data: bytes) -> bytes:
        if not data or not AID.startswith(data[:9]) or self._image.kind == "foreign":
            return _NOT_FOUND
        self._selected = True
        return self._answer(tlv(0x61, tlv(0x4F, AID[5:]) + tlv(0x79, tlv(0x4F, AID[:5]))))

    def _get_data(self, data: bytes) -> bytes:
        wanted = dict(parse(data)).get(0x5C, b"")
        found = self._objects.get(wanted)
        return _NOT_FOUND if found is None else self._answer(found)

    def _verify(self, p1: int, p2: int, data: bytes) -> bytes:
        if p2 != 0x80:
            return _WRONG_P
        if p1 == 0xFF:
            self._verified = False
            return OK
        if not data:
            return OK if self._verified else _tries(self._image.pin_tries)
        if len(data) != _PIN_FIELD:
            return _WRONG_DATA
        self._verified = False
        status = self._check_pin(data)
        self._verified = self._just_verified = status == OK
        return status

    def _check_pin(self, field: bytes) -> bytes:
        tries = self._image.pin_tries
        if tries <= 0:
            return _BLOCKED
        self._keep(self._image.with_tries(pin=tries - 1))
        self._reach(VERIFY)
        if not self._image.pin_matches(field.rstrip(b"\xff")):
            return _tries(tries - 1)
        self._keep(self._image.with_tries(pin=self._image.max_tries))
        return OK

    def _change(self, p2: int, data: bytes) -> bytes:
        if p2 != 0x80 or len(data) != 2 * _PIN_FIELD or not self._good_pin(data[_PIN_FIELD:]):
            return _WRONG_DATA
        status = self._check_pin(data[:_PIN_FIELD])
        self._verified = status == OK
        if status == OK:
            self._keep(self._image.with_pin(data[_PIN_FIELD:].rstrip(b"\xff")))
        return status

    def _reset_counter(self, p2: int, data: bytes) -> bytes:
        if p2 != 0x80 or len(data) != 2 * _PIN_FIELD or not self._good_pin(data[_PIN_FIELD:]):
            return _WRONG_DATA
        tries = self._image.puk_tries
        if tries <= 0:
            return _BLOCKED
        self._keep(self._image.with_tries(puk=tries - 1))
        if not self._image.puk_matches(data[:_PIN_FIELD].rstrip(b"\xff")):
            return _tries(tries - 1)
        fresh = self._image.with_tries(puk=self._image.max_tries)
        self._keep(fresh.with_pin(data[_PIN_FIELD:].rstrip(b"\xff")))
        return OK

    def _good_pin(self, field: bytes) -> bool:
        return self._image.pin_min <= len(field.rstrip(b"\xff")) <= self._image.pin_max

    def _authenticate(self, algorithm: int, slot: int, data: bytes, *, just_verified: bool) -> bytes:
        key = self._keys.get(slot)
        if key is None:
            return _NOT_FOUND
        if not self._verified or (slot == 0x9C and not just_verified):
            return _NOT_ALLOWED
        self._reach(SIGN)
        fields = dict(parse(dict(parse(data))[0x7C]))
        if 0x85 in fields and isinstance(key, ec.EllipticCurvePrivateKey):
            result = soft_keys.agree(key, fields[0x85])
        elif isinstance(key, rsa.RSAPrivateKey) and _ALGORITHMS.get(algorithm) == key.key_size:
            if len(fields.get(0x81, b"")) != key.key_size // 8:
                return _WRONG_DATA
            result = soft_keys.raw_rsa(key, fields[0x81])
        elif isinstance(key, ec.EllipticCurvePrivateKey) and _CURVES.get(algorithm) == key.key_size:
            result = key.sign(fields[0x81], ec.ECDSA(Prehashed(_hash_of(fields[0x81]))))
        else:
            return _WRONG_P
        return self._answer(tlv(0x7C, tlv(0x82, result)))

    def _answer(self, data: bytes) -> bytes:
        self._pending = data
        return self._more()

    def _more(self) -> bytes:
        part, self._pending = self._pending[:256], self._pending[256:]
        left = len(self._pending)
        return part + (bytes([0x61, min(left, 256) & 0xFF]) if left else OK)

    def _reach(self, step: str) -> None:
        if self._stops_at(step):
            raise Stopped

    def _keep(self, image: CardImage) -> None:
        self._save(image)
        self._image = image


def _tries(left: int) -> bytes:
    return bytes([0x63, 0xC0 | left]) if left > 0 else _BLOCKED


def _hash_of(digest: bytes) -> hashes.HashAlgorithm:
    return {32: hashes.SHA256(), 48: hashes.SHA384(), 64: hashes.SHA512()}[len(digest)]


def _discovery() -> bytes:
    return tlv(0x7E, tlv(0x4F, AID) + tlv(0x5F2F, b"\x40\x00"))


def _chuid(serial: str) -> bytes:
    guid = hashlib.sha256(serial.encode()).digest()[:16]
    fascn = hashlib.sha256(b"fascn" + serial.encode()).digest()[:25]
    fields = tlv(0x30, fascn) + tlv(0x34, guid) + tlv(0x35, b"20991231") + tlv(0x3E, b"") + tlv(0xFE, b"")
    return tlv(0x53, fields)


def _capabilities(serial: str) -> bytes:
    card_id = bytes.fromhex("A000000116FF02") + hashlib.sha256(serial.encode()).digest()[:14]
    fields = tlv(0xF0, card_id) + tlv(0xF1, b"\x21") + tlv(0xF2, b"\x21") + tlv(0xF3, b"")
    fields += tlv(0xF4, b"\x00") + tlv(0xF5, b"\x10")
    return tlv(0x53, fields + b"".join(tlv(tag, b"") for tag in (0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE)))


def _certificate(pem: str) -> bytes:
    return tlv(0x53, tlv(0x70, soft_keys.certificate_der(pem)) + tlv(0x71, b"\x00") + tlv(0xFE, b""))
