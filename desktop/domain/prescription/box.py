"""What the code on a box of medicine says (domain §C.7)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from desktop.domain.prescription.unread import ScanFault

COUNTRIES = {
    "710": "DE",
    "711": "FR",
    "712": "ES",
    "713": "BR",
    "714": "PT",
    "715": "US",
    "716": "IT",
    "717": "CR",
}
_NTIN = "04150"  # a PZN as a GTIN: 04150, the eight digits, a check digit (IFA)


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """The product's number in a country's list; ``country`` as in ISO 3166-1 ("DE": a PZN)."""

    country: str
    number: str


@dataclass(frozen=True, slots=True)
class BoxCode:
    """One box. ``gtin``: 14 digits, check digit right; None where the box has a German PPN alone.

    ``serial`` never goes into a patient's document. ``others``: what is kept and ignored, by GS1 application
    identifier.
    """

    gtin: str | None
    batch: str | None = None
    serial: str | None = None
    expiry: date | None = None
    national: tuple[NationalNumber, ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    @property
    def pzn(self) -> str | None:
        """The German number: told by the box, or part of its GTIN (an NTIN)."""
        told = next((found.number for found in self.national if found.country == "DE"), None)
        inside = self.gtin is not None and self.gtin.startswith(_NTIN)
        return told or (self.gtin[5:13] if self.gtin is not None and inside else None)

    @property
    def product_number(self) -> str | None:
        """What a product is looked up by: the GTIN, else the NTIN of its PZN."""
        if self.gtin is not None or self.pzn is None:
            return self.gtin
        number = _NTIN + self.pzn
        return number + check_digit(number)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a delivery needs and the code does not say: "batch", "expiry".

        A code that was read by half often lacks them. A serial number is on prescription medicine alone, and
        no delivery needs it.
        """
        needed = {"batch": self.batch, "expiry": self.expiry}
        return tuple(name for name, value in needed.items() if value is None)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """There are several ways to read the code, likeliest first: the scanner lost the separators, or
    (``cause`` KEYBOARD) is perhaps set to another layout than the computer, and nothing proved it yet.

    Who holds the box compares with what is printed on it.
    """

    readings: tuple[BoxCode, ...]
    cause: ScanFault = ScanFault.SEPARATORS_LOST


def check_digit(digits: str) -> str:
    """GS1's modulo-10 digit behind *digits* (General Specifications, section 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def short_date(written: str, today: date) -> date | None:
    """``YYMMDD``; day 00 is the month's last (CF-127). None where there is no such day.

    The year lies at most 49 years before and 50 years after *today*'s (General Specifications, section 7.12).
    """
    if len(written) != 6 or not (written.isascii() and written.isdigit()):
        return None
    year, month, day = int(written[:2]), int(written[2:4]), int(written[4:])
    year += today.year - today.year % 100
    if year - today.year >= 51:
        year -= 100
    elif year - today.year <= -50:
        year += 100
    if not 1 <= month <= 12:
        return None
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None
