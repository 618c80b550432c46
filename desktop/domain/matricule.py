"""The Luxembourg matricule: ``YYYYMMDD NNN L V`` (13 digits), or its old 11-digit form.

Check digits warn and never block (domain §0, contract §3): L is Luhn and V is Verhoeff, both over
the same first eleven digits.
"""

from dataclasses import dataclass
from enum import StrEnum

SYSTEM = "urn:oid:1.3.182.4.4"

_D = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_P = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
_INVERSE = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)


class Doubt(StrEnum):
    """Why a matricule looks wrong although the search may go on."""

    LENGTH = "length"
    CHECK_DIGITS = "check-digits"


@dataclass(frozen=True, slots=True)
class Matricule:
    """Digits only, kept as an opaque string: the platform is the judge."""

    digits: str

    def grouped(self) -> str:
        """For people: ``1893 1201 057 32``."""
        d = self.digits
        return f"{d[:4]} {d[4:8]} {d[8:11]} {d[11:]}".strip() if len(d) in (11, 13) else d

    def doubt(self) -> Doubt | None:
        """What a careful reader would question, or None."""
        if len(self.digits) == 11:
            return None
        if len(self.digits) != 13:
            return Doubt.LENGTH
        return None if self.digits[11:] == check_digits(self.digits[:11]) else Doubt.CHECK_DIGITS


def parse(typed: str) -> Matricule | None:
    """Matricule from what was typed (spaces, dots and dashes ignored); None if it is not digits."""
    digits = "".join(c for c in typed if c not in " .-\u00a0\u202f/")
    return Matricule(digits) if digits.isascii() and digits.isdigit() else None


def check_digits(first_eleven: str) -> str:
    """The two check digits, Luhn then Verhoeff, of the first eleven digits."""
    return luhn(first_eleven) + verhoeff(first_eleven)


def luhn(digits: str) -> str:
    """Luhn check digit of *digits*."""
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (2 if i % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return str(-total % 10)


def verhoeff(digits: str) -> str:
    """Verhoeff check digit of *digits*."""
    c = 0
    for i, ch in enumerate(reversed(digits), start=1):
        c = _D[c][_P[i % 8][int(ch)]]
    return str(_INVERSE[c])
