"""Prints what the program writes itself: written and opened in workers, then a printer is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtWidgets import QWidget

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.texts import current_language
from desktop.ports.pdf import DocumentWriterPort, OpenedPdf, PdfPagesPort
from desktop.ui.ask import Ask, Asks
from desktop.ui.record import dialogs
from desktop.ui.record.dialogs import Outputs, PrintWork
from desktop.ui.record.stamped_copies import CopyMark
from desktop.ui.tasks import Lane


@dataclass(frozen=True, slots=True)
class PrintJob:
    """``template`` and ``data`` as of :mod:`desktop.pdf.write`; author, date and demo mark are added.

    ``mark`` makes what stands at the foot of each page. ``is_wanted`` is asked once a printer is chosen: its
    dialog may have stood there for long. ``outputs``: a list of patients goes on paper only (CF-067).
    """

    template: str
    professional: str
    data: Mapping[str, object]
    mark: Callable[[str, datetime, bool], CopyMark]
    is_wanted: Callable[[], bool]
    outputs: Outputs = Outputs.ANY


class Prints:
    """Nothing of it touches the disk."""

    def __init__(
        self,
        window: QWidget,
        writer: DocumentWriterPort,
        pdf: PdfPagesPort,
        *,
        now: Callable[[], datetime],
        today: Callable[[], date],
        demo: bool,
    ) -> None:
        """*now* and *today* are the platform's where known; what is printed in the *demo* says so."""
        self._window, self._writer, self._pdf = window, writer, pdf
        self._now, self._today, self._demo = now, today, demo

    def __call__(self, job: PrintJob, ask: Ask, on: Asks, done: Callable[[], object]) -> None:
        """Ask for a printer, in the GUI thread; *done* once the printer has it."""
        if job.outputs is Outputs.PAPER and not dialogs.has_printer():
            on.show_failure(Failure(Code.NO_PRINTER))
            return
        writer, pdf, language = self._writer, self._pdf, current_language().value
        data = {
            **job.data, "author": {"name": job.professional}, "date": self._today(), "demo": self._demo
        }  # fmt: skip

        def work() -> Result[OpenedPdf]:
            written = writer.write(job.template, language, data)
            return written if isinstance(written, Failure) else pdf.open(written)

        ask(work, lambda opened: self._ask_printer(opened, job, ask, on, done), on, lane=Lane.PDF)

    def _ask_printer(
        self, opened: OpenedPdf, job: PrintJob, ask: Ask, on: Asks, done: Callable[[], object]
    ) -> None:
        pdf, mark = self._pdf, job.mark(job.professional, self._now(), self._demo)

        def chosen(print_on: PrintWork) -> None:
            def work() -> Result[None]:
                outcome = print_on(pdf, opened, mark)
                pdf.release(opened)
                return outcome

            if job.is_wanted():
                ask(work, lambda _: done(), on, lane=Lane.PDF)

        dialogs.choose_printer(self._window, len(opened.page_sizes), chosen, job.outputs)
