"""What the command line chose."""

import threading
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """``folder``: the simulated platform's; ``ready``: its file; ``card``: software or reader; ``reader``:
    what the simulated readers are called, "" for their usual name.

    ``ending`` is set when the program ends: then nobody waits for the platform any more.
    """

    folder: Path
    ready: Path
    card: str
    probe: Path | None
    reader: str = ""
    ending: threading.Event = field(default_factory=threading.Event, compare=False)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose; the profile cannot change in a running session."""

    profile: str
    module: Path | None = None
    demo: DemoOptions | None = None
