"""CF-036 and CF-093 played: the DSP is closed, or the declaration revoked, before the médecin référent leaves
the record. The window over the simulated platform: what is seen, what is kept, what is erased."""

from collections.abc import Callable, Iterator

import pytest

from desktop.features.ald.domain import Answer
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.services.session import RecordState
from tests.answers import good as kept
from tests.answers import present
from tests.simulator_fixture import Simulator, running_simulator
from tests.ui.desk.conftest import Bench
from tests.ui.features.practice_room import FOREIGN, PATIENT, Practice
from tests.unit.sync.live.doctor import MATRICULES


@pytest.fixture
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One a test: what is closed here stays closed."""
    with running_simulator(tmp_path_factory.mktemp("closing"), cards="kieffer,weber") as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


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


def test_cf031_what_a_page_is_refused_for_the_closed_dsp_takes_the_record_away_at_once(
    practice: Practice,
) -> None:
    """The page of the declaration is read anew; nobody waits for the next look at the mandate."""
    bench = practice.bench
    practice.open_with_two_drafts()
    bench.click("tab-declaration")
    bench.settle()
    practice.simulator.control.act("close", patient=PATIENT)
    bench.click("declaration-refresh")
    bench.settle()
    assert bench.record_state() is RecordState.ENDED
    assert bench.words_of("record-ended-text") == CLOSED
    assert practice.statements()
