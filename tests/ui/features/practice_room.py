"""The window of a médecin référent over the simulated platform: its record and his pages come from there."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.domain.record import Document, MandateKind, Patient
from desktop.features.ald.domain import Answer
from desktop.features.ald.domain import Draft as Statement
from desktop.features.ald.feature import ALD
from desktop.features.ald.kept import drafts
from desktop.features.ald.view.statement import AldView
from desktop.features.declaration.feature import DECLARATION
from desktop.features.prestations.feature import PRESTATIONS
from desktop.features.summary.feature import SUMMARY
from desktop.features.summary.service.drafts import Drafts
from desktop.features.worklist.feature import WORKLIST
from desktop.kernel.page import Plugged
from desktop.services.session import RecordState
from tests.answers import good as kept
from tests.fakes import FakeKept
from tests.simulator_fixture import Simulator
from tests.ui.desk.conftest import Bench
from tests.unit.sync.live.doctor import PDF, Doctor, code, deposit, good

FEATURES = (SUMMARY, ALD, DECLARATION, PRESTATIONS, WORKLIST)
PATIENT, FOREIGN = "p-2", "Lettre de la cardiologue"


class Practice:
    """Dr Kieffer's window; its record comes from the platform, as its pages do."""

    def __init__(self, make_bench: Callable[..., Bench], simulator: Simulator) -> None:
        self.simulator = simulator
        self._leave_a_letter()
        self.doctor = Doctor(simulator, "kieffer").log_in()
        self.patient: Patient = self.doctor.patient(2)
        self.bench = make_bench(plug=self._plug)
        here, real = self.bench.platform, self.doctor.platform
        here.people = (self.patient,)
        here.accounts = {"H1": self.doctor.account}
        for name in ("my_mandates", "open_record", "read_mandate", "documents", "episodes", "read_document"):
            setattr(here, name, getattr(real, name))
        self.drafts = Drafts(self.rows[SUMMARY.name])

    def _leave_a_letter(self) -> None:
        """By a colleague, whom the patient gave his code."""
        colleague = Doctor(self.simulator).log_in()
        patient = colleague.patient(2)
        mandate = good(colleague.platform.open_record(patient, code(2)))
        good(colleague.platform.publish(deposit(patient, mandate, title=FOREIGN), PDF))
        colleague.leave()

    def _plug(self, made: Bench) -> tuple[Plugged, ...]:
        self.rows = {one.name: FakeKept(one.kept, made.vault) for one in FEATURES}
        return tuple(
            one.plug(self.doctor.platform.kit(one.wire_calls, one.refusals), self.rows[one.name])
            for one in FEATURES
        )

    def open_with_two_drafts(self) -> None:
        """The record, a statement with one answer, and the editor in front in which a section was decided."""
        bench = self.bench
        bench.log_in()
        bench.identify(self.patient)
        bench.identity_view().open_asked.emit()
        bench.settle()
        bench.click("tab-ald")
        bench.settle()
        view = bench.find_a(AldView, "ald-view")
        if not view.rows:
            view.add_panel.chosen.emit(8)
        next(iter(view.rows.values())).choices[Answer.STILL].click()
        bench.settle()
        bench.shell.back_asked.emit()
        bench.settle()
        bench.click("tab-summary")
        bench.settle()
        bench.click("summary-state-unavailable")
        bench.settle()

    def from_the_console(self, act: str) -> None:
        """Of the patient; the platform is asked again whether the right still runs, as every 30 s."""
        control = self.simulator.control
        control.act(act, patient=PATIENT, practitioner="ps-kieffer", kind=MandateKind.MEDECIN_REFERENT.value)
        if self.bench.record_state() is RecordState.OPEN:
            self.bench.record_view().recheck()
            self.bench.settle()

    def identify_anew(self) -> None:
        (found,) = good(self.doctor.platform.find_by_matricule(self.patient.matricule))
        self.bench.identify(found)

    def sees(self, name: str) -> bool:
        found = self.bench.shell.findChild(QWidget, name)
        return found is not None and found.isVisible()

    def on_the_disk(self) -> tuple[Document, ...]:
        return kept(self.bench.store.documents(PATIENT))

    def statements(self) -> tuple[Statement, ...]:
        return kept(self.rows[ALD.name].read(lambda rows: drafts(rows, PATIENT)))
