"""The ordonnances of the data sets: in all states, signed, the same again, and to be read by the program."""

import base64
import json
import re
from collections import Counter as Count
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from cryptography import x509

from desktop.common.bundle_signature import split_signature
from desktop.common.resource_files import resource
from desktop.domain.catalog import category
from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.identifier import OrdonnanceCode, parse_qr_text
from desktop.scanning.reading import read_scan
from desktop.scanning.separators import ScannerSettings
from desktop.signing import jws, trust
from desktop.simulator import loading
from desktop.simulator import wire_names as names
from desktop.simulator.app import platform
from desktop.simulator.clock import Clock
from desktop.simulator.console_file import ConsoleFile
from desktop.simulator.demo import load
from desktop.simulator.features.prescription import FEATURE
from desktop.simulator.pki import open_pki
from desktop.simulator.prescription import seeds
from desktop.simulator.prescription.scans import SCANS
from desktop.simulator.sessions import Sessions
from desktop.simulator.world import World, open_database
from desktop.sync.prescription import signed, standing
from desktop.sync.profile import Systems
from tests.unit.simulator.conftest import BASE, Desk
from tests.unit.simulator.rx import Counter

TODAY = date(2026, 11, 30)
Json = dict[str, Any]


def _seeded(folder: Path, issued: Path) -> World:
    engine = open_database(folder / "platform.sqlite", (FEATURE,))
    console = ConsoleFile(issued / "console.json")
    world = World(engine, Clock(), open_pki(issued / "pki"), console, Sessions(), (FEATURE,), BASE)
    world.clock.offset_s = (datetime(2026, 11, 30, 9, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    dataset = load(1, TODAY)
    loading.seed_identities(world, dataset)
    loading.seed_features(world, dataset)
    return world


@pytest.fixture(scope="module")
def demo(issued: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = _seeded(tmp_path_factory.mktemp("demo"), issued)
    yield world
    world.engine.dispose()


def _state(world: World) -> Json:
    with world.database() as database:
        return dict(FEATURE.state(world, database))


@pytest.fixture(scope="module")
def counter(demo: World, issued: Path) -> Iterator[Counter]:
    desk = Desk(demo, issued)
    assert platform(demo)
    yield Counter(desk)
    for client in desk.clients:
        client.close()


def _found(counter: Counter, key: str) -> list[Json]:
    scanned = parse_qr_text(seeds.qr_text(seeds.code(key)))
    assert isinstance(scanned, OrdonnanceCode)
    code = {"group-identifier": f"urn:dsp:ordonnance|{scanned.identifier.value}"}
    answer = counter.search(**code, **{"access-code": scanned.access_code})
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json()["entry"]]


def test_three_hundred_in_all_states(demo: World) -> None:
    told = _state(demo)["ordonnances"]
    states = Count(line["state"] for one in told.values() for line in one["lines"])
    assert len(told) >= 300
    assert set(states) == {
        "active", "delivree", "partielle", "annulee", "suspendue", "arretee", "refusee", "expiree",
    }  # fmt: skip
    assert min(states.values()) >= 10
    assert all(one["qr"] for one in told.values())


def test_the_same_again(demo: World, issued: Path, tmp_path: Path) -> None:
    again = _seeded(tmp_path, issued)
    assert _state(again) == _state(demo)
    again.engine.dispose()


@pytest.mark.parametrize("key", seeds.WELL_KNOWN)
def test_the_program_reads_it_and_its_signature(demo: World, counter: Counter, key: str) -> None:
    [one] = standing.read(_found(counter, key), Systems(), datetime.now(UTC))
    assert one.ordonnance.code == seeds.code(key)
    assert all(line.id and line.state.value != "inconnu" for line in one.lines)
    detached = split_signature(one.signed)
    found = jws.read(detached.jws, detached.payload)
    assert found is not None and found.intact is (key != "broken")
    assert found.certificate is not None and trust.signer(found.certificate)[1] in one.signer_ids
    certificate = x509.load_der_x509_certificate(found.certificate)
    certificate.verify_directly_issued_by(demo.pki.issuing.certificate)
    assert one.may_practise is (key != "suspended")


@pytest.mark.parametrize("key", seeds.WELL_KNOWN)
def test_it_is_valid_fhir_and_every_extension_is_defined(counter: Counter, key: str) -> None:
    for found in _found(counter, key):
        assert [str(i) for i in fhirkit.validate(json.dumps(found))] == [], found
        inside = json.loads(base64.b64decode(found["data"])) if found["resourceType"] == "Binary" else found
        if key != "broken":
            assert [str(i) for i in fhirkit.validate(json.dumps(inside))] == []
        named = set(re.findall(re.escape(names.EXTENSIONS) + r"([a-z-]+)", json.dumps(inside)))
        paths = (resource("profiles", "fhir", f"StructureDefinition-{name}.json") for name in named)
        assert all(path.exists() for path in paths), named


def test_every_definition_is_valid_fhir() -> None:
    for path in sorted(resource("profiles", "fhir", "StructureDefinition-rx-line.json").parent.iterdir()):
        content = path.read_text(encoding="utf-8")
        assert [str(i) for i in fhirkit.validate(content)] == [], path.name
        told = json.loads(content)
        assert told["url"] == path.stem.replace("-", "/", 1).join(
            (names.EXTENSIONS.rsplit("/", 2)[0] + "/", "")
        )


def test_every_one_is_read_by_the_program(demo: World, counter: Counter) -> None:
    for code in list(_state(demo)["ordonnances"])[::12]:
        scanned = parse_qr_text(seeds.qr_text(code))
        assert isinstance(scanned, OrdonnanceCode)
        found = {"group-identifier": f"urn:dsp:ordonnance|{code}", "access-code": scanned.access_code}
        [binary] = counter.resources(found, "Binary")
        assert signed.read(base64.b64decode(binary["data"]), Systems()) is not None, code


def test_the_tour_s_lines_wait_and_the_third_was_delivered_elsewhere(demo: World) -> None:
    lines = _state(demo)["ordonnances"][seeds.code("tour")]["lines"]
    assert [(line["state"], line["quantity"], line["delivered"]) for line in lines] == [
        ("active", "180", "0"), ("active", "90", "0"), ("delivree", "90", "90"),
    ]  # fmt: skip


def test_what_a_page_says_is_what_its_ordonnance_says(demo: World, counter: Counter) -> None:
    """Consistent with the documents: the same medicines, in their order."""
    dataset = load(1, TODAY)
    papers = [d for d in dataset.documents() if d.category == category("traitements-medicamenteux").slug]
    for document in papers[::25]:
        drugs = dataset.drugs(document)
        lines = [r for r in _found(counter, document.id) if r["resourceType"] == "MedicationRequest"]
        assert [line["medicationCodeableConcept"]["text"] for line in lines] == [d.name for d in drugs]


def test_what_the_console_offers_can_be_scanned() -> None:
    for scan in SCANS:
        found = read_scan(scan.text, ScannerSettings(), TODAY)
        assert isinstance(found, BoxCode if scan.id.startswith("box-") else OrdonnanceCode), scan.id
