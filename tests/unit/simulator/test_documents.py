"""Lists, paging, reading, levels, annonce over the wire (contract §5)."""

import hashlib
from typing import Any

import pytest
import requests
from sqlalchemy import select

from desktop.simulator import console_actions
from desktop.simulator.tables import DocumentRow, TraceRow
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient, level_labels

CURRENT = {"patient": "Patient/p-1", "status": "current"}


def titles(client: RawClient, token: str, **parameters: str) -> set[str]:
    found = client.documents(token, **{**CURRENT, **parameters})
    return {d["content"][0]["attachment"]["title"] for d in found}


def code(answer: requests.Response) -> str:
    return answer.json()["issue"][0]["details"]["coding"][0]["code"]


def traces(desk: Desk, *actions: str) -> list[TraceRow]:
    with desk.world.database() as database:
        return [t for t in database.scalars(select(TraceRow).order_by(TraceRow.when)) if t.action in actions]


def test_cf_027_041_047_a_consultation_sees_standard_and_annonce_of_its_matrix(desk: Desk) -> None:
    client = desk.login("thill")
    assert titles(client, desk.open(client)) == {"Ordonnance (corrigée)", "Mes souhaits"}
    client = desk.login("weber")
    seen = titles(client, desk.open(client))
    assert "Biopsie – résultat à expliquer" in seen and "Lettre de sortie – cardiologie" in seen
    assert not seen & {"Consultation confidentielle", "Avis privé", "Prestations des trois dernières années"}


def test_the_total_counts_no_hidden_document(desk: Desk) -> None:
    client = desk.login("thill")
    answer = client.call("POST", "/DocumentReference/_search", desk.open(client), data=CURRENT).json()
    assert answer["total"] == 2 == len(answer["entry"])


def test_authors_see_their_own_confidential_and_private_documents(desk: Desk) -> None:
    client = desk.login("schmitz")
    assert {"Consultation confidentielle", "Avis privé"} <= titles(client, desk.open(client))


def test_cf_026_author_view_without_any_mandate(desk: Desk) -> None:
    client = desk.login("schmitz")
    me = {"author": "Practitioner/ps-schmitz"}
    assert titles(client, "", **me) == {"Consultation confidentielle", "Avis privé"}
    everything = client.call("POST", "/DocumentReference/_search", data=CURRENT)
    assert everything.status_code == 403 and code(everything) == "no_mandate"
    other = client.call(
        "POST", "/DocumentReference/_search", data={**CURRENT, "author": "Practitioner/ps-weber"}
    )
    assert other.status_code == 403
    assert client.call("GET", "/Encounter?patient=Patient/p-1").status_code == 403


def test_cf_026_author_view_in_a_closed_record_and_when_blacklisted(desk: Desk) -> None:
    client = desk.login("weber")
    me = {"author": "Practitioner/ps-weber"}
    for patient in ("p-6", "p-9"):
        [document] = client.documents("", patient=f"Patient/{patient}", status="current", **me)
        assert client.call("GET", document["content"][0]["attachment"]["url"]).status_code == 200
    assert {t.acting_as for t in traces(desk, "read")} == {"auteur"}


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_pages_are_complete_and_in_order(desk: Desk, count: int) -> None:
    client = desk.login()
    found = client.documents(desk.open(client), **CURRENT, _count=str(count), _sort="-date")
    dates = [d["date"] for d in found]
    assert len(found) == 8 and dates == sorted(dates, reverse=True)
    assert len({d["id"] for d in found}) == 8


def test_next_is_opaque_and_for_the_same_professional_only(desk: Desk) -> None:
    client, other = desk.login("weber"), desk.login("schmitz")
    token = desk.open(client)
    page = client.call("POST", "/DocumentReference/_search", token, data={**CURRENT, "_count": "2"}).json()
    link = next(k["url"] for k in page["link"] if k["relation"] == "next")
    assert "p-1" not in link
    assert other.call("GET", link, desk.open(other)).status_code == 404
    assert client.call("GET", link, token).status_code == 200


def test_a_page_shows_nothing_that_was_hidden_meanwhile(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    page = client.call("POST", "/DocumentReference/_search", token, data={**CURRENT, "_count": "1"}).json()
    console_actions.perform(desk.world, {"act": "level", "document": "d-2", "level": "prive"})
    link = next(k["url"] for k in page["link"] if k["relation"] == "next")
    rest = client.call("GET", link, token).json()
    assert "entry" not in rest, "the second row was d-2"


def test_delta_by_last_updated(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    assert client.documents(token, **CURRENT, _lastUpdated="gt2026-01-01T00:00:00Z")
    assert client.documents(token, **CURRENT, _lastUpdated="ge2999-01-01") == []


@pytest.mark.parametrize(
    "bad", [{"nonsense": "1"}, {"_count": "0"}, {"_count": "x"}, {"_lastUpdated": "yesterday"}]
)
def test_bad_searches_are_refused(desk: Desk, bad: dict[str, Any]) -> None:
    client = desk.login()
    answer = client.call("POST", "/DocumentReference/_search", desk.open(client), data={**CURRENT, **bad})
    assert answer.status_code == 400 and code(answer) == "request_invalid"


def test_versions(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    [former] = client.documents(token, patient="Patient/p-1", status="superseded")
    [latest] = client.documents(token, **CURRENT, relatesto=f"DocumentReference/{former['id']}")
    assert former["id"] == "d-7" and former["status"] == "superseded"
    assert latest["relatesTo"] == [{"code": "replaces", "target": {"reference": "DocumentReference/d-7"}}]
    assert client.call("GET", former["content"][0]["attachment"]["url"], token).ok
    assert [t.action for t in traces(desk, "read", "read-old-version")] == ["read-old-version"]


def test_a_hidden_latest_version_hides_its_former_ones(desk: Desk) -> None:
    console_actions.perform(desk.world, {"act": "level", "document": "d-8", "level": "confidentiel"})
    client = desk.login("thill")
    token = desk.open(client)
    assert client.documents(token, patient="Patient/p-1", status="superseded") == []
    assert client.call("GET", "/DocumentReference/d-7", token).status_code == 404


def test_cf_060_a_read_gives_the_bytes_and_exactly_one_trace(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    document = client.documents(token, **CURRENT)[0]
    attachment = document["content"][0]["attachment"]
    assert traces(desk, "read") == [], "a list reads no document (CF-062)"
    answer = client.call("GET", attachment["url"], token)
    assert len(answer.content) == attachment["size"] and answer.headers["content-type"] == "application/pdf"
    import base64

    assert hashlib.sha1(answer.content).digest() == base64.b64decode(attachment["hash"])
    [trace] = traces(desk, "read")
    assert (trace.who, trace.function, trace.acting_as) == ("Dr Claire Weber", "Médecin", "consultation")
    assert trace.software == "9.9.9" and trace.document_id == document["id"] and trace.succeeded


def test_cf_045_hidden_documents_are_not_found_by_id(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    for hidden in ("d-4", "d-5", "d-12", "d-13", "nothing"):
        assert code(client.call("GET", f"/DocumentReference/{hidden}", token)) == "not_found"
        patch = [{"op": "replace", "path": "/securityLabel", "value": level_labels("N")}]
        headers = {"If-Match": 'W/"1"'}
        answer = client.call("PATCH", f"/DocumentReference/{hidden}", token, json=patch, headers=headers)
        assert code(answer) == "not_found"


def test_cf_054_disabled_is_listed_and_refused(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    [document] = [d for d in client.documents(token, **CURRENT) if d["status"] == "entered-in-error"]
    answer = client.call("GET", document["content"][0]["attachment"]["url"], token)
    assert answer.status_code == 403 and code(answer) == "document_disabled"
    [trace] = traces(desk, "read")
    assert not trace.succeeded and trace.reason == "document_disabled"


def test_cf_031_reading_ends_with_the_mandate(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    document = client.documents(token, **CURRENT)[0]
    found = client.call("GET", "/Consent?patient=Patient/p-1&actor=Practitioner/ps-weber&status=active")
    id = found.json()["entry"][0]["resource"]["id"]
    console_actions.perform(desk.world, {"act": "shorten-mandate", "mandate": id})
    answer = client.call("GET", document["content"][0]["attachment"]["url"], token)
    assert answer.status_code == 403 and code(answer) == "mandate_ended"
    assert answer.json()["issue"][0]["details"]["coding"][1]["code"] == "mandat"
    assert client.call("GET", f"/Consent/{id}").status_code == 404


# -- levels -------------------------------------------------------------------------------------------


def patch(
    client: RawClient,
    token: str,
    id: str,
    labels: list[dict[str, Any]],
    version: str = "1",
    before: str = "N",
    **headers: Any,
) -> requests.Response:
    operations = [
        {"op": "test", "path": "/securityLabel/0/coding/0/code", "value": before},
        {"op": "replace", "path": "/securityLabel", "value": labels},
    ]
    headers = headers or {"If-Match": f'W/"{version}"'}
    return client.call("PATCH", f"/DocumentReference/{id}", token, json=operations, headers=headers)


def test_the_author_makes_his_document_confidential(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    answer = patch(client, token, "d-3", level_labels("R"))
    assert answer.ok and answer.headers["etag"] == 'W/"2"'
    assert answer.json()["securityLabel"][0]["coding"][0]["code"] == "R"
    [trace] = traces(desk, "level-change")
    assert trace.change == "standard→confidentiel"


def test_412_when_someone_else_was_faster(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    assert patch(client, token, "d-3", level_labels("R")).ok
    late = patch(client, token, "d-3", level_labels("R"))
    assert late.status_code == 412 and code(late) == "changed_elsewhere"
    stale = patch(client, token, "d-3", level_labels("N"), version="2", before="N")
    assert stale.status_code == 412, "the test operation fails too"
    missing = client.call("PATCH", "/DocumentReference/d-3", token, json=[])
    assert missing.status_code == 428


def test_cf_043_no_annonce_after_registration(desk: Desk) -> None:
    client = desk.login()
    answer = patch(client, desk.open(client), "d-3", level_labels("N", annonce=True))
    assert answer.status_code == 403 and code(answer) == "not_entitled"


def test_cf_046_a_non_author_mr_locks_himself_out(desk: Desk) -> None:
    client = desk.login("kieffer")
    token = desk.open(client, "p-2", code=False)
    assert patch(client, token, "d-14", level_labels("V"), before="R").ok
    assert code(client.call("GET", "/DocumentReference/d-14", token)) == "not_found"


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "replace", "path": "/status", "value": "superseded"}],
        [{"op": "replace", "path": "/content/0/attachment/title", "value": "x"}],
        [{"op": "remove", "path": "/author"}],
        [{"op": "replace", "path": "/securityLabel", "value": []}],
        [{"op": "replace", "path": "/securityLabel/0/coding/0/code", "value": "U"}],
        {"op": "replace"},
    ],
)
def test_cf_052_nothing_else_can_be_edited(
    desk: Desk, operations: dict[str, Any] | list[dict[str, Any]]
) -> None:
    client = desk.login()
    headers = {"If-Match": 'W/"1"'}
    answer = client.call(
        "PATCH", "/DocumentReference/d-3", desk.open(client), json=operations, headers=headers
    )
    assert answer.status_code in (400, 422) and code(answer) == "request_invalid"


def test_a_patch_that_two_readers_would_read_in_two_ways(desk: Desk) -> None:
    """RFC 6902 §4: exactly one ``op`` in an operation."""
    client = desk.login()
    headers = {"If-Match": 'W/"1"', "Content-Type": "application/json-patch+json"}
    path = "/securityLabel/0/coding/0/code"
    body = f'[{{"op":"test","path":"{path}","value":"R","op":"replace"}}]'
    token = desk.open(client)
    answer = client.call("PATCH", "/DocumentReference/d-3", token, data=body, headers=headers)
    assert answer.status_code == 400 and code(answer) == "request_invalid"
    once = body.replace('"op":"test",', "")
    assert client.call("PATCH", "/DocumentReference/d-3", token, data=once, headers=headers).ok


def test_a_label_of_another_layout_was_changed_elsewhere(desk: Desk) -> None:
    client = desk.login()
    test = {"op": "test", "path": "/securityLabel/0/coding/7/code", "value": "N"}
    replace = {"op": "replace", "path": "/securityLabel/0/coding/0/code", "value": "R"}
    headers = {"If-Match": 'W/"1"'}
    answer = client.call(
        "PATCH", "/DocumentReference/d-3", desk.open(client), json=[test, replace], headers=headers
    )
    assert answer.status_code == 412 and code(answer) == "changed_elsewhere"


def test_cf_044_lifting_an_annonce_needs_the_statement(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    url = "/DocumentReference/d-6/$lift-annonce"
    for statement in ("", "  "):
        parameters = {"parameter": [{"name": "statement", "valueString": statement}]}
        assert client.call("POST", url, token, json=parameters).status_code == 400
    parameters = {"parameter": [{"name": "statement", "valueString": "patiente accompagnée"}]}
    answer = client.call("POST", url, token, json=parameters)
    assert answer.json()["securityLabel"] == [
        {
            "coding": [
                {"system": level_labels("N")[0]["coding"][0]["system"], "code": "N", "display": "normal"}
            ]
        }
    ]
    assert client.call("POST", url, token, json=parameters).status_code == 403
    [trace] = traces(desk, "lift-annonce")
    assert trace.who == "Dr Claire Weber"


def test_a_level_covers_all_versions(desk: Desk) -> None:
    console_actions.perform(desk.world, {"act": "level", "document": "d-8", "level": "prive"})
    with desk.world.database() as database:
        assert database.get_one(DocumentRow, "d-7").level == "prive"
