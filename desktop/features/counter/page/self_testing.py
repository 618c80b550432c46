"""The scanner's self-test: its code is shown and printed, a scan is judged, what it found is kept."""

from dataclasses import replace

from desktop.domain.errors import Failure
from desktop.domain.local_time import local_day
from desktop.domain.texts import current_language, text
from desktop.features.counter.page.desk import Desk
from desktop.features.counter.service.scanner import Scanner, code_drawing, code_picture
from desktop.features.counter.view.model import ScannerModel
from desktop.kernel.workbench import PrintedOriginal
from desktop.scanning.self_test import Passed, judge
from desktop.scanning.separators import ScannerSettings
from desktop.scanning.wedge import Burst
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane


class SelfTesting:
    """It is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._scanner = Scanner(desk.bench.rows)
        self._model = ScannerModel()
        view = desk.view.scanner
        view.came.connect(self._came)
        view.heard.connect(self._heard)
        view.print_asked.connect(self._print)
        view.defaults_asked.connect(self._defaults)

    def read(self) -> None:
        """What an earlier test kept of this pharmacist's scanner, used from now on."""
        self._desk.bench.ask(self._scanner.settings, self._use, self, lane=Lane.STORE)

    def forget(self) -> None:
        """The next pharmacist has his own."""
        self._model = ScannerModel(self._model.picture)
        self._use(ScannerSettings())

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`: it takes no time that anybody would notice."""

    def show_print(self, printing: Printing) -> None:
        """See :class:`desktop.ui.printing.PrintingPage`."""
        self._show(printing=printing is Printing.RUNNING)

    def show_failure(self, failure: Failure) -> None:
        """The counter goes on with what it has."""
        self._show(failure=failure)

    def _came(self) -> None:
        self._show(found=None, failure=None)
        if not self._model.picture:
            self._desk.bench.ask(code_picture, lambda made: self._show(picture=made), self, lane=Lane.PDF)

    def _heard(self, burst: Burst) -> None:
        found = judge(burst, ScannerSettings())
        self._show(found=found, slowest_ms=burst.slowest_ms, failure=None)
        if isinstance(found, Passed):
            self._use(found.settings)
            self._desk.bench.ask.keep(lambda: self._scanner.keep(found.settings), self.show_failure)

    def _defaults(self) -> None:
        self._show(found=None, failure=None)
        self._use(ScannerSettings())
        self._desk.bench.ask.keep(self._scanner.drop, self.show_failure)

    def _use(self, settings: ScannerSettings) -> None:
        self._desk.use(settings)
        self._show(settings=settings)

    def _print(self) -> None:
        bench, account = self._desk.bench, self._desk.bench.account()
        if account is None or self._model.printing:
            return
        data = {
            "date": local_day(bench.now()),
            "title": text("counter.scanner_code"),
            "paragraphs": [text("counter.scanner_how")],
        }
        language, asks = current_language().value, PrintAsks(self)

        def written(pdf: bytes) -> None:
            bench.print_list(PrintedOriginal(pdf), asks, lambda: self._show(printing=False))

        bench.ask(
            lambda: bench.write_pdf("code", language, {**data, "picture": code_drawing()}),
            written,
            asks,
            lane=Lane.PDF,
        )

    def _show(self, **changes: object) -> None:
        self._model = replace(self._model, **changes)  # type: ignore[arg-type]
        self._desk.view.scanner.show_state(self._model)
