"""Run as a program: ``python -m tests.ui.desk.hardened_start HOME`` starts the program as its command does,
up to the moment before its window, and prints as JSON what protects it by then."""

import ctypes
import faulthandler
import json
import os
import resource
import sys

os.environ["DSP_DESKTOP_HOME"] = sys.argv[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop import app
from desktop.composition.options import Options

_PR_GET_DUMPABLE = 3


class _NotAlone(app.App):
    """Ends as a second start does, once what must come first has come."""

    def is_alone(self) -> bool:
        umask = os.umask(0o077)
        os.umask(umask)
        from_the_start = faulthandler.is_enabled()
        self._start_logging()
        seen = {
            "core": resource.getrlimit(resource.RLIMIT_CORE),
            "dumpable": ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE) if sys.platform == "linux" else 0,
            "umask": umask,
            "crashes": from_the_start and faulthandler.is_enabled(),
        }
        print(json.dumps(seen), flush=True)
        return False


if __name__ == "__main__":
    app.App = _NotAlone  # type: ignore[misc]
    sys.exit(app.run(Options("demo")))
