"""The pages of a SQLCipher file, each judged and opened by itself.

SQLCipher gives no page any more after one that it cannot verify, and SQLite reads a log only up to its first
damaged frame. A page is authentic by its own HMAC, over its number too, wherever it lies; so whatever is
whole can be had. Format: zetetic.net, "SQLCipher Design" (AES-256-CBC, HMAC-SHA512, 4,096 bytes of which the
last 80 are IV and HMAC); sqlite.org, "Database File Format", section 4 (the log).
"""

import hashlib
import hmac
import os
import struct
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from desktop.store.wiping import wipe

PAGE_BYTES = 4096
USABLE_BYTES = PAGE_BYTES - 80
SALT_BYTES = 16
_IV_BYTES, _MAC_BYTES = 16, 64
_ENOUGH_TO_JUDGE = 8  # pages that say whether a salt is the right one
_HEADER = b"SQLite format 3\x00"
_LOG_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_FRAME_BYTES = _FRAME_HEADER_BYTES + PAGE_BYTES


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a version of a page lies."""

    file: Path
    offset: int


@dataclass(frozen=True, slots=True)
class Log:
    """A write-ahead log: the page of each frame in order, and how many frames SQLite would believe."""

    frames: tuple[tuple[int, _Place], ...]
    believed: int

    def is_damaged(self) -> bool:
        """Whether something that was committed stands behind what SQLite would believe."""
        return self.believed < len(self.frames)


class CipherPages:
    """One database with its log. Pages are opened one at a time; nothing of them is kept here.

    *salt*: the file's first bytes as they were when it was whole; without them no page can be judged, and
    they stand in the first page only. Call :meth:`close` to overwrite the key for the HMAC.
    """

    def __init__(self, database: Path, key: bytearray, salt: bytes | None = None) -> None:
        self._key = key
        self._mac_key = bytearray()
        self._places: dict[int, list[_Place]] = {}
        size = database.stat().st_size if database.exists() else 0
        for number in range(1, size // PAGE_BYTES + 1):
            self._places[number] = [_Place(database, (number - 1) * PAGE_BYTES)]
        for number, place in read_log(log_of(database)).frames:
            self._places.setdefault(number, []).append(place)
        firsts = [_bytes_at(place)[:SALT_BYTES] for place in self._places.get(1, ())]
        for candidate in [*firsts, *([] if salt is None else [salt])]:
            self._mac_key[:] = _mac_key(key, candidate)
            if any(self.page(number) is not None for number in self.numbers()[:_ENOUGH_TO_JUDGE]):
                break

    def close(self) -> None:
        """Overwrite what was derived from the key."""
        wipe(self._mac_key)

    def numbers(self) -> list[int]:
        """Every page that lies somewhere, whole or not."""
        return sorted(self._places)

    def page(self, number: int) -> bytes | None:
        """The newest whole version of a page in clear, without IV and HMAC; None when there is none."""
        for place in reversed(self._places.get(number, ())):
            found = self._opened(number, _bytes_at(place))
            if found is not None:
                return found
        return None

    def _opened(self, number: int, raw: bytes) -> bytes | None:
        start = SALT_BYTES if number == 1 else 0
        sealed, told = raw[start : USABLE_BYTES + _IV_BYTES], raw[-_MAC_BYTES:]
        if len(raw) < PAGE_BYTES:
            return None
        right = hmac.digest(self._mac_key, sealed + struct.pack("<I", number), "sha512")
        if not hmac.compare_digest(right, told):
            return None
        iv = sealed[-_IV_BYTES:]
        plain = Cipher(algorithms.AES(self._key), modes.CBC(iv)).decryptor().update(sealed[:-_IV_BYTES])
        return _HEADER + plain if number == 1 else plain


def log_of(database: Path) -> Path:
    """Where SQLite keeps the write-ahead log."""
    return database.with_name(database.name + "-wal")


def read_log(path: Path) -> Log:
    """The frames of the log up to its last commit; those that an earlier round left behind are not of it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    starts = range(_LOG_HEADER_BYTES, len(data) - PAGE_BYTES - _FRAME_HEADER_BYTES + 1, _FRAME_BYTES)
    salts = Counter(data[start + 8 : start + 16] for start in starts)
    header_right = _checksum(data[:24], _order(data), (0, 0)) == _pair(data, 24) if data[32:] else False
    of_this_round = data[16:24] if header_right else next(iter(salts), b"")
    frames, committed = list[tuple[int, _Place]](), 0
    for start in starts:
        if data[start + 8 : start + 16] != of_this_round:
            continue
        number, size = struct.unpack_from(">II", data, start)
        frames.append((number, _Place(path, start + _FRAME_HEADER_BYTES)))
        committed = len(frames) if size else committed
    believed = _believed(data) if header_right else 0
    return Log(tuple(frames[:committed]), min(believed, committed))


def _believed(data: bytes) -> int:
    """How many frames SQLite takes: up to the last commit before the first frame that is not right."""
    order, sums, believed = _order(data), _pair(data, 24), 0
    for count, start in enumerate(range(_LOG_HEADER_BYTES, len(data) - _FRAME_BYTES + 1, _FRAME_BYTES), 1):
        frame = data[start : start + _FRAME_BYTES]
        sums = _checksum(frame[:8] + frame[_FRAME_HEADER_BYTES:], order, sums)
        if frame[8:16] != data[16:24] or sums != _pair(frame, 16):
            break
        believed = count if any(frame[4:8]) else believed
    return believed


def _checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Sums of a log's header or frame (file format, section 4.2)."""
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second


def _order(data: bytes) -> str:
    """The last bit of the magic number says in which order the words are summed."""
    return ">" if struct.unpack_from(">I", data)[0] & 1 else "<"


def _pair(data: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(">II", data, at)
    return first, second


def _bytes_at(place: _Place) -> bytes:
    try:
        with place.file.open("rb") as file:
            file.seek(place.offset, os.SEEK_SET)
            return file.read(PAGE_BYTES)
    except OSError:  # a sector that the disk cannot read: this page only
        return b""


def _mac_key(key: bytearray, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
