"""Codes for the demo console: the well-known ordonnances, and boxes that fit or do not (domain §C.7)."""

from typing import Final

from desktop.simulator.feature import ConsoleScan
from desktop.simulator.prescription.seeds import ATORVASTATINE, METFORMINE, RAMIPRIL, code, qr_text

_GS = "\x1d"
_UNKNOWN = "09999990009982"
_ORDONNANCES = (
    ("tour", "console.rx_tour"),
    ("narcotic", "console.rx_narcotic"),
    ("renewable", "console.rx_renewable"),
    ("magistral", "console.rx_magistral"),
    ("acts", "console.rx_acts"),
    ("expired", "console.rx_expired"),
    ("cancelled", "console.rx_cancelled"),
    ("suspended", "console.rx_suspended"),
    ("broken", "console.rx_broken"),
)
_BOXES = (
    ("metformine", "console.box_metformine", METFORMINE.gtin, "290600", "MF2291", "SN70001"),
    ("metformine-lot", "console.box_metformine_lot", METFORMINE.gtin, "290300", "MF2304", "SN70007"),
    ("ramipril", "console.box_ramipril", RAMIPRIL.gtin, "281200", "RA1187", "SN70002"),
    ("atorvastatine", "console.box_atorvastatine", ATORVASTATINE.gtin, "290300", "AT0420", "SN70003"),
    ("expired", "console.box_expired", RAMIPRIL.gtin, "240131", "RA0099", "SN70004"),
    ("withdrawn", "console.box_withdrawn", RAMIPRIL.gtin, "281200", "RA6666", "SN70006"),
    ("unknown", "console.box_unknown", _UNKNOWN, "290600", "XX0001", "SN70005"),
)
"""What it is, GTIN (of the range for internal use), expiry as YYMMDD (day 00: the last), batch, serial."""


def _data_matrix(gtin: str, expiry: str, batch: str, serial: str) -> str:
    return f"01{gtin}17{expiry}10{batch}{_GS}21{serial}"


SCANS: Final = (
    *(ConsoleScan(f"rx-{key}", qr_text(code(key)), words) for key, words in _ORDONNANCES),
    *(ConsoleScan(f"box-{name}", _data_matrix(*of), words) for name, words, *of in _BOXES),
)
