"""What the command line chose."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """``folder``: the simulated platform's; ``ready``: its file; ``card``: software or reader."""

    folder: Path
    ready: Path
    card: str
    probe: Path | None


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose; the profile cannot change in a running session."""

    profile: str
    module: Path | None = None
    demo: DemoOptions | None = None
