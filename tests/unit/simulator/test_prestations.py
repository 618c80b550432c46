"""The résumés des prestations as data: what the page of the CNS shows, in one trace."""

from datetime import date

import pypdfium2
import pytest
from sqlalchemy import select

from desktop.simulator import loading
from desktop.simulator.demo.dataset import load
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.tables import DocumentRow, TraceRow
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.test_fhir_valid import issues


@pytest.fixture
def desk(desk: Desk) -> Desk:
    loading.seed_features(desk.world, MinimalData(desk.world.clock.now().date()))
    return desk


def path(desk: Desk, document: str, patient: str) -> str:
    with desk.world.database() as database:
        unique_id = database.get_one(DocumentRow, document).unique_id
    return f"/ExplanationOfBenefit?patient=Patient/{patient}&identifier=urn:ietf:rfc:3986|{unique_id}"


def test_its_lines_in_one_traced_reading_of_the_document(desk: Desk) -> None:
    """CF-060: no other trace than that of a reading of the PDF."""
    client = desk.login("kieffer")
    token = desk.open(client, "p-2", code=False)
    answer = client.call("GET", path(desk, "d-19", "p-2"), token)
    (entry,) = answer.json()["entry"]
    found = entry["resource"]
    assert issues(answer.json()) == issues(found) == []
    assert [item["productOrService"]["text"] for item in found["item"]] == [
        "Consultation du généraliste", "Analyses de laboratoire",
    ]  # fmt: skip
    who = {member["sequence"]: member["provider"]["display"] for member in found["careTeam"]}
    lines = [(who[item["careTeamSequence"][0]], item["quantity"]["value"]) for item in found["item"]]
    assert lines == [("Dr Marc Kieffer", 1), ("Laboratoire de démonstration", 12)]
    with desk.world.database() as database:
        (trace,) = database.scalars(select(TraceRow).where(TraceRow.document_id == "d-19")).all()
        assert (trace.action, trace.practitioner_id, trace.succeeded) == ("read", "ps-kieffer", True)


def test_cf071_by_a_consultation_it_is_refused(desk: Desk) -> None:
    client = desk.login("weber")
    answer = client.call("GET", path(desk, "d-12", "p-1"), desk.open(client, "p-1"))
    assert answer.status_code == 403 and "not_entitled" in answer.text


def test_another_document_has_no_lines(desk: Desk) -> None:
    client = desk.login("kieffer")
    token = desk.open(client, "p-2", code=False)
    for document in ("d-13", "d-12"):  # a résumé patient, and one of another patient
        assert client.call("GET", path(desk, document, "p-2"), token).status_code == 404


def test_page_and_data_of_the_demo_say_the_same() -> None:
    data = load(7, date(2026, 11, 30))
    document = next(d for d in data.documents() if d.category == "resume-prestations")
    ((_, content),) = data.contents([document])
    pdf = pypdfium2.PdfDocument(content)
    words = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)
    pdf.close()
    lines = data.services(document)
    assert len(lines) > 20
    for line in lines:
        assert f"{line.day:%d.%m.%Y} {line.nature} {line.provider} {line.count}" in words, line
        assert document.created.year - 3 <= line.day.year < document.created.year


def test_every_declared_patient_has_data_beside_each_page() -> None:
    data = load(7, date(2026, 11, 30))
    documents = [d for d in data.documents() if d.category == "resume-prestations"]
    assert documents and all(data.services(d) for d in documents)
    others = next(d for d in data.documents() if d.category != "resume-prestations")
    assert data.services(others) == ()
