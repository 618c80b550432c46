"""What the operating system and this installation tell."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desktop.domain.diagnostics import Closed, Installation


class SystemEventsPort(Protocol):
    """Screen lock, user switch, sleep (from the desktop's own signals)."""

    def start(self, locked: Callable[[str], None]) -> None:
        """*locked* is called with "screen-lock", "user-switch" or "sleep", from any thread."""
        ...

    def stop(self) -> None:
        """End listening."""
        ...


class SupportPort(Protocol):
    """What this installation knows of itself and of card products; nothing about a person."""

    def installation(self) -> Installation:
        """Versions, and the kind of proxy."""
        ...

    def closed_to_children(self) -> tuple[Closed, ...]:
        """What this system closes to the children that read foreign files; asks one of them."""
        ...

    def module_in_use(self) -> Path | None:
        """The PKCS#11 module: the chosen one, else the first that the search finds."""
        ...

    def product(self, module: Path) -> str:
        """The middleware that keeps its module there; "" for a place that no product uses."""
        ...

    def card_kind(self, atr: bytes) -> str:
        """What an ATR suggests, "" for an unknown one."""
        ...
