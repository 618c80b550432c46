"""The simulator's socket, proved by a toy that no module of the simulator knows."""

import ast
import dataclasses
from collections.abc import Iterator
from dataclasses import MISSING, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Database

from desktop.simulator import console_actions, loading
from desktop.simulator.app import platform
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, in_record, patient_of, signed_in
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.clock import Clock
from desktop.simulator.console_file import ConsoleFile, GivenSecrets
from desktop.simulator.control import state
from desktop.simulator.faults import Faults
from desktop.simulator.feature import FhirRoute, SimulatedFeature, no_seed, no_state
from desktop.simulator.features import FEATURES, accesses
from desktop.simulator.loading import Background
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.pki import open_pki
from desktop.simulator.seed_data import Dataset
from desktop.simulator.sessions import Sessions
from desktop.simulator.tables import Base
from desktop.simulator.traced import TracedAction
from desktop.simulator.world import World, open_database
from tests.unit.simulator.conftest import BASE, Desk

SIMULATOR = Path(loading.__file__).parent


class TickTable(Base):
    __tablename__ = "toy_tick"
    patient_id: Mapped[str] = mapped_column(primary_key=True)
    ticks: Mapped[int]


class ToyAct(TracedAction):
    TICK = "toy-tick", "U"


def tick(call: Call) -> Answer:
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, call.path["id"])
        found = in_record(call, database, caller, patient)
        row = database.get_one(TickTable, patient.id)
        row.ticks += 1
        write(database, call.world.clock.now(), caller.actor(found), Act(ToyAct.TICK, patient.id))
        return Answer({"resourceType": "Basic", "id": str(row.ticks)})


def reset(world: World, database: Database, data: dict[str, Any]) -> None:
    database.get_one(TickTable, data["patient"]).ticks = 0


def seed(database: Database, dataset: Dataset, now: datetime) -> None:
    database.add_all(TickTable(patient_id=p.id, ticks=40) for p in dataset.patients())


TOY = SimulatedFeature(
    name="toy",
    routes=(FhirRoute("POST", "/Basic/{id}/$tick", tick),),
    tables=(TickTable,),
    capability=(
        ResourceCapability("Basic", ("read",), {}, {"tick": "https://dsp.example/tick"}),
        ResourceCapability("Patient", ("update",), {"toy": "string"}, {}),
    ),
    acts=tuple(ToyAct),
    console={"toy-reset": reset},
    seed=seed,
    state=lambda _, database: {"ticks": {r.patient_id: r.ticks for r in database.scalars(select(TickTable))}},
    data={},
    transactions={},
    scans=(),
)


def plugged(folder: Path, issued: Path, *features: SimulatedFeature) -> World:
    engine = open_database(folder / "platform.sqlite", features)
    console = ConsoleFile.open(folder / "console.json")
    return World(engine, Clock(), open_pki(issued / "pki"), console, Sessions(), features, BASE)


@pytest.fixture
def toy(issued: Path, tmp_path: Path) -> Iterator[Desk]:
    world = plugged(tmp_path, issued, TOY, accesses.FEATURE)
    dataset = MinimalData(world.clock.now().date())
    loading.seed_identities(world, dataset)
    loading.seed_features(world, dataset)
    loading.fill_console(world, dataset)
    loading.set_codes(world, GivenSecrets())
    desk = Desk(world, issued)
    yield desk
    for client in desk.clients:
        client.close()
    world.engine.dispose()


def test_nothing_can_be_forgotten() -> None:
    fields = dataclasses.fields(SimulatedFeature)
    assert all(f.default is MISSING and f.default_factory is MISSING for f in fields)


def test_its_route_answers_in_the_open_record_only_and_its_act_is_traced(toy: Desk) -> None:
    weber = toy.login("weber")
    path = "/Basic/p-1/$tick"
    assert weber.call("POST", path).status_code == 403
    token = toy.open(weber)
    assert weber.call("POST", path, token).json()["id"] == "41"
    events = [e["resource"] for e in weber.call("GET", "/AuditEvent?agent=ps-weber").json()["entry"]]
    mine = [e for e in events if e["subtype"][-1]["code"] == "toy-tick"]
    assert [e["action"] for e in mine] == ["U"]
    shown = state(toy.world, Faults(toy.world), Background(toy.world, None))
    assert shown["features"]["toy"]["ticks"]["p-1"] == 41 and shown["features"]["accesses"] == {}


def test_its_act_of_the_console(toy: Desk) -> None:
    console_actions.perform(toy.world, {"act": "toy-reset", "patient": "p-1"})
    with toy.world.database() as database:
        assert database.get_one(TickTable, "p-1").ticks == 0


def test_the_capability_statement_is_joined(toy: Desk) -> None:
    told = toy.client().call("GET", "/metadata").json()["rest"][0]["resource"]
    kinds = [r["type"] for r in told]
    assert len(set(kinds)) == len(kinds)
    patient, basic = (told[kinds.index(k)] for k in ("Patient", "Basic"))
    assert [i["code"] for i in patient["interaction"]] == ["read", "search-type", "update"]
    assert [p["name"] for p in patient["searchParam"]] == ["identifier", "toy"]
    assert basic["operation"] == [{"name": "tick", "definition": "https://dsp.example/tick"}]


def test_without_it_nothing_of_it_is_there(issued: Path, tmp_path: Path) -> None:
    world = plugged(tmp_path, issued)
    assert not inspect(world.engine).has_table("toy_tick")
    told = state(world, Faults(world), Background(world, None))
    assert told["features"] == {}
    client = Desk(world, issued).client()
    assert client.call("POST", "/Basic/p-1/$tick").status_code == 404
    assert client.call("GET", "/AuditEvent?agent=ps-weber").status_code == 404
    with pytest.raises(KeyError):
        console_actions.perform(world, {"act": "toy-reset", "patient": "p-1"})
    world.engine.dispose()


def test_seeds_once_and_in_a_folder_of_before_too(issued: Path, tmp_path: Path) -> None:
    before = plugged(tmp_path, issued)
    dataset = MinimalData(before.clock.now().date())
    loading.seed_identities(before, dataset)
    before.engine.dispose()
    world = plugged(tmp_path, issued, TOY)
    assert not loading.is_seeded_for(world, TOY)
    for _ in range(2):
        loading.seed_features(world, dataset)
    assert loading.is_seeded_for(world, TOY)
    with world.database() as database:
        assert len(database.scalars(select(TickTable)).all()) == len(dataset.patients())
    world.engine.dispose()


def test_a_seed_that_fails_leaves_nothing_and_is_tried_again(issued: Path, tmp_path: Path) -> None:
    def halfway(database: Database, dataset: Dataset, now: datetime) -> None:
        seed(database, dataset, now)
        database.flush()
        raise OSError

    broken = replace(TOY, seed=halfway)
    world = plugged(tmp_path, issued, broken)
    dataset = MinimalData(world.clock.now().date())
    loading.seed_identities(world, dataset)
    with pytest.raises(OSError):
        loading.seed_features(world, dataset)
    assert not loading.is_seeded_for(world, broken)
    with world.database() as database:
        assert database.scalars(select(TickTable)).all() == []
    world.engine.dispose()


EMPTY = SimulatedFeature("other", (), (), (), (), {}, no_seed, no_state, {}, {}, ())


class Intruder(TracedAction):
    READ = "read"


@pytest.mark.parametrize(
    ("second", "word"),
    [
        (replace(EMPTY, name="toy"), "feature"),
        (replace(EMPTY, tables=(TickTable,)), "table"),
        (replace(EMPTY, acts=tuple(Intruder)), "act"),
    ],
)
def test_two_features_never_claim_the_same(
    issued: Path, tmp_path: Path, second: SimulatedFeature, word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        plugged(tmp_path, issued, TOY, second)


def test_a_table_bears_its_features_name(issued: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="begins with"):
        plugged(tmp_path, issued, replace(TOY, name="bell"))


def test_a_route_and_an_act_of_the_console_have_one_owner(issued: Path, tmp_path: Path) -> None:
    world = plugged(tmp_path, issued, replace(EMPTY, routes=(FhirRoute("GET", "/Patient/{id}", tick),)))
    with pytest.raises(ValueError, match=r"route named twice: GET /Patient/\{id\}"):
        platform(world)
    world.engine.dispose()
    world = plugged(tmp_path, issued, replace(EMPTY, console={"close": reset}))
    with pytest.raises(ValueError, match="console act named twice: close"):
        console_actions.perform(world, {"act": "close"})
    world.engine.dispose()


def test_the_kernel_knows_no_feature_and_features_not_each_other() -> None:
    features = SIMULATOR / "features"
    for path in SIMULATOR.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                names |= {f"{module}{alias.name}" for alias in node.names}
        known = {n for n in names if n.startswith("desktop.simulator.features")}
        if path == SIMULATOR / "__main__.py" or path == features / "__init__.py":
            assert known
        else:
            assert not known, f"{path.name} imports {known}"
    listed = {f.name for f in FEATURES}
    assert listed == {p.stem for p in features.glob("*.py")} - {"__init__"}, "every module is plugged in"
