"""The search that proves secrets gone sees all that can be read."""

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process_memory import copies, held_bytes, runs, with_digests

PAGE = 4096


class Holed(io.BytesIO):
    """Five pages, of which the third cannot be read: a read before it ends there, one at it fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        hole = 2 * PAGE
        if self.tell() // PAGE == 2:
            raise OSError
        wanted = self.getbuffer().nbytes if size is None or size < 0 else size
        return super().read(min(wanted, hole - self.tell()) if self.tell() < hole else wanted)


def test_what_lies_after_a_page_that_cannot_be_read_is_searched() -> None:
    pages = [bytes([number]) * PAGE for number in range(5)]
    found = list(runs(Holed(b"".join(pages)), 0, 5 * PAGE))
    assert found == [pages[0] + pages[1], pages[3] + pages[4]]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_copies_are_counted_in_another_process() -> None:
    masked = bytes(b ^ 1 for b in os.urandom(16))
    held = (
        "kept = [bytes(b ^ 1 for b in bytes.fromhex(input())) for _ in range(3)]; print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        print(*[masked.hex()] * 3, sep="\n", file=child.stdin, flush=True)
        child.stdout.readline()
        wanted = bytes(b ^ 1 for b in masked)
        assert copies(child.pid, wanted) >= 3
        assert copies(child.pid, os.urandom(16)) == 0
        digest, other = (hashlib.sha256(piece).hexdigest() for piece in (wanted, os.urandom(16)))
        assert with_digests(child.pid, re.escape(wanted[:8]) + b".{8}", {digest, other}) == {wanted}
        assert with_digests(child.pid, re.escape(wanted[:8]) + b".{8}", {other}) == set()
        child.communicate("\n")


MB = 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_a_process_holds_is_counted_and_a_file_that_it_reads_is_not(tmp_path: Path) -> None:
    """A file's pages are the process's own, or another's too: as its neighbours come and go."""
    file = tmp_path / "library"
    file.write_bytes(bytes(16 * MB))
    steps = (
        "import mmap; held = open(input(), 'rb'); print(flush=True); input();"
        "mapped = mmap.mmap(held.fileno(), 0, access=mmap.ACCESS_READ);"
        "read = sum(mapped[page] for page in range(0, len(mapped), 4096)); print(flush=True); input();"
        "kept = bytearray(16 << 20); kept[::4096] = b'x' * 4096; print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", steps], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:

        def after(word: str) -> int:
            assert child.stdin is not None and child.stdout is not None
            print(word, file=child.stdin, flush=True)
            child.stdout.readline()
            return held_bytes(child.pid)

        before, has_read, holds = after(str(file)), after(""), after("")
        child.communicate("\n")
    assert has_read - before < MB
    assert holds - has_read > 15 * MB
