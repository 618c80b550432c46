"""What is to finish, in the window: drafts, readable when the declaration is over (CF-093), and what was
signed and never told; both are found again on home."""

from dataclasses import replace
from functools import partial

from desktop.domain.errors import Failure, Result
from desktop.features.summary.domain.publication import Progress
from desktop.features.summary.page.on_its_way import on_its_way
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.view.drafts import DraftsModel, DraftsPanel, DraftsView
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import Workbench
from desktop.ui.tasks import Lane


class DraftsPage:
    """FeaturePage of the drafts; it is its own :class:`desktop.ui.ask.Asks`. What was signed goes on whether
    or not the page is in front; how it ended is told here, and its row goes once it was shown."""

    def __init__(self, bench: Workbench, port: SummaryPort) -> None:
        self._bench = bench
        self._drafts = Drafts(bench.rows)
        self._way = on_its_way(bench, port)
        self._model = DraftsModel()
        self.view = DraftsView(bench.parent)
        self.view.patient_chosen.connect(bench.open_patient)
        self._panel = DraftsPanel()
        self._panel.open_asked.connect(bench.come_in_front)
        bench.on_home(self._panel, self._look)
        self._way.on_news(lambda _: self._look())
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._wipe, forget=self._empty)

    def opened(self) -> None:
        """The page came in front: another draft may be there, or a publication has ended."""
        self._model = replace(self._model, signed=())  # what was told at the last visit
        self._way.wake()
        self._look()

    def show_waiting(self, *, waiting: bool) -> None:
        """The store answers at once."""

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, failure=failure))

    def _look(self) -> None:
        if self._bench.account() is not None:
            self._bench.ask(self._unfinished, self._arrived, self, lane=Lane.STORE)

    def _unfinished(self) -> Result[DraftsModel]:
        drafts, signed = self._drafts.all(), self._way.service.pending()
        if isinstance(drafts, Failure):
            return drafts
        if isinstance(signed, Failure):
            return signed
        now = tuple(map(self._way.as_of_now, signed.publications))
        return DraftsModel(drafts.drafts, now, drafts.unreadable + signed.unreadable)

    def _arrived(self, model: DraftsModel) -> None:
        first = self._model.drafts is None
        told = {one.id for one in model.signed}
        ended = (one for one in self._model.signed if one.stage.is_over and one.id not in told)
        if self.view.isVisible():  # what was told here stays to be read until the page is left
            model = replace(model, signed=(*model.signed, *ended))
            self._tell(model.signed)
        self._show(model)
        if first:
            self.view.focus_again()

    def _tell(self, signed: tuple[Progress, ...]) -> None:
        service = self._way.service
        for one in signed:
            if one.stage.is_over:
                self._bench.ask.keep(partial(service.told, one.id), lambda _: None)

    def _wipe(self) -> None:
        self._way.locked()
        self._empty()

    def _empty(self) -> None:
        self._show(DraftsModel())

    def _show(self, model: DraftsModel) -> None:
        self._model = model
        self.view.show_state(model)
        self._panel.show_state(model)
