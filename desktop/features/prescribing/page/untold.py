"""Home's part of it: an ordonnance that ended while nobody looked is told there, also without a mandate."""

from functools import partial

from desktop.domain.errors import Failure
from desktop.features.prescribing.view.untold import Signed, UntoldModel, UntoldPanel
from desktop.kernel.on_its_way import OnItsWay
from desktop.kernel.workbench import Workbench
from desktop.services.kept_publications import ListedPublications
from desktop.ui.tasks import Lane


class Untold:
    """It is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, way: OnItsWay[frozenset[str]]) -> None:
        self._bench, self._way = bench, way
        self._model = UntoldModel()
        self.panel = UntoldPanel()
        self.panel.patient_chosen.connect(lambda patient: bench.open_patient(patient, "prescribing"))
        self.panel.was_read.connect(self._read)
        bench.on_home(self.panel, self.look)
        way.on_news(lambda _: self.look())

    def look(self) -> None:
        """What the store says now; home comes in front while the record's pages are left."""
        if self._bench.account() is not None:
            pending, unseen = self._way.service.pending, self.show_failure
            self._bench.ask.through(pending, self._arrived, self, unseen, lane=Lane.STORE)

    def empty(self) -> None:
        """A lock; names go. Where only a record ended, they come back."""
        self._show(UntoldModel())
        self.look()

    def show_waiting(self, *, waiting: bool) -> None:
        """The store answers at once."""

    def show_failure(self, failure: Failure) -> None:
        """Home has no message of its own for it; the page says it."""

    def _arrived(self, listed: ListedPublications[frozenset[str]]) -> None:
        now = tuple(map(self._way.as_of_now, listed.publications))
        self._show(UntoldModel(now, listed.unreadable))

    def _read(self) -> None:
        ended: list[Signed] = [one for one in self._model.signed if one.stage.is_over]
        for one in ended:
            self._bench.ask.keep(partial(self._way.service.told, one.id), lambda _: None)
        self.look()

    def _show(self, model: UntoldModel) -> None:
        self._model = model
        self.panel.show_state(model)
