"""A demo platform with every document in it, made once and copied for whoever needs it whole.

Making its documents takes a processor a minute. A test that is about something else than the demo's first
minute begins with a copy of its own: PINs and codes are set anew for each run, whatever is done to the copy
stays in it.
"""

import hashlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from tests.simulator_fixture import ROOT, running_simulator
from tests.waiting import until

_KEPT = ROOT / "target"
_NAME = "demo-platform-"
_LOOK_EVERY_S = 0.5
_MAKING_S = 1200.0  # against a hang: a minute where nothing else runs


def copy_loaded(folder: Path) -> None:
    """Fill *folder* with it."""
    shutil.copytree(_made(), folder, dirs_exist_ok=True)


def _made() -> Path:
    """Where it lies; made where there is none of this day and of these sources."""
    wanted = _KEPT / f"{_NAME}{_fingerprint()}"
    if wanted.is_dir():
        return wanted
    _KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=_KEPT) as making:
        made = Path(making) / "platform"
        with running_simulator(made, cards="", options=()):
            until("every document of the demo", lambda: _is_whole(made), _MAKING_S)
        for former in _KEPT.glob(f"{_NAME}*"):
            if former != wanted:
                shutil.rmtree(former, ignore_errors=True)
        with suppress(OSError):  # another run was faster, and what it made is as good
            made.rename(wanted)
    return wanted


def _is_whole(platform: Path) -> bool:
    """Read where it stands: who asks the platform itself all the time holds up who makes the documents."""
    time.sleep(_LOOK_EVERY_S)
    with closing(sqlite3.connect(f"file:{platform / 'platform.sqlite'}?mode=ro", uri=True)) as database:
        return database.execute("SELECT 1 FROM setting WHERE name = 'complete'").fetchone() is not None


def _fingerprint() -> str:
    """Of what the documents are made of; they are dated from the day on which they are made."""
    digest = hashlib.sha256(str(datetime.now(UTC).date()).encode())
    for file in sorted(_sources()):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for folder in ("desktop/simulator", "desktop/domain", "desktop/common", "resources"):
        yield from (f for f in (ROOT / folder).rglob("*") if f.is_file() and f.suffix != ".pyc")
