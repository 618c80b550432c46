"""« Expliquer l'accès »: the leaflet for the patient, in the language of the screen, printed."""

from PySide6.QtCore import QObject

from desktop.domain.errors import Failure
from desktop.domain.texts import current_language, text
from desktop.kernel.workbench import PrintedPaper
from desktop.services.session import Effect
from desktop.ui.ask import Ask
from desktop.ui.bind.prints import PrintJob, Prints
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.record.stamped_copies import CopyMark
from desktop.ui.shell import Shell
from desktop.ui.tasks import Generation, Tasks
from desktop.ui.views.identity import IdentityView
from desktop.ui.widgets.message import Message


class _NoMark(CopyMark):
    """A leaflet is no copy of the DSP."""

    def words(self, page: int, pages: int) -> str:
        return ""


class LeafletBinding(QObject):
    """Prints the leaflet, tells how far it is, and what went wrong."""

    def __init__(
        self,
        *,
        identity: IdentityView,
        shell: Shell,
        tasks: Tasks,
        session: SessionDesk,
        machine: Machine,
        prints: Prints,
    ) -> None:
        super().__init__(session)
        hidden = Generation()
        machine.on(Effect.HIDE_CONTENT, hidden.bump)
        self._shell, self._session, self._machine = shell, session, machine
        self._ask = Ask(tasks, hidden, session.heed, self)
        self._prints, self._identity = prints, identity
        identity.explain_asked.connect(self._print)

    def _print(self) -> None:
        session, machine = self._session.session, self._machine
        if session is None:
            return
        paper = PrintedPaper("acces", current_language(), {})
        job = PrintJob(paper, session.account.name, _NoMark, lambda: machine.situation.may_show_content)
        self._prints(job, self._ask, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def show_print(self, printing: Printing) -> None:
        """See :class:`desktop.ui.printing.PrintingPage`."""
        self._identity.show_print(printing)

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.printing.PrintingPage`."""
        message = Message("leaflet-failure")
        message.show_failure(failure)
        self._shell.overlay.open_panel(text("identity.explain"), message)
