"""Run as a program: ``python -m tests.ui.desk.hardened_start HOME`` starts the program as its command does,
up to the moment before there is anything in its window, and prints as JSON what protects it by then."""

import ctypes
import faulthandler
import json
import os
import resource
import sys
from pathlib import Path
from typing import NoReturn

os.environ["DSP_DESKTOP_HOME"] = sys.argv[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop import app
from desktop.composition.launch import run
from desktop.composition.options import Options
from desktop.ui.secret_field import SecretField
from desktop.ui.shell import Shell

_PR_GET_DUMPABLE = 3


class _Ends(app.App):
    """Once what must come first has come."""

    def show(self, shell: Shell) -> NoReturn:
        umask = os.umask(0o077)
        os.umask(umask)
        from_the_start = faulthandler.is_enabled()
        self._start_logging()
        seen = {
            "core": resource.getrlimit(resource.RLIMIT_CORE),
            "dumpable": ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE) if sys.platform == "linux" else 0,
            "umask": umask,
            "crashes": from_the_start and faulthandler.is_enabled(),
            "swap": _kept_from_swap(),
        }
        print(json.dumps(seen), flush=True)
        sys.exit(0)


def _kept_from_swap() -> bool:
    """Whether the room of a field for a PIN is memory that the system locked; Linux alone tells."""
    before = _locked_kb()
    field = SecretField("pin")
    return sys.platform != "linux" or (before == 0 < _locked_kb() and field.characters() == 0)


def _locked_kb() -> int:
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/status").read_text(encoding="ascii").split("VmLck:")[1].split()[0])


if __name__ == "__main__":
    app.App = _Ends  # type: ignore[misc]
    sys.exit(run(Options("demo")))
