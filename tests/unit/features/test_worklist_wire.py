"""Reading the pages of the list: what is odd is left out or not told, and never becomes a number."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
import pytest

from desktop.common.resource_files import resource
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Patient
from desktop.domain.referent import Declaration, DeclarationState, EndCause, Statement, StatementState
from desktop.features.worklist.domain import Annonces, Declared, Prestations, Summary, line
from desktop.features.worklist.port import MY_PATIENTS
from desktop.features.worklist.wire import WorklistWire
from desktop.ports.wire_call import WireCall
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import PatientResource, shaped
from desktop.sync.profile import load_profile
from desktop.sync.wire_kit import WireKit

T = TypeVar("T")
NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)
EXTENSION = "https://elsewhere.example/StructureDefinition/"
PATIENT = {
    "resourceType": "Patient", "id": "p1", "birthDate": "1947-11-03",
    "identifier": [{"system": "urn:oid:1.3.182.4.4", "value": "1747110310658"}],
    "name": [{"family": "Schmit", "given": ["Jos"]}],
}  # fmt: skip


class Kit(WireKit):
    """Answers with pages."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.pages = pages
        self.failure: Failure | None = None
        self.asked: list[tuple[WireCall, Mapping[str, str]]] = []

    def search(
        self, call: WireCall, fields: Mapping[str, str], shape: type[T], patient_id: str = "", **_: object
    ) -> Result[tuple[T, ...]]:
        self.asked.append((call, fields))
        read = (shaped(msgspec.json.encode(page), shape) for page in self.pages)
        return self.failure or tuple(page for page in read if page is not None)

    def patient(self, raw: PatientResource) -> Patient | None:
        return fhir_read.patient(raw, load_profile(resource("profiles", "demo.toml")).systems)


def part(name: str, **parts: Any) -> dict[str, Any]:
    """An extension: ``day=valueDate`` and so on by the type of each value."""
    kinds = {int: "valueInteger", str: "valueCode", date: "valueDate", datetime: "valueDateTime"}
    inner = []
    for key, value in parts.items():
        plain = value if isinstance(value, int | str) else value.isoformat()
        inner.append({"url": key.replace("_", "-"), kinds[type(value)]: plain})
    return {"url": EXTENSION + name, "extension": inner}


DECLARED = part("mr-declaration", validated=date(2021, 3, 3), cause="never-heard-of")


def page(*facts: dict[str, Any], quantity: Any = 1, patient: Any = PATIENT) -> dict[str, Any]:
    member = {"entity": {"reference": f"#{patient.get('id', '')}"}, "extension": [*facts]}
    return {"resourceType": "Group", "quantity": quantity, "contained": [patient], "member": [member]}


def one(*facts: dict[str, Any]) -> Declared:
    found = WorklistWire(Kit(page(DECLARED, *facts))).mine()
    assert not isinstance(found, Failure) and found.unread == 0
    (told,) = found.patients
    return told


def listed_of(*pages: dict[str, Any]) -> tuple[Declared, ...]:
    found = WorklistWire(Kit(*pages)).mine()
    assert not isinstance(found, Failure)
    return found.patients


def test_it_is_one_search_for_my_group() -> None:
    kit = Kit(page(DECLARED))
    WorklistWire(kit).mine()
    assert kit.asked == [(MY_PATIENTS, {"_count": "200"})]
    kit.failure = Failure(Code.OFFLINE)
    assert WorklistWire(kit).mine() == Failure(Code.OFFLINE)


def test_everything_that_can_be_told() -> None:
    sent = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
    told = one(
        part("mr-summary", versions=7, last=date(2025, 9, 10)),
        part("mr-ald-statement", state="envoye", accepted=date(2024, 6, 1), sent=sent),
        part("mr-prestations", count=2, last=date(2026, 2, 4)),
        part("mr-annonces", count=2, since=date(2026, 5, 1)),
        {"url": EXTENSION + "mr-new-documents", "valueInteger": 4},
        {"url": EXTENSION + "mr-duplicates", "valueInteger": 0},
    )
    assert told.patient.name == "SCHMIT Jos" and told.declaration.validated == date(2021, 3, 3)
    assert told.declaration.cause is None, "a word that nobody knows is no reason"
    assert told.summary == Summary(7, date(2025, 9, 10))
    assert told.statement == Statement(date(2024, 6, 1), StatementState.SENT, sent)
    assert told.prestations == Prestations(date(2026, 2, 4))
    assert told.annonces == Annonces(2, date(2026, 5, 1))
    assert (told.new_documents, told.duplicates) == (4, 0)


def test_cf074_what_is_not_told_is_none() -> None:
    told = one()
    assert (told.summary, told.statement, told.prestations, told.annonces) == (None,) * 4
    assert (told.new_documents, told.duplicates) == (None, None)


def test_told_as_none_is_told() -> None:
    told = one(part("mr-summary", versions=0), part("mr-prestations", count=0), part("mr-annonces", count=0))
    assert told.summary == Summary(0, None) and told.prestations == Prestations(None)
    assert told.annonces == Annonces(0, None)


@pytest.mark.parametrize(
    "odd",
    [
        part("mr-summary", versions=3),
        part("mr-summary", versions=0, last=date(2025, 9, 10)),
        part("mr-summary", last=date(2025, 9, 10)),
        part("mr-ald-statement", state="vielleicht"),
        part("mr-ald-statement", accepted=date(2024, 6, 1)),
        part("mr-prestations", count=3),
        part("mr-annonces", since=date(2026, 5, 1)),
        part("mr-annonces", count=-1),
        {"url": EXTENSION + "mr-new-documents", "valueInteger": 1.5},
        {"url": EXTENSION + "mr-new-documents", "valueInteger": 10**9},
        {"url": EXTENSION + "mr-duplicates", "valueInteger": "three"},
        {"url": EXTENSION + "mr-duplicates"},
    ],
)
def test_what_cannot_be_true_is_not_told(odd: dict[str, Any]) -> None:
    told = one(odd)
    assert (told.summary, told.statement, told.prestations, told.annonces) == (None,) * 4
    assert (told.new_documents, told.duplicates) == (None, None)


def test_a_year_that_is_no_year_is_not_told_and_takes_no_list_away() -> None:
    """« No end » is written as 9999 by many a system; months cannot be counted from there."""
    far = date(9999, 12, 31)
    days = (
        "signed-patient",
        "signed-doctor",
        "notified",
        "validated",
        "effective",
        "notice",
        "ends",
        "ended",
    )
    declared = part("mr-declaration", **dict.fromkeys(days, far))
    odd = (
        part("mr-summary", versions=1, last=far),
        part("mr-ald-statement", state="a-faire", accepted=far),
        part("mr-prestations", last=far),
        part("mr-annonces", count=1, since=far),
    )
    (told,) = listed_of(page(declared, *odd))
    assert told.declaration == Declaration() and told.statement == Statement(None)
    assert (told.summary, told.prestations, told.annonces) == (None, None, Annonces(1, None))
    endless = part("mr-declaration", validated=date(2021, 3, 3), effective=date(2021, 4, 1), ends=far)
    (told,) = listed_of(page(endless))
    assert line(told, NOW, NOW.date()).state is DeclarationState.EFFECTIVE, "no end is no notice"


@pytest.mark.parametrize(
    "unreadable",
    [
        page(),
        page(DECLARED, patient={"id": "p1"}),
        page(DECLARED, patient={}),
        {"resourceType": "Group", "quantity": 1},
        {"resourceType": "Group", "quantity": 1, "member": [{}], "contained": [PATIENT]},
    ],
)
def test_a_patient_that_cannot_be_read_is_counted(unreadable: dict[str, Any]) -> None:
    found = WorklistWire(Kit(unreadable)).mine()
    assert not isinstance(found, Failure) and found.patients == () and found.unread == 1


def test_all_pages_and_nobody_twice() -> None:
    other = {**PATIENT, "id": "p2"}
    kit = Kit(
        page(DECLARED, quantity=2), page(DECLARED, quantity=2, patient=other), page(DECLARED, quantity=2)
    )
    found = WorklistWire(kit).mine()
    assert not isinstance(found, Failure)
    assert [told.patient.id for told in found.patients] == ["p1", "p2"] and found.unread == 0


def test_an_end_has_its_reason() -> None:
    ended = part("mr-declaration", validated=date(2021, 3, 3), ended=date(2026, 1, 2), cause="dsp-closed")
    found = WorklistWire(Kit(page(ended))).mine()
    assert not isinstance(found, Failure)
    assert found.patients[0].declaration.cause is EndCause.DSP_CLOSED
