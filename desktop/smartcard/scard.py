"""pyscard's PC/SC calls, with readers of any name.

Its converter takes ASCII names only (pyscard#106), and a French or Gemalto reader has others. Where PC/SC is
pcsc-lite (Linux) such a reader is asked through pcsc-lite itself, in the context that pyscard made; elsewhere
it is left out, and that is logged.
"""

import ctypes
import logging
import sys
from collections.abc import Sequence
from typing import Any

from desktop.common.lean_import import as_folder

log = logging.getLogger("dsp.card")
_LIBRARY = "libpcsclite.so.1"
_ATR = 33  # bytes: MAX_ATR_SIZE of pcsc-lite
_GROWING = 4  # times that the list may have grown between its length and itself
_INSUFFICIENT_BUFFER = 0x80100008

Row = tuple[str, int]
Seen = tuple[str, int, list[int]]


def load_scard() -> Any | None:
    """pyscard's low-level module, or None where it could not be built or its library is missing."""
    try:
        as_folder("smartcard")  # its upper layer is not used: 5 ms while the window is made
        from smartcard import scard
    except (ImportError, OSError) as error:
        log.error("pyscard cannot be used, no reader will be seen: %s", error)
        return None
    return AsciiReaders(scard) if sys.platform != "linux" else AllReaders(scard, ctypes.CDLL(_LIBRARY))


class _Calls:
    """Everything that takes no reader's name is pyscard's own."""

    def __init__(self, scard: Any) -> None:
        self._scard = scard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scard, name)


class AsciiReaders(_Calls):
    """pyscard, without the readers that it cannot be asked for."""

    _left_out = False

    def SCardListReaders(self, context: Any, groups: Sequence[str]) -> tuple[int, list[str]]:
        """The code, and the names that can be asked for."""
        result, names = self._scard.SCardListReaders(context, groups)
        known = [name for name in names if name.isascii()]
        if len(known) < len(names) and not self._left_out:
            self._left_out = True
            log.warning("a reader whose name is not ASCII is left out (pyscard#106)")
        return result, known


class AllReaders(_Calls):
    """pcsc-lite's own calls for the names that pyscard does not take: they are bytes there, mostly UTF-8.

    What is no UTF-8 stands as U+FFFD, as python-pkcs11 tells it of the slot.
    """

    def __init__(self, scard: Any, pcsclite: Any) -> None:
        super().__init__(scard)
        self._pcsclite = pcsclite
        self._bytes: dict[str, bytes] = {}  # of the names that are not ASCII

    def SCardListReaders(self, context: Any, _groups: Sequence[str]) -> tuple[int, list[str]]:
        """The code, and every name."""
        for _ in range(_GROWING):
            size = ctypes.c_ulong(0)
            result = self._listed(context, None, size)
            if result != self._scard.SCARD_S_SUCCESS:
                return result, []
            buffer = ctypes.create_string_buffer(size.value)
            result = self._listed(context, buffer, size)
            if result != _INSUFFICIENT_BUFFER:  # a reader came between the two
                break
        if result != self._scard.SCARD_S_SUCCESS:
            return result, []
        found = [name for name in buffer.raw[: size.value].split(b"\0") if name]
        told = {name.decode(errors="replace"): name for name in found}
        self._bytes = {name: raw for name, raw in told.items() if not name.isascii()}
        return result, list(told)

    def SCardGetStatusChange(
        self, context: Any, timeout: int, rows: Sequence[Row]
    ) -> tuple[int, Sequence[Seen]]:
        """The code, and of each of *rows* (name, known state): name, state and ATR. *timeout* in ms."""
        if all(name.isascii() for name, _ in rows):
            return self._scard.SCardGetStatusChange(context, timeout, list(rows))  # type: ignore[no-any-return]
        asked = (_ReaderState * len(rows))()
        for one, (name, state) in zip(asked, rows, strict=True):
            one.reader, one.current = self._raw(name), state
        result = _unsigned(
            self._pcsclite.SCardGetStatusChange(
                ctypes.c_long(context), ctypes.c_ulong(timeout), asked, ctypes.c_ulong(len(rows))
            )
        )
        return result, [
            (name, one.event, list(one.atr[: one.length])) for one, (name, _) in zip(asked, rows, strict=True)
        ]

    def SCardConnect(self, context: Any, name: str, share: int, protocols: int) -> tuple[int, Any, int]:
        """The code, a handle for pyscard's other calls, and the protocol."""
        if name.isascii():
            return self._scard.SCardConnect(context, name, share, protocols)  # type: ignore[no-any-return]
        handle, protocol = ctypes.c_long(0), ctypes.c_ulong(0)
        result = self._pcsclite.SCardConnect(
            ctypes.c_long(context), self._raw(name), ctypes.c_ulong(share), ctypes.c_ulong(protocols),
            ctypes.byref(handle), ctypes.byref(protocol),
        )  # fmt: skip
        return _unsigned(result), handle.value, protocol.value

    def _listed(self, context: Any, buffer: Any, size: ctypes.c_ulong) -> int:
        return _unsigned(
            self._pcsclite.SCardListReaders(ctypes.c_long(context), None, buffer, ctypes.byref(size))
        )

    def _raw(self, name: str) -> bytes:
        return self._bytes.get(name, name.encode())


class _ReaderState(ctypes.Structure):
    """SCARD_READERSTATE of pcsc-lite."""

    _fields_ = (
        ("reader", ctypes.c_char_p),
        ("user_data", ctypes.c_void_p),
        ("current", ctypes.c_ulong),
        ("event", ctypes.c_ulong),
        ("length", ctypes.c_ulong),
        ("atr", ctypes.c_ubyte * _ATR),
    )


def _unsigned(result: int) -> int:
    """ctypes reads an int where the call gives a long: codes as pyscard has them."""
    return result & 0xFFFFFFFF
