"""Quantities as people type them; how they are shown: :mod:`desktop.domain.prescription.quantities`."""

from decimal import Decimal, InvalidOperation

from desktop.domain.drugs.amounts import is_plain


def amounts_read(typed: str) -> tuple[Decimal, ...] | None:
    """Several, with ``+`` or a blank between: « 60 + 30 »; None where one of them is none."""
    read = tuple(map(amount_read, typed.replace("+", " ").split()))
    return tuple(one for one in read if one is not None) if read and None not in read else None


def amount_read(typed: str) -> Decimal | None:
    """A positive number, comma or point; None for anything else."""
    try:
        value = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if is_plain(value) and value > 0 else None
