"""CF-036 and CF-093 played: the DSP is closed, or the declaration revoked, before the médecin référent leaves
the record. The window over the simulated platform: what is seen, what is kept, what is erased."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget

from desktop.domain.record import Document, MandateKind, Patient
from desktop.features.ald.domain import Answer
from desktop.features.ald.domain import Draft as Statement
from desktop.features.ald.feature import ALD
from desktop.features.ald.kept import drafts
from desktop.features.ald.view.statement import AldView
from desktop.features.declaration.feature import DECLARATION
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.feature import SUMMARY
from desktop.features.summary.service.drafts import Drafts
from desktop.kernel.page import Plugged
from desktop.services.session import RecordState
from tests.answers import good as kept
from tests.answers import present
from tests.fakes import FakeKept
from tests.simulator_fixture import Simulator, running_simulator
from tests.ui.desk.conftest import Bench
from tests.unit.sync.live.doctor import MATRICULES, PDF, Doctor, code, deposit, good

FEATURES = (SUMMARY, ALD, DECLARATION)
PATIENT, FOREIGN = "p-2", "Lettre de la cardiologue"


@pytest.fixture
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One a test: what is closed here stays closed."""
    with running_simulator(tmp_path_factory.mktemp("closing"), cards="kieffer,weber") as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


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


@pytest.fixture
def practice(make_bench: Callable[..., Bench], simulator: Simulator) -> Iterator[Practice]:
    made = Practice(make_bench, simulator)
    yield made
    made.bench.desks.session.log_out()
    made.bench.settle()
    made.doctor.leave()


CLOSED = (
    "Le DSP a été fermé par la personne. "
    "Sa déclaration de médecin référent, s'il y en avait une, est révoquée."
)
ENDED = "Votre mandat pour ce dossier est terminé."
REFERENT_TABS = ("tab-summary", "tab-ald", "tab-declaration")


@pytest.mark.parametrize(("act", "said"), [("close", CLOSED), ("revoke", ENDED)])
def test_cf036_cf093_the_right_ends_under_two_open_drafts(practice: Practice, act: str, said: str) -> None:
    """He reads why; the record goes from the screen and the disk but for his own; both drafts stay."""
    bench = practice.bench
    practice.open_with_two_drafts()
    assert {d.title for d in practice.on_the_disk()} > {"Résumé patient", FOREIGN}
    practice.from_the_console(act)
    assert bench.words_of("record-ended-text") == said
    assert practice.patient.family not in bench.visible() and FOREIGN not in bench.words_in_widgets()
    assert {d.title for d in practice.on_the_disk()} == {"Résumé patient"}, "his own stays (CF-066)"
    assert not any(practice.sees(name) for name in REFERENT_TABS)
    bench.click("record-ended-close")
    bench.settle()
    (form,) = practice.statements()
    assert [item.answer for item in form.form.items] == [Answer.STILL]
    (section,) = present(kept(practice.drafts.of(PATIENT))).sections
    assert (section.key, section.state) == (SectionKey.ALLERGIES, SectionState.UNAVAILABLE)
    assert "KREMER Jean" in bench.words_of("summary-home-words")
    bench.click("summary-home-open")
    bench.settle()
    assert "Inconnu" in bench.visible(), "the text is there to be read"


def test_cf036_reopened_the_dsp_gives_no_declaration_back(practice: Practice) -> None:
    """Closed, it asks for no code; reopened it asks for one, and opens as to any doctor (CF-071)."""
    bench = practice.bench
    practice.open_with_two_drafts()
    practice.from_the_console("close")
    practice.identify_anew()
    assert bench.words_of("identity-dsp-state") == "DSP fermé"
    assert bench.words_of("identity-closed-text") == CLOSED
    assert not practice.sees("open-record-button")
    practice.from_the_console("reopen")
    practice.identify_anew()
    assert practice.sees("code-field")
    bench.give_code(b"code-0002")
    bench.settle()
    assert bench.record_state() is RecordState.OPEN
    assert bench.words_of("banner-mandate") == "Consultation"
    assert not any(practice.sees(name) for name in REFERENT_TABS)


def test_cf036_any_refusal_of_a_closed_dsp_takes_the_record_away(practice: Practice) -> None:
    """Also the one of an act, before the right is looked at again."""
    bench = practice.bench
    practice.open_with_two_drafts()
    practice.simulator.control.act("close", patient=PATIENT)
    bench.record_view().refresh()
    bench.settle()
    assert bench.record_state() is RecordState.ENDED
    assert bench.words_of("record-ended-text") == CLOSED
