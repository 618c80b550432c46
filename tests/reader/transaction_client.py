"""Another program that keeps the card in reader 0 to itself by a transaction, until standard input ends.

``python -m tests.reader.transaction_client SIGN``: the file SIGN is there as long as it does.
"""

import sys
from pathlib import Path
from typing import Any

from desktop.smartcard.scard import load_scard


def main() -> None:
    """Connect like any program, begin, wait, end."""
    sign = Path(sys.argv[1])
    scard: Any = load_scard()
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _, names = scard.SCardListReaders(context, [])
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    _, handle, _ = scard.SCardConnect(context, sorted(names)[0], scard.SCARD_SHARE_SHARED, protocols)
    begun = scard.SCardBeginTransaction(handle)
    assert begun == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(begun)
    sign.touch()
    sys.stdin.read()
    scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
    scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
    sign.unlink()


if __name__ == "__main__":
    main()
