"""A code out of a file or the clipboard: read in the confined child, then as if it had been scanned."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QImage

from desktop.domain.errors import Failure, Result
from desktop.domain.prescription.unread import Unread
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.page.desk import Desk
from desktop.features.counter.service.pictures import code_in, code_in_file
from desktop.features.counter.view.pictures import bitmap, choose_picture, pasted
from desktop.scanning.reading import Scanned
from desktop.ui.tasks import Lane


class Picturing:
    """*found* gets what one picture holds, once."""

    def __init__(self, desk: Desk, found: Callable[[Scanned | Unread], object]) -> None:
        self._desk, self._found = desk, found

    def choose(self) -> None:
        """« Lire un code depuis un fichier… »."""
        bench = self._desk.bench
        bench.ask.ahead(bench.code_pictures.warm)
        choose_picture(self._desk.view, self.read_file)

    def paste(self) -> None:
        """The clipboard's picture or file; its text goes where it always goes, into the scan field."""
        held, scan = pasted(), self._desk.view.counter.scan
        pictures, today = self._desk.bench.code_pictures, self._desk.today()
        match held:
            case Path():
                self.read_file(held)
            case QImage():
                self._read(lambda: code_in(pictures, bitmap(held), today))
            case bytes():
                self._read(lambda: code_in(pictures, held, today))
            case None:
                before = scan.text()
                scan.paste()
                if scan.text() == before:
                    self._desk.show_failure(Failure(CounterCode.NOTHING_PASTED))

    def read_file(self, path: Path) -> None:
        """One file: a picture, or a PDF whose first pages are looked at."""
        self._read(partial(code_in_file, self._desk.bench.code_pictures, path, self._desk.today()))

    def _read(self, work: Callable[[], Result[Scanned | Unread]]) -> None:
        self._desk.show(said=None, failure=None)
        self._desk.ask(work, self._found, lane=Lane.PDF)  # type: ignore[misc] # T is itself a union
