"""The historique des activités on the platform's side: who may read it, and what it never betrays."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from desktop.simulator import console_actions, loading
from desktop.simulator.control import state
from desktop.simulator.faults import Faults
from desktop.simulator.loading import Background
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.tables import SEEDED, ContentRow, DocumentRow, TraceRow
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """With the past that the data set brings along."""
    loading.seed_features(desk.world, MinimalData(desk.world.clock.now().date()))
    return desk


def history(client: RawClient, token: str, patient: str, since: str = "") -> list[dict]:
    date = f"&date=ge{since}" if since else ""
    answer = client.call("GET", f"/AuditEvent?patient=Patient/{patient}{date}", token)
    assert answer.ok, answer.text
    return [e["resource"] for e in answer.json().get("entry", [])]


def action(event: dict) -> str:
    return event["subtype"][1]["code"]


def documents(events: list[dict]) -> set[str]:
    found = [e["what"]["reference"] for event in events for e in event.get("entity", [])]
    return {r.split("/")[1] for r in found if r.startswith("DocumentReference/")}


def test_a_record_has_a_past(desk: Desk) -> None:
    """CF-063: deposits, openings and readings by everybody, the patient's acts among them, newest first."""
    client = desk.login("kieffer")
    events = history(client, desk.open(client, "p-2", code=False), "p-2")
    assert {"send", "mandate-opened"} <= {action(e) for e in events}
    times = [datetime.fromisoformat(e["recorded"]) for e in events]
    assert times == sorted(times, reverse=True) and times[0] <= datetime.now(UTC)
    assert documents(events) >= {"d-13", "d-14"}


def test_only_who_sees_a_document_sees_that_anything_was_done_to_it(desk: Desk) -> None:
    """CF-048: not the level change alone, every line about a hidden document."""
    client = desk.login("kieffer")
    assert "d-14" in documents(history(client, desk.open(client, "p-2", code=False), "p-2"))
    console_actions.perform(desk.world, {"act": "level", "document": "d-14", "level": "prive"})
    events = history(client, desk.open(client, "p-2", code=False), "p-2")
    assert "d-14" not in documents(events) and "d-13" in documents(events)
    with desk.world.database() as database:
        about = database.scalars(select(TraceRow).where(TraceRow.document_id == "d-14")).all()
    assert len(about) >= 2, "they exist, and the patient sees them"
    assert not {t.id for t in about} & {e["id"] for e in events}


def test_what_is_not_on_the_platform_yet_is_seen_by_nobody(desk: Desk) -> None:
    """A document whose bytes are still being made may turn out to be one that is hidden."""
    with desk.world.database() as database:
        database.execute(delete(ContentRow))
        database.execute(delete(DocumentRow))
    client = desk.login("kieffer")
    events = history(client, desk.open(client, "p-2", code=False), "p-2")
    assert events and documents(events) == set()


@pytest.mark.parametrize(
    ("name", "patient", "with_code", "allowed"),
    [
        ("weber", "p-1", True, False),  # consultation
        ("thill", "p-1", True, False),  # a pharmacist by consultation
        ("kieffer", "p-2", False, True),  # médecin référent
        ("weber", "p-3", False, True),  # cercle
        ("reuter", "p-3", False, True),  # cercle, a nurse
    ],
)
def test_cf_061_by_mandate_not_by_profession(
    desk: Desk, name: str, patient: str, with_code: bool, allowed: bool
) -> None:
    client = desk.login(name)
    token = desk.open(client, patient, code=with_code)
    answer = client.call("GET", f"/AuditEvent?patient=Patient/{patient}", token)
    assert answer.ok is allowed
    if not allowed:
        assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == "not_entitled"


def test_cf_061_neither_with_the_sessions_token_nor_with_another_patients(desk: Desk) -> None:
    client = desk.login("weber")
    other = desk.open(client, "p-3", code=False)
    for token in (client.token, other):
        answer = client.call("GET", "/AuditEvent?patient=Patient/p-2", token)
        assert answer.status_code == 403
        assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == "no_mandate"


def test_the_right_ends_with_the_mandate(desk: Desk) -> None:
    client = desk.login("kieffer")
    token = desk.open(client, "p-2", code=False)
    assert history(client, token, "p-2")
    revoke = {"patient": "p-2", "practitioner": "ps-kieffer", "kind": "medecin-referent"}
    console_actions.perform(desk.world, {"act": "revoke", **revoke})
    answer = client.call("GET", "/AuditEvent?patient=Patient/p-2", token)
    assert answer.status_code in (401, 403)


def test_each_reading_of_it_is_one_trace(desk: Desk) -> None:
    """CF-060."""
    client = desk.login("kieffer")
    token = desk.open(client, "p-2", code=False)
    for n in range(3):
        events = history(client, token, "p-2")
        assert [action(e) for e in events].count("history") == n
    refused = desk.login("weber")
    refused.call("GET", "/AuditEvent?patient=Patient/p-1", desk.open(refused))
    told = state(desk.world, Faults(desk.world), Background(desk.world, None))["traces"]
    assert [t["practitioner"] for t in told if t["action"] == "history"] == ["ps-kieffer"] * 3


def test_since(desk: Desk) -> None:
    client = desk.login("kieffer")
    token = desk.open(client, "p-2", code=False)
    everything = history(client, token, "p-2")
    middle = everything[len(everything) // 2]["recorded"]
    later = history(client, token, "p-2", middle.replace("+", "%2B"))
    assert 0 < len(later) < len(everything) + 1
    assert all(datetime.fromisoformat(e["recorded"]) >= datetime.fromisoformat(middle) for e in later)


def test_the_past_of_the_data_set_is_no_act_of_a_client(desk: Desk) -> None:
    told = state(desk.world, Faults(desk.world), Background(desk.world, None))["traces"]
    assert told == []
    with desk.world.database() as database:
        assert all(t.id.startswith(SEEDED) for t in database.scalars(select(TraceRow)))


def test_the_control_interface_tells_acts_in_the_order_in_which_they_were_written(desk: Desk) -> None:
    """A moved clock left a login of the future behind: it stood last, whoever logged in after it."""
    desk.later(3600)
    desk.login("weber")
    desk.later(-3600)
    desk.login("kieffer")
    told = state(desk.world, Faults(desk.world), Background(desk.world, None))["traces"]
    assert [t["practitioner"] for t in told] == ["ps-weber", "ps-kieffer"]
