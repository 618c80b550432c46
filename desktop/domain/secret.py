"""A PIN or presence code on its way: one buffer, overwritten after use (CF-002, CF-018)."""

from collections.abc import Callable
from types import TracebackType
from typing import NoReturn, Self


def keep_from_swap(lock: Callable[[bytearray], object]) -> None:
    """Each secret of this process from now on is given to *lock* when its buffer is taken over (CF-004)."""
    global _lock
    _lock = lock


def _nothing(_: bytearray) -> None:
    """A process that has no secrets of people, as a test."""


_lock: Callable[[bytearray], object] = _nothing


class Secret:
    """Owns a bytearray and overwrites it; never printed, copied, compared, pickled or logged.

    Use as a context manager, or call :meth:`wipe`; a wiped secret is empty.
    """

    __slots__ = ("_buffer",)

    def __init__(self, buffer: bytearray) -> None:
        """Take over *buffer* (not copied: the caller must not keep another reference)."""
        self._buffer = buffer
        _lock(buffer)

    @property
    def buffer(self) -> bytearray:
        """The living buffer itself; do not slice or convert it, that would leave a copy."""
        return self._buffer

    def __len__(self) -> int:
        return len(self._buffer)

    def __bool__(self) -> bool:
        return bool(self._buffer)

    def wipe(self) -> None:
        """Overwrite with zeros, then empty."""
        for i in range(len(self._buffer)):
            self._buffer[i] = 0
        self._buffer.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def __del__(self) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")
