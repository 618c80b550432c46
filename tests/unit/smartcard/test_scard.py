"""Readers of any name: pyscard is asked for those that its converter takes, pcsc-lite for the rest."""

import ctypes
from typing import Any

from desktop.smartcard.scard import AllReaders, AsciiReaders

FRENCH, LATIN, PLAIN = "Lecteur à puce".encode(), "Clé".encode("latin-1"), b"Reader 00 00"
GROWN = 0x80100008
NO_READERS = 0x8010002E


class Pyscard:
    """It refuses a name as the real one does, and notes what it was asked."""

    SCARD_S_SUCCESS = 0
    SCARD_LEAVE_CARD = 0

    def __init__(self) -> None:
        self.asked: list[object] = []

    def SCardListReaders(self, _context: int, _groups: object) -> tuple[int, list[str]]:
        return 0, [FRENCH.decode(), PLAIN.decode()]

    def SCardGetStatusChange(self, _context: int, _timeout: int, rows: list[tuple[str, int]]) -> Any:
        self.asked += [name.encode("ascii") for name, _ in rows]
        return 0, [(name, 0x10, []) for name, _ in rows]

    def SCardConnect(self, _context: int, name: str, *_: int) -> tuple[int, int, int]:
        self.asked.append(name.encode("ascii"))
        return 0, 1, 2


class Pcsclite:
    """Its names are bytes; a list is asked for twice: its length, then itself."""

    def __init__(self, *names: bytes, grows: int = 0, code: int = 0) -> None:
        self.names, self.grows, self.code = list(names), grows, code
        self.asked: list[bytes] = []

    def SCardListReaders(self, _context: Any, _groups: None, buffer: Any, size: Any) -> int:
        if self.code:
            return ctypes.c_int(self.code).value
        listed = b"".join(name + b"\0" for name in self.names) + b"\0"
        size = size._obj
        if buffer is not None and self.grows:
            self.grows -= 1
            self.names.append(b"New %d" % self.grows)
            return ctypes.c_int(GROWN).value
        if buffer is not None:
            ctypes.memmove(buffer, listed, len(listed))
        size.value = len(listed)
        return 0

    def SCardGetStatusChange(self, _context: Any, _timeout: Any, rows: Any, count: Any) -> int:
        assert len(rows) == count.value
        for row in rows:
            self.asked.append(row.reader)
            row.event, row.length = row.current | 0x20, 2
            row.atr[:2] = [0x3B, 0x80]
        return 0

    def SCardConnect(
        self, _context: Any, name: bytes, _share: Any, _protocols: Any, handle: Any, way: Any
    ) -> int:
        self.asked.append(name)
        handle._obj.value, way._obj.value = 77, 2
        return 0


def test_every_name_is_listed_and_asked_for_by_its_own_bytes() -> None:
    pyscard, pcsclite = Pyscard(), Pcsclite(FRENCH, PLAIN, LATIN)
    readers = AllReaders(pyscard, pcsclite)
    assert readers.SCardListReaders(5, []) == (0, [FRENCH.decode(), PLAIN.decode(), "Cl\ufffd"])
    _, seen = readers.SCardGetStatusChange(5, 0, [(FRENCH.decode(), 1), ("Cl\ufffd", 0)])
    assert seen == [(FRENCH.decode(), 0x21, [0x3B, 0x80]), ("Cl\ufffd", 0x20, [0x3B, 0x80])]
    assert readers.SCardConnect(5, "Cl\ufffd", 2, 3) == (0, 77, 2)
    assert pcsclite.asked == [FRENCH, LATIN, LATIN] and not pyscard.asked


def test_plain_names_stay_with_pyscard() -> None:
    pyscard, pcsclite = Pyscard(), Pcsclite(FRENCH, PLAIN)
    readers = AllReaders(pyscard, pcsclite)
    readers.SCardListReaders(5, [])
    readers.SCardGetStatusChange(5, 0, [(PLAIN.decode(), 0)])
    readers.SCardConnect(5, PLAIN.decode(), 2, 3)
    assert pyscard.asked == [PLAIN, PLAIN] and not pcsclite.asked
    assert readers.SCARD_LEAVE_CARD == 0


def test_a_reader_that_comes_while_they_are_listed_is_listed() -> None:
    assert AllReaders(Pyscard(), Pcsclite(PLAIN, grows=1)).SCardListReaders(5, [])[1] == [
        PLAIN.decode(),
        "New 0",
    ]
    result, names = AllReaders(Pyscard(), Pcsclite(PLAIN, grows=99)).SCardListReaders(5, [])
    assert (result, names) == (GROWN, [])


def test_a_refusal_keeps_its_code() -> None:
    assert AllReaders(Pyscard(), Pcsclite(code=NO_READERS)).SCardListReaders(5, []) == (NO_READERS, [])


def test_where_pyscard_alone_is_there_such_a_reader_is_left_out() -> None:
    readers = AsciiReaders(Pyscard())
    assert readers.SCardListReaders(5, []) == (0, [PLAIN.decode()])
