"""Strengths as they are printed and typed: « 500 mg », « 875/125 mg », « 250 mg/5 ml », « 12,5 µg/h »."""

import re
from decimal import Decimal
from typing import Final

AMOUNT: Final = r"\d+(?:[.,]\d+)?"
UNIT: Final = r"(?:mg|g|µg|μg|mcg|ml|MUI|UI|IE|IU|U|mmol|mEq|%)"
STRENGTH: Final = re.compile(
    rf"(?<!\S){AMOUNT}(?:/{AMOUNT})* ?{UNIT}(?:/(?:{AMOUNT} ?)?(?:ml|g|h|dose))?(?!\S)", re.IGNORECASE
)
"""A strength between spaces, as a person types it."""

_LARGEST: Final = Decimal(1_000_000)
_FINEST: Final = -12  # places after the point
_MASS: Final = re.compile(rf"(?P<numbers>{AMOUNT}(?:/{AMOUNT})*) ?(?P<unit>mg|g|µg|μg|mcg)", re.IGNORECASE)
_MILLIGRAMS: Final = {"mg": Decimal(1), "g": Decimal(1000), "µg": Decimal("0.001"), "mcg": Decimal("0.001")}


def decimal(written: str) -> Decimal:
    """A number with a comma or a point."""
    return Decimal(written.replace(",", "."))


def is_plain(amount: Decimal) -> bool:
    """Whether a number from outside can be written out and reckoned with: « 1e-99999999 » takes no longer to
    send than « 90 », and minutes to print."""
    if not amount.is_finite():
        return False
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and _FINEST <= exponent <= 6 and 0 <= amount <= _LARGEST


def number_words(amount: Decimal) -> str:
    """« 4,5 », without zeros that say nothing."""
    whole, point, part = f"{amount:f}".partition(".")
    part = part.rstrip("0")
    return f"{whole},{part}" if point and part else whole


def milligrams(strength: str) -> tuple[Decimal, ...]:
    """The mass of each substance in one unit: « 500/30 mg » are two.

    Empty for what is no mass of a whole unit: per millilitre, per hour, in units of effect.
    """
    match = _MASS.fullmatch(strength.strip())
    if match is None:
        return ()
    unit = match["unit"].lower().replace("\u03bc", "\u00b5")
    return tuple(decimal(number) * _MILLIGRAMS[unit] for number in match["numbers"].split("/"))
