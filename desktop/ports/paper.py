"""Paper: which printers there are, and a document on one of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from desktop.domain.errors import Result


@dataclass(frozen=True, slots=True)
class Printer:
    """``name`` is the print service's, ``label`` what people call it."""

    name: str
    label: str


class Sides(StrEnum):
    """Of a sheet; AS_SET: as the printer is set up."""

    AS_SET = "as-set"
    ONE = "one"
    TWO = "two"


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """On which printer, how often, how."""

    printer: str
    copies: int = 1
    sides: Sides = Sides.AS_SET


class PrintersPort(Protocol):
    """A print service that hangs holds nobody longer than its deadline; both block until then."""

    def printers(self) -> Result[tuple[Printer, ...]]:
        """The default one first. NO_PRINTER, PRINT_SERVICE_SILENT, CANCELLED."""
        ...

    def print_on(self, order: PrintOrder, content: bytes) -> Result[None]:
        """Hand a PDF to the print service. PRINT_REFUSED, PRINT_SERVICE_SILENT, CANCELLED."""
        ...
