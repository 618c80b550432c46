"""The declaration in the window: read when it is first looked at; notice is given once, when confirmed."""

from dataclasses import replace

from desktop.domain.errors import Failure
from desktop.domain.local_time import local_day
from desktop.features.declaration.domain import Consent, Standing
from desktop.features.declaration.port import DeclarationPort
from desktop.features.declaration.service import DeclarationService
from desktop.features.declaration.view import DeclarationModel, DeclarationView
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import Workbench


class DeclarationPage:
    """FeaturePage of one declaration; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: DeclarationPort) -> None:
        self._bench = bench
        self._service = DeclarationService(port)
        self._model = DeclarationModel()
        self._patient_id = ""
        self.view = DeclarationView(bench.parent)
        self.view.refresh_asked.connect(self._read)
        self.view.notice_confirmed.connect(self._give_notice)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """Each reading is a trace (CF-060): coming back to the page reads nothing again."""
        record = self._bench.record()
        known = self._model.standing is not None or self._model.none
        if record is not None and not (known and self._patient_id == record.patient.id):
            self._empty()
            self._read()

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, failure=failure))

    def _read(self) -> None:
        record = self._bench.record()
        if record is None or self._model.loading:
            return
        self._patient_id = record.patient.id
        self._show(replace(self._model, offline=record.offline, failure=None))
        if not record.offline:
            patient, today, service = record.patient, local_day(self._bench.now()), self._service
            self._bench.ask(lambda: service.read(patient, today), self._arrived, self)

    def _arrived(self, standing: Standing | None) -> None:
        first = self._model.standing is None
        self._show(replace(self._model, standing=standing, none=standing is None, failure=None))
        if first:
            self.view.focus_again()

    def _give_notice(self, consent: Consent) -> None:
        record, standing = self._bench.record(), self._model.standing
        if record is None or standing is None or record.offline or self._model.loading:
            return
        patient, service = record.patient, self._service
        self._show(replace(self._model, failure=None))
        self._bench.ask(lambda: service.give_notice(patient, standing, consent), self._given, self)

    def _given(self, standing: Standing) -> None:
        self._bench.recheck()  # the right has an end now, which the banner says
        self._show(replace(self._model, standing=standing, failure=None))
        self.view.focus_again()

    def _empty(self) -> None:
        self._patient_id = ""
        self._show(DeclarationModel())

    def _show(self, model: DeclarationModel) -> None:
        self._model = model
        self.view.show_state(model)
