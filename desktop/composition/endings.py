"""Ends the adapters of a run, in order and in time."""

import logging
import threading
import time
from collections.abc import Callable, Iterable

_log = logging.getLogger("dsp.app")


def all_end(endings: Iterable[Callable[[], object]], until: float) -> bool:
    """Run *endings* one after the other; False when they are not over at *until* (monotonic seconds).

    What hangs is left to a thread that does not keep the process alive.
    """

    def run_all() -> None:
        for end in endings:
            try:
                end()
            except Exception as error:  # noqa: BLE001 - one that fails must not keep the others from ending
                _log.error("an ending failed: %s", type(error).__name__)

    worker = threading.Thread(target=run_all, name="dsp-endings", daemon=True)
    worker.start()
    worker.join(max(until - time.monotonic(), 0))
    return not worker.is_alive()
