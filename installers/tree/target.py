"""For which system and which Python a tree is built."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Target:
    """``wheels``: the platform whose wheels are taken, as uv names it; ``python``: "3.11"; ``site``: where
    packages lie in the tree."""

    wheels: str
    python: str
    site: Path


def debian(python: str = f"{sys.version_info.major}.{sys.version_info.minor}") -> Target:
    """Debian's own Python, by default in the version that runs here: 3.11 on Debian 12, 3.13 on Debian 13.

    glibc 2.36 is Debian 12's; its wheels run on what is newer.
    """
    return Target("x86_64-manylinux_2_36", python, Path("lib") / f"python{python}" / "site-packages")
