"""Files whose keys are gone go in the background: nobody waits for them, and no key is needed for it.

The thread is a daemon, so that the program's end does not wait either: what is left then has no row, and the
next opening sweeps it away.
"""

import threading
from collections.abc import Collection

from desktop.store.database import failure_of
from desktop.store.sealed_files import SealedFiles

AT_ONCE = 20  # a millisecond; more files have a thread of their own


def remove_later(folder: SealedFiles, names: Collection[str]) -> None:
    """Remove files without a row; a few before this returns. Raises nothing."""
    if not names:
        return
    if len(names) <= AT_ONCE:
        _remove(folder, names)
    else:
        threading.Thread(target=_remove, args=(folder, names), name="dsp-removal", daemon=True).start()


def _remove(folder: SealedFiles, names: Collection[str]) -> None:
    try:
        folder.erase(names)
    except OSError as error:
        failure_of(error)
