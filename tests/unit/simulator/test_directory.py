"""Patients, mandates, episodes, traces, directory; acts of patient and administrator (contract §3-7)."""

import uuid
from typing import Any

import pytest
import requests
from cryptography import x509
from sqlalchemy import select

from desktop.domain.folding import fold
from desktop.simulator import console_actions
from desktop.simulator.outcomes import Refused
from desktop.simulator.tables import OrganizationRow, PatientRow, TraceRow
from tests.unit.simulator.conftest import Desk, code_of
from tests.unit.simulator.raw_client import MATRICULE, RawClient
from tests.unit.test_folding import CORPUS


def entries(answer: requests.Response) -> list[Any] | list[dict[str, Any]]:
    return [e["resource"] for e in answer.json().get("entry", [])]


def code(answer: requests.Response) -> str:
    return answer.json()["issue"][0]["details"]["coding"][0]["code"]


def match(client: RawClient, **patient: Any) -> requests.Response:
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": patient}]}
    return client.call("POST", "/Patient/$match", json=parameters)


def test_patient_by_matricule(desk: Desk) -> None:
    client = desk.login()
    matricule = desk.matricule("p-5")
    answer = client.call("POST", "/Patient/_search", data={"identifier": f"{MATRICULE}|{matricule}"})
    [patient] = entries(answer)
    extensions = {e["url"].rpartition("/")[2]: e for e in patient["extension"]}
    assert extensions["dsp-state"]["valueCode"] == "inactive" and "dsp-inactive-until" in extensions
    assert matricule not in answer.json()["link"][0]["url"], "no matricule in any address"
    nobody = client.call("POST", "/Patient/_search", data={"identifier": f"{MATRICULE}|1800010100100"})
    assert nobody.json()["total"] == 0 and "entry" not in nobody.json()


@pytest.mark.parametrize("identifier", ["", "1761031400169", "urn:oid:9|1", f"{MATRICULE}|"])
def test_patient_search_needs_the_matricule_system(desk: Desk, identifier: str) -> None:
    answer = desk.login().call("POST", "/Patient/_search", data={"identifier": identifier})
    assert answer.status_code == 400


def test_match_by_traits(desk: Desk) -> None:
    client = desk.login()
    assert [p["id"] for p in entries(match(client, name=[{"text": "MULLER anne"}]))] == ["p-1"]
    assert [p["id"] for p in entries(match(client, name=[{"family": "da silva"}]))] == ["p-3"]
    assert [p["id"] for p in entries(match(client, name=[{"text": "schmit"}], birthDate="2017-09-21"))] == [
        "p-4"
    ]
    assert entries(match(client, name=[{"text": "unbekannt"}])) == []


def test_more_than_five_matches_give_none_and_ask_for_more_traits(desk: Desk) -> None:
    answer = match(desk.login(), name=[{"text": "schmit"}])
    [outcome] = entries(answer)
    assert outcome["resourceType"] == "OperationOutcome" and answer.json()["total"] == 7
    assert answer.json()["entry"][0]["search"]["mode"] == "outcome"


def test_one_letter_is_too_short(desk: Desk) -> None:
    assert code(match(desk.login(), name=[{"text": "s"}])) == "search_too_short"


def test_names_are_found_as_they_are_typed(desk: Desk) -> None:
    """By traits and in the directory, as everywhere else; from the beginning of a name."""
    client = desk.login()
    for written, typed in CORPUS:
        with desk.world.database() as database:
            database.get_one(PatientRow, "p-1").family = f"x {written}"
            database.get_one(OrganizationRow, "org-weber").name = f"x {written}"
        if len(fold(typed).replace(" ", "")) > 1:
            matched = entries(match(client, name=[{"text": typed}]))
            assert [patient["id"] for patient in matched] == ["p-1"], (written, typed)
        found = client.call("GET", "/Organization", params={"name": typed})
        assert "org-weber" in [place["id"] for place in entries(found)], (written, typed)
    assert entries(match(client, name=[{"text": "uller"}])) == []


def test_every_page_but_discovery_needs_a_token(desk: Desk) -> None:
    """CF-013: and without one nothing of the DSP answers."""
    client = desk.client()
    for method, path in (
        ("POST", "/Patient/_search"), ("GET", "/Consent?patient=p-1"), ("GET", "/Encounter?patient=p-1"),
        ("GET", "/AuditEvent?patient=p-1"), ("POST", "/DocumentReference/_search"), ("GET", "/Binary/x"),
        ("GET", "/Patient/p-1"), ("GET", "/Practitioner/ps-weber"), ("GET", "/DocumentReference/d-1"),
    ):  # fmt: skip
        data = {"identifier": f"{MATRICULE}|1"} if method == "POST" and "Patient" in path else None
        answer = client.session.request(method, client.base + path, data=data)
        assert answer.status_code == 401 and code(answer) == "session_ended", path


# -- mandates -----------------------------------------------------------------------------------------


def test_my_mandates_and_304(desk: Desk) -> None:
    client = desk.login("kieffer")
    url = "/Consent?patient=Patient/p-2&actor=Practitioner/ps-kieffer&status=active"
    answer = client.call("GET", url)
    [consent] = entries(answer)
    assert consent["category"][1]["coding"][0]["code"] == "medecin-referent"
    assert "end" not in consent["provision"]["period"]
    same = client.call("GET", url, headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304 and same.content == b""
    one = client.call("GET", f"/Consent/{consent['id']}")
    again = client.call("GET", f"/Consent/{consent['id']}", headers={"If-None-Match": one.headers["etag"]})
    assert again.status_code == 304


def test_the_mandates_of_another_are_not_mine(desk: Desk) -> None:
    client = desk.login("weber")
    answer = client.call("GET", "/Consent?patient=Patient/p-2&actor=Practitioner/ps-kieffer&status=active")
    assert answer.status_code == 403
    other = desk.login("kieffer")
    found = other.call("GET", "/Consent?patient=Patient/p-2&actor=Practitioner/ps-kieffer&status=active")
    assert client.call("GET", f"/Consent/{entries(found)[0]['id']}").status_code == 404


def test_my_mandates_for_everybody_are_no_access_to_anybody(desk: Desk) -> None:
    """Contract §4: running ones, by my Consents alone, and no trace of a record."""
    client = desk.login("kieffer")
    url = "/Consent?actor=Practitioner/ps-kieffer&status=active"

    def patients() -> set[str]:
        return {consent["patient"]["reference"] for consent in entries(client.call("GET", url))}

    def traces() -> int:
        with desk.world.database() as database:
            return len(database.scalars(select(TraceRow)).all())

    before, traced = patients(), traces()
    assert "Patient/p-2" in before and traces() == traced
    console_actions.perform(
        desk.world,
        {"act": "revoke", "patient": "p-2", "practitioner": "ps-kieffer", "kind": "medecin-referent"},
    )
    assert patients() == before - {"Patient/p-2"}
    assert desk.login("weber").call("GET", url).status_code == 403
    assert client.call("GET", "/Consent?actor=Practitioner/ps-kieffer").status_code == 400
    assert client.call("GET", "/Consent?status=active").status_code == 400
    console_actions.perform(desk.world, {"act": "suspend", "practitioner": "ps-kieffer"})
    assert code(client.call("GET", url)) == "practice_suspended"


def test_a_shortened_mandate_has_a_new_etag(desk: Desk) -> None:
    client = desk.login()
    desk.open(client)
    url = "/Consent?patient=Patient/p-1&actor=Practitioner/ps-weber&status=active"
    [consent] = entries(client.call("GET", url))
    before = client.call("GET", f"/Consent/{consent['id']}").headers["etag"]
    sooner = desk.world.clock.now().replace(microsecond=0).isoformat()
    from datetime import timedelta

    later = (desk.world.clock.now() + timedelta(seconds=30)).isoformat()
    console_actions.perform(desk.world, {"act": "shorten-mandate", "mandate": consent["id"], "end": later})
    changed = client.call("GET", f"/Consent/{consent['id']}", headers={"If-None-Match": before})
    assert changed.status_code == 200 and changed.json()["provision"]["period"]["end"] > sooner[:10]
    assert "extension" not in changed.json(), "no grace any more"
    desk.later(31)
    assert client.call("GET", f"/Consent/{consent['id']}").status_code == 404
    assert entries(client.call("GET", url)) == []


# -- ligne de vie ------------------------------------------------------------------------------------


def test_cf_038_a_refused_episode_does_not_exist(desk: Desk) -> None:
    client = desk.login()
    found = entries(client.call("GET", "/Encounter?patient=Patient/p-1", desk.open(client)))
    assert {"e-1-1", "e-1-2"} <= {e["id"] for e in found} and "e-1-3" not in {e["id"] for e in found}
    [mine] = [e for e in found if not e["id"].startswith("e-")]
    assert (
        mine["class"]["code"] == "cabinet" and mine["serviceProvider"]["display"] == "Cabinet médical Weber"
    )


# -- traces ------------------------------------------------------------------------------------------


def test_cf_061_history_is_for_mr_and_circle(desk: Desk) -> None:
    weber = desk.login("weber")
    refused = weber.call("GET", "/AuditEvent?patient=Patient/p-1", desk.open(weber))
    assert refused.status_code == 403 and code(refused) == "not_entitled"
    reuter = desk.login("reuter")
    token = desk.open(reuter, "p-3", code=False)
    weber_token = desk.open(weber, "p-3", code=False)
    weber.documents(weber_token, patient="Patient/p-3", status="current")
    events = entries(reuter.call("GET", "/AuditEvent?patient=Patient/p-3", token))
    assert {"Dr Claire Weber", "Jo Reuter"} == {e["agent"][0]["name"] for e in events}


def test_cf_048_063_level_changes_only_for_those_who_see_the_document(desk: Desk) -> None:
    console_actions.perform(desk.world, {"act": "disable", "document": "d-14"})
    console_actions.perform(desk.world, {"act": "level", "document": "d-13", "level": "prive"})
    console_actions.perform(desk.world, {"act": "level", "document": "d-14", "level": "prive"})
    client = desk.login("kieffer")
    events = entries(
        client.call("GET", "/AuditEvent?patient=Patient/p-2", desk.open(client, "p-2", code=False))
    )
    actions = [e["subtype"][1]["code"] for e in events]
    assert actions.count("level-change") == 1, "his own summary d-13, not d-14 which he cannot see"
    console_actions.perform(desk.world, {"act": "level", "document": "d-14", "level": "standard"})
    token = desk.open(client, "p-2", code=False)
    events = entries(client.call("GET", "/AuditEvent?patient=Patient/p-2", token))
    assert "document-disabled" in [e["subtype"][1]["code"] for e in events], "the administrator is visible"


def test_cf_065_my_own_accesses(desk: Desk) -> None:
    client, other = desk.login("weber"), desk.login("schmitz")
    desk.open(client)
    desk.open(other)
    events = entries(
        client.call("GET", "/AuditEvent?agent=Practitioner/ps-weber&date=ge2026-01-01T00:00:00Z")
    )
    assert {e["agent"][0]["name"] for e in events} == {"Dr Claire Weber"} and len(events) == 2
    assert client.call("GET", "/AuditEvent?agent=Practitioner/ps-schmitz").status_code == 403
    assert entries(client.call("GET", "/AuditEvent?agent=Practitioner/ps-weber&date=ge2999-01-01")) == []


def local_read(document: str, local_id: str, when: str) -> dict:
    base = "https://dsp.example/fhir/StructureDefinition/"
    return {
        "resourceType": "AuditEvent",
        "extension": [{"url": base + "local-read-id", "valueUri": local_id}],
        "recorded": when,
        "entity": [
            {"what": {"reference": "Patient/p-1"}},
            {"what": {"reference": f"DocumentReference/{document}"}},
        ],
    }


def test_cf_060_a_local_read_is_reported_once(desk: Desk) -> None:
    client = desk.login()
    desk.open(client)
    local_id, when = str(uuid.uuid4()), desk.world.clock.now().isoformat()
    statuses = [
        client.call("POST", "/AuditEvent", json=local_read("d-1", local_id, when)).status_code for _ in "ab"
    ]
    assert statuses == [201, 200]
    with desk.world.database() as database:
        [trace] = database.scalars(select(TraceRow).where(TraceRow.local_id == local_id))
    assert (trace.action, trace.acting_as, trace.document_id) == ("read", "consultation", "d-1")
    bad = client.call("POST", "/AuditEvent", json=local_read("unknown", str(uuid.uuid4()), when))
    assert bad.status_code == 400
    other = desk.login("schmitz")
    assert other.call("POST", "/AuditEvent", json=local_read("d-1", local_id, when)).status_code == 400


# -- directory ---------------------------------------------------------------------------------------


def test_directory(desk: Desk) -> None:
    client = desk.login()
    [person] = entries(client.call("GET", "/Practitioner?name=weber"))
    assert person["id"] == "ps-weber"
    assert entries(client.call("GET", "/Organization?name=pharmacie"))[0]["id"] == "org-thill"
    url = "/PractitionerRole?practitioner=Practitioner/ps-weber"
    found = client.call(
        "GET", f"{url}&_include=PractitionerRole:practitioner&_include=PractitionerRole:organization"
    )
    assert [e["search"]["mode"] for e in found.json()["entry"]] == ["match", "include", "include"]
    assert client.call("GET", "/Practitioner/ps-weber").json()["name"][0]["family"] == "Weber"
    assert client.call("GET", "/Organization/unknown").status_code == 404


# -- acts --------------------------------------------------------------------------------------------


def test_cf_030_the_mr_is_blacklisted_only_after_revocation(desk: Desk) -> None:
    ban = {"act": "blacklist", "patient": "p-2", "practitioner": "ps-kieffer"}
    with pytest.raises(Refused):
        console_actions.perform(desk.world, ban)
    revoke = {"act": "revoke", "patient": "p-2", "practitioner": "ps-kieffer", "kind": "medecin-referent"}
    console_actions.perform(desk.world, revoke)
    console_actions.perform(desk.world, ban)
    answer = desk.login("kieffer").exchange(desk.matricule("p-2"), code_of("p-2"))
    assert answer.json()["error_code"] == "presence_wrong"


def test_cf_035_leaving_the_circle_takes_effect_at_once(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client, "p-3", code=False)
    query = {"patient": "Patient/p-3", "status": "current"}
    assert client.documents(token, **query)
    console_actions.perform(
        desk.world, {"act": "revoke", "patient": "p-3", "practitioner": "ps-weber", "kind": "cercle-medical"}
    )
    assert client.call("POST", "/DocumentReference/_search", token, data=query).status_code == 403


def test_cf_036_closing_revokes_the_declaration_and_reopening_does_not_restore_it(desk: Desk) -> None:
    client = desk.login("kieffer")
    console_actions.perform(desk.world, {"act": "close", "patient": "p-2"})
    assert client.exchange(desk.matricule("p-2")).json()["error_code"] == "record_closed"
    console_actions.perform(desk.world, {"act": "reopen", "patient": "p-2"})
    assert client.exchange(desk.matricule("p-2")).json()["error_code"] == "no_mandate"
    token = desk.open(client, "p-2")
    assert client.documents(token, patient="Patient/p-2", status="current"), "the documents are back"


def test_a12_overrides(desk: Desk) -> None:
    client = desk.login("thill")
    token = desk.open(client)
    query = {"patient": "Patient/p-1", "status": "current"}
    before = {d["id"] for d in client.documents(token, **query)}
    extra = {
        "act": "override",
        "patient": "p-1",
        "practitioner": "ps-thill",
        "category": "certificat-medical",
    }
    console_actions.perform(desk.world, extra | {"rights": "R"})
    assert {d["id"] for d in client.documents(token, **query)} == before | {"d-3"}
    console_actions.perform(desk.world, extra | {"rights": ""})
    assert {d["id"] for d in client.documents(token, **query)} == before


def _hex_serial(desk: Desk) -> str:
    leaf = x509.load_pem_x509_certificate(desk.card("weber").authentication.certificate_pem.encode())
    return f"{leaf.serial_number:X}"


def test_a_suspended_card_ends_its_sessions_and_logs_in_once_reactivated(desk: Desk) -> None:
    client, act = desk.login(), {"act": "hold-card", "serial": _hex_serial(desk), "practitioner": "ps-weber"}
    console_actions.perform(desk.world, act)
    assert client.call("GET", "/Practitioner?name=weber").status_code == 401
    assert desk.client().login(desk.card("weber")).json()["error_code"] == "card_suspended"
    console_actions.perform(desk.world, act | {"held": False})
    assert desk.client().login(desk.card("weber")).status_code == 200


def test_revoked_goes_before_suspended(desk: Desk) -> None:
    for act in ("hold-card", "revoke-card"):
        console_actions.perform(desk.world, {"act": act, "serial": _hex_serial(desk)})
    assert desk.client().login(desk.card("weber")).json()["error_code"] == "card_revoked"


def test_a_revoked_card_ends_its_sessions(desk: Desk) -> None:
    client, serial = desk.login(), _hex_serial(desk)
    console_actions.perform(desk.world, {"act": "revoke-card", "serial": serial, "practitioner": "ps-weber"})
    assert client.call("GET", "/Practitioner?name=weber").status_code == 401
    assert desk.client().login(desk.card("weber")).json()["error_code"] == "card_revoked"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": "nothing"},
        {"act": "code", "patient": "p-1"},
        {"act": "level", "document": "d-6", "level": "x"},
    ],
)
def test_nonsense_acts(desk: Desk, data: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        console_actions.perform(desk.world, data)
