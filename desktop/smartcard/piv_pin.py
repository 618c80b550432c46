"""What PKCS#11 cannot say: a PIV card's tries left, that its login is over, that another program has it, and
which card it is now.

The caller's module has just selected the PIV applet, so it is selected here only where another card may have
come, and another program's login stays as it is. Calls may block: only child processes make them.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from desktop.smartcard.reader_names import meant
from desktop.smartcard.scard import load_scard

_EMPTY_VERIFY = [0x00, 0x20, 0x00, 0x80]
_LOG_OUT = [0x00, 0x20, 0xFF, 0x80]
_SELECT = [0x00, 0xA4, 0x04, 0x00, 0x09, 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x00]
_NUMBER = [0x00, 0xCB, 0x3F, 0xFF, 0x05, 0x5C, 0x03, 0x5F, 0xC1, 0x02, 0x00]
_DONE = [0x90, 0x00]


def tries_left(reader: str, *, load: Callable[[], Any] = load_scard) -> int | None:
    """What the card answers to an empty VERIFY (costs nothing); None when it does not tell."""
    with _readers_of(reader, load) as (scard, context, names):
        # Never the wrong one of two.
        match _ask(scard, context, names[0], _EMPTY_VERIFY) if len(names) == 1 else None:
            case [0x63, low] if low & 0xF0 == 0xC0:
                return low & 0x0F
            case [0x69, 0x83]:
                return 0
    return None


def log_out(reader: str, *, load: Callable[[], Any] = load_scard) -> bool:
    """End the card's login, by command or, where it knows none, by a reset; True when it is surely over.

    OpenSC 0.23's C_Logout sends such a card nothing: the next program would find it open. Where it is not
    known which reader is meant, the card of each that may be is logged out or reset.
    """
    with _readers_of(reader, load) as (scard, context, names):
        unknown = names or (_listed(scard, context) if scard is not None else [])
        over = [_ask(scard, context, name, _LOG_OUT, reset_unless=_DONE) for name in unknown]
    return len(names) == 1 and over == [_DONE]


def card_number(reader: str, *, load: Callable[[], Any] = load_scard) -> bytes | None:
    """Its card holder unique identifier as it answers now, whatever a module remembers; None for a card that
    tells none.

    Selecting the applet that is selected already ends no login (NIST SP 800-73-4, part 2, section 3.1.1).
    """
    with _readers_of(reader, load) as (scard, context, names):
        answer = _ask(scard, context, names[0], _SELECT, _NUMBER) if len(names) == 1 else None
    return bytes(answer[:-2]) if answer is not None and answer[-2:] == _DONE else None


def is_held(reader: str, *, load: Callable[[], Any] = load_scard) -> bool:
    """Whether another program has taken the card for itself; the reader monitor is not told of that."""
    with _readers_of(reader, load) as (scard, context, names):
        if len(names) != 1:
            return False
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, handle, _ = scard.SCardConnect(context, names[0], scard.SCARD_SHARE_SHARED, protocols)
        if result == scard.SCARD_S_SUCCESS:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        return bool(result == scard.SCARD_E_SHARING_VIOLATION)


def wait_for_share(reader: str, *, load: Callable[[], Any] = load_scard) -> None:
    """Wait, for ever if need be, until no other program has a transaction on the card; sends it nothing."""
    with _readers_of(reader, load) as (scard, context, names):
        for name in names:
            protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            result, handle, _ = scard.SCardConnect(context, name, scard.SCARD_SHARE_SHARED, protocols)
            if result != scard.SCARD_S_SUCCESS:
                continue  # taken exclusively, or gone: told by others
            if scard.SCardBeginTransaction(handle) == scard.SCARD_S_SUCCESS:
                scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)


@contextlib.contextmanager
def _readers_of(slot: str, load: Callable[[], Any]) -> Iterator[tuple[Any, Any, list[str]]]:
    """pyscard, a context, and the readers that a module's slot may mean; none where there is no service."""
    scard = load()
    if scard is None:
        yield None, None, []
        return
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        yield None, None, []
        return
    try:
        names = meant(slot, _listed(scard, context))
        yield scard, context, names if len(names) < 2 else _with_card(scard, context, names)
    finally:
        scard.SCardReleaseContext(context)


def _listed(scard: Any, context: Any) -> list[str]:
    result, readers = scard.SCardListReaders(context, [])
    return list(readers) if result == scard.SCARD_S_SUCCESS else []


def _with_card(scard: Any, context: Any, readers: Sequence[str]) -> list[str]:
    asked = [(reader, scard.SCARD_STATE_UNAWARE) for reader in readers]
    _, rows = scard.SCardGetStatusChange(context, 0, asked)
    return [name for name, state, _ in rows if state & scard.SCARD_STATE_PRESENT]


def _ask(
    scard: Any, context: Any, reader: str, *commands: list[int], reset_unless: list[int] | None = None
) -> list[int] | None:
    """The answer to the last of *commands*, its two bytes of status behind it."""
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    result, handle, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, protocols)
    if result != scard.SCARD_S_SUCCESS:
        return None
    status, disposition = None, scard.SCARD_LEAVE_CARD
    try:
        pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
        for command in commands:
            result, answer = scard.SCardTransmit(handle, pci, command)
            status = list(answer) if result == scard.SCARD_S_SUCCESS else None
        if status is not None and status[-2:-1] == [0x61]:  # T=0: to be asked for
            result, answer = scard.SCardTransmit(handle, pci, [0x00, 0xC0, 0x00, 0x00, status[-1]])
            status = list(answer) if result == scard.SCARD_S_SUCCESS else None
        if reset_unless is not None and status != reset_unless:
            disposition = scard.SCARD_RESET_CARD
    finally:
        scard.SCardDisconnect(handle, disposition)
    return status
