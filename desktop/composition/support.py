"""SupportPort of the composition root: versions, proxy, and what is known of card products."""

import platform
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import qVersion

from desktop import __version__
from desktop.domain.diagnostics import Closed, Installation, ProxyKind, SystemName, Version
from desktop.domain.network import TrustKind
from desktop.smartcard import modules
from desktop.system.proxy import ProxySource

_SYSTEMS = {"linux": SystemName.LINUX, "win32": SystemName.WINDOWS, "darwin": SystemName.MACOS}


class Support:
    """Answers at once; nothing is asked of a card or the network."""

    def __init__(
        self,
        proxy: ProxySource,
        *,
        demo: bool,
        trust: TrustKind,
        closed: Callable[[], tuple[str, ...]] = tuple,
        module_in_use: Callable[[], Path | None] = lambda: None,
    ) -> None:
        self._proxy = proxy
        self._trust = trust
        self._demo = demo
        self._closed = closed
        self._module_in_use = module_in_use

    def installation(self) -> Installation:
        """As the port says."""
        return Installation(
            program=Version.of(__version__),
            python=Version.of(platform.python_version()),
            qt=Version.of(qVersion()),
            system=_SYSTEMS.get(sys.platform, SystemName.OTHER),
            system_version=Version.of(platform.version() if sys.platform == "win32" else platform.release()),
            proxy=ProxyKind(self._proxy.value),
            trust=self._trust,
            demo=self._demo,
        )

    def closed_to_children(self) -> tuple[Closed, ...]:
        """As the port says."""
        return tuple(Closed(word) for word in self._closed())

    def module_in_use(self) -> Path | None:
        """As the port says."""
        return self._module_in_use()

    def product(self, module: Path) -> str:
        """As the port says."""
        return modules.product_at(module)

    def card_kind(self, atr: bytes) -> str:
        """As the port says."""
        found = modules.hint(atr)
        return found.card if found is not None else ""
