"""What the operating system and the installation tell, in memory."""

from collections.abc import Callable
from pathlib import Path

from desktop.domain.diagnostics import Closed, Installation, ProxyKind, SystemName, Version
from desktop.domain.network import TrustKind
from desktop.ports.system import SupportPort, SystemEventsPort


class FakeSystemEvents(SystemEventsPort):
    """The desktop's own lock: a test calls ``locked``."""

    def __init__(self) -> None:
        self.locked: Callable[[str], None] = lambda reason: None

    def start(self, locked: Callable[[str], None]) -> None:
        self.locked = locked

    def stop(self) -> None:
        self.locked = lambda reason: None


class FakeSupport(SupportPort):
    """An installation that knows no module and no card, until a test says so."""

    def __init__(self) -> None:
        none = Version()
        self.installed = Installation(
            none, none, none, SystemName.OTHER, none, ProxyKind.DIRECT, TrustKind.PINNED, demo=False
        )
        self.closed: tuple[Closed, ...] = ()
        self.module: Path | None = None
        self.products: dict[Path, str] = {}
        self.kinds: dict[bytes, str] = {}

    def installation(self) -> Installation:
        return self.installed

    def closed_to_children(self) -> tuple[Closed, ...]:
        return self.closed

    def module_in_use(self) -> Path | None:
        return self.module

    def product(self, module: Path) -> str:
        return self.products.get(module, "")

    def card_kind(self, atr: bytes) -> str:
        return self.kinds.get(atr, "")
