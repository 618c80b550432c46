"""« Mes accès » in the window: asked anew whenever it comes in front."""

from dataclasses import replace

from desktop.domain.errors import Failure
from desktop.domain.trace import Trace
from desktop.features.accesses.port import AccessesPort
from desktop.features.accesses.service import Accesses, AccessesService
from desktop.features.accesses.view import AccessesModel, AccessesView
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import Workbench
from desktop.ui.tasks import Lane


class AccessesPage:
    """FeaturePage of « Mes accès »; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: AccessesPort) -> None:
        self._bench = bench
        self._service = AccessesService(port, bench.known)
        self._model = AccessesModel()
        self._traces: tuple[Trace, ...] | None = None
        self.view = AccessesView(bench.parent)
        self.view.refresh_asked.connect(self.opened)
        bench.on_listed(self._name)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """Ask the platform."""
        since = self._bench.session_start()
        if since is not None:
            self._show(replace(self._model, failure=None))
            self._bench.ask(lambda: self._service.since(since), self._arrived, self)

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._traces = None
        self._show(AccessesModel(failure=failure))

    def _arrived(self, traces: tuple[Trace, ...]) -> None:
        self._traces = traces
        self._name()

    def _name(self) -> None:
        """In the store's lane, one after the other: the list kept last gives the names shown last."""
        traces = self._traces
        if traces is not None:
            self._bench.ask(lambda: self._service.named(traces), self._named, self, lane=Lane.STORE)

    def _named(self, accesses: Accesses) -> None:
        self._show(AccessesModel(accesses))

    def _empty(self) -> None:
        self._traces = None
        self._show(AccessesModel())

    def _show(self, model: AccessesModel) -> None:
        self._model = model
        self.view.show_state(model)
