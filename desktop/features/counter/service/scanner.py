"""What the self-test found of the pharmacist's scanner, kept with his own rows."""

from desktop.domain.errors import Result
from desktop.features.counter.service.kept_rows import drop_scanner, put_scanner, scanner
from desktop.ports.kept import KeptPort
from desktop.scanning.self_test import printed_code, shown_code
from desktop.scanning.separators import ScannerSettings

_MODULE = 5  # pixels: read off a screen by scanners that read a box


class Scanner:
    """Call it in a worker."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def settings(self) -> Result[ScannerSettings]:
        """The starting values before the first test."""
        return self._rows.read(lambda rows: scanner(rows) or ScannerSettings())

    def keep(self, settings: ScannerSettings) -> Result[None]:
        """In the place of what an earlier test found."""
        return self._rows.write_durably(lambda rows: put_scanner(rows, settings))

    def drop(self) -> Result[None]:
        """The starting values again."""
        return self._rows.write_durably(drop_scanner)


def code_picture() -> bytes:
    """PNG of the code to scan off the screen."""
    return shown_code(_MODULE)


def code_drawing() -> str:
    """SVG of the code to print."""
    return printed_code()
