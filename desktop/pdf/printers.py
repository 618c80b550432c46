"""Printers, each question in a child of its own that is killed when the print service does not answer."""

import threading
from types import NoneType
from typing import Any, TypeVar

import msgspec

from desktop.children.process import ChildProcess, Gone
from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.child_client import receive_answer
from desktop.pdf.child_messages import ChildRequest, failure_of
from desktop.ports.paper import Printer, PrintOrder

T = TypeVar("T")
LOOK_S = 8.0  # a service with many printers in its network takes some seconds
PRINT_S = 120.0
_LARGEST = 1 << 20
_WHY = {
    Gone.TIMEOUT: Code.PRINT_SERVICE_SILENT,
    Gone.ABORTED: Code.CANCELLED,
    Gone.CRASHED: Code.CHILD_CRASHED,
}


class Printers:
    """Implements :class:`desktop.ports.paper.PrintersPort`; all of it may be called from any thread."""

    def __init__(self, look: float = LOOK_S, send: float = PRINT_S) -> None:
        """Seconds that the print service has to name its printers, and to take a document."""
        self._look, self._send = look, send
        self._state = threading.Lock()
        self._running: set[ChildProcess] = set()

    def printers(self) -> Result[tuple[Printer, ...]]:
        """NO_PRINTER, PRINT_SERVICE_SILENT, CANCELLED."""
        return self._ask(tuple[Printer, ...], self._look, "printers")

    def print_on(self, order: PrintOrder, content: bytes) -> Result[None]:
        """PRINT_REFUSED, PRINT_SERVICE_SILENT, CANCELLED."""
        asked = order.printer, order.copies, order.sides, content
        return self._ask(NoneType, self._send, "print_on", *asked)

    def kill(self) -> None:
        """Whatever is asked or sent now ends, and with it the document in the child's memory."""
        with self._state:
            for child in self._running:
                child.kill()

    def _ask(self, kind: type[T], seconds: float, name: str, *arguments: Any) -> Result[T]:
        request = msgspec.msgpack.encode(ChildRequest(name, arguments, seconds))
        with self._state:
            child = ChildProcess(
                "desktop.pdf.print_child", [], {"PYTHONDONTWRITEBYTECODE": "1"}, largest_answer=_LARGEST
            )  # it may write no file
            self._running.add(child)
        try:
            answer = child.exchange([request], receive_answer, deadline=seconds)
        finally:
            with self._state:
                self._running.remove(child)
            child.close()
        if isinstance(answer, Gone):
            return Failure.of(_WHY[answer])
        failure = failure_of(answer)
        return failure if failure is not None else msgspec.msgpack.decode(answer.value, type=built(kind))
