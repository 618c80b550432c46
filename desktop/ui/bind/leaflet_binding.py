"""« Expliquer l'accès »: the leaflet for the patient, in the language of the screen, printed."""

from PySide6.QtCore import QObject

from desktop.domain.errors import Failure, Result
from desktop.domain.texts import current_language, text
from desktop.ports.pdf import OpenedPdf
from desktop.ui.bind.context import Context
from desktop.ui.record.dialogs import PrintWork, choose_printer
from desktop.ui.record.stamped_copies import CopyMark
from desktop.ui.tasks import Lane
from desktop.ui.views.identity import IdentityView
from desktop.ui.widgets.message import Message


class _NoMark(CopyMark):
    """A leaflet is no copy of the DSP."""

    def words(self, page: int, pages: int) -> str:
        return ""


class LeafletBinding(QObject):
    """Writes the leaflet, asks for the printer, prints."""

    def __init__(self, context: Context, identity: IdentityView) -> None:
        super().__init__(context.desks.record)
        self._context = context
        identity.explain_asked.connect(self._write)

    def _write(self) -> None:
        session = self._context.desks.session.session
        if session is None:
            return
        ports = self._context.services.ports
        language, name = current_language().value, session.account.name
        today = self._context.services.record.today()
        data = {"date": today, "author": {"name": name}, "demo": self._context.place.demo}

        def work() -> Result[OpenedPdf]:
            written = ports.writer.write("acces", language, data)
            return written if isinstance(written, Failure) else ports.pdf.open(written)

        self._run(work, self._ask_printer)

    def _ask_printer(self, opened: Result[OpenedPdf]) -> None:
        if isinstance(opened, Failure):
            message = Message("leaflet-failure")
            message.show_failure(opened)
            self._context.place.shell.overlay.open_panel(text("identity.explain"), message)
            return
        pdf = self._context.services.ports.pdf
        mark = _NoMark("", self._context.services.record.now(), self._context.place.demo)

        def chosen(print_on: PrintWork) -> None:
            def work() -> Result[None]:
                outcome = print_on(pdf, opened, mark)
                pdf.release(opened)
                return outcome

            self._run(work, lambda _: None)

        choose_printer(self._context.place.shell, len(opened.page_sizes), chosen)

    def _run(self, work: object, done: object) -> None:
        self._context.place.tasks.run(Lane.PDF, work, done, owner=self)  # type: ignore[arg-type]
