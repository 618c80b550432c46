"""Prints what the program writes itself: written and opened in workers, then the user is asked for a printer.

A worker also asks which printers there are: the window never talks to the print service, which may hang.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtWidgets import QWidget

from desktop.domain.errors import Failure, Result
from desktop.kernel.workbench import PrintedOriginal, PrintedPaper
from desktop.ports.paper import Printer
from desktop.ports.pdf import DocumentWriterPort, OpenedPdf, PdfCopiesPort
from desktop.ui.ask import Ask, Asks
from desktop.ui.printing import CopiesUnderWay
from desktop.ui.record import dialogs
from desktop.ui.record.dialogs import PrintWork
from desktop.ui.record.stamped_copies import CopyMark
from desktop.ui.tasks import Lane, Tasks


@dataclass(frozen=True, slots=True)
class PrintJob:
    """To ``paper`` author and date are added where it names none, and the demo mark.

    ``mark`` makes what stands at the foot of each page. ``is_wanted`` is asked once a printer is chosen: its
    dialog may have stood there for long. It goes on paper only, never into a file (CF-067).
    """

    paper: PrintedPaper | PrintedOriginal
    professional: str
    mark: Callable[[str, datetime, bool], CopyMark]
    is_wanted: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Ready:
    printers: tuple[Printer, ...]
    opened: OpenedPdf


class Prints:
    """Nothing of it touches the disk. ``copies``: what is under way, of the viewer too."""

    def __init__(
        self,
        window: QWidget,
        writer: DocumentWriterPort,
        pdf: PdfCopiesPort,
        tasks: Tasks,
        *,
        now: Callable[[], datetime],
        today: Callable[[], date],
        demo: bool,
    ) -> None:
        """*now* and *today* are the platform's where known; what is printed in the *demo* says so."""
        self._window, self._writer, self._pdf, self._tasks = window, writer, pdf, tasks
        self.copies = CopiesUnderWay(window)
        self._now, self._today, self._demo = now, today, demo

    def write(self, template: str, language: str, data: Mapping[str, object]) -> Result[bytes]:
        """A document that is no print; call it in a worker. Of the *demo* it says so too."""
        return self._writer.write(template, language, {**data, "demo": self._demo})

    def __call__(self, job: PrintJob, ask: Ask, on: Asks, done: Callable[[], object]) -> None:
        """Ask for a printer, in the GUI thread; *done* once the printer has it."""
        writer, pdf, paper = self._writer, self._pdf, job.paper
        author, today = {"name": job.professional}, self._today()

        def made() -> Result[bytes]:
            if isinstance(paper, PrintedOriginal):
                return paper.content
            data = {"author": author, "date": today, **paper.data, "demo": self._demo}
            return writer.write(paper.template, paper.language.value, data)

        def work() -> Result[_Ready]:
            printers = pdf.printers()
            if isinstance(printers, Failure):
                return printers
            written = made()
            opened = written if isinstance(written, Failure) else pdf.open(written)
            return opened if isinstance(opened, Failure) else _Ready(printers, opened)

        ask(
            work, lambda ready: self._ask_printer(ready, job, ask, on, done), on,
            lane=Lane.PDF, unseen=self.copies.untold.emit,
        )  # fmt: skip

    def _ask_printer(
        self, ready: _Ready, job: PrintJob, ask: Ask, on: Asks, done: Callable[[], object]
    ) -> None:
        pdf, opened, mark = self._pdf, ready.opened, job.mark(job.professional, self._now(), self._demo)

        def chosen(print_on: PrintWork) -> None:
            def work() -> Result[None]:
                outcome = print_on(pdf, opened, mark)
                pdf.release(opened)
                return outcome

            if job.is_wanted():
                ask(
                    self.copies.begun(on, work), lambda _: done(), on,
                    lane=Lane.PDF, unseen=self.copies.untold.emit,
                )  # fmt: skip
            else:
                give_back()

        def give_back() -> None:
            """The child that holds it is for the next document."""
            self._tasks.run(Lane.PDF, lambda: pdf.release(opened), lambda _: None, owner=self._tasks)

        asked = dialogs.choose_printer(self._window, ready.printers, len(opened.page_sizes), chosen)
        asked.rejected.connect(give_back)
