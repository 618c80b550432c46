"""The médecin référent's pages, filled by the platform, in each language: all of it said, nothing cut."""

from collections.abc import Callable, Iterator

import pytest

from desktop.domain.texts import Language, set_language
from tests.simulator_fixture import Simulator, running_simulator
from tests.ui.desk.conftest import Bench
from tests.ui.desk.test_every_language import foreign
from tests.ui.features.practice_room import Practice
from tests.unit.sync.live.doctor import MATRICULES
from tests.waiting import LIMIT_MS

PAGES = ("worklist", "summary", "ald", "prestations", "declaration")


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("speaking"), cards="kieffer,weber") as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


@pytest.fixture
def practice(make_bench: Callable[..., Bench], simulator: Simulator) -> Iterator[Practice]:
    made = Practice(make_bench, simulator)
    yield made
    set_language(Language.FR)
    made.bench.desks.session.log_out()
    made.bench.settle()
    made.doctor.leave()


def speak(bench: Bench, language: Language) -> None:
    """Chosen in the menu, until the record is there in it too."""
    bench.shell.language_chosen.emit(language)
    bench.qtbot.waitUntil(lambda: bench.record_view().language is language, timeout=LIMIT_MS)
    bench.settle()


def test_filled_pages_speak_each_language(practice: Practice) -> None:
    bench = practice.bench
    bench.shell.resize(1366, 740)
    practice.open_with_two_drafts()
    wrong: list[str] = []
    for language in (*Language, Language.FR):
        speak(bench, language)
        for name in PAGES:
            bench.click(f"tab-{name}")
            bench.settle()
            found = foreign(bench.shell._filled._pages[name], language)
            wrong += [f"{language.value} {name}: {one}" for one in found]
    assert not wrong, "\n".join(sorted(wrong))
