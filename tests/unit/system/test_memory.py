"""Freed memory is overwritten: searched from outside, as the hostile scan does (CF-017)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE

import pytest

from desktop.system import environment
from desktop.system.memory import overwrite_freed
from tests.hostile.scan import in_memory
from tests.process_memory import copies

if sys.platform != "linux":
    pytest.skip("needs /proc", allow_module_level=True)
FIRST, SECOND = "Zqxw7", "Kvj93Pt"  # the whole word stands in no source, argument or buffer
PROGRAM = """
import ctypes, sys
from desktop.system.memory import overwrite_freed, spare_memory
if "plain" not in sys.argv:
    spare_memory()
word = sys.argv[1] + sys.argv[2]
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
kept, small, large, blocks = [], [], [], []
for number in range(3000):
    small.append(f"{number:05}{word}" + "x" * (number % 400))
    kept.append(f"{number:05}" + "y" * (12 + number % 400))  # so that no arena becomes free as a whole
    if number % 10 == 0:
        large.append(word * (60 + number))
        kept.append("z" * (700 + number))
    block = libc.malloc(64 + number % 900)
    ctypes.memmove(block, word.encode(), len(word))
    blocks.append(block)
class Ring:
    pass
ring = Ring()
ring.itself, ring.word = ring, word + "in a ring"
del word
print("held", flush=True), sys.stdin.readline()
for block in blocks:
    libc.free(block)
del small, large, blocks, block, ring
print("freed", flush=True), sys.stdin.readline()
for _ in overwrite_freed():
    pass
print("overwritten", flush=True), sys.stdin.readline()
"""


@contextmanager
def _program(*arguments: str, source: str = PROGRAM) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", source, FIRST, SECOND, *arguments]
    env = environment.begun_with(os.environ)
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=env) as process:
        yield process
        process.kill()


def _found(process: "subprocess.Popen[str]", moment: str) -> int:
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline().strip() == moment
    (found,) = in_memory(process.pid, FIRST + SECOND)
    process.stdin.write("go on\n")
    process.stdin.flush()
    return len(found)


def test_cf017_what_was_freed_is_overwritten() -> None:
    """Held: the positive control. Freed: thousands stay in Python's own blocks. Overwritten: none, or what
    the stack still holds."""
    with _program() as process:
        assert _found(process, "held") > 6000
        assert _found(process, "freed") > 100
        assert _found(process, "overwritten") <= 3


RE_USED = """
import gc, sys
from desktop.system.memory import small_blocks_from_glibc, spare_memory
spare_memory()
if "glibc" in sys.argv:
    small_blocks_from_glibc()
word = sys.argv[1] + sys.argv[2]
longer = [f"{number:05}" + "y" * (60 + number % 300) + word for number in range(3000)]
del longer
shorter = [f"{number:05}" + "z" * (50 + number % 300) for number in range(6000)]
print("used again", flush=True), sys.stdin.readline()
"""


@pytest.mark.parametrize(("how", "left"), [("glibc", False), ("pymalloc", True)])
def test_cf017_a_block_that_is_used_again_keeps_no_end_of_what_was_there(how: str, left: bool) -> None:
    """Python's own blocks are the control: behind a shorter text stands the end of a longer one."""
    with _program(how, source=RE_USED) as process:
        assert (_found(process, "used again") > 3) is left


def test_values_of_before_and_after_live_together() -> None:
    """Python's allocator changes under living values; they grow, shrink and go in any order."""
    source = """
from desktop.system.memory import small_blocks_from_glibc, spare_memory
spare_memory()
before = [[number] * (number % 40) for number in range(4000)], {str(n): bytes(n % 600) for n in range(4000)}
small_blocks_from_glibc()
lists, table = before
for number, one in enumerate(lists):
    one.extend(range(number % 50)) if number % 2 else one.clear()
    table[str(number)] += b"x" * (number % 300)
for number in range(0, 4000, 3):
    del table[str(number)]
assert sum(map(len, lists)) == sum(n % 40 + n % 50 for n in range(4000) if n % 2)
assert all(len(table[str(n)]) == n % 600 + n % 300 for n in range(4000) if n % 3)
del before, lists, table
print("whole")
"""
    for env in (os.environ, {**os.environ, "PYTHONMALLOC": "debug"}):
        ran = subprocess.run([sys.executable, "-c", source], env=env, stdout=PIPE, text=True, check=True)
        assert ran.stdout.strip() == "whole"


def test_it_goes_in_short_steps() -> None:
    """The window works between them."""
    assert sum(1 for _ in overwrite_freed()) > 50


FIRST_CALL = """
import ctypes, sys, _thread
python, libc = ctypes.pythonapi, ctypes.CDLL(None)
python.PyThread_tss_alloc.restype = ctypes.c_void_p
key, delete, copy = python.PyThread_tss_alloc(), python.PyThread_tss_delete, libc.memmove
delete.argtypes, delete.restype = [ctypes.c_void_p], None
copy.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
python.PyThread_tss_create(ctypes.c_void_p(key))
called, last, begin = _thread.allocate_lock(), _thread.allocate_lock(), _thread.start_new_thread
called.acquire(), last.acquire()
def work():
    delete(key)  # asks the C library for what nobody asked for until then
    called.release(), last.acquire()
words, copied = (ctypes.c_uint16 * 128)(), (ctypes.c_uint16 * 128)()
from_there, to_here = ctypes.addressof(words), ctypes.addressof(copied)
for place in range(128):
    words[place] = 0x4E00 + place
copy(to_here, from_there, 256); begin(work, ())
called.acquire()
ctypes.memset(from_there, 0, 256), ctypes.memset(to_here, 0, 256)
print("called", flush=True), sys.stdin.readline()
"""


def _pieces_left(env: dict[str, str]) -> int:
    """Of a text of 128 characters that was copied just before a thread began, by 16 characters."""
    text = "".join(chr(0x4E00 + place) for place in range(128)).encode("utf-16-le")
    command = [sys.executable, "-c", FIRST_CALL]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "called\n"
        left = copies(process.pid, *(text[place : place + 32] for place in range(0, 256, 32)))
        process.kill()
    return left


def test_cf017_a_function_that_is_called_first_leaves_no_copied_text_on_a_threads_stack() -> None:
    """Where it is looked for then, all registers of the thread that began this one lie there.

    Without ``LD_BIND_NOW`` six pieces of eight were left, by this same program; how many depends on the
    processor, the C library and Python.
    """
    assert not _pieces_left(environment.begun_with(os.environ))
