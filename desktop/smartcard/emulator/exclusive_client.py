"""Plays another program that takes a card for itself, until standard input ends.

``python -m desktop.smartcard.emulator.exclusive_client NUMBER TAKEN``: the card in reader NUMBER (from 1),
exclusively; the file TAKEN is there as long as it has it.
"""

import sys
import threading
from pathlib import Path
from typing import Any

from desktop.smartcard.scard import load_scard

_AGAIN_S = 0.1


def main() -> None:
    """Connect as soon as the card allows it, hold it, let it go."""
    number, sign = int(sys.argv[1]), Path(sys.argv[2])
    released = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.buffer.read()
        released.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    scard: Any = load_scard()
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    handle = None
    while handle is None and not released.wait(_AGAIN_S):
        result, names = scard.SCardListReaders(context, [])
        if result != scard.SCARD_S_SUCCESS or len(names) < number:
            continue
        name = sorted(names)[number - 1]
        result, taken, _ = scard.SCardConnect(context, name, scard.SCARD_SHARE_EXCLUSIVE, protocols)
        if result == scard.SCARD_S_SUCCESS:
            handle = taken
            sign.touch()
    released.wait()
    if handle is not None:
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)
    sign.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
