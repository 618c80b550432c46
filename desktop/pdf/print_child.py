"""``python -m desktop.pdf.print_child``: talks to the print service, which may hang."""

import faulthandler
import sys
from collections.abc import Callable

import msgspec

from desktop.children.framing import NextFrame
from desktop.children.parent_pipes import ParentPipes
from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf import cups, limits
from desktop.pdf.child_messages import ChildRequest, answer_of
from desktop.ports.paper import Printer, PrintOrder, Sides


def printers() -> Result[tuple[Printer, ...]]:
    """Those that the system knows."""
    return cups.printers() if sys.platform.startswith("linux") else _by_qt()


def _by_qt() -> Result[tuple[Printer, ...]]:
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtPrintSupport import QPrinterInfo

    application = QGuiApplication([])
    by_default = sorted(QPrinterInfo.availablePrinters(), key=lambda one: not one.isDefault())
    named = tuple(Printer(one.printerName(), one.description() or one.printerName()) for one in by_default)
    del application
    return named or Failure(Code.NO_PRINTER)


def print_on(printer: str, copies: int, sides: str, content: bytes) -> Result[None]:
    """Linux; elsewhere the system's own dialog prints."""
    return cups.print_on(PrintOrder(printer, copies, Sides(sides)), content)


def serve() -> None:
    """Answer until the parent goes."""
    parent = ParentPipes()
    requests = parent.requests(_receive)
    limits.limit_memory()
    limits.forbid_writing()
    calls: dict[str, Callable[..., object]] = {"printers": printers, "print_on": print_on}
    for request in requests:
        parent.send(msgspec.msgpack.encode(answer_of(calls[request.call](*request.arguments))))


def _receive(following: NextFrame) -> ChildRequest:
    return msgspec.msgpack.decode(following(), type=built(ChildRequest))


if __name__ == "__main__":
    faulthandler.disable()
    serve()
