"""The socket, proved by the same toy: the platform answers it, the store keeps for it, the program builds it
(:mod:`tests.arch.test_socket` has the window).
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.composition.adapters import Early, build
from desktop.composition.options import Options
from desktop.domain.errors import Code
from desktop.domain.texts import Language, code_words
from desktop.features import FEATURES
from desktop.kernel.feature import add_words
from desktop.ports.wire_call import Right, WireCall
from desktop.store.feature_rows import FeatureRows
from desktop.store.tables import KERNEL
from desktop.sync.wire_kit import UndeclaredCallError
from desktop.system.paths import data_folder
from desktop.ui.preferences import Preferences
from tests.fakes import FakePlatform
from tests.simulator_fixture import Simulator, running_simulator
from tests.toy_feature.domain import ToyCode
from tests.toy_feature.fakes import FakeNotes
from tests.toy_feature.feature import TOY
from tests.toy_feature.port import NotesPort
from tests.toy_feature.service import NotesService
from tests.toy_feature.wire import Basic, NotesWire
from tests.unit.store.conftest import NOW, Practice
from tests.unit.sync.live.doctor import MATRICULES, Doctor, failed, good

# -- the platform --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The simulated platform with the toy's side plugged in."""
    folder = tmp_path_factory.mktemp("toy")
    with running_simulator(folder, program="tests.toy_feature.platform") as running:
        state = running.control.wait_loaded()
        MATRICULES.update({p["id"]: p["matricule"] for p in state["patients"]})
        yield running


@pytest.fixture
def doctor(simulator: Simulator) -> Iterator[Doctor]:
    made = Doctor(simulator).log_in()
    yield made
    made.platform.close()


def _port(doctor: Doctor) -> NotesPort:
    return NotesWire(doctor.platform.kit(TOY.wire_calls, TOY.refusals))


def test_its_route_answers_by_the_right_that_it_declared(doctor: Doctor) -> None:
    port = _port(doctor)
    assert "Première" not in good(port.mine())
    closed = doctor.patient(1)
    assert failed(port.add(closed.id, "Sans mandat")) is Code.NO_MANDATE, "nothing is sent without the token"
    patient = doctor.opened(1)
    good(port.add(patient.id, "Première"))
    assert good(port.of_patient(patient.id)) == ("Première",)
    assert "Première" in good(port.mine())


def test_cf060_its_act_is_traced_and_has_words(doctor: Doctor) -> None:
    add_words((TOY,))
    patient = doctor.opened(2)
    before = len(doctor.traces("toy-note"))
    good(_port(doctor).add(patient.id, "Tracée"))
    assert len(doctor.traces("toy-note")) == before + 1
    words = {code_words("traces", "acts", "toy-note", language=language) for language in Language}
    assert len(words) == len(Language) and None not in words


def test_its_own_refusal_has_its_own_code(doctor: Doctor) -> None:
    port, patient = _port(doctor), doctor.opened(3)
    for words in ("a", "b"):
        good(port.add(patient.id, words))
    assert failed(port.add(patient.id, "c")) is ToyCode.NOTEBOOK_FULL
    stranger = NotesWire(doctor.platform.kit(TOY.wire_calls, {}))
    assert failed(stranger.add(patient.id, "c")) is Code.PLATFORM_ERROR


@pytest.mark.parametrize(
    "call",
    [
        WireCall("GET", "AuditEvent", Right.SESSION),
        WireCall("DELETE", "Basic", Right.RECORD),
        WireCall("POST", "Basic", Right.SESSION),
        WireCall("POST", "Basic/_search", Right.RECORD),
    ],
)
def test_cf069_an_undeclared_call_is_refused_and_nothing_is_sent(
    doctor: Doctor, simulator: Simulator, call: WireCall
) -> None:
    kit = doctor.platform.kit(TOY.wire_calls, TOY.refusals)
    before = simulator.control.state()["requests"]
    with pytest.raises(UndeclaredCallError):
        kit.search(call, {}, Basic, "p-1")
    with pytest.raises(UndeclaredCallError):
        kit.fetch(call, "p-1", id="1")
    assert simulator.control.state()["requests"] == before


# -- the store -----------------------------------------------------------------------------------------------


class Desk:
    """One holder's store with the toy plugged in."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.open()

    def open(self) -> None:
        self.vault, self.store = self.practice.store()
        self.rows = FeatureRows(self.vault, TOY.name)
        self.service = NotesService(FakeNotes(FakePlatform().sign_in()), self.rows)

    def reopen(self) -> None:
        self.vault.close()
        self.open()

    def notes(self) -> list[tuple[str, str]]:
        return good(self.rows.read(lambda r: r.execute("SELECT patient, words FROM toy_notes ORDER BY 1")))

    def sql(self, statement: str) -> list[Any]:
        """Below the ports."""
        opened = self.vault.opened()
        assert opened is not None
        return good(opened.database.read(lambda c: list(c.execute(statement).fetchall())))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    practice = Practice(tmp_path, kept={TOY.name: TOY.kept})
    made = Desk(practice)
    yield made
    for vault in practice.vaults:
        vault.close()


def test_its_migrations_ran_each_once(desk: Desk) -> None:
    assert desk.sql("SELECT version FROM feature_schemas WHERE name = 'toy'") == [(2,)]
    desk.reopen()
    assert desk.sql("SELECT version FROM feature_schemas WHERE name = 'toy'") == [(2,)]
    assert desk.sql("SELECT name FROM sqlite_master WHERE name = 'toy_notes_of_patient'")


def test_every_table_of_the_database_has_exactly_one_fate(desk: Desk) -> None:
    """The kernel's and the toy's alike; a virtual table speaks for its shadows."""
    tables = desk.sql("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow'")
    names = sorted(name for (name,) in tables if not name.startswith("sqlite_"))
    declared = sorted(table.name for table in (*KERNEL.tables, *TOY.kept.tables))
    assert names == declared
    assert sorted(name for (name,) in desk.sql("SELECT name FROM table_fates")) == declared


def test_cf066_its_rows_go_when_the_mandate_ends(desk: Desk) -> None:
    for patient_id in ("p1", "p2"):
        good(desk.store.hold_right(patient_id, NOW + timedelta(hours=24)))
        good(desk.service.of_patient(patient_id))
    good(desk.service.keep_draft("Des mots"))
    good(desk.store.forget_patient("p1", frozenset()))
    assert desk.notes() == [("p2", "Note de p2")] and good(desk.service.drafts()) == ("Des mots",)
    assert failed(desk.service.of_patient("p1")) is Code.RIGHT_UNKNOWN, "an answer that came late"


def test_cf066_its_rows_go_when_the_end_came_while_the_program_was_off(desk: Desk) -> None:
    good(desk.store.hold_right("p1", NOW + timedelta(hours=24)))
    good(desk.service.of_patient("p1"))
    desk.practice.now = NOW + timedelta(hours=25)
    desk.reopen()
    assert desk.notes() == []


def test_cf066_an_unplugged_feature_s_rows_go_too(desk: Desk) -> None:
    good(desk.store.hold_right("p1", NOW + timedelta(hours=24)))
    good(desk.service.of_patient("p1"))
    desk.practice.kept = {}
    desk.reopen()
    good(desk.store.forget_patient("p1", frozenset()))
    assert desk.sql("SELECT count(*) FROM toy_notes") == [(0,)]


def test_own_work_is_saved_from_a_damaged_file_and_what_was_read_is_not(desk: Desk) -> None:
    good(desk.store.hold_right("p1", NOW + timedelta(hours=24)))
    good(desk.service.of_patient("p1"))
    good(desk.service.keep_draft("Des mots jamais perdus"))
    opened = desk.vault.opened()
    assert opened is not None
    opened.mark_damaged()
    desk.reopen()
    opened = desk.vault.opened()
    assert opened is not None and opened.state.rebuilt
    assert good(desk.service.drafts()) == ("Des mots jamais perdus",) and desk.notes() == []


# -- the program ---------------------------------------------------------------------------------------------


def test_the_program_builds_what_is_plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the composition root, with its real adapters: the tables wait for a login, nobody is asked."""
    add_words((TOY,))  # as the program does before it builds
    monkeypatch.delitem(sys.modules, "tests.toy_feature.page", raising=False)
    preferences = Preferences(tmp_path / "settings.json")
    built = build(Options("esante"), data_folder(), preferences, (*FEATURES, TOY), Early())
    ports = built.ports
    try:
        assert [plugged.name for plugged in built.features] == [*(f.name for f in FEATURES), TOY.name]
        assert "tests.toy_feature.page" in sys.modules, "the turn that makes a page imports nothing"
        toy = built.features[-1]
        assert [page.name for page in toy.pages] == [page.name for page in TOY.pages]
        assert failed(toy.rows.read(lambda rows: rows.execute("SELECT 1"))) is Code.STORE_LOCKED
    finally:
        for end in (
            ports.vault.close,
            ports.pdf.close,
            ports.card.close,
            ports.platform.close,
            *built.endings,
        ):
            end()
