"""The trends in the window: the values that the platform shows with the list, asked for once an opening."""

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget

from desktop.domain.errors import Failure
from desktop.domain.mandates import acting_profile
from desktop.domain.record import MandateKind
from desktop.domain.texts import text
from desktop.features.lab_trends.cells import cells, columns, series_words
from desktop.features.lab_trends.domain.values import PROFILES, LabValue
from desktop.features.lab_trends.port import LabTrendsPort
from desktop.features.lab_trends.service import LabTrendsService, Trends
from desktop.features.lab_trends.view.screen import Period, TrendsModel, TrendsView
from desktop.features.lab_trends.view.small_curve import MOST, SmallCurves
from desktop.kernel.overview import OverviewPart
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import PrintedTable, Workbench
from desktop.services.record import OpenRecord
from desktop.ui.printing import PrintAsks, Printing

_JUST = timedelta(seconds=30)


class LabTrendsPage:
    """FeaturePage of the curves; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: LabTrendsPort) -> None:
        self._bench = bench
        self._service = LabTrendsService(port)
        self._model = TrendsModel()
        self._asked: tuple[OpenRecord, datetime] | None = None
        self.view = TrendsView(bench.parent)
        self.view.chosen_changed.connect(lambda keys: self._show(replace(self._model, chosen=keys)))
        self.view.period_chosen.connect(self._on_period)
        self.view.open_asked.connect(self._open)
        self.view.print_asked.connect(self._print)
        self.view.again_asked.connect(self._read)
        self._on_overview = bench.on_overview(OverviewPart.LABORATORY, self._curves)
        bench.on_listed(self._on_listed)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._empty)
        self._read()  # made while a record is open, whose list may have come already

    def opened(self) -> None:
        """What came with the list is there already; after a failure it is asked for again."""
        if self._model.trends is None:
            self._read()

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, failure=failure))

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._show(replace(self._model, printing=printing))

    def _may_read(self) -> bool:
        """CF-056: by profession and mandate, whoever the page was made for."""
        record, account = self._bench.record(), self._bench.account()
        if record is None or account is None or record.mandate.kind is MandateKind.AUTEUR:
            return False
        return acting_profile(account.profile, record.mandate.kind) in PROFILES

    def _on_listed(self) -> None:
        """Once a list: the page may have been made, and have asked, while that very list was on its way."""
        record, now = self._bench.record(), self._bench.now()
        just = self._asked is not None and self._asked[0] is record and now - self._asked[1] < _JUST
        if not just:
            self._read()

    def _read(self) -> None:
        """No document is fetched for it (CF-062): the values come from the platform's list (contract §5)."""
        record = self._bench.record()
        if record is None or not self._may_read() or self._model.loading:
            return
        if record.offline:
            self._show(replace(self._model, offline=True))
            return
        self._asked = record, self._bench.now()
        self._show(replace(self._model, failure=None, offline=False))
        patient, service = record.patient.id, self._service
        self._bench.ask(lambda: service.read(patient), self._arrived, self)

    def _arrived(self, trends: Trends) -> None:
        record = self._bench.record()
        if record is None or record.patient.id != trends.patient_id:
            return
        keys = {one.key for one in trends.series}
        chosen = frozenset(key for key in self._model.chosen if key in keys)
        if not chosen:
            chosen = frozenset(one.key for one in trends.series[:MOST] if len(one.points) > 1)
        self._show(replace(self._model, trends=trends, chosen=chosen, now=self._bench.now()))
        self._on_overview()

    def _curves(self, parent: QWidget) -> QWidget | None:
        """For « À savoir »: None without values."""
        trends = self._model.trends
        shown = trends.series if trends is not None else ()
        return SmallCurves(shown, self._show_one, parent) if shown else None

    def _show_one(self, key: str) -> None:
        self._show(replace(self._model, chosen=frozenset((key,)), period=Period.ALL))
        self._bench.come_in_front()

    def _on_period(self, period: Period) -> None:
        self._show(replace(self._model, period=period, now=self._bench.now()))

    def _open(self, value: LabValue) -> None:
        """One traced access, which the user asked for (CF-060)."""
        self._bench.open_document(value.document_id)

    def _print(self) -> None:
        """The rows before the eyes, and in a sentence each what the curves show; nothing is read for it."""
        rows = self._model.rows()
        if rows:
            notes = (text(self._model.period.value), *map(series_words, self._model.shown()))
            table = PrintedTable(text("lab_trends.heading"), notes, columns(), tuple(map(cells, rows)))
            self._show(replace(self._model, failure=None))
            self._bench.print_copy(table, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def _empty(self) -> None:
        """No value stays: neither here nor in « À savoir »."""
        self._asked = None
        self._show(TrendsModel())
        self._on_overview()

    def _show(self, model: TrendsModel) -> None:
        self._model = model
        self.view.show_state(model)
