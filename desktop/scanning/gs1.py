"""The GS1 DataMatrix of a box (GS1 General Specifications; domain §C.7).

What each application identifier may hold is biip's table. biip does not cut the message: an element whose
separator was lost is swallowed by the batch before it, and nothing notices.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from desktop.common.lean_import import part_of
from desktop.domain.prescription.box import (
    COUNTRIES,
    Ambiguous,
    BoxCode,
    NationalNumber,
    check_digit,
    short_date,
)
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.scanning.separators import GS, Separators

if TYPE_CHECKING:
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier
else:  # the whole of biip holds every company's prefix: 25 MB and 120 ms for what no box asks
    _biip = part_of("biip", "gs1_application_identifiers", ParseError="_exceptions")
    ParseError, GS1ApplicationIdentifier = _biip.ParseError, _biip.GS1ApplicationIdentifier

MOST_READINGS = 9  # one digit key each
_GTIN, _EXPIRY, _BATCH, _SERIAL = "01", "17", "10", "21"
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_FIXED = re.compile(r"N\d\+N(\d+)")
_LONGEST = 20
_STEPS = 20_000  # of a search through a message that nobody printed

# What a box without separators is read as. Everything that GS1 knows would make any message mean something:
# the makers' own elements (91-99) are left out, as their two digits stand in nearly every batch.
_ON_BOXES = {_GTIN: 14, _EXPIRY: 6, "11": 6}
_ON_BOXES_VARIABLE = (_BATCH, _SERIAL, *COUNTRIES, "240")
_VARIABLE = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")  # character set 82

Elements = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """An application identifier: how long its value is where that is fixed, and what it may be."""

    ai: str
    length: int | None
    pattern: re.Pattern[str]


def read_gs1(message: str, separators: Separators, today: date) -> BoxCode | Ambiguous | Unread:
    """A box's message, its symbology prefix taken off, GS between elements.

    A message with a GS is believed. One without, unless *separators* are known to be KEPT, is read in every
    way that a scanner which loses them could mean. Faults of a box in :class:`ScanFault`.
    """
    strict = _box(_cut(message, today), today)
    if separators is Separators.KEPT or GS in message:
        return strict
    readings = _guessed(message, today)
    if readings is None:
        return Unread.of(ScanFault.SEPARATORS_LOST)
    match readings:
        case ():
            return strict
        case (only,):
            return only
        case _:
            return Ambiguous(readings)


def _cut(message: str, today: date) -> Elements | Unread:
    elements: list[tuple[str, str]] = []
    rest = message.lstrip(GS)
    while rest:
        kind = _kind_at(rest)
        if kind is None:
            return Unread.of(ScanFault.ELEMENT_UNKNOWN, value=rest[:4])
        whole = rest.partition(GS)[0][len(kind.ai) :]
        value = whole[: kind.length]
        if not value or (kind.length is not None and len(value) < kind.length):
            return Unread.of(ScanFault.ELEMENT_INCOMPLETE, ai=kind.ai, value=value)
        if kind.ai in _DATES and value.isdigit() and short_date(value, today) is None:
            return Unread.of(ScanFault.DATE, ai=kind.ai, value=value)
        if not kind.pattern.fullmatch(kind.ai + value):
            return Unread.of(ScanFault.ELEMENT_MALFORMED, ai=kind.ai, value=value)
        elements.append((kind.ai, value))
        rest = rest[len(kind.ai) + len(value) :].lstrip(GS)
    return tuple(elements)


@cache
def _kind(ai: "GS1ApplicationIdentifier") -> _Kind:
    fixed = None if ai.separator_required else _FIXED.fullmatch(ai.format)
    return _Kind(ai.ai, int(fixed[1]) if fixed else None, re.compile(ai.pattern))


def _kind_at(rest: str) -> _Kind | None:
    try:
        return _kind(GS1ApplicationIdentifier.extract(rest))
    except ParseError:
        return None


def _box(elements: Elements | Unread, today: date) -> BoxCode | Unread:
    if isinstance(elements, Unread):
        return elements
    values: dict[str, str] = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            return Unread.of(ScanFault.REPEATED, ai=ai)
    gtin = values.pop(_GTIN, None)
    if gtin is None:
        return Unread.of(ScanFault.GTIN_MISSING)
    if check_digit(gtin[:-1]) != gtin[-1]:
        return Unread.of(ScanFault.CHECK_DIGIT, ai=_GTIN, value=gtin)
    expiry = values.pop(_EXPIRY, None)
    return BoxCode(
        gtin,
        values.pop(_BATCH, None),
        values.pop(_SERIAL, None),
        None if expiry is None else short_date(expiry, today),
        tuple(NationalNumber(COUNTRIES[ai], value) for ai, value in values.items() if ai in COUNTRIES),
        tuple((ai, value) for ai, value in values.items() if ai not in COUNTRIES),
    )


# -- without separators ------------------------------------------------------------------------------------


class _TooMany(Exception):
    """More ways than anybody could choose from."""


def _guessed(message: str, today: date) -> tuple[BoxCode, ...] | None:
    """Every box that the message may mean, likeliest first; None for too many.

    Values of known length come first: a way that takes a right GTIN or expiry for part of a batch is none.
    """
    try:
        ways = list(_ways(message, today))
    except _TooMany:
        return None
    most = max((_known(way) for way in ways), default=0)
    boxes = [_box(way, today) for way in ways if _known(way) == most]
    found = dict.fromkeys(box for box in boxes if isinstance(box, BoxCode))
    if len(found) > MOST_READINGS:
        return None
    return tuple(
        sorted(found, key=lambda box: (None in (box.batch, box.serial, box.expiry), len(box.national)))
    )


def _known(way: Elements) -> int:
    return sum(ai in (_GTIN, _EXPIRY) for ai, _ in way)


def _ways(message: str, today: date) -> Iterator[Elements]:
    """Depth first, each identifier once. Raises :class:`_TooMany` beyond :data:`_STEPS`."""
    stack: list[tuple[int, Elements]] = [(0, ())]
    steps = 0
    while stack:
        start, way = stack.pop()
        if start == len(message):
            yield way
            continue
        for ai, end in _elements_at(message, start, {ai for ai, _ in way}, today):
            steps += 1
            if steps > _STEPS:
                raise _TooMany
            stack.append((end, (*way, (ai, message[start + len(ai) : end]))))


def _elements_at(message: str, start: int, used: set[str], today: date) -> Iterator[tuple[str, int]]:
    for ai, length in _ON_BOXES.items():
        end = start + len(ai) + length
        if ai not in used and message.startswith(ai, start) and len(message) >= end:
            value = message[start + len(ai) : end]
            right = value.isascii() and value.isdigit()
            if right and (check_digit(value[:-1]) == value[-1] if ai == _GTIN else short_date(value, today)):
                yield ai, end
    following = [ai for ai in (*_ON_BOXES, *_ON_BOXES_VARIABLE) if ai not in used]
    for ai in _ON_BOXES_VARIABLE:
        if ai in used or not message.startswith(ai, start):
            continue
        first = start + len(ai)
        for end in range(first + 1, min(first + _LONGEST, len(message)) + 1):
            if not _VARIABLE.fullmatch(message, first, end):
                break
            if end == len(message) or message.startswith(tuple(following), end):
                yield ai, end
