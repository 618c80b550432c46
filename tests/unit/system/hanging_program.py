"""The program over ports of which one hangs for ten minutes, as a process of its own (``test_quitting.py``).

``hanging_program.py WHAT FOLDER``: FOLDER/hangs appears once it hangs; then a draft is given to the store's
lane, whose writing makes FOLDER/draft.
"""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

import desktop.app
from desktop.composition import adapters
from desktop.composition.options import Options
from desktop.ui.tasks import Lane
from tests import fakes

TEN_MINUTES_S = 600
WHAT, FOLDER = sys.argv[1], Path(sys.argv[2])
made = fakes.FakePorts()
lock = threading.Lock()  # what the hanging one holds, and its own close asks for


def hang() -> None:
    with lock:
        (FOLDER / "hangs").touch()
        time.sleep(TEN_MINUTES_S)


def ask() -> None:
    with lock:
        pass


def purge(cut: threading.Event) -> None:
    """Thousands of documents; the store cuts it when it is told to hurry."""
    (FOLDER / "hangs").touch()
    cut.wait(TEN_MINUTES_S)


def in_lane(lane: Lane, work: Callable[[], object]) -> None:
    program._tasks.run(lane, work, print, owner=program)


def begin() -> None:
    match WHAT:
        case "keyring":
            made.vault.close = ask  # type: ignore[method-assign]
        case "card":
            made.card.close = ask  # type: ignore[method-assign]
            in_lane(Lane.CARD, hang)
        case "platform":
            made.platform.close = ask  # type: ignore[method-assign]
            in_lane(Lane.NET, hang)
            in_lane(Lane.UPLOAD, hang)
        case "readers":
            made.monitor.stop = ask  # type: ignore[method-assign]
            threading.Thread(target=hang, daemon=True).start()
        case "system":
            made.system.stop = ask  # type: ignore[method-assign]
            threading.Thread(target=hang, daemon=True).start()
        case "purge":
            cut = threading.Event()
            made.vault.hurry = cut.set  # type: ignore[method-assign]
            in_lane(Lane.STORE, lambda: purge(cut))
    in_lane(Lane.STORE, lambda: (FOLDER / "draft").touch())


def warm_keyring() -> None:
    if WHAT == "keyring":
        hang()


def build(*given: object) -> adapters.Built:
    (early,) = (each for each in given if isinstance(each, adapters.Early))
    assert early.monitor is not None
    plugged = fakes.plugged(made.platform, made.vault)
    return adapters.Built(made.ports(), plugged, warm_keyring, (early.monitor.stop,))


built = desktop.app.App._on_built


def on_built(app: desktop.app.App, result: object) -> None:
    global program
    program = app
    built(app, result)  # type: ignore[arg-type]
    QTimer.singleShot(0, app, begin)


adapters.build = build  # type: ignore[assignment]
desktop.app.App._on_built = on_built  # type: ignore[method-assign, assignment]
program: desktop.app.App
sys.exit(desktop.app.run(Options("esante")))
