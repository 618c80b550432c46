"""The médecin référent's list on the platform's side: whose it is, what it tells, which trace it leaves."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from desktop.common.resource_files import resource
from desktop.domain.local_time import local_day
from desktop.simulator import console_actions, loading
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.referent import DeclarationTable, new_statement
from desktop.simulator.tables import DocumentRow, PractitionerRow, TraceRow
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient
from tests.unit.simulator.test_fhir_valid import issues

LIST = "/Group/mr-patients"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """With the declarations that the data set brings along: p-2 is Dr Kieffer's."""
    loading.seed_features(desk.world, MinimalData(desk.world.clock.now().date()))
    return desk


def group(client: RawClient, path: str = LIST) -> dict[str, Any]:
    answer = client.call("GET", path)
    assert answer.ok, answer.text
    (entry,) = answer.json()["entry"]
    return dict(entry["resource"])


def facts(member: dict[str, Any]) -> dict[str, Any]:
    """By the last part of their addresses: a value, or parts."""
    found = {}
    for fact in member["extension"]:
        values = [value for key, value in fact.items() if key.startswith("value")]
        found[fact["url"].rpartition("/")[2]] = values[0] if values else facts(fact)
    return found


def signed_by_patient(patient_id: str, on: date) -> DeclarationTable:
    """To Dr Kieffer; nothing more has happened yet."""
    return DeclarationTable(
        id=f"mr-x-{patient_id}", patient_id=patient_id, practitioner_id="ps-kieffer", cause="",
        signed_patient=on, signed_doctor=None, notified=None, validated=None, effective=None,
        notice=None, ends=None, ended=None,
    )  # fmt: skip


def traces(desk: Desk, who: str) -> list[TraceRow]:
    with desk.world.database() as database:
        mine = select(TraceRow).where(TraceRow.practitioner_id == who, TraceRow.id.not_like("seed-%"))
        return [t for t in database.scalars(mine) if t.action != "login"]


def test_documents_that_are_still_on_their_way_are_not_counted(desk: Desk) -> None:
    """Before the demo knows which they are: « no résumé » would be a false « en retard »."""
    desk.world.filling.set()
    (member,) = group(desk.login("kieffer"))["member"]
    assert set(facts(member)) == {"mr-declaration", "mr-ald-statement"}
    desk.world.filling.clear()
    (member,) = group(desk.login("kieffer"))["member"]
    assert facts(member)["mr-summary"]["versions"] == 1


@pytest.mark.parametrize("written", [0, 3, 7])
def test_what_the_demo_still_brings_in_is_counted_as_it_will_be(desk: Desk, written: int) -> None:
    """The list is right from the login on, however many of the documents are there by then."""
    client = desk.login("kieffer")
    (whole,) = group(client)["member"]
    dataset = MinimalData(desk.world.clock.now().date())
    planned = [d for d in dataset.documents() if d.patient_id == "p-2"]
    missing = [d.id for d in planned][written:]
    assert missing or written
    with desk.world.database() as database:
        database.execute(delete(DocumentRow).where(DocumentRow.id.in_(missing)))
        former = [d.replaces for d in planned if d.id in missing and d.replaces]
        database.execute(update(DocumentRow).where(DocumentRow.id.in_(former)).values(superseded=False))
    desk.world.planned = {"p-2": planned}
    desk.world.filling.set()
    (told,) = group(client)["member"]
    assert facts(told) == facts(whole)
    desk.world.filling.clear()
    (bare,) = group(client)["member"]
    assert facts(bare) != facts(whole) or not missing, "without the plan it would be wrong"


def test_dates_and_counts_and_not_a_title(desk: Desk) -> None:
    client = desk.login("kieffer")
    answer = client.call("GET", LIST)
    found = group(client)
    assert found["quantity"] == 1 and [p["id"] for p in found["contained"]] == ["p-2"]
    told = facts(found["member"][0])
    today = local_day(desk.world.clock.now())
    assert told["mr-summary"] == {"versions": 1, "last": (today - timedelta(days=15)).isoformat()}
    assert told["mr-annonces"] == {"count": 0} and told["mr-duplicates"] == 0
    assert {"validated", "effective", "notified"} <= told["mr-declaration"].keys()
    assert "Expertise" not in answer.text and "Résumé" not in answer.text


def test_cf062_one_trace_in_his_name_and_none_in_a_record(desk: Desk) -> None:
    client = desk.login("kieffer")
    group(client)
    (trace,) = traces(desk, "ps-kieffer")
    assert (trace.action, trace.patient_id, trace.succeeded) == ("mr-worklist", "", True)


def test_its_pages_are_one_act_and_nobody_else_s(desk: Desk) -> None:
    today = local_day(desk.world.clock.now())
    with desk.world.database() as database:
        for n in (1, 3, 5, 7):
            database.add(signed_by_patient(f"p-{n}", today))
    client, other = desk.login("kieffer"), desk.login("weber")
    seen: list[str] = []
    path = f"{LIST}?_count=2"
    while path:
        bundle = client.call("GET", path).json()
        page = bundle["entry"][0]["resource"]
        assert page["quantity"] == 5 and len(page["member"]) <= 2
        seen += [p["id"] for p in page["contained"]]
        path = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
        if path:
            assert other.call("GET", path).status_code == 404
    assert sorted(seen) == ["p-1", "p-2", "p-3", "p-5", "p-7"]
    assert [t.action for t in traces(desk, "ps-kieffer")] == ["mr-worklist"]


def test_of_who_is_not_validated_yet_only_the_declaration_is_told(desk: Desk) -> None:
    with desk.world.database() as database:
        database.add(signed_by_patient("p-1", date(2026, 1, 1)))
    found = {m["entity"]["reference"]: facts(m) for m in group(desk.login("kieffer"))["member"]}
    assert found["#p-1"].keys() == {"mr-declaration"}


@pytest.mark.parametrize("name", ["thill", "reuter"])
def test_cf071_others_are_refused_and_the_refusal_is_traced(desk: Desk, name: str) -> None:
    answer = desk.login(name).call("GET", LIST)
    assert answer.status_code == 403
    codes = {c["code"] for c in answer.json()["issue"][0]["details"]["coding"]}
    assert codes == {"not_entitled", "habilitation"}
    (trace,) = traces(desk, f"ps-{name}")
    assert (trace.action, trace.succeeded, trace.reason) == ("mr-worklist", False, "not_entitled")


def test_cf100_a_substitute_sees_an_empty_list(desk: Desk) -> None:
    """Of the same practice, or not: a declaration names one doctor."""
    with desk.world.database() as database:
        database.get_one(PractitionerRow, "ps-weber").organization_id = "org-kieffer"
    found = group(desk.login("weber"))
    assert found["quantity"] == 0 and "member" not in found and "contained" not in found


def test_cf036_closing_the_dsp_revokes_and_reopening_does_not_restore(desk: Desk) -> None:
    client = desk.login("kieffer")
    console_actions.perform(desk.world, {"act": "close", "patient": "p-2"})
    for act in ("", "reopen"):
        if act:
            console_actions.perform(desk.world, {"act": act, "patient": "p-2"})
        found = group(client)
        told = facts(found["member"][0])
        assert told.keys() == {"mr-declaration"}
        assert told["mr-declaration"]["cause"] == "dsp-closed" and told["mr-declaration"]["ended"]
        state = found["contained"][0]["extension"][0]["valueCode"]
        assert state == ("active" if act else "closed")


def test_a_revoked_declaration_is_no_closed_dsp(desk: Desk) -> None:
    revoke = {"patient": "p-2", "practitioner": "ps-kieffer", "kind": "medecin-referent"}
    console_actions.perform(desk.world, {"act": "revoke", **revoke})
    told = facts(group(desk.login("kieffer"))["member"][0])
    assert told["mr-declaration"]["cause"] == "notice"


def test_what_ended_long_ago_is_listed_no_more(desk: Desk) -> None:
    client = desk.login("kieffer")
    with desk.world.database() as database:
        (row,) = database.scalars(select(DeclarationTable).where(DeclarationTable.patient_id == "p-2"))
        row.ended, row.cause = local_day(desk.world.clock.now()) - timedelta(days=90), "replaced"
        id = row.id
    assert group(client)["quantity"] == 1
    with desk.world.database() as database:
        row = database.get_one(DeclarationTable, id)
        assert row.ended is not None
        row.ended -= timedelta(days=1)
    assert group(client)["quantity"] == 0


def test_new_documents_are_those_since_my_last_visit(desk: Desk) -> None:
    """Nobody was there: not told, instead of none."""
    client = desk.login("kieffer")
    with desk.world.database() as database:
        for trace in database.scalars(select(TraceRow).where(TraceRow.action == "open")).all():
            database.delete(trace)
    assert "mr-new-documents" not in facts(group(client)["member"][0])
    desk.open(client, "p-2", code=False)
    assert facts(group(client)["member"][0])["mr-new-documents"] == 0


def test_cf096_only_an_acceptance_resets_the_clock(desk: Desk) -> None:
    client = desk.login("kieffer")
    now = desk.world.clock.now()
    with desk.world.database() as database:
        (declaration,) = database.scalars(select(DeclarationTable))
        former, present = (
            new_statement(declaration.id, "p-2", "ps-kieffer", f"urn:{n}", now - timedelta(days=ago))
            for n, ago in enumerate((900, 0))
        )
        former.state, former.accepted = "accepte", date(2024, 6, 1)
        former.content = present.content = "{}"
        database.add_all((former, present))
    told = facts(group(client)["member"][0])["mr-ald-statement"]
    assert (told["state"], told["accepted"]) == ("envoye", "2024-06-01") and told["sent"]
    console_actions.perform(desk.world, {"act": "accept-statement", "patient": "p-2", "day": "2026-06-02"})
    assert facts(group(client)["member"][0])["mr-ald-statement"] == {
        "state": "accepte",
        "accepted": "2026-06-02",
    }


def test_it_is_valid_fhir_and_every_extension_is_defined(desk: Desk) -> None:
    with desk.world.database() as database:
        (row,) = database.scalars(select(DeclarationTable))
        row.notice, row.ends = date(2026, 1, 2), date(2090, 1, 1)
    answer = desk.login("kieffer").call("GET", LIST)
    assert issues(answer.json()) == []
    (member,) = answer.json()["entry"][0]["resource"]["member"]
    folder = resource("profiles", "fhir")
    for fact in member["extension"]:
        defined = json.loads(
            (folder / f"StructureDefinition-{fact['url'].rpartition('/')[2]}.json").read_text()
        )
        assert defined["url"] == fact["url"]
        slices = {e["sliceName"] for e in defined["differential"]["element"] if "sliceName" in e}
        assert {part["url"] for part in fact.get("extension", [])} <= slices
