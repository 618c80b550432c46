"""A child that is started before it is needed, and replaced when it is spent."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Child(Protocol):
    """What can be kept ready."""

    def alive(self) -> bool:
        """Whether calls may be made."""

    def close(self) -> None:
        """End it."""


C = TypeVar("C", bound=Child)


class Standby(Generic[C]):
    """Keeps at most one child. Not thread-safe."""

    def __init__(self, start: Callable[[], C]) -> None:
        """*start* starts a child and returns before it is ready; called when one is asked for."""
        self._start = start
        self._child: C | None = None

    def child(self) -> C:
        """The present child, started when there is none (or it ended while it waited)."""
        if self._child is not None and not self._child.alive():
            self.close()
        if self._child is None:
            self._child = self._start()
        return self._child

    def take(self) -> C:
        """The present child, or a new one; kept no longer."""
        child, self._child = self.child(), None
        return child

    def put_back(self, child: C) -> bool:
        """Keep a child that was taken, where none is kept; else False."""
        if self._child is not None or not child.alive():
            return False
        self._child = child
        return True

    def replace(self) -> None:
        """End the child and start the next one, without waiting for it."""
        self.close()
        self.child()

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.close()
            self._child = None
