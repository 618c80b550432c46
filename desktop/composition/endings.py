"""How a run ends: what the user wrote has all the time that there is, everything else ends beside it."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import NoReturn

QUIT_S = 1.8  # what the user wrote has all of it
HANG_S = 1.2  # whatever else hangs
_LEAST_S = 0.2  # that is looked at once more after the user's work was written
HURRY_S = 0.25  # longer than any single write of the user's needs the store for itself
_log = logging.getLogger("dsp.app")


class Endings:
    """Run one after the other, from now on, in a thread that does not keep the process alive."""

    def __init__(self, endings: Iterable[Callable[[], object]]) -> None:
        self._worker = threading.Thread(
            target=run_all, args=(tuple(endings),), name="dsp-endings", daemon=True
        )
        self._worker.start()

    def over(self, until: float) -> bool:
        """Wait for them; False when they are not over at *until* (monotonic seconds): one hangs."""
        self._worker.join(max(until - time.monotonic(), 0))
        return not self._worker.is_alive()


def own_work_kept(
    has_written: Callable[[int], bool],
    hurry: Callable[[], object],
    until: float,
    now: Callable[[], float] = time.monotonic,
) -> bool:
    """Wait for the store until *until*; False when it is not done then.

    *has_written* waits that many milliseconds. A list or a purge of thousands may stand before a draft, and
    another one behind it: what the store works at for long is cut each time, until the draft has its turn.
    """
    hurrying: threading.Thread | None = None
    while not has_written(ms_until(min(until, now() + HURRY_S), now)):
        if now() >= until:
            _log.warning("the store did not end its work in time")
            return False
        if hurrying is None or not hurrying.is_alive():  # a disk that hangs holds up this thread only
            hurrying = threading.Thread(target=run_all, args=((hurry,),), name="dsp-hurry", daemon=True)
            hurrying.start()
    return True


def others_until(begun: float, now: float) -> float:
    """The moment at which what still hangs is given up: what is the user's is written at *now*."""
    return min(begun + QUIT_S, max(begun + HANG_S, now + _LEAST_S))


def ms_until(moment: float, now: Callable[[], float] = time.monotonic) -> int:
    """Milliseconds left, never less than none."""
    return max(int((moment - now()) * 1000), 0)


def end_by_force(before: Callable[[], object]) -> NoReturn:
    """End the process with the threads that hang; *before* and the temporary folders come first."""
    from desktop.common.passing_folders import remove_mine

    run_all((before, remove_mine))
    os._exit(0)


def run_all(endings: Iterable[Callable[[], object]]) -> None:
    """One after the other, here and now; what one of them raises is told in the log."""
    for end in endings:
        try:
            end()
        except Exception as error:  # noqa: BLE001 - one that fails must not keep the others from ending
            _log.error("an ending failed: %s", type(error).__name__)
