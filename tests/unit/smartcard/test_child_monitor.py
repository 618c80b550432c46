"""Readers watched by a child: deaf, crashed or talking nonsense, it never takes the window along."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import psutil
import pytest

from desktop.children import process
from desktop.domain.card import Reader, ReaderSnapshot, SlotState
from desktop.smartcard.child_monitor import ChildMonitor
from desktop.smartcard.reader_messages import ReadersNow, read_frame_of
from tests.unit.smartcard.test_monitors import SHORT, Listener

NAMES = ["Virtual PCD 00 00", "Lecteur à puce n° 1 – accueil", "読取装置", "HID Global OMNIKEY 3x21 " * 4]
ATR = bytes.fromhex("3b8d")
GONE = ReaderSnapshot(False)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("slot", SlotState)
def test_a_snapshot_arrives_as_it_was_sent(name: str, slot: SlotState) -> None:
    sent = ReaderSnapshot(True, (Reader(name, slot, ATR, 7), Reader("Other", SlotState.EMPTY)))
    assert read_frame_of(ReadersNow(sent, "0x1").frame(), remote=False) == ReadersNow(sent)
    assert read_frame_of(ReadersNow(sent).frame(), remote=True).snapshot.remote_session
    assert read_frame_of(ReadersNow(GONE, "0x1").frame(), remote=False) == ReadersNow(GONE, "0x1")


@pytest.mark.parametrize(
    "frame", [b"{", b"7", b"[]", b'[true, [["a"]], ""]', b'[true, [["a","b","","x"]], ""]']
)
def test_nonsense_is_no_snapshot(frame: bytes) -> None:
    with pytest.raises(ValueError):
        read_frame_of(frame, remote=False)


CHILD = """
import os, signal, sys, time
from desktop.children.parent_pipes import ParentPipes
from desktop.domain.card import Reader, ReaderSnapshot, SlotState
from desktop.smartcard.reader_messages import ReadersNow
parent = ParentPipes()
parent.requests(lambda following: following())
reader = Reader(str(os.getpid()), SlotState.EMPTY)
parent.send(ReadersNow(ReaderSnapshot(True, (reader,))).frame())
{then}
"""
# What the child does once it has told of its reader, named by its own process id.
THEN = {
    "deaf": "time.sleep(3600)",
    "crashed": "os.kill(os.getpid(), signal.SIGSEGV)",
    "nonsense": "parent.send(b'nonsense'); time.sleep(3600)",
    "ended": "",
}


Watched: TypeAlias = Callable[[str, float], tuple[Listener, ChildMonitor]]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    made: list[ChildMonitor] = []

    def command(module: str) -> list[str]:
        return [sys.executable, str(tmp_path / module)]

    monkeypatch.setattr("desktop.children.process.own_command", command)

    def start(then: str, deaf_s: float) -> tuple[Listener, ChildMonitor]:
        (tmp_path / "scripted_child.py").write_text(CHILD.format(then=then))
        listener = Listener()
        monitor = ChildMonitor(deaf_s=deaf_s, retries=SHORT, child="scripted_child.py", remote=lambda: False)
        made.append(monitor)
        monitor.start(listener)
        return listener, monitor

    yield start
    for monitor in made:
        monitor.stop()


@pytest.mark.parametrize("how", THEN)
def test_a_child_that_fails_is_told_as_no_service_and_another_one_asks(watched: Watched, how: str) -> None:
    heard, _ = watched(THEN[how], 0.2)
    first = heard.next()
    assert heard.next() == GONE
    second = heard.next()
    assert second.service_running and second.readers[0].name != first.readers[0].name
    assert not psutil.pid_exists(int(first.readers[0].name)), "no child is left behind"


def test_a_service_without_news_is_not_deaf(watched: Watched) -> None:
    """More than the limit passes in beats; then one reader more is the next that is heard."""
    then = (
        "for _ in range(60): time.sleep(0.05); parent.send(b'')\n"
        "parent.send(ReadersNow(ReaderSnapshot(True, (reader, reader))).frame()); time.sleep(3600)"
    )
    heard, _ = watched(then, 2.0)
    assert len(heard.next().readers) == 1
    assert len(heard.next().readers) == 2


def test_a_child_that_cannot_be_begun_is_begun_later(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [OSError("no more processes")] * 2
    real = process.spawned

    def spawned(*rest: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return real(*rest)

    monkeypatch.setattr("desktop.smartcard.child_monitor.spawned", spawned)
    heard, _ = watched(THEN["deaf"], 3600)
    assert heard.next() == GONE
    assert heard.next().service_running


def test_stopping_waits_for_nobody(watched: Watched) -> None:
    """A service that hangs holds no quitting up, and its child goes too."""
    heard, monitor = watched(THEN["deaf"], 3600)
    pid = int(heard.next().readers[0].name)
    os.kill(pid, signal.SIGSTOP)
    monitor.stop()
    assert not psutil.pid_exists(pid) and monitor.latest() is not None
