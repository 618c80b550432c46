"""Once contents were given up, the memory that they left is overwritten (CF-017)."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

from desktop.common.performance import mark
from desktop.ui.tasks import Generation
from desktop.ui.turns import in_turns

# After the vault is closed; once more for answers that were on their way; and when idle workers have ended.
AFTER_MS = (2_000, 8_000, 35_000)


class Overwriting(QObject):
    """Runs *overwrite* step by step, each in a turn of the event loop of its own, behind *let_go*."""

    def __init__(
        self, let_go: Callable[[], object], overwrite: Callable[[], Iterator[None]], parent: QObject
    ) -> None:
        """*let_go* drops what is still held and nobody wants."""
        super().__init__(parent)
        self._let_go = let_go
        self._overwrite = overwrite
        self._newest = Generation()
        self.timers = tuple(QTimer(self, singleShot=True, interval=after) for after in AFTER_MS)
        for timer in self.timers:
            timer.timeout.connect(self._begin)

    def contents_gone(self) -> None:
        """A lock, a mandate's end, a record that was closed, a logout."""
        mark("contents-gone")
        for timer in self.timers:
            timer.start()

    def _begin(self) -> None:
        self._newest.bump()
        in_turns(self, self._to_the_end(), self._newest)

    def _to_the_end(self) -> Iterator[None]:
        self._let_go()
        yield from self._overwrite()
        mark("overwritten")
