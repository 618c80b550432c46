"""Boxes that no maker sells (a shop's own numbers), and how their codes are written."""

from datetime import date

from hypothesis import strategies as st

from desktop.domain.prescription.box import BoxCode, check_digit
from desktop.domain.prescription.unread import ScanFault, Unread

TODAY = date(2026, 11, 30)
GS = "\x1d"
CHARACTER_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def gtin(number: int) -> str:
    digits = f"02{number:011}"
    return digits + check_digit(digits)


GTIN = gtin(54123456)
gtins = st.integers(0, 10**11 - 1).map(gtin)
values = st.text(CHARACTER_SET_82, min_size=1, max_size=20)
expiries = st.dates(date(2020, 1, 1), date(2049, 12, 31))


def fault(found: object) -> ScanFault:
    assert isinstance(found, Unread), found
    return found.fault


def elements(box: BoxCode) -> list[tuple[str, str]]:
    """In the order in which most makers print them."""
    written = [("01", box.gtin or "")]
    if box.serial is not None:
        written.append(("21", box.serial))
    if box.expiry is not None:
        written.append(("17", f"{box.expiry:%y%m%d}"))
    if box.batch is not None:
        written.append(("10", box.batch))
    return written


def message(parts: list[tuple[str, str]], separator: str = GS) -> str:
    """An element string: a separator behind each element of variable length that is not the last."""
    joined = [
        ai + value + ("" if ai in ("01", "17", "11") or place == len(parts) - 1 else separator)
        for place, (ai, value) in enumerate(parts)
    ]
    return "".join(joined)
