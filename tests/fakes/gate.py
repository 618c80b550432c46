"""Holds calls of a fake until a test lets them go."""

import threading

from tests.waiting import LIMIT_S

Log = list[str]


class Gate:
    """Holds calls until opened; a cut lets them go with CANCELLED."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self.was_cut = False

    def shut(self) -> None:
        self.was_cut = False
        self._free.clear()

    def open(self) -> None:
        self._free.set()

    def cut(self) -> None:
        if not self._free.is_set():
            self.was_cut = True
        self._free.set()

    def passes(self) -> bool:
        """False when the call was cut while it waited."""
        waited = not self._free.is_set()
        assert self._free.wait(LIMIT_S), "a gate was never opened"
        return not (waited and self.was_cut)
