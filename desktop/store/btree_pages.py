"""What stands on one page of an SQLite table (sqlite.org, "Database File Format", sections 1.6 and 2.1).

Pages come from :mod:`desktop.store.cipher_pages` and are authentic, but not always of one moment; so nothing
here trusts a length or a number, and what cannot be is left out.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from desktop.store.cipher_pages import USABLE_BYTES

Value: TypeAlias = str | int | float | bytes | None
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 13, 5, 10, 2
_INDEX_MOST = (USABLE_BYTES - 12) * 64 // 255 - 23
_TABLE_MOST = USABLE_BYTES - 35
_LEAST = (USABLE_BYTES - 12) * 32 // 255 - 23
_LONGEST = 1 << 30  # what SQLite takes at most (sqlite.org, "Limits")
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_IMPOSSIBLE = (IndexError, struct.error, ValueError)


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row of a table (with its rowid) or of an index (without)."""

    rowid: int | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class TreePage:
    """One page. ``keyed`` = of an index or a table WITHOUT ROWID; ``unread`` cells could not be read."""

    keyed: bool
    children: tuple[int, ...]
    records: tuple[TreeRow, ...]
    unread: int


def tree_page(number: int, page: bytes, fetch: Callable[[int], bytes | None]) -> TreePage | None:
    """The page as part of a tree; None when it is none. *fetch* gives the pages of long rows."""
    start = 100 if number == 1 else 0
    kind = page[start]
    if kind not in (_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER):
        return None
    inner = kind in (_TABLE_INNER, _INDEX_INNER)
    count = struct.unpack_from(">H", page, start + 3)[0]
    first = start + (12 if inner else 8)
    if first + 2 * count > USABLE_BYTES:
        return None
    children, records, unread = [], [], 0
    for place in struct.unpack_from(f">{count}H", page, first):
        try:
            if inner:
                children.append(struct.unpack_from(">I", page, place)[0])
            if kind != _TABLE_INNER:
                records.append(_cell(page, place + 4 * inner, fetch, of_table=kind == _TABLE_LEAF))
        except _IMPOSSIBLE:
            unread += 1
    if inner:
        children.append(struct.unpack_from(">I", page, start + 8)[0])
    return TreePage(kind in (_INDEX_LEAF, _INDEX_INNER), tuple(children), tuple(records), unread)


def _cell(page: bytes, at: int, fetch: Callable[[int], bytes | None], *, of_table: bool) -> TreeRow:
    size, at = _varint(page, at)
    rowid = None
    if of_table:
        rowid, at = _varint(page, at)
    most = _TABLE_MOST if of_table else _INDEX_MOST
    here = size
    if size > most:
        here = _LEAST + (size - _LEAST) % (USABLE_BYTES - 4)
        here = here if here <= most else _LEAST
    if at + here > USABLE_BYTES or size > _LONGEST:
        raise ValueError("beyond the page")
    payload = page[at : at + here]
    if size > here:
        payload += _overflow(struct.unpack_from(">I", page, at + here)[0], size - here, fetch)
    return TreeRow(_signed(rowid), _values(payload))


def _overflow(number: int, size: int, fetch: Callable[[int], bytes | None]) -> bytes:
    """The rest of a long row: a chain that ends exactly where the row ends."""
    parts, left = [], size
    while left > 0:
        page = fetch(number)
        if page is None:
            raise ValueError("a page of the row is gone")
        parts.append(page[4 : 4 + min(left, USABLE_BYTES - 4)])
        left -= USABLE_BYTES - 4
        number = struct.unpack_from(">I", page)[0]
    if number:
        raise ValueError("another chain")
    return b"".join(parts)


def _values(payload: bytes) -> tuple[Value, ...]:
    end, at = _varint(payload, 0)
    body, values = end, list[Value]()
    while at < end:
        kind, at = _varint(payload, at)
        size = _size(kind)
        if body + size > len(payload):
            raise ValueError("beyond the row")
        values.append(_value(kind, payload[body : body + size]))
        body += size
    return tuple(values)


def _size(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return 8 if kind == 7 else _INTEGER_BYTES.get(kind, 0)


def _value(kind: int, data: bytes) -> Value:
    if kind >= 12:
        return data.decode() if kind % 2 else data
    if kind == 7:
        number: float = struct.unpack(">d", data)[0]
        return number
    if kind in (0, 10, 11):
        return None
    return kind - 8 if kind in (8, 9) else int.from_bytes(data, "big", signed=True)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = data[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    return value << 8 | data[at + 8], at + 9


def _signed(rowid: int | None) -> int | None:
    return rowid if rowid is None or rowid < 1 << 63 else rowid - (1 << 64)
