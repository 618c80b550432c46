"""What the command line chose."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from desktop.composition.cards import CardStack
    from desktop.ports.system import SystemEventsPort
    from desktop.system.clock import SystemClock


@dataclass(frozen=True, slots=True)
class DemoPlatform:
    """``ca_file`` vouches for the platform, ``card_authorities`` issue the cards."""

    base_url: str
    ca_file: str
    card_authorities: str


class DemoTester(Protocol):
    """What a tester may move beside mouse and keyboard: the idle clock, the desktop's own events."""

    @property
    def clock(self) -> "SystemClock":
        """The program's clock, whose waiting can be skipped."""

    def listen_to(self, real: "SystemEventsPort") -> "SystemEventsPort":
        """The program's event source, with the tester beside it."""


class DemoStage(Protocol):
    """What stands in for reality. The demo brings it (``desktop.demo.stage``): nothing of the product imports
    the demo, which no release of the product holds."""

    def cards(self, demo: "DemoOptions") -> "CardStack":
        """Cards and readers as the options ask."""

    def platform(self, demo: "DemoOptions") -> DemoPlatform:
        """Where the simulated platform answers; it is waited for. Raises TimeoutError."""

    def tester(self, socket_name: str, parent: "QObject", states: Callable[[], dict[str, Any]]) -> DemoTester:
        """Eyes, fingers, and a clock whose waiting can be skipped, behind a local socket."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """``folder``: the simulated platform's; ``ready``: its file; ``card``: software or reader; ``stage``:
    what stands in for reality; ``reader``: what the simulated readers are called, "" for their usual name.

    ``ending`` is set when the program ends: then nobody waits for the platform any more.
    """

    folder: Path
    ready: Path
    card: str
    probe: Path | None
    stage: DemoStage = field(compare=False)
    reader: str = ""
    ending: threading.Event = field(default_factory=threading.Event, compare=False)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose; the profile cannot change in a running session."""

    profile: str
    module: Path | None = None
    demo: DemoOptions | None = None
