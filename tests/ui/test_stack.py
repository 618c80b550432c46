"""What a call left on the stack of a worker that waits is gone: searched from outside (CF-017)."""

import subprocess
import sys
from subprocess import PIPE

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.tasks import Lane, Tasks
from tests.hostile.scan import in_memory
from tests.waiting import LIMIT_MS

if sys.platform != "linux":
    pytest.skip("needs /proc", allow_module_level=True)
FIRST, SECOND = "Wmzk4", "Bxq81Rt"  # the whole word stands in no source, argument or buffer
PROGRAM = """
import ctypes, sys, threading
from desktop.common.stack import overwrite_stack

class Read(ctypes.Structure):
    _fields_ = [("row", ctypes.c_char * 20000)]

def leave():
    word = sys.argv[1].encode() + sys.argv[3].encode()
    read = Read()
    ctypes.memmove(ctypes.byref(read), word * 1000, 12000)
    libc = ctypes.CDLL(None)
    libc.labs.argtypes = [Read]
    libc.labs(read)  # by value: what a library does with a row that it reads into its frame
    ctypes.memset(ctypes.byref(read), 0, 20000)

def work():
    leave()
    print("left", flush=True), sys.stdin.readline()
    overwrite_stack()
    print("overwritten", flush=True), sys.stdin.readline()

from desktop.system.memory import spare_memory
spare_memory()
worker = threading.Thread(target=work)
worker.start()
worker.join()
"""


def test_a_waiting_worker_keeps_nothing_on_its_stack() -> None:
    command = [sys.executable, "-c", PROGRAM, FIRST, "between", SECOND]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            assert process.stdout.readline() == "left\n"
            (left,) = in_memory(process.pid, FIRST + SECOND)
            assert left, "positive control: the call left it there"
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == "overwritten\n"
            assert in_memory(process.pid, FIRST + SECOND) == ([],)
        finally:
            process.kill()


def test_every_work_of_a_worker_ends_with_it(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[str] = []
    monkeypatch.setattr("desktop.ui.tasks.overwrite_stack", lambda: began.append("overwritten"))
    done: list[object] = []
    tasks = Tasks()
    tasks.run(Lane.NET, lambda: began.append("worked"), lambda _: done.append(list(began)), owner=tasks)
    qtbot.waitUntil(lambda: bool(done), timeout=LIMIT_MS)
    assert done == [["worked", "overwritten"]]
    tasks.close()
