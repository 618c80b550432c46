"""Publishing (ITI-65, ITI-105): what is checked, idempotency, versions (contract §5)."""

import base64
import copy
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from sqlalchemy import select

from desktop.simulator.minimal_data import plain_pdf
from desktop.simulator.tables import ContentRow, DocumentRow, TraceRow
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient, level_labels, transaction

PDF = plain_pdf("Certificat")


def code(answer: requests.Response) -> str:
    return answer.json()["issue"][0]["details"]["coding"][0]["code"]


def deposits(desk: Desk) -> list[DocumentRow]:
    with desk.world.database() as database:
        return list(database.scalars(select(DocumentRow).where(DocumentRow.submission_id != "")))


def document_of(bundle: dict[str, Any]) -> dict[str, Any]:
    return bundle["entry"][1]["resource"]


@pytest.fixture
def opened(desk: Desk) -> tuple[RawClient, str]:
    client = desk.login()
    return client, desk.open(client)


def test_a_transaction_registers_one_document(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    bundle = transaction("p-1", "LU90000001", PDF)
    answer = client.call("POST", "", token, json=bundle)
    responses = [e["response"] for e in answer.json()["entry"]]
    assert [r["status"] for r in responses] == ["201 Created"] * 3
    [row] = deposits(desk)
    assert responses[1]["location"] == f"DocumentReference/{row.id}/_history/1"
    assert (row.author_id, row.level, row.size, row.created) == (
        "ps-weber",
        "standard",
        len(PDF),
        "2025-12-31",
    )
    with desk.world.database() as database:
        assert database.get_one(ContentRow, row.id).data == PDF
        [trace] = [t for t in database.scalars(select(TraceRow)) if t.action == "send"]
    assert trace.document_id == row.id and trace.acting_as == "consultation"


def test_the_same_identifier_twice_is_one_document(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    bundle = transaction("p-1", "ps-weber", PDF)
    first = client.call("POST", "/", token, json=bundle).json()
    second = client.call("POST", "/", token, json=bundle).json()
    assert [e["response"]["status"] for e in second["entry"]] == ["200 OK"] * 3
    assert first["entry"][1]["response"]["location"] == second["entry"][1]["response"]["location"]
    assert len(deposits(desk)) == 1
    other = transaction("p-1", "ps-weber", plain_pdf("other"))
    document_of(other)["masterIdentifier"] = document_of(bundle)["masterIdentifier"]
    refused = client.call("POST", "/", token, json=other)
    assert refused.status_code == 409 and len(deposits(desk)) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_strictly_the_same_identifier_twice_is_refused_and_counted(
    desk: Desk, opened: tuple[RawClient, str], status: int
) -> None:
    client, token = opened
    desk.world.intake.be({"repeated": status})
    bundle = transaction("p-1", "ps-weber", PDF)
    assert client.call("POST", "/", token, json=bundle).status_code == 200
    assert client.call("POST", "/", token, json=bundle).status_code == status
    assert len(deposits(desk)) == 1
    assert list(desk.world.intake.sendings.values()) == [2]


def test_strictly_a_search_lags_and_is_answered_as_before(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    desk.world.intake.be({"settle_s": 60})
    bundle = transaction("p-1", "ps-weber", PDF)
    name = document_of(bundle)["masterIdentifier"]["value"]
    client.call("POST", "/", token, json=bundle)

    def found(after: float, cache_control: str) -> int:
        desk.world.clock.offset_s = client.dpop.offset = after
        form = {"patient": "Patient/p-1", "identifier": f"urn:ietf:rfc:3986|{name}"}
        headers = {"Cache-Control": cache_control} if cache_control else {}
        answer = client.call("POST", "/DocumentReference/_search", token, data=form, headers=headers)
        return int(answer.json()["total"])

    assert found(30, "no-cache") == 0, "not in the index yet"
    assert found(70, "") == 0, "as it was answered before"
    assert found(70, "no-cache") == found(71, "") == 1


@pytest.mark.parametrize("wanted", [{"repeated": 500}, {"settle_s": -1}, {"settle_s": "soon"}])
def test_intake_takes_no_nonsense(desk: Desk, wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        desk.world.intake.be(wanted)


def test_light_publish(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    document = copy.deepcopy(document_of(transaction("p-1", "ps-weber", PDF)))
    attachment = document["content"][0]["attachment"]
    del attachment["url"]
    attachment["data"] = base64.b64encode(PDF).decode()
    answer = client.call("POST", "/DocumentReference", token, json=document)
    assert answer.status_code == 201 and answer.headers["location"].endswith(answer.json()["id"])
    assert client.call("POST", "/DocumentReference", token, json=document).status_code == 200


def test_cf_052_a_new_version_supersedes_the_former(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    bundle = transaction("p-1", "ps-weber", PDF, category="certificat-medical", replaces="d-3")
    answer = client.call("POST", "/", token, json=bundle)
    assert [e["response"]["status"] for e in answer.json()["entry"]] == ["201 Created"] * 3 + ["200 OK"]
    assert client.call("GET", "/DocumentReference/d-3", token).json()["status"] == "superseded"
    again = transaction("p-1", "ps-weber", PDF, replaces="d-3")
    assert client.call("POST", "/", token, json=again).status_code == 409
    with desk.world.database() as database:
        actions = [t.action for t in database.scalars(select(TraceRow)) if t.action.startswith("send")]
    assert actions == ["send-version"]


def test_nobody_replaces_the_document_of_another(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    for target, expected in (("d-1", "not_entitled"), ("d-4", "not_found"), ("d-16", "not_found")):
        answer = client.call("POST", "/", token, json=transaction("p-1", "ps-weber", PDF, replaces=target))
        assert code(answer) == expected
    assert deposits(desk) == []


Change = Callable[[dict[str, Any]], None]


def changed(path: tuple[str | int, ...], value: object) -> Change:
    def change(bundle: dict[str, Any]) -> None:
        place: Any = bundle
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value

    return change


DOC = ("entry", 1, "resource")
ATTACHMENT = (*DOC, "content", 0, "attachment")
REFUSED = {
    "other profile": (changed(("meta", "profile"), ["x"]), 422, "deposit_refused"),
    "batch": (changed(("type",), "batch"), 422, "deposit_refused"),
    "no list": (changed(("entry", 0), {}), 422, "deposit_refused"),
    "put": (changed(("entry", 1, "request", "method"), "PUT"), 422, "deposit_refused"),
    "other resource": (changed(("entry", 1, "resource", "resourceType"), "Patient"), 422, "deposit_refused"),
    "list without source": (changed(("entry", 0, "resource", "extension"), []), 422, "deposit_refused"),
    "list of another": (changed(("entry", 0, "resource", "entry"), []), 422, "deposit_refused"),
    "no identifier": (changed((*DOC, "masterIdentifier"), None), 422, "deposit_refused"),
    "weak identifier": (
        changed((*DOC, "masterIdentifier", "value"), "1"), 422, "deposit_refused"),
    "docStatus": (changed((*DOC, "docStatus"), "final"), 422, "deposit_refused"),
    "two contents": (changed((*DOC, "content"), [{}, {}]), 422, "deposit_refused"),
    "two authors": (changed((*DOC, "author"), [{}, {}]), 422, "deposit_refused"),
    "another author": (
        changed((*DOC, "author"), [{"reference": "Practitioner/ps-schmitz"}]), 422, "deposit_refused"),
    "no category": (changed((*DOC, "type"), {"coding": []}), 422, "deposit_refused"),
    "no level": (changed((*DOC, "securityLabel"), []), 422, "request_invalid"),
    "privé": (changed((*DOC, "securityLabel"), level_labels("V")), 403, "not_entitled"),
    "unknown patient": (changed((*DOC, "subject"), {"reference": "Patient/x"}), 404, "patient_not_found"),
    "other patient": (changed((*DOC, "subject"), {"reference": "Patient/p-4"}), 403, "no_mandate"),
    "foreign episode": (
        changed((*DOC, "context", "encounter"), [{"reference": "Encounter/e-1-3"}]), 422, "deposit_refused"),
    "wrong digest": (changed((*ATTACHMENT, "hash"), "AAAA"), 422, "digest_mismatch"),
    "no digest": (changed((*ATTACHMENT, "hash"), None), 422, "deposit_refused"),
    "wrong size": (changed((*ATTACHMENT, "size"), 1), 422, "digest_mismatch"),
    "foreign url": (changed((*ATTACHMENT, "url"), "https://x.test/1"), 422, "deposit_refused"),
    "no title": (changed((*ATTACHMENT, "title"), " "), 422, "deposit_refused"),
    "no date": (changed((*ATTACHMENT, "creation"), "gestern"), 422, "deposit_refused"),
    "future": (changed((*ATTACHMENT, "creation"), "2999-01-01"), 422, "date_in_future"),
    "an image": (changed((*ATTACHMENT, "contentType"), "image/png"), 422, "deposit_refused"),
    "no base64": (changed(("entry", 2, "resource", "data"), "%%"), 422, "deposit_refused"),
    "empty": (changed(("entry", 2, "resource", "data"), ""), 422, "deposit_refused"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "status", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals_leave_nothing_behind(
    desk: Desk, opened: tuple[RawClient, str], change: Callable[..., Any], status: int, expected: str
) -> None:
    client, token = opened
    bundle = transaction("p-1", "ps-weber", PDF)
    change(bundle)
    answer = client.call("POST", "/", token, json=bundle)
    assert (answer.status_code, code(answer)) == (status, expected), answer.text
    assert deposits(desk) == []


def test_only_pdf(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    for content in (b"MZ...", b"%PDF-1.4 cut", b"\x00" * 5000):
        answer = client.call("POST", "/", token, json=transaction("p-1", "ps-weber", content))
        assert code(answer) == "not_pdfa"


@pytest.mark.parametrize(
    "category", ["resultats-biologie", "expression-titulaire", "resume-patient", "unknown"]
)
def test_cf_055_056_categories_that_a_doctor_may_not_create(
    desk: Desk, opened: tuple[RawClient, str], category: str
) -> None:
    client, token = opened
    answer = client.call("POST", "/", token, json=transaction("p-1", "ps-weber", PDF, category=category))
    assert answer.status_code == 403 and code(answer) == "category_not_allowed"


def test_cf_042_annonce_at_registration_names_who_and_when(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    labels = level_labels("N", annonce=True)
    client.call("POST", "/", token, json=transaction("p-1", "ps-weber", PDF, labels=labels))
    [row] = deposits(desk)
    extensions = client.call("GET", f"/DocumentReference/{row.id}", token).json()["extension"]
    found = {e["url"].rpartition("/")[2]: e for e in extensions}
    assert found["annonce-by"]["valueReference"]["display"] == "Dr Claire Weber"
    assert found["annonce-at"]["valueDateTime"]


def test_found_again_by_its_identifier(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    unique_id = f"urn:uuid:{uuid.uuid4()}"
    client.call("POST", "/", token, json=transaction("p-1", "ps-weber", PDF, unique_id=unique_id))
    query = {
        "patient": "Patient/p-1",
        "status": "current,superseded",
        "identifier": f"urn:ietf:rfc:3986|{unique_id}",
    }
    [found] = client.documents(token, **query)
    assert found["masterIdentifier"]["value"] == unique_id
    query["identifier"] = f"urn:ietf:rfc:3986|urn:uuid:{uuid.uuid4()}"
    assert client.documents(token, **query) == []


def test_a_mixed_result_is_reported_entry_by_entry(desk: Desk, opened: tuple[RawClient, str]) -> None:
    client, token = opened
    desk.world.mixed_results = 1
    answer = client.call("POST", "/", token, json=transaction("p-1", "ps-weber", PDF))
    assert answer.status_code == 200
    assert [e["response"]["status"][:3] for e in answer.json()["entry"]] == ["201", "201", "400"]
    assert len(deposits(desk)) == 1


@pytest.mark.parametrize("body", ["", "[]", "null", "{", "1", '"x"', "[" * 2000])
def test_junk_bodies(desk: Desk, opened: tuple[RawClient, str], body: str) -> None:
    client, token = opened
    for path in ("/", "/DocumentReference", "/AuditEvent", "/Patient/$match"):
        answer = client.call(
            "POST", path, token, data=body, headers={"Content-Type": "application/fhir+json"}
        )
        assert answer.status_code in (400, 422)
