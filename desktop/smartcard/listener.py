"""Who hears of the readers, told by whichever monitor."""

import logging
from collections.abc import Callable

from desktop.domain.card import ReaderSnapshot

log = logging.getLogger("dsp.card")


def tell(changed: Callable[[ReaderSnapshot], None], snapshot: ReaderSnapshot) -> None:
    """Call the listener; its bug must not end the monitor."""
    try:
        changed(snapshot)
    except Exception:
        log.exception("a listener of the reader monitor failed")
