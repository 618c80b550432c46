"""The historique in the window: read when it is first looked at, and again only when the user asks."""

from dataclasses import replace

from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.features.history.domain import Choice, actions, chosen, people
from desktop.features.history.port import HistoryPort
from desktop.features.history.service import History, HistoryService
from desktop.features.history.view import HistoryModel, HistoryView, cells, columns, notes
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import PrintedTable, Workbench
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane


class HistoryPage:
    """FeaturePage of the historique; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: HistoryPort) -> None:
        self._bench = bench
        self._service = HistoryService(port, bench.known)
        self._history: History | None = None
        self._unnamed: History | None = None
        self._choice = Choice()
        self._failure: Failure | None = None
        self._waiting = False
        self.view = HistoryView(bench.parent)
        self._printing = Printing.NOTHING
        self.view.refresh_asked.connect(self._read)
        self.view.print_asked.connect(self._print)
        self.view.chosen.connect(self._on_chosen)
        bench.on_listed(self._name)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._forget)

    def opened(self) -> None:
        """Coming back from another page reads nothing again: each reading is a trace (CF-060, CF-062)."""
        self._show_or_read()

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._waiting = waiting
        self._show()

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._failure = failure
        if self._history is not None:  # what is shown is what was read, not what was asked for
            self._choice = replace(self._choice, period=self._history.period)
        self._show()

    def _on_chosen(self, choice: Choice) -> None:
        self._choice, self._printing = choice, Printing.NOTHING
        self._show_or_read()

    def _show_or_read(self) -> None:
        record = self._bench.record()
        history = self._history
        if record is not None and not (
            history is not None and history.covers(record.patient.id, self._choice.period, self._bench.now())
        ):
            self._read()
        else:
            self._show()

    def _read(self) -> None:
        record = self._bench.record()
        if record is None or record.offline or self._waiting:
            self._show()
            return
        self._failure, self._printing = None, Printing.NOTHING
        patient, period, now = record.patient.id, self._choice.period, self._bench.now()
        self._bench.ask(lambda: self._service.read(patient, period, now), self._arrived, self)

    def _arrived(self, history: History) -> None:
        if not history.covers(history.patient_id, self._choice.period, history.read_at):
            self._read()  # a longer period was chosen meanwhile
            return
        self._unnamed = history
        self._name()

    def _name(self) -> None:
        """In the store's lane, one after the other: the list kept last gives the names shown last."""
        history = self._unnamed
        if history is not None:
            self._bench.ask(lambda: self._service.named(history), self._named, self, lane=Lane.STORE)

    def _named(self, history: History) -> None:
        first, self._history = self._history is None, history
        self._show()
        if first:  # later the user stands where he chose what to read
            self.view.focus_again()

    def _empty(self) -> None:
        self._history, self._unnamed, self._failure = None, None, None
        self._printing = Printing.NOTHING
        self._choice = Choice(self._choice.period)  # a person's name goes with the rest
        self.view.show_state(HistoryModel())

    def _forget(self) -> None:
        self._choice = Choice()
        self._empty()

    def _print(self) -> None:
        """What is shown, by its filters; it is on the screen, so nothing is read for it (CF-060)."""
        model = self._model()
        if model.rows:
            table = PrintedTable(text("history.heading"), notes(model), columns(), cells(model))
            self._failure = None
            self._bench.print_copy(table, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._printing = printing
        self._show()

    def _show(self) -> None:
        self.view.show_state(self._model())

    def _model(self) -> HistoryModel:
        record, history = self._bench.record(), self._history
        model = HistoryModel(
            choice=self._choice,
            loading=self._waiting,
            failure=self._failure,
            offline=record is not None and record.offline,
            printing=self._printing,
        )
        if record is not None and history is not None and history.patient_id == record.patient.id:
            within = chosen(history.traces, Choice(self._choice.period), self._bench.now())
            model = replace(
                model,
                rows=chosen(within, self._choice, self._bench.now()),
                names=history.names,
                total=len(within),
                people=people(within),
                actions=actions(within),
                read_at=history.read_at,
            )
        return model
