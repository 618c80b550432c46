"""Quantities as people write them."""

from decimal import Decimal, InvalidOperation

from desktop.domain.drugs.amounts import is_plain


def amount_words(value: Decimal) -> str:
    """``90``, ``2,5``."""
    if value == value.to_integral_value():
        return str(int(value))
    return f"{value:f}".rstrip("0").replace(".", ",")


def amount_read(typed: str) -> Decimal | None:
    """A positive number, comma or point; None for anything else."""
    try:
        value = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if is_plain(value) and value > 0 else None
