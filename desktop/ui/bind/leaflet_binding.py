"""« Expliquer l'accès »: the leaflet for the patient, in the language of the screen, printed."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QObject

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.texts import current_language, text
from desktop.ports.pdf import DocumentWriterPort, OpenedPdf, PdfPagesPort
from desktop.services.session import Effect
from desktop.ui.ask import Ask
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.record.dialogs import PrintWork, choose_printer
from desktop.ui.record.stamped_copies import CopyMark
from desktop.ui.shell import Shell
from desktop.ui.tasks import Generation, Lane, Tasks
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
        machine: Machine,
        writer: DocumentWriterPort,
        pdf: PdfPagesPort,
        now: Callable[[], datetime],
        today: Callable[[], date],
        demo: bool,
        parent: QObject,
    ) -> None:
        """*now* and *today* are the platform's where known; a leaflet of the *demo* says so."""
        super().__init__(parent)
        hidden = Generation()
        machine.on(Effect.HIDE_CONTENT, hidden.bump)
        self._shell, self._session = shell, session
        self._ask = Ask(tasks, hidden, session.heed, self)
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

        self._ask(work, self._ask_printer, self, lane=Lane.PDF)

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`: the printer's dialog comes within a second."""

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        if failure.code is Code.CANCELLED:
            return
        message = Message("leaflet-failure")
        message.show_failure(failure)
        self._shell.overlay.open_panel(text("identity.explain"), message)

    def _ask_printer(self, opened: OpenedPdf) -> None:
        pdf = self._pdf
        mark = _NoMark("", self._now(), self._demo)

        def chosen(print_on: PrintWork) -> None:
            def work() -> Result[None]:
                outcome = print_on(pdf, opened, mark)
                pdf.release(opened)
                return outcome

            self._ask(work, lambda _: None, self, lane=Lane.PDF)

        choose_printer(self._shell, len(opened.page_sizes), chosen)
