"""What the first screen is told, and that nothing waits for a resolver that does not answer."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.composition import first_answers, platform_link
from desktop.composition.first_answers import FirstAnswers
from desktop.composition.options import Options
from desktop.composition.shared_monitor import SharedMonitor
from desktop.domain.card import Reader, ReaderSnapshot
from desktop.domain.network import NetworkState
from desktop.ui.tasks import Tasks
from tests.fakes import FakeMonitor

STOPPED = ReaderSnapshot(service_running=False)


class Monitor(FakeMonitor):
    """The readers' service does not run."""

    def latest(self) -> ReaderSnapshot | None:
        return STOPPED if self.running else None

    def see(self, *readers: Reader, service_running: bool = False) -> None:
        self.changed(STOPPED)


@dataclass
class World:
    """The platform, the readers and the resolver of one run."""

    closed: bool = True
    resolved: threading.Event = field(default_factory=threading.Event)
    state: NetworkState = NetworkState.OFFLINE
    did: list[str] = field(default_factory=list)
    readers: Monitor = field(default_factory=Monitor)

    def is_closed(self) -> bool:
        self.resolved.wait(30)
        return self.closed

    @property
    def platform(self) -> "World":
        return self

    def warm(self) -> None:
        self.did.append("warm")

    def probe(self) -> NetworkState:
        self.did.append("probe")
        return self.state

    def close(self) -> None:
        self.did.append("close")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(platform_link, "way_to_platform", lambda _: made)
    monkeypatch.setattr(platform_link, "link_platform", lambda *_: made)
    return made


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.close()


def start(world: World, tasks: Tasks, owner: QObject) -> tuple[FirstAnswers, list[object]]:
    """The readers were seen before anybody listens."""
    watched = SharedMonitor(world.readers)
    watched.start(lambda _: None)
    answers = FirstAnswers(Options("esante"), tasks, lambda: world.did.append("logs"), owner)
    heard: list[object] = []
    answers.readers_seen.connect(heard.append)
    answers.network_seen.connect(heard.append)
    answers.over.connect(lambda: heard.append("over"))
    answers.begin(watched)
    return answers, heard


def test_readers_and_an_unknown_name_are_told_before_anything_is_loaded(
    world: World, tasks: Tasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_answers, "PICTURE_MS", 3_600_000)
    world.resolved.set()
    owner = QObject()
    answers, heard = start(world, tasks, owner)
    qtbot.waitUntil(lambda: set(heard) == {STOPPED, NetworkState.OFFLINE} and not tasks.busy())
    assert world.did == [], "nothing is imported while the window makes its first picture"
    answers.picture.timeout.emit()
    qtbot.waitUntil(lambda: heard.count(NetworkState.OFFLINE) == 2)
    assert world.did == ["logs", "warm", "probe"]
    assert "over" in heard
    answers.close()
    assert world.did[-1] == "close"
    assert not world.readers.running


def test_a_resolver_that_does_not_answer_holds_nothing_up(world: World, tasks: Tasks, qtbot: QtBot) -> None:
    world.state = NetworkState.ONLINE
    owner = QObject()
    _, heard = start(world, tasks, owner)
    qtbot.waitUntil(lambda: NetworkState.ONLINE in heard and "over" in heard)
    world.resolved.set()
    qtbot.waitUntil(lambda: not tasks.busy())
    assert NetworkState.OFFLINE not in heard, "the platform itself answered meanwhile"
    assert world.did.count("warm") == 1
