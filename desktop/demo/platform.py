"""Where the simulated platform of the demo answers."""

import json
import threading
import time
from pathlib import Path

from desktop.composition.options import DemoPlatform

_START_LIMIT_S = 60.0


def await_platform(ready: Path, ending: threading.Event) -> DemoPlatform:
    """What *ready* says; the platform may still be starting.

    Raises TimeoutError, at once when the program is *ending*.
    """
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline:
        try:
            said = json.loads(ready.read_text(encoding="utf-8"))
            return DemoPlatform(said["base_url"], said["ca_file"], said["card_authorities"])
        except (OSError, ValueError, KeyError):
            if ending.wait(0.02):
                break
    raise TimeoutError("the simulated platform did not start")
