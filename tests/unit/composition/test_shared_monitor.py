"""The first screen listens to the readers, then the session does; nothing is lost between them."""

from collections.abc import Callable

from desktop.composition.shared_monitor import SharedMonitor
from desktop.domain.card import ReaderSnapshot
from tests.fakes import FakeMonitor

NONE = ReaderSnapshot(service_running=True)
STOPPED = ReaderSnapshot(service_running=False)


class Readers(FakeMonitor):
    """A monitor whose thread is the test; it says nothing by itself and knows what it said last."""

    def __init__(self) -> None:
        super().__init__()
        self.starts = 0
        self.said: ReaderSnapshot | None = None

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        self.starts += 1
        self.changed, self.running = changed, True

    def latest(self) -> ReaderSnapshot | None:
        return self.said

    def say(self, snapshot: ReaderSnapshot) -> None:
        self.said = snapshot
        self.changed(snapshot)


def test_the_second_listener_hears_the_present_state_and_then_all_that_comes() -> None:
    readers = Readers()
    shared = SharedMonitor(readers)
    first: list[ReaderSnapshot] = []
    second: list[ReaderSnapshot] = []
    shared.start(first.append)
    readers.say(STOPPED)
    shared.start(second.append)
    readers.say(NONE)
    assert (first, second, readers.starts) == ([STOPPED], [STOPPED, NONE], 1)
    assert shared.latest() == NONE


def test_a_listener_that_comes_before_the_first_snapshot_waits_for_it() -> None:
    readers = Readers()
    shared = SharedMonitor(readers)
    heard: list[ReaderSnapshot] = []
    shared.start(lambda _: None)
    shared.start(heard.append)
    assert heard == []
    readers.say(NONE)
    assert heard == [NONE]


def test_a_stopped_monitor_can_be_started_anew() -> None:
    readers = Readers()
    shared = SharedMonitor(readers)
    heard: list[ReaderSnapshot] = []
    shared.start(heard.append)
    shared.stop()
    assert not readers.running
    readers.say(STOPPED)
    assert heard == []
    shared.start(heard.append)
    assert (readers.running, readers.starts) == (True, 2)
