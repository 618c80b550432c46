"""One scan, whatever it is: an ordonnance, a person, a box, or a sentence why not."""

import re
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from desktop.domain.matricule import Matricule
from desktop.domain.prescription.box import Ambiguous, BoxCode, NationalNumber, check_digit
from desktop.domain.prescription.identifier import OrdonnanceCode
from desktop.domain.prescription.scan import Sought, parse_scan
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.scanning.gs1 import read_gs1
from desktop.scanning.keyboards import Mismatch, mismatches, restored, swallowed
from desktop.scanning.ppn import FRAME, pzn_is_right, read_ppn
from desktop.scanning.separators import GS, ScannerSettings, Separators, plain

Scanned: TypeAlias = Sought | BoxCode | Ambiguous

GS1_SYMBOLOGIES = ("]d2", "]Q3", "]C1", "]e0", "]J1")
_CAPS_LOCK = "caps-lock"
_PREFIX = re.compile(r"\][A-Za-z]\d")
_SHIFTED_PREFIX = re.compile(r"\][DqcEj]\d")  # the letter's case is turned round: Caps Lock
_BARE_PREFIX = re.compile(r"^.?d2(?=\d\d)")
_GTIN_ALONE = re.compile(r"01\d{14}")
_LIKE_A_BOX = re.compile(r"01\d{14}|1[17]\d{6}|10[^:]|21[^:]|71[0-7]|240")
_PZN_CODE = re.compile(r"-\d{8}")  # Code 39 on a German box
_LONGEST_TYPED = 19  # an identifier in groups
_RETAIL = (12, 13, 14)


def read_scan(text: str, scanner: ScannerSettings, today: date) -> Scanned | Unread:
    """What a scanner or a person wrote, as it came (domain §C.3, §C.7).

    Thirteen digits are a matricule, unless only a GTIN's check digit fits them. A box without separators may
    be :class:`Ambiguous`. KEYBOARD when it can be read once another layout is assumed; else what
    :func:`parse_scan`, :func:`read_gs1` and :func:`read_ppn` answer.
    """
    found = _read(text, scanner, today)
    if not isinstance(found, Unread) or found.fault is ScanFault.KEYBOARD:
        return found
    layout = _other_keyboard(text, scanner, today)
    return found if layout is None else Unread.of(ScanFault.KEYBOARD, layout=layout)


def read_picture_text(symbology: str, text: str, today: date) -> Scanned | Unread:
    """What was decoded from a picture: no keyboard stood between.

    A GS1 code says so in its *symbology* (``]d2``): brackets that were typed as data look the same without.
    """
    as_it_is = ScannerSettings(Separators.KEPT)
    if symbology in GS1_SYMBOLOGIES:
        return read_gs1(text, Separators.KEPT, today)
    if text.startswith(FRAME):
        return read_ppn(text, today)
    found = parse_scan(text)
    if isinstance(found, Unread) and _is_retail(text):
        return _read(text, as_it_is, today)
    return found


def _read(text: str, scanner: ScannerSettings, today: date) -> Scanned | Unread:
    message = plain(text, scanner).strip(" ")
    if _SHIFTED_PREFIX.match(message):
        return Unread.of(ScanFault.KEYBOARD, layout=_CAPS_LOCK)
    prefix = _PREFIX.match(message)
    if prefix:
        message = message[prefix.end() :]
    message = message.lstrip(GS)
    if message.startswith(FRAME):
        return read_ppn(message, today)
    if (prefix and prefix[0] in GS1_SYMBOLOGIES) or GS in message or _is_lone_gtin(message):
        return read_gs1(message, scanner.separators, today)
    retail = _retail(message)
    sought = parse_scan(message)
    doubtful = isinstance(sought, Matricule) and sought.doubt() is not None
    if retail is not None and (doubtful or isinstance(sought, Unread)):
        return retail
    if isinstance(sought, Unread) and len(message) > _LONGEST_TYPED and _LIKE_A_BOX.match(message):
        return read_gs1(message, scanner.separators, today)
    return sought


def _is_lone_gtin(message: str) -> bool:
    """Not an identifier that happens to be sixteen digits: one of them in 320 reads as both."""
    return bool(_GTIN_ALONE.fullmatch(message)) and check_digit(message[2:15]) == message[15]


def _is_retail(message: str) -> bool:
    return _retail(message) is not None


def _retail(message: str) -> BoxCode | None:
    """A bar code of the shop's kind: the product, and neither batch nor expiry."""
    if _PZN_CODE.fullmatch(message) and pzn_is_right(message[1:]):
        return BoxCode(None, national=(NationalNumber("DE", message[1:]),))
    digits = message.isascii() and message.isdigit() and len(message) in _RETAIL
    if not digits or check_digit(message[:-1]) != message[-1]:
        return None
    return BoxCode(message.zfill(14))


def _other_keyboard(text: str, scanner: ScannerSettings, today: date) -> str | None:
    """The computer's layout, where it alone keeps the text from being read."""
    as_sent = replace(scanner, separator="")
    for pair in mismatches():
        found = _read(_before(text, pair), as_sent, today)
        if isinstance(found, OrdonnanceCode | BoxCode | Ambiguous):
            return pair.computer.value
    return None


def _before(text: str, pair: Mismatch) -> str:
    """What the scanner meant; the bracket of its prefix may have been a dead key's accent, or nothing."""
    meant = restored(text, pair)
    return _BARE_PREFIX.sub("]d2", meant) if swallowed("]", pair) else meant
