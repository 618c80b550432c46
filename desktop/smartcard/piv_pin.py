"""What PKCS#11 cannot say: a PIV card's tries left, that its login is over, that another program has it.

The caller's module has just selected the PIV applet, so nothing is selected here and another program's
login stays as it is. Calls may block: only child processes make them.
"""

from collections.abc import Callable
from typing import Any

from desktop.smartcard.pcsc_monitor import load_scard
from desktop.smartcard.reader_names import slot_description

_EMPTY_VERIFY = [0x00, 0x20, 0x00, 0x80]
_LOG_OUT = [0x00, 0x20, 0xFF, 0x80]


def tries_left(reader: str, *, load: Callable[[], Any] = load_scard) -> int | None:
    """What the card answers to an empty VERIFY (costs nothing); None when it does not tell."""
    match _ask(reader, _EMPTY_VERIFY, load):
        case [0x63, low] if low & 0xF0 == 0xC0:
            return low & 0x0F
        case [0x69, 0x83]:
            return 0
    return None


def log_out(reader: str, *, load: Callable[[], Any] = load_scard) -> bool:
    """End the card's login, by command or, where it knows none, by a reset; True when it is surely over.

    OpenSC 0.23's C_Logout sends such a card nothing: the next program would find it open.
    """
    return _ask(reader, _LOG_OUT, load, reset_unless=[0x90, 0x00]) == [0x90, 0x00]


def is_held(reader: str, *, load: Callable[[], Any] = load_scard) -> bool:
    """Whether another program has taken the card for itself; the reader monitor is not told of that."""
    scard = load()
    if scard is None:
        return False
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        return False
    try:
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        name = _name(scard, context, reader)
        result, handle, _ = scard.SCardConnect(context, name, scard.SCARD_SHARE_SHARED, protocols)
        if result == scard.SCARD_S_SUCCESS:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        return bool(result == scard.SCARD_E_SHARING_VIOLATION)
    finally:
        scard.SCardReleaseContext(context)


def _name(scard: Any, context: Any, slot: str) -> str:
    """PC/SC's name of the reader that a module's slot describes; never the wrong one of two."""
    result, readers = scard.SCardListReaders(context, [])
    if result != scard.SCARD_S_SUCCESS or slot in readers:
        return slot
    meant = [reader for reader in readers if slot_description(reader) == slot]
    return str(meant[0]) if len(meant) == 1 else slot


def _ask(
    reader: str, command: list[int], load: Callable[[], Any], reset_unless: list[int] | None = None
) -> list[int] | None:
    scard = load()
    if scard is None:
        return None
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        return None
    try:
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        name = _name(scard, context, reader)
        result, handle, protocol = scard.SCardConnect(context, name, scard.SCARD_SHARE_SHARED, protocols)
        if result != scard.SCARD_S_SUCCESS:
            return None
        disposition = scard.SCARD_LEAVE_CARD
        try:
            pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
            result, answer = scard.SCardTransmit(handle, pci, command)
            status = list(answer) if result == scard.SCARD_S_SUCCESS else None
            if reset_unless is not None and status != reset_unless:
                disposition = scard.SCARD_RESET_CARD
        finally:
            scard.SCardDisconnect(handle, disposition)
    finally:
        scard.SCardReleaseContext(context)
    return status
