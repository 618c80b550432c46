"""From the user's click to the window, and then the program in it.

What this module imports is what an empty window needs: while the window manager frames that, all the rest is
imported, and put into it before anything is painted.
"""

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from desktop.system import hardening
from desktop.system.memory import spare_memory
from desktop.system.paths import data_folder
from desktop.system.single_instance import SingleInstance
from desktop.ui.application import make_application
from desktop.ui.shell import Shell
from desktop.ui.window_place import WindowPlace

if TYPE_CHECKING:
    from desktop.composition.options import Options
    from desktop.composition.shared_monitor import SharedMonitor
    from desktop.kernel.feature import Pluggable

_NO_SCREEN = "offscreen"  # Qt makes one up, of 800 × 800: nobody sees it, and players read the whole window


def run(options: "Options", before_forced_end: Callable[[], object] = lambda: None) -> int:
    """Start, show, work, stop; 0 when the program ended well.

    *before_forced_end*: where something hangs, the process ends here and nothing else of the caller's is run.
    """
    gc.disable()  # nothing that a start makes is garbage; switched on when the program stands
    hardening.harden_process()
    spare_memory()
    try:
        folder = data_folder()
    except OSError as error:
        return _refused(options, error)
    with suppress(OSError):  # a full disk: the program works, and says what it cannot keep
        hardening.write_crashes_to(folder.crash_file)
    # A busy worker holds the window this long at each call of Qt into Python: hundreds in a painted list.
    sys.setswitchinterval(0.0001)
    qt = make_application(sys.argv[0])
    qt.setQuitOnLastWindowClosed(False)
    instance = SingleInstance(folder.home)
    try:
        if instance.acquire() is not None:
            return 0
    except OSError as error:
        return _refused(options, error)
    shell, place = Shell(), WindowPlace(folder.window_file)
    if qt.platformName() != _NO_SCREEN:
        place.give(shell)
    shell.show()
    readers = _watched_readers(options)
    try:
        from desktop.app import App

        app = App(options, folder, qt, instance, _features, readers)
        try:
            app.show(shell)
            code = qt.exec()
            place.keep(shell)
            return code
        finally:
            ended = app.stop()
            hardening.stop_writing_crashes()
            if not ended:  # a thread that waits for the system ends with the process only
                from desktop.composition.endings import end_by_force

                end_by_force(before_forced_end)
    finally:
        if readers is not None:  # where the start came to nothing: their thread would hold the process
            readers.stop()


def _refused(options: "Options", error: OSError) -> int:
    from desktop.composition.no_folder import refuse

    return refuse(error, demo=options.demo is not None)


def _watched_readers(options: "Options") -> "SharedMonitor | None":
    """Asked as soon as there is a window: their child starts while this process imports what is in it.

    None in the demo, whose readers come with its platform.
    """
    if options.demo is not None:
        return None
    from desktop.composition.cards import reader_monitor

    readers = reader_monitor()
    readers.start(lambda _: None)
    return readers


def _features() -> "tuple[Pluggable, ...]":
    from desktop.features import FEATURES

    return FEATURES
