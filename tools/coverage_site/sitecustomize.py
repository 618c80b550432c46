"""Found by every Python process of a coverage run (``tools/coverage_run.py``): counts, and sends its counts.

Through a socket, not a file: some children of the program may write no file, and most of them end by a kill.
"""

import atexit
import contextlib
import os
import socket
import struct
import threading
import time

_EVERY_S = 0.5
_SHARE = 10  # of its time a process sends at most a tenth: more, and a busy machine would do nothing else


def _count(place: str) -> None:
    import coverage

    counting = coverage.Coverage(data_file=None, config_file=os.environ["DSP_COVERAGE_CONFIG"])
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(place)
    counting.start()
    done = threading.Event()

    def send() -> None:
        packed = counting.get_data().dumps()
        connection.sendall(struct.pack("!I", len(packed)) + packed)

    def keep_sending() -> None:
        """One thread only: what coverage keeps in memory is seen by the thread that wrote it."""
        pause = _EVERY_S
        while not done.wait(pause):
            began = time.monotonic()
            send()
            pause = max(_EVERY_S, _SHARE * (time.monotonic() - began))
        send()

    def finish() -> None:
        counting.stop()
        done.set()
        sender.join(10)

    sender = threading.Thread(target=keep_sending, name="coverage", daemon=True)
    atexit.register(finish)
    sender.start()


if "DSP_COVERAGE_SOCKET" in os.environ:
    with contextlib.suppress(ImportError, OSError):  # another interpreter, or the run is over
        _count(os.environ["DSP_COVERAGE_SOCKET"])
