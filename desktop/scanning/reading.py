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
from desktop.scanning.gs1 import MOST_READINGS, read_gs1
from desktop.scanning.keyboards import UNSAID, Mismatch, has_key, mismatches, restored, suspects, swallowed
from desktop.scanning.ppn import FRAME, pzn_is_right, read_ppn
from desktop.scanning.separators import GS, ScannerSettings, Separators, plain

Scanned: TypeAlias = Sought | BoxCode | Ambiguous

GS1_SYMBOLOGIES = ("]d2", "]Q3", "]C1", "]e0", "]J1")
_CAPS_LOCK = "caps-lock"
_PREFIX = re.compile(r"\][A-Za-z]\d")
_SHIFTED_PREFIX = re.compile(r"\][DqcEj]\d")  # the letter's case is turned round: Caps Lock
_BARE_PREFIX = re.compile(r"^.?d2(?=\d\d)")
_TORN_CARET = re.compile(r"\^\u00a8?")
_TORN_BRACE = re.compile(r"\u00a8?GS\}")
_BOX_BEGUN = re.compile(r"(?:\]?[A-Za-z]\d)?01(\d{14})", re.ASCII)
_IN_BATCHES = "-./_"  # beside letters and digits
_AS_PRINTED = re.compile(r"[A-Za-z0-9\-./_]*")
_GTIN_ALONE = re.compile(r"01\d{14}")
_LIKE_A_BOX = re.compile(r"01\d{14}|1[17]\d{6}|10[^:]|21[^:]|71[0-7]|240")
_PZN_CODE = re.compile(r"-\d{8}")  # Code 39 on a German box
_LONGEST_TYPED = 19  # an identifier in groups
_RETAIL = (12, 13, 14)


def read_scan(text: str, scanner: ScannerSettings, today: date) -> Scanned | Unread:
    """What a scanner or a person wrote, as it came (domain §C.3, §C.7).

    Thirteen digits are a matricule, unless only a GTIN's check digit fits them. A box without separators may
    be :class:`Ambiguous`, and so may one whose letters another layout would have changed, before any sign
    proved the scanner's: a batch is never guessed. A box that can be read under another layout alone is read
    so; any other code that can is KEYBOARD; else what :func:`parse_scan`, :func:`read_gs1` and
    :func:`read_ppn` answer.
    """
    found = _read(text, scanner, today)
    if isinstance(found, Unread):
        return found if found.fault is ScanFault.KEYBOARD else _through_another(text, scanner, today, found)
    if not isinstance(found, BoxCode | Ambiguous):
        return found
    straight = found.readings if isinstance(found, Ambiguous) else (found,)
    others = [box for box in _boxes_through_another(text, scanner, today) if box not in straight]
    return _one_of((*straight, *others), ScanFault.KEYBOARD) if others else found


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


def _through_another(text: str, scanner: ScannerSettings, today: date, unread: Unread) -> Scanned | Unread:
    """The one box that it is under another layout; else the sentence about layouts where that is why."""
    boxes = _boxes_through_another(text, scanner, today)
    if boxes:
        return _one_of(boxes, ScanFault.KEYBOARD)
    as_sent = replace(scanner, separator="")
    for pair in mismatches():
        meant = _before(text, pair)
        begun = meant != text and _begins_a_box(meant) and not _begins_a_box(text)
        if begun or isinstance(_read(meant, as_sent, today), OrdonnanceCode):
            return Unread.of(ScanFault.KEYBOARD, layout=pair.computer.value)
    return unread


def _boxes_through_another(text: str, scanner: ScannerSettings, today: date) -> tuple[BoxCode, ...]:
    """Every box that the scanner may have meant, were it set to another layout; its check digits are right.

    () where a part of it may be lost: such a box is not guessed at.
    """
    as_sent = replace(scanner, separator="")
    came = dict.fromkeys((text, plain(text, scanner)))  # some scanners spell a separator past all layouts
    meant: dict[str, Mismatch] = {}
    for pair in sorted(suspects(scanner.proven), key=_loses, reverse=True):
        for one in came:
            meant.setdefault(_before(one, pair), pair)
    found: dict[BoxCode, None] = {}
    for one, pair in meant.items():
        read = _read(one, as_sent, today) if one not in came else None
        boxes = read.readings if isinstance(read, Ambiguous) else (read,)
        mine = [box for box in boxes if isinstance(box, BoxCode) and _is_printed(box)]
        if mine and _loses(pair):
            return ()
        found |= dict.fromkeys(mine)
    return tuple(found)


def _is_printed(box: BoxCode) -> bool:
    """Whether a maker prints such a batch and serial number: « A12C*21X » is a separator gone astray."""
    return _AS_PRINTED.fullmatch((box.batch or "") + (box.serial or "")) is not None


def _loses(pair: Mismatch) -> bool:
    """Whether a sign that stands in batches may have gone without a trace: then no check digit proves any."""
    return any(swallowed(sign, pair) for sign in _IN_BATCHES)


def _one_of(boxes: tuple[BoxCode, ...], cause: ScanFault) -> BoxCode | Ambiguous | Unread:
    """Proven where there is one alone; a choice while a digit key chooses it."""
    if len(boxes) == 1:
        return boxes[0]
    return Ambiguous(boxes, cause) if len(boxes) <= MOST_READINGS else Unread.of(cause, layout=UNSAID)


def _before(text: str, pair: Mismatch) -> str:
    """What the scanner meant. A bracket, of its prefix or of a spelled separator, may have been a dead key's
    accent, or nothing."""
    meant = restored(text, pair)
    if swallowed("{", pair):
        meant = _TORN_BRACE.sub(GS, meant)
    if swallowed("]", pair):
        meant = _TORN_CARET.sub(GS, meant)
    elif has_key(pair.scanner, "]"):
        return meant
    return _BARE_PREFIX.sub("]d2", meant)


def _begins_a_box(meant: str) -> bool:
    """A product number with its check digit, whatever became of the rest."""
    found = _BOX_BEGUN.match(meant)
    return found is not None and check_digit(found[1][:-1]) == found[1][-1]
