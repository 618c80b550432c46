"""What stands in the memory of another process, read from outside while that waits (Linux).

Never of this one: a search leaves what it reads in freed memory, the wanted bytes among it, and the next
search may find those. And one read ends at the first page that cannot be read; what comes after is read too.
"""

import ctypes
import hashlib
import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import BinaryIO

_PAGE = 4096
_OWN = ("RssAnon:", "RssShmem:", "VmSwap:")


def copies(pid: int, *needles: bytes) -> int:
    """How often *needles* stand in what the process *pid* can write to."""
    return copies_of(pid, {"": needles})[""]


def copies_of(pid: int, wanted: Mapping[str, tuple[bytes, ...]]) -> dict[str, int]:
    """The same for several things under names of theirs, in one look at the memory."""
    found = dict.fromkeys(wanted, 0)
    sought = {name: tuple(dict.fromkeys(map(dense, needles))) for name, needles in wanted.items()}
    for block in map(dense, writable(pid)):
        for name, needles in sought.items():
            found[name] += sum(block.count(needle) for needle in needles)
    return found


def dense(memory: bytes) -> bytes:
    """Without its zeros: a text is the same then in one, two or four bytes a character, and what a process
    has reserved and not used is gone. So each text is looked for once, in a third of the bytes."""
    return memory.replace(b"\0", b"")


def with_digests(pid: int, shape: bytes, digests: Set[str]) -> set[bytes]:
    """What of that *shape* (a regular expression) in the process has one of these SHA-256 *digests* (hex).

    So a secret is found that nobody else knows.
    """
    pieces = {piece for block in writable(pid) for piece in re.findall(shape, block, re.DOTALL)}
    return {piece for piece in pieces if hashlib.sha256(piece).hexdigest() in digests}


def held_bytes(pid: int) -> int:
    """What the process has asked for and written, in memory or swapped out: whatever leaks grows in there.

    Not what it has « alone » (USS): pages of a library become its own at the moment when the last other
    program that has them ends, and 14 MB of the window's are in no other process of the demo.
    """
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in status if line.startswith(_OWN)) * 1024


def spellings(text: str) -> tuple[bytes, ...]:
    """A text as programs hold it: bytes, or a string's two or four bytes a character."""
    return text.encode(), text.encode("utf-16-le"), text.encode("utf-32-le")


def writable(pid: int) -> Iterator[bytes]:
    """What the process can write to, area by area; its libraries' own words are no copies of anything."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps.splitlines():
            area = re.match(r"(\w+)-(\w+) rw", line)
            if area is not None and "[v" not in line:  # the kernel's own: vvar, vdso, vsyscall
                start, end = (int(part, 16) for part in area.groups())
                yield from runs(memory, start, end)


def runs(memory: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """All that can be read between two addresses, cut where a page cannot."""
    run = bytearray()
    while start < end:
        piece = _read(memory, start, end - start)
        run += piece
        start += len(piece) or _PAGE
        if not piece and run:
            yield bytes(run)
            run.clear()
    if run:
        yield bytes(run)


def _read(memory: BinaryIO, start: int, size: int) -> bytes:
    try:
        memory.seek(start)
        return memory.read(size)
    except OSError:
        return b""


class _Blocks(ctypes.Structure):
    """mallinfo2(3)."""

    _before, _after = ("arena", "free_chunks", "bins", "maps", "mapped", "unused", "binned"), ("free", "top")
    _fields_ = [(name, ctypes.c_size_t) for name in (*_before, "used", *_after)]


def own_blocks() -> int:
    """Bytes of this process that the C library has given out and not got back.

    Holes between them are not counted: what grows here is held by somebody. What a thread keeps at hand
    counts too, so begin the process without that (``glibc.malloc.tcache_count=0``).
    """
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Blocks
    return int(ask().used)
