"""The identifier of an ordonnance, and the text of its QR code (domain §C.3).

An identifier is 16 characters of Crockford's base 32 in groups of four; the last is its check character.
The QR text is ``DSPRX1:`` + identifier + ``:`` + 26 characters of access code (128 bits): no name,
no matricule, no drug.

The check character is a weighted sum in GF(32), the field of 32 elements modulo x⁵ + x² + 1. Each character
is an element (its value 0-31); the character at place *i* weighs αⁱ⁺¹, where α is the element 2, and the
check character is 1 + Σ αⁱ⁺¹·cᵢ. α generates the field, so no weight is zero and no two are equal: every
wrong character and every exchange of any two characters is found; of all other slips 31 of 32. The 1
keeps sixteen zeros from being an identifier. Crockford's own check symbol (modulo 37) needs five signs that
are not in his alphabet and that keyboards spread about.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.domain.prescription.unread import ScanFault, Unread

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "DSPRX"
VERSION = "1"
LENGTH = 16
ACCESS_CODE_LENGTH = 26
ACCESS_CODE_BITS = 128
_DATA = LENGTH - 1
_GROUP = 4
_MODULUS = 0b100101  # x⁵ + x² + 1
_LOOK_ALIKE = str.maketrans("OIL", "011")
_LET_GO = str.maketrans("", "", " -\u00a0\u202f\u2010\u2011\u2013\t")


@dataclass(frozen=True, slots=True)
class OrdonnanceId:
    """Sixteen characters whose check character is right; made by :func:`parse_identifier` alone."""

    value: str

    def grouped(self) -> str:
        """For people: ``K7QM-2HXA-…``."""
        return "-".join(self.value[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


@dataclass(frozen=True, slots=True)
class OrdonnanceCode:
    """What a QR code gives: the ordonnance, and that its holder may see it (no second factor)."""

    identifier: OrdonnanceId
    access_code: str = field(repr=False)  # never shown, never logged

    def qr_text(self) -> str:
        """The text of the QR code; only characters of its alphanumeric mode."""
        return f"{PREFIX}{VERSION}:{self.identifier.value}:{self.access_code}"


@dataclass(frozen=True, slots=True)
class TypedIdentifier:
    """An identifier without access code: the birth date is asked as second factor (CF-110)."""

    identifier: OrdonnanceId


def new_identifier(random_bits: Callable[[int], int] = secrets.randbits) -> OrdonnanceId:
    """Seventy-five random bits and their check character."""
    data = _written(random_bits(5 * _DATA), _DATA)
    return OrdonnanceId(data + check_character(data))


def new_access_code(random_bits: Callable[[int], int] = secrets.randbits) -> str:
    """128 random bits in 26 characters; the first is 0-7."""
    return _written(random_bits(ACCESS_CODE_BITS), ACCESS_CODE_LENGTH)


def check_character(data: str) -> str:
    """The check character of fifteen characters of :data:`ALPHABET`."""
    total, weight = 1, 2
    for character in data:
        total ^= _product(weight, ALPHABET.index(character))
        weight = _product(weight, 2)
    return ALPHABET[total]


def parse_identifier(text: str) -> OrdonnanceId | Unread:
    """An identifier in any case, with spaces or hyphens; O is 0, I and L are 1.

    IDENTIFIER_CHARACTER, IDENTIFIER_LENGTH, IDENTIFIER_CHECK.
    """
    value = _plain(text)
    strange = next((c for c in value if c not in ALPHABET), None)
    if strange is not None:
        return Unread.of(ScanFault.IDENTIFIER_CHARACTER, character=strange)
    if len(value) != LENGTH:
        return Unread.of(ScanFault.IDENTIFIER_LENGTH, length=str(len(value)))
    if check_character(value[:_DATA]) != value[_DATA]:
        return Unread.of(ScanFault.IDENTIFIER_CHECK)
    return OrdonnanceId(value)


def parse_qr_text(text: str) -> OrdonnanceCode | Unread:
    """The text of an ordonnance's QR code.

    UNKNOWN when it is none, CODE_VERSION, CODE_INCOMPLETE, ACCESS_CODE, or as :func:`parse_identifier`.
    """
    head, *parts = text.strip().split(":")
    head = head.upper()
    if not head.startswith(PREFIX):
        return Unread.of(ScanFault.UNKNOWN)
    version = head[len(PREFIX) :]
    if version != VERSION:
        whole = bool(version) and bool(parts)
        return Unread.of(ScanFault.CODE_VERSION, version=version) if whole else _incomplete()
    if len(parts) != 2 or len(_plain(parts[1])) < ACCESS_CODE_LENGTH:
        return _incomplete()
    identifier = parse_identifier(parts[0])
    if isinstance(identifier, Unread):
        return identifier
    access_code = _plain(parts[1])
    numbers = len(access_code) == ACCESS_CODE_LENGTH and all(c in ALPHABET for c in access_code)
    if not numbers or ALPHABET.index(access_code[0]) >= 1 << ACCESS_CODE_BITS % 5:
        return Unread.of(ScanFault.ACCESS_CODE)
    return OrdonnanceCode(identifier, access_code)


def _incomplete() -> Unread:
    return Unread.of(ScanFault.CODE_INCOMPLETE)


def _plain(text: str) -> str:
    return text.translate(_LET_GO).upper().translate(_LOOK_ALIKE)


def _written(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _product(a: int, b: int) -> int:
    """In GF(32)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= _MODULUS
        b >>= 1
    return product
