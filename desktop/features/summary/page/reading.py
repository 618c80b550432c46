"""A received summary in the window: read once, when the user opens it, and gone with the record."""

from dataclasses import replace

from desktop.domain.errors import Failure, Result
from desktop.domain.record import MandateKind
from desktop.domain.referent import REFERENT_PROFESSIONS
from desktop.features.summary.domain.received import (
    Received,
    holds_summary,
    is_of_another,
    may_be_proposed,
    signed_by,
)
from desktop.features.summary.domain.telling import told_by
from desktop.features.summary.page.handover import Offered, handover
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.receiving import Receiver
from desktop.features.summary.view.reading import ReadingModel, ReadingView
from desktop.features.summary.view.reading_words import (
    heading_words,
    print_columns,
    print_notes,
    print_rows,
)
from desktop.kernel.document import ChosenDocument
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import PrintedTable, Workbench
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane


class ReadingPage:
    """FeaturePage of a summary that is read; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: SummaryPort) -> None:
        self._bench = bench
        self._receiver = Receiver(bench.signing.check)
        self._port, self._handover = port, handover(port)
        self._chosen: ChosenDocument | None = None
        self._model = ReadingModel()
        self.view = ReadingView(bench.parent)
        self.view.pages_asked.connect(self._show_pages)
        self.view.print_asked.connect(self._print)
        self.view.proposal_asked.connect(self._propose)
        self.view.again_asked.connect(self._read)
        self.view.closed.connect(bench.go_back)
        bench.on_document(holds_summary, self._came)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """It comes in front with a document; after a lock nothing is read that nobody asked for (CF-062)."""

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, failure=failure))

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._show(replace(self._model, printing=printing))

    def _came(self, chosen: ChosenDocument) -> None:
        self._empty()
        self._chosen = chosen
        self._show(ReadingModel(document=chosen.document))
        self._read()

    def _read(self) -> None:
        """One traced access, however it ends (CF-060); what it says is worked out where no network waits."""
        chosen = self._chosen
        if chosen is not None and not self._model.loading:
            self._show(replace(self._model, failure=None))
            holder = chosen.data or chosen.document
            self._bench.ask(lambda: chosen.read(holder), self._decode, self)

    def _decode(self, content: bytes) -> None:
        chosen, receiver = self._chosen, self._receiver
        if chosen is not None:
            holder = chosen.data or chosen.document

            def work() -> Result[Received]:
                return receiver.receive(holder, content)

            self._bench.ask(work, self._arrived, self, lane=Lane.PDF)

    def _arrived(self, received: Received) -> None:
        record, chosen = self._bench.record(), self._chosen
        if record is None or chosen is None:
            return
        of_another = is_of_another(received.summary.subject, record.patient)
        chosen.was_read(() if of_another else told_by(chosen.document.id, received.summary))
        self._show(
            replace(
                self._model,
                received=received,
                of_another=of_another,
                may_propose=self._is_referent() and may_be_proposed(received, record.patient),
            )
        )

        self._compare(chosen, received)

    def _compare(self, chosen: ChosenDocument, received: Received) -> None:
        """The card that signed with the author's, which the directory knows; without it nothing is said."""
        author, port = (chosen.data or chosen.document).author.id, self._port
        if not received.signature.signer_id or not author:
            return

        def compared(numbers: tuple[str, ...]) -> None:
            if self._chosen is chosen and self._model.received is received:
                signer = signed_by(received.signature, numbers)
                self._show(replace(self._model, received=replace(received, signer=signer)))

        self._bench.ask(lambda: port.card_numbers(author), compared, _Quiet())

    def _is_referent(self) -> bool:
        """CF-071: whether the editor is there for this user and this patient."""
        record, account = self._bench.record(), self._bench.account()
        if record is None or account is None or not self._handover.is_taken:
            return False
        return (
            record.mandate.kind is MandateKind.MEDECIN_REFERENT and account.profession in REFERENT_PROFESSIONS
        )

    def _show_pages(self) -> None:
        chosen, received = self._chosen, self._model.received
        if chosen is None:
            return
        if received is not None and received.pdf:
            chosen.show_inside(received.pdf)
        else:
            chosen.show_pages()

    def _print(self) -> None:
        """What is on the screen, folded or not; nothing is read for it."""
        received, document = self._model.received, self._model.document
        if received is not None and document is not None:
            self._show(replace(self._model, failure=None))
            title = heading_words(document, received)
            notes, rows = print_notes(received), print_rows(received)
            table = PrintedTable(title, notes, print_columns(), rows)
            self._bench.print_copy(table, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def _propose(self) -> None:
        received, document = self._model.received, self._model.document
        if received is not None and document is not None and self._model.may_propose:
            self._handover.give(Offered(document, received.reading))

    def _empty(self) -> None:
        self._chosen = None
        self._show(ReadingModel())

    def _show(self, model: ReadingModel) -> None:
        self._model = model
        self.view.show_state(model)


class _Quiet:
    """A question beside what was asked for: without its answer the summary is read all the same."""

    def show_waiting(self, *, waiting: bool) -> None:
        """Nobody waits for it."""

    def show_failure(self, failure: Failure) -> None:
        """Then signer and author were not compared."""
