"""« Expliquer l'accès »: the leaflet for the patient, in the language of the screen, printed."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QObject

from desktop.domain.errors import Failure, Result
from desktop.domain.texts import current_language, text
from desktop.ports.pdf import DocumentWriterPort, OpenedPdf, PdfPagesPort
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.record.dialogs import PrintWork, choose_printer
from desktop.ui.record.stamped_copies import CopyMark
from desktop.ui.shell import Shell
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.views.identity import IdentityView
from desktop.ui.widgets.message import Message


class _NoMark(CopyMark):
    """A leaflet is no copy of the DSP."""

    def words(self, page: int, pages: int) -> str:
        return ""


class LeafletBinding(QObject):
    """Writes the leaflet, asks for the printer, prints."""

    def __init__(
        self,
        *,
        identity: IdentityView,
        shell: Shell,
        tasks: Tasks,
        session: SessionDesk,
        writer: DocumentWriterPort,
        pdf: PdfPagesPort,
        now: Callable[[], datetime],
        today: Callable[[], date],
        demo: bool,
        parent: QObject,
    ) -> None:
        """*now* and *today* are the platform's where known; a leaflet of the *demo* says so."""
        super().__init__(parent)
        self._shell, self._tasks, self._session = shell, tasks, session
        self._writer, self._pdf = writer, pdf
        self._now, self._today, self._demo = now, today, demo
        identity.explain_asked.connect(self._write)

    def _write(self) -> None:
        session = self._session.session
        if session is None:
            return
        writer, pdf = self._writer, self._pdf
        language, name = current_language().value, session.account.name
        data = {"date": self._today(), "author": {"name": name}, "demo": self._demo}

        def work() -> Result[OpenedPdf]:
            written = writer.write("acces", language, data)
            return written if isinstance(written, Failure) else pdf.open(written)

        self._run(work, self._ask_printer)

    def _ask_printer(self, opened: Result[OpenedPdf]) -> None:
        if isinstance(opened, Failure):
            message = Message("leaflet-failure")
            message.show_failure(opened)
            self._shell.overlay.open_panel(text("identity.explain"), message)
            return
        pdf = self._pdf
        mark = _NoMark("", self._now(), self._demo)

        def chosen(print_on: PrintWork) -> None:
            def work() -> Result[None]:
                outcome = print_on(pdf, opened, mark)
                pdf.release(opened)
                return outcome

            self._run(work, lambda _: None)

        choose_printer(self._shell, len(opened.page_sizes), chosen)

    def _run(self, work: object, done: object) -> None:
        self._tasks.run(Lane.PDF, work, done, owner=self)  # type: ignore[arg-type]
