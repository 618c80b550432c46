"""Where the simulated platform of the demo answers."""

import json
import time
from pathlib import Path

_START_LIMIT_S = 60.0


def await_platform(ready: Path) -> tuple[str, str]:
    """Base URL and CA file out of *ready*; the platform may still be starting."""
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline:
        try:
            said = json.loads(ready.read_text(encoding="utf-8"))
            return str(said["base_url"]), str(said["ca_file"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.02)
    raise TimeoutError("the simulated platform did not start")
