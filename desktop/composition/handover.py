"""What a worker builds for a program that may be ending already."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.composition.endings import run_all

if TYPE_CHECKING:
    from desktop.composition.adapters import Built


class Handover:
    """The adapters, from the worker that builds them to whoever ends them: exactly one of the two does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._built: Built | None = None
        self._over = False

    def give(self, build: "Callable[[], Built]") -> "Built":
        """In the worker: what :meth:`take` came too early for is ended at once."""
        built = build()
        with self._lock:
            self._built = built
            late = self._over
        if late:
            run_all((*built.all_endings(), built.ports.vault.close))
        return built

    def take(self) -> "Built | None":
        """The program ends: what was built so far, also where the window was not told of it yet."""
        with self._lock:
            self._over = True
            return self._built
