"""Folders in the temporary place that go with the program; what a killed one left, the next one removes."""

import os
import shutil
import sys
import tempfile
from pathlib import Path


def private_folder(prefix: str, place: Path) -> Path:
    """A new folder of this user alone below *place*; what ended programs left of *prefix* is removed."""
    for old in place.glob(prefix + "*"):
        if not is_alive(old.name.removeprefix(prefix)):
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=place))


def is_alive(rest: str) -> bool:
    """True while the program whose number begins *rest* may still run."""
    number = rest.partition("-")[0]
    if not number.isdigit():
        return False
    if sys.platform == "win32":
        return int(number) == os.getpid()
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # a program of another user
        return True
    return True
