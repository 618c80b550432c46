"""What is to finish, in the window: drafts, readable when the declaration is over (CF-093), and what was
signed and never told; both are found again on home."""

from dataclasses import replace

from desktop.domain.errors import Failure, Result
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.service.publishing import Publications
from desktop.features.summary.view.drafts import DraftsModel, DraftsPanel, DraftsView
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import Workbench
from desktop.ui.tasks import Lane


class DraftsPage:
    """FeaturePage of the drafts; it is its own :class:`desktop.ui.ask.Asks`. It asks no platform."""

    def __init__(self, bench: Workbench, port: SummaryPort) -> None:
        self._bench = bench
        self._drafts = Drafts(bench.rows)
        self._publications = Publications(port, bench.rows, bench.now)
        self._model = DraftsModel()
        self.view = DraftsView(bench.parent)
        self.view.patient_chosen.connect(bench.open_patient)
        self._panel = DraftsPanel()
        self._panel.open_asked.connect(bench.come_in_front)
        bench.on_home(self._panel, self.opened)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """Home or the page came in front: another draft may be there, or what a killed program left."""
        self._bench.ask(self._unfinished, self._arrived, self, lane=Lane.STORE)

    def show_waiting(self, *, waiting: bool) -> None:
        """The store answers at once."""

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, failure=failure))

    def _unfinished(self) -> Result[DraftsModel]:
        drafts, signed = self._drafts.all(), self._publications.pending()
        if isinstance(drafts, Failure):
            return drafts
        return signed if isinstance(signed, Failure) else DraftsModel(drafts, signed)

    def _arrived(self, model: DraftsModel) -> None:
        first = self._model.drafts is None
        self._show(model)
        if first:
            self.view.focus_again()

    def _empty(self) -> None:
        self._show(DraftsModel())

    def _show(self, model: DraftsModel) -> None:
        self._model = model
        self.view.show_state(model)
        self._panel.show_state(model)
