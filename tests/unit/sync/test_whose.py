"""Whose a row is (contract §5): the same rule for everything that is shown of a patient."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.domain.account import Account
from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.record import Document, DocumentPage, Level, Mandate
from desktop.features.ald.port import LIST
from desktop.features.ald.wire import AldWire
from desktop.features.declaration.port import READ
from desktop.features.declaration.wire import DeclarationWire
from desktop.features.history.port import HISTORY
from desktop.features.history.wire import HistoryWire
from desktop.features.lab_trends.port import VALUES
from desktop.features.lab_trends.wire import LabTrendsWire
from desktop.features.prestations.port import LINES
from desktop.features.prestations.wire import PrestationsWire
from desktop.sync import fhir_shapes as fhir
from desktop.sync.whose import KnownPatients, Owner
from tests.unit.sync.test_odd_servers import DEPOSIT, FHIR, SEARCH, bundle
from tests.unit.sync.test_sessions import PATIENT, Setting, code
from tests.unit.sync.tls_server import Reply, Request, TlsServer

SYSTEM = "urn:oid:1.3.182.4.4"
HIS, OTHERS = PATIENT.matricule.digits, "1976061212386"
STRANGER = "Sérologie de quelqu'un d'autre"
BASE = "{base}"


@pytest.fixture
def opened(serve: Callable[..., TlsServer]) -> Iterator[Setting]:
    setting = Setting(serve, publish="transaction")
    assert isinstance(setting.log_in(), Account)
    assert isinstance(setting.platform.open_record(PATIENT, code()), Mandate)
    yield setting
    setting.platform.close()


@dataclass(frozen=True)
class Shape:
    """How a server may name whose a row is; ``BASE`` stands for the platform's address."""

    subject: dict[str, Any] | None
    contained: list[dict[str, Any]] = field(default_factory=list)
    full_url: str = ""


def by_number(value: str, **more: Any) -> dict[str, Any]:
    return {"identifier": {"system": SYSTEM, "value": value}, **more}


def person(*numbers: str, **more: Any) -> list[dict[str, Any]]:
    named = [{"system": SYSTEM, "value": number} for number in numbers]
    return [{"resourceType": "Patient", "id": "who", "identifier": named, **more}]


INSIDE = {"reference": "#who"}
PROVED = {
    "literal": Shape({"reference": "Patient/p1"}),
    "literal of a version": Shape({"reference": "Patient/p1/_history/3"}),
    "absolute on our base": Shape({"reference": f"{BASE}/Patient/p1"}),
    "by his number": Shape(by_number(HIS)),
    "by his number, told from elsewhere": Shape(
        by_number(HIS, reference="https://else.example/fhir/Patient/9")
    ),
    "by his number, and a urn": Shape(
        by_number(HIS, reference="urn:uuid:0d9e3c3a-0000-4000-8000-000000000001")
    ),
    "contained, of his number": Shape(INSIDE, person(HIS)),
    "contained, with further numbers": Shape(
        INSIDE, person(HIS, identifier=[{"system": "urn:x", "value": "7"}, {"system": SYSTEM, "value": HIS}])
    ),
    "relative, of an entry on our base": Shape(
        {"reference": "Patient/p1"}, full_url=f"{BASE}/DocumentReference/d1"
    ),
}
NOT_PROVED = {
    "absent": Shape(None),
    "words alone": Shape({"display": "MULLER Anne"}),
    "another's literal": Shape({"reference": "Patient/p2"}),
    "another's literal on our base": Shape({"reference": f"{BASE}/Patient/p2"}),
    "the same id on another base": Shape({"reference": "https://else.example/fhir/Patient/p1"}),
    "the same id on another path": Shape({"reference": f"{BASE}/tenant/Patient/p1"}),
    "the same id of another kind": Shape({"reference": "Group/p1"}),
    "relative, of an entry on another base": Shape(
        {"reference": "Patient/p1"}, full_url="https://else.example/fhir/DocumentReference/d1"
    ),
    "another's number": Shape(by_number(OTHERS)),
    "a number of another system": Shape({"identifier": {"system": "urn:x", "value": HIS}}),
    "a number of no system": Shape({"identifier": {"value": HIS}}),
    "his id with another's number": Shape(by_number(OTHERS, reference="Patient/p1")),
    "another's id with his number": Shape(by_number(HIS, reference="Patient/p2")),
    "contained, of another's number": Shape(INSIDE, person(OTHERS)),
    "contained, of two people's numbers": Shape(INSIDE, person(HIS, OTHERS)),
    "contained, without a number": Shape(INSIDE, person(name=[{"family": "MULLER"}])),
    "contained, of his id": Shape({"reference": "#p1"}, person(id="p1")),
    "contained, not there": Shape(INSIDE),
    "contained, no Patient": Shape(INSIDE, person(HIS, resourceType="RelatedPerson")),
    "a urn": Shape({"reference": "urn:uuid:0d9e3c3a-0000-4000-8000-000000000001"}),
}
SHAPES = [(name, shape, True) for name, shape in PROVED.items()]
SHAPES += [(name, shape, False) for name, shape in NOT_PROVED.items()]
by_shape = pytest.mark.parametrize(("shape", "proved"), [s[1:] for s in SHAPES], ids=[s[0] for s in SHAPES])


def named(raw: dict[str, Any], shape: Shape, element: str, base: str) -> dict[str, Any]:
    """*raw* as an entry, with whose it is in *element*."""
    made = dict(raw)
    if shape.subject is not None:
        told = json.loads(json.dumps(shape.subject).replace(BASE, base))
        made[element] = [{"what": told}] if element == "entity" else told
    if shape.contained:
        made["contained"] = shape.contained
    full_url = {"fullUrl": shape.full_url.replace(BASE, base)} if shape.full_url else {}
    return {"resource": made} | full_url


ROW = {
    "resourceType": "DocumentReference",
    "id": "d1",
    "status": "current",
    "masterIdentifier": {"value": DEPOSIT.unique_id},
    "securityLabel": [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
    ],
    "content": [
        {
            "attachment": {
                "url": "Binary/1",
                "title": STRANGER,
                "size": 3,
                "hash": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
            }
        }
    ],
}
ENCOUNTER = {"resourceType": "Encounter", "id": "e1", "period": {"start": "2026-01-02T10:00:00Z"}}
CONSENT = {
    "resourceType": "Consent",
    "id": "m1",
    "status": "active",
    "category": [{"coding": [{"code": "consultation"}]}],
    "provision": {"period": {"start": "2026-11-21T08:00:00Z"}},
}
TRACE = {"resourceType": "AuditEvent", "id": "t1", "recorded": "2026-06-09T10:00:00Z"}
VALUE = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"text": STRANGER},
    "derivedFrom": [{"reference": "DocumentReference/d1"}],
}
STATEMENT = {
    "resourceType": "QuestionnaireResponse",
    "id": "q1",
    "identifier": {"value": "urn:uuid:11111111-1111-4111-8111-111111111111"},
}
EPISODE = {
    "resourceType": "EpisodeOfCare",
    "id": "c1",
    "extension": [{"url": "mr-declaration", "extension": [{"url": "effective", "valueDate": "2026-01-01"}]}],
}
BENEFIT = {
    "resourceType": "ExplanationOfBenefit",
    "id": "b1",
    "item": [{"productOrService": {"text": STRANGER}}],
}
INCOMPLETE = Failure.of(Code.LIST_INCOMPLETE)


def answer(setting: Setting, start: str, raw: dict[str, Any], shape: Shape, element: str) -> None:
    """The one row of what is asked for below *start*; no ``self`` link, as HAPI has none for a POST."""
    entry = named(raw, shape, element, setting.server.base)

    def hook(request: Request) -> Reply | None:
        return bundle(entry=[entry]) if request.path.startswith(start) else None

    setting.fake.hooks.insert(0, hook)


@by_shape
def test_a_list_shows_what_is_proved_and_says_where_something_is_not(
    opened: Setting, shape: Shape, proved: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """No self link is needed for it; of a row that is not shown nothing but a count stands in the log."""
    caplog.set_level(logging.DEBUG)
    answer(opened, SEARCH, ROW, shape, "subject")
    for found in (opened.platform.documents("p1", None), opened.platform.own_documents("p1")):
        assert isinstance(found, DocumentPage)
        assert [(d.id, d.patient_id) for d in found.documents] == ([("d1", "p1")] if proved else [])
        assert found.complete is proved
    assert STRANGER not in caplog.text and OTHERS not in caplog.text
    assert ("not shown" in caplog.text) is not proved


@by_shape
def test_former_versions_are_looked_at_as_the_list_is(opened: Setting, shape: Shape, proved: bool) -> None:
    document = listed(
        opened, relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/d1"}}]
    )
    answer(opened, SEARCH, ROW | {"status": "superseded"}, shape, "subject")
    found = opened.platform.versions(document)
    assert (
        ([d.id for d in found] == ["d1"])
        if proved and not isinstance(found, Failure)
        else found == INCOMPLETE
    )


@by_shape
def test_a_row_that_is_read_again_is_looked_at_too(opened: Setting, shape: Shape, proved: bool) -> None:
    """After a change of level, and where a deposit is looked up: another's row confirms nothing."""
    document = listed(opened, id="d1")
    reply = Reply(
        200, json.dumps(named(ROW, shape, "subject", opened.server.base)["resource"]).encode(), FHIR
    )
    opened.fake.hooks.insert(0, lambda r: reply if r.path.startswith("/fhir/DocumentReference/d1") else None)
    changed = opened.platform.change_level(document, Level.CONFIDENTIEL)
    relative_elsewhere = "else.example" in shape.full_url  # a row of its own has no entry's address
    if not relative_elsewhere:
        assert isinstance(changed, Document) is proved
    answer(opened, SEARCH, ROW, shape, "subject")
    found = opened.platform.find_published(DEPOSIT)
    assert isinstance(found, Document) if proved else found == Failure.of(Code.DEPOSIT_UNKNOWN)


@by_shape
def test_what_the_features_show_follows_the_same_rule(opened: Setting, shape: Shape, proved: bool) -> None:
    kit = opened.platform.kit((LIST, READ, HISTORY, VALUES, LINES), {})
    since = datetime(2026, 1, 1, tzinfo=UTC)
    asked: list[tuple[str, dict[str, Any], str, Callable[[], Any]]] = [
        ("/fhir/Encounter", ENCOUNTER, "subject", lambda: opened.platform.episodes("p1")),
        ("/fhir/AuditEvent", TRACE, "entity", lambda: HistoryWire(kit).history("p1", since)),
        ("/fhir/Observation", VALUE, "subject", lambda: LabTrendsWire(kit).values("p1")),
        ("/fhir/QuestionnaireResponse", STATEMENT, "subject", lambda: AldWire(kit).statements("p1")),
        ("/fhir/EpisodeOfCare", EPISODE, "patient", lambda: DeclarationWire(kit).declaration("p1")),
        ("/fhir/ExplanationOfBenefit", BENEFIT, "patient", lambda: PrestationsWire(kit).lines("p1", "urn:x")),
    ]
    for start, raw, element, ask in asked:
        answer(opened, start, raw, shape, element)
        found = ask()
        assert (not isinstance(found, Failure)) if proved else (found == INCOMPLETE), start


ANOTHERS = frozenset(
    {"another's literal", "another's literal on our base", "another's number", "his id with another's number"}
    | {"another's id with his number", "contained, of another's number", "contained, of two people's numbers"}
)


@pytest.mark.parametrize(("name", "shape", "proved"), SHAPES, ids=[s[0] for s in SHAPES])
def test_a_mandate_of_another_opens_nothing(opened: Setting, name: str, shape: Shape, proved: bool) -> None:
    """All mine are told by a server that does not know the filter: those of others are left out."""
    answer(opened, "/fhir/Consent", CONSENT, shape, "patient")
    found = opened.platform.my_mandates("p1")
    if proved:
        assert not isinstance(found, Failure) and [m.id for m in found] == ["m1"]
    else:
        assert found == (() if name in ANOTHERS else INCOMPLETE)


def test_cf066_whose_a_right_is_decides_what_is_destroyed(opened: Setting) -> None:
    """So one of the same id elsewhere counts for nobody here; by his number it counts for him."""
    for shape, expected in (
        (Shape({"reference": "https://else.example/fhir/Patient/p1"}), None),
        (Shape(by_number(OTHERS)), None),
        (Shape(by_number(OTHERS, reference="Patient/p1")), None),
        (Shape(by_number(HIS)), "p1"),
        (Shape({"reference": "Patient/p2"}), "p2"),
    ):
        answer(opened, "/fhir/Consent", CONSENT, shape, "patient")
        found = opened.platform.all_my_mandates()
        if expected is None:
            assert found == Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
        else:
            assert not isinstance(found, Failure) and list(found) == [expected]


def test_nobody_else_is_shown_for_a_matricule(opened: Setting) -> None:
    """CF-011: an ignored filter is no « patient inconnu » either."""

    def patient(number: str) -> dict[str, Any]:
        return {
            "resourceType": "Patient",
            "id": f"p{number}",
            "identifier": [{"system": SYSTEM, "value": number}],
        }

    answers = [bundle(patient(OTHERS)), bundle(patient(OTHERS), patient(HIS))]
    opened.fake.hooks.insert(0, lambda r: answers.pop(0) if r.path.startswith("/fhir/Patient") else None)
    assert opened.platform.find_by_matricule(Matricule(HIS)) == INCOMPLETE
    found = opened.platform.find_by_matricule(Matricule(HIS))
    assert not isinstance(found, Failure) and [p.id for p in found] == [f"p{HIS}"]


def test_a_chain_that_is_whole_does_not_mind_a_strangers_row(opened: Setting) -> None:
    """Only a chain that ends at what is not told is not whole."""
    document = listed(opened)
    answer(opened, SEARCH, ROW, NOT_PROVED["another's literal"], "subject")
    assert opened.platform.versions(document) == ()


def test_another_row_than_the_one_asked_for_confirms_nothing(opened: Setting) -> None:
    document = listed(opened, id="d1")
    other = json.dumps(ROW | {"id": "d2", "subject": {"reference": "Patient/p1"}}).encode()
    reply = Reply(200, other, FHIR)
    opened.fake.hooks.insert(0, lambda r: reply if r.path.startswith("/fhir/DocumentReference/d1") else None)
    assert opened.platform.change_level(document, Level.CONFIDENTIEL) == Failure.of(Code.LEVEL_UNCONFIRMED)


def test_what_was_known_of_patients_goes_with_the_session(opened: Setting) -> None:
    known = opened.platform._connection.client().known
    assert known.owner("p1").matricule == HIS
    opened.platform.drop_session()
    assert known.owner("p1").matricule == ""


@pytest.mark.parametrize(
    ("reference", "base", "his"),
    [
        ("https://dsp.example/fhir/Patient/p1", "https://dsp.example/fhir", True),
        ("https://DSP.example:443/fhir/Patient/p1", "https://dsp.example/fhir", True),
        ("http://dsp.example/fhir/Patient/p1", "https://dsp.example/fhir", True),  # TLS ends before it
        ("https://dsp.example:8443/fhir/Patient/p1", "https://dsp.example/fhir", False),
        ("https://dsp.example/FHIR/Patient/p1", "https://dsp.example/fhir", False),
        ("https://dsp.example.evil/fhir/Patient/p1", "https://dsp.example/fhir", False),
        ("https://dsp.example:port/fhir/Patient/p1", "https://dsp.example/fhir", False),
        ("ftp://dsp.example/fhir/Patient/p1", "https://dsp.example/fhir", False),
        ("/Patient/p1", "https://dsp.example/fhir", False),
        ("Patient/p1/../p2", "https://dsp.example/fhir", False),
        ("p1", "https://dsp.example/fhir", False),
        ("", "https://dsp.example/fhir", False),
    ],
)
def test_which_server_a_reference_is_of(reference: str, base: str, his: bool) -> None:
    owner = Owner("p1", HIS, SYSTEM, base)
    assert owner.proved([fhir.Reference(reference=reference)]) is his


def test_a_number_proves_nothing_of_whom_nobody_met() -> None:
    """An empty *matricule* equals no empty identifier."""
    known = KnownPatients("https://dsp.example/fhir", SYSTEM)
    blank = fhir.Reference(identifier=fhir.Identifier(SYSTEM, ""))
    assert not known.owner("p1").proved([blank]) and known.id_of(blank) == ""
    known.meet(PATIENT)
    assert known.id_of(fhir.Reference(identifier=fhir.Identifier(SYSTEM, HIS))) == "p1"


def test_cf031_with_the_record_goes_who_he_was(opened: Setting) -> None:
    known = opened.platform._connection.client().known
    known.meet(PATIENT)
    assert known.owner("p1").matricule == HIS
    opened.platform.close_record("p1")
    assert known.owner("p1").matricule == ""


def listed(setting: Setting, **changes: Any) -> Document:
    """A document of the open patient."""
    raw = ROW | {"id": "d9", "subject": {"reference": "Patient/p1"}, "securityLabel": []} | changes
    answers = [bundle(raw)]
    setting.fake.hooks.insert(0, lambda r: answers.pop() if answers and r.path == SEARCH else None)
    found = setting.platform.documents("p1", None)
    assert isinstance(found, DocumentPage)
    return found.documents[0]
