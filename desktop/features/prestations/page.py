"""The résumés in the window: the record's own list says which there are; one is read when it is chosen."""

from dataclasses import replace

from desktop.domain.errors import Failure
from desktop.domain.local_time import local_day
from desktop.domain.texts import text
from desktop.features.prestations.domain import Kind, Yearly, missing_year
from desktop.features.prestations.port import PrestationsPort
from desktop.features.prestations.service import Known, PrestationsService, Read
from desktop.features.prestations.view import PrestationsModel, PrestationsView, cells, columns, notes
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import PrintedTable, Workbench
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane


class _Listing:
    """:class:`desktop.ui.ask.Asks` of the list: the store answers at once, and its failure is the page's."""

    def __init__(self, page: "PrestationsPage") -> None:
        self._page = page

    def show_waiting(self, *, waiting: bool) -> None:
        """Nothing is shown for it."""

    def show_failure(self, failure: Failure) -> None:
        """Why the list is not there."""
        self._page.show_failure(failure)


class PrestationsPage:
    """FeaturePage of one patient's résumés; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: PrestationsPort) -> None:
        self._bench = bench
        self._service = PrestationsService(port, bench.known)
        self._model = PrestationsModel()
        self._read: dict[str, Read] = {}
        self.view = PrestationsView(bench.parent)
        self.view.year_chosen.connect(self._on_year)
        self.view.kind_chosen.connect(self._on_kind)
        self.view.again_asked.connect(self._ask)
        self.view.print_asked.connect(self._print)
        bench.on_listed(self.opened)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """Which there are; nothing is read of any (CF-062)."""
        record = self._bench.record()
        if record is not None:
            patient_id = record.patient.id
            self._show(replace(self._model, offline=record.offline))
            listing = _Listing(self)
            self._bench.ask(lambda: self._service.known(patient_id), self._listed, listing, lane=Lane.STORE)

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, failure=failure))

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._show(replace(self._model, printing=printing))

    def _listed(self, known: Known) -> None:
        before = self._model.known
        if before is None or before.patient_id != known.patient_id:
            self._read = {}
            self._show(PrestationsModel(offline=self._model.offline))
        missing = missing_year(known.listed, local_day(self._bench.now())) if known.whole else None
        self._show(replace(self._model, known=known, missing=missing))
        if before is None:
            self.view.focus_again()

    def _on_year(self, chosen: Yearly) -> None:
        """What was read once in this visit is not read again: each reading is a trace (CF-060)."""
        read = self._read.get(chosen.document_id)
        self._show(replace(self._model, chosen=chosen, read=read, kind=None, failure=None,
                           printing=Printing.NOTHING))  # fmt: skip
        if read is None:
            self._ask()

    def _ask(self) -> None:
        record, chosen = self._bench.record(), self._model.chosen
        if record is None or record.offline or chosen is None:
            return
        patient_id, service = record.patient.id, self._service
        self._show(replace(self._model, failure=None))
        self._bench.ask(lambda: service.read(patient_id, chosen), self._arrived, self)

    def _arrived(self, read: Read) -> None:
        self._read[read.chosen.document_id] = read
        if read.chosen == self._model.chosen:
            self._show(replace(self._model, read=read))
            self.view.focus_again()

    def _on_kind(self, kind: Kind | None) -> None:
        self._show(replace(self._model, kind=kind, printing=Printing.NOTHING))

    def _print(self) -> None:
        """What is on the screen; nothing is read for it."""
        lines = self._model.lines()
        if lines:
            table = PrintedTable(text("prestations.heading"), notes(self._model), columns(), cells(lines))
            self._bench.print_copy(table, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def _empty(self) -> None:
        self._read = {}
        self._show(PrestationsModel())

    def _show(self, model: PrestationsModel) -> None:
        self._model = model
        self.view.show_state(model)
