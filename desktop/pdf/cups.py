"""Linux: the print service's own library (CUPS 2). Each call may hang with the service: in a child only.

A document is streamed to the service: no temporary file is made.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.paper import Printer, PrintOrder, Sides

_TITLE = b"DSP"  # stands in the queue, where others read it
_CONTINUE = 100  # HTTP_STATUS_CONTINUE
_REFUSED = 0x0400  # the first status of IPP that is a failure (RFC 8011 §B.1)
_SIDES = {Sides.ONE: b"one-sided", Sides.TWO: b"two-sided-long-edge"}


class _Option(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("value", ctypes.c_char_p)]


_Options = ctypes.POINTER(_Option)


class _Destination(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("instance", ctypes.c_char_p),
        ("is_default", ctypes.c_int),
        ("count", ctypes.c_int),
        ("options", _Options),
    ]


_Destinations = ctypes.POINTER(_Destination)


def printers() -> Result[tuple[Printer, ...]]:
    """See :class:`desktop.ports.paper.PrintersPort`; without the library there is no printer either."""
    try:
        library = _library()
    except OSError:
        return Failure(Code.NO_PRINTER)
    with _destinations(library) as found:
        by_default = sorted(found, key=lambda one: not one.is_default)
        named = tuple(Printer(_name(one), _label(library, one)) for one in by_default)
    return named or Failure(Code.NO_PRINTER)


def print_on(order: PrintOrder, content: bytes) -> Result[None]:
    """See :class:`desktop.ports.paper.PrintersPort`; what the user set up for the printer holds."""
    library = _library()
    with _destinations(library) as found:
        chosen = next((one for one in found if _name(one) == order.printer), None)
        return Failure(Code.PRINT_REFUSED) if chosen is None else _sent(library, chosen, order, content)


def _sent(library: ctypes.CDLL, chosen: _Destination, order: PrintOrder, content: bytes) -> Result[None]:
    asked = {b"copies": b"%d" % order.copies}
    if order.sides in _SIDES:
        asked[b"sides"] = _SIDES[order.sides]
    for name, value in asked.items():
        chosen.count = library.cupsAddOption(
            name, value, chosen.count, ctypes.byref(chosen, _Destination.options.offset)
        )
    job = library.cupsCreateJob(None, chosen.name, _TITLE, chosen.count, chosen.options)
    taken = job and (
        library.cupsStartDocument(None, chosen.name, job, _TITLE, b"application/pdf", 1) == _CONTINUE
        and library.cupsWriteRequestData(None, content, ctypes.c_size_t(len(content))) == _CONTINUE
        and library.cupsFinishDocument(None, chosen.name) < _REFUSED
    )
    return None if taken else Failure(Code.PRINT_REFUSED)


@contextmanager
def _destinations(library: ctypes.CDLL) -> Iterator[list[Any]]:
    found = _Destinations()
    count = library.cupsGetDests(ctypes.byref(found))
    try:
        yield [found[number] for number in range(count)]
    finally:
        library.cupsFreeDests(count, found)


def _name(one: _Destination) -> str:
    parts = [part for part in (one.name, one.instance) if part]
    return b"/".join(parts).decode(errors="replace")


def _label(library: ctypes.CDLL, one: _Destination) -> str:
    said = library.cupsGetOption(b"printer-info", one.count, one.options)
    return said.decode(errors="replace") if said else _name(one)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libcups.so.2")
    library.cupsGetOption.restype = ctypes.c_char_p
    return library
