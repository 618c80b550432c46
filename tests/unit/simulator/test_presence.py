"""Opening a record: mandates, presence code, lock-out (contract §4, domain §4.5)."""

import json

import pytest
import requests
from sqlalchemy import select

from desktop.simulator import console_actions
from desktop.simulator.tables import MandateRow, PatientRow
from tests.unit.simulator.conftest import Desk, code_of
from tests.unit.simulator.raw_client import RawClient


def error_code(answer: requests.Response) -> str:
    return answer.json().get("error_code", answer.json().get("error", ""))


def mandates(desk: Desk) -> list[MandateRow]:
    with desk.world.database() as database:
        return [m for m in database.scalars(select(MandateRow)) if m.kind == "consultation"]


def test_the_right_code_opens_one_consultation(desk: Desk) -> None:
    client = desk.login()
    answer = client.exchange(desk.matricule("p-1"), code_of("p-1"))
    [detail] = answer.json()["authorization_details"]
    [mandate] = mandates(desk)
    assert detail["mandate"]["id"] == mandate.id and detail["mandate"]["kind"] == "consultation"
    assert detail["mandate"]["end"].endswith("Z") and detail["mandate"]["grace_end"].endswith("Z")
    assert "refresh_token" not in answer.json()


def test_cf_007_a_standing_mandate_needs_no_code(desk: Desk) -> None:
    for name, patient, kind in (("kieffer", "p-2", "medecin-referent"), ("weber", "p-3", "cercle-medical")):
        answer = desk.login(name).exchange(desk.matricule(patient))
        [detail] = answer.json()["authorization_details"]
        assert detail["mandate"]["kind"] == kind and "end" not in detail["mandate"]
    assert mandates(desk) == []


def test_cf_005_code_is_asked_again_after_mandate_and_grace(desk: Desk) -> None:
    client = desk.login()
    desk.open(client)
    desk.later(23 * 3600)
    client = desk.login()
    assert client.exchange(desk.matricule("p-1")).ok, "in grace no code is needed"
    desk.later(3601)
    client = desk.login()
    assert error_code(client.exchange(desk.matricule("p-1"))) == "no_mandate"


def opened_by(client: RawClient) -> list[tuple[str, str]]:
    """What my traces say of openings: action and outcome, oldest first."""
    events = client.call("GET", "/AuditEvent?agent=Practitioner/ps-weber").json()["entry"]
    told = [(e["resource"]["subtype"][1]["code"], e["resource"]["outcome"]) for e in events]
    return [one for one in reversed(told) if one[0] in ("open", "mandate-opened")]


def test_a_running_mandate_is_used_and_no_second_one_opened(desk: Desk) -> None:
    client = desk.login()
    desk.open(client)
    [first] = mandates(desk)
    desk.later(60)
    answer = desk.open(client)
    assert answer and [(m.id, m.end, m.grace_end) for m in mandates(desk)] == [
        (first.id, first.end, first.grace_end)
    ], "a right code prolongs nothing"


def test_a_wrong_code_is_wrong_also_under_a_running_mandate(desk: Desk) -> None:
    """Contract §4: a code is judged wherever one is sent; what runs needs none (CF-007)."""
    client = desk.login()
    desk.open(client)
    assert error_code(client.exchange(desk.matricule("p-1"), "whatever")) == "presence_wrong"
    assert len(opened_by(client)) == 2, "the refusal is traced"
    for _ in range(3):
        client.exchange(desk.matricule("p-1"), "whatever")
    assert error_code(client.exchange(desk.matricule("p-1"), "whatever")) == "presence_locked"
    assert client.exchange(desk.matricule("p-1")).ok, "the mandate runs on"
    assert len(mandates(desk)) == 1


def test_cf_060_every_opening_under_a_running_mandate_is_traced_with_a_code_or_without(desk: Desk) -> None:
    desk.open(desk.login())
    for code in (None, code_of("p-1")):
        client = desk.login()
        before = opened_by(client)
        assert client.exchange(desk.matricule("p-1"), code).ok
        assert opened_by(client)[len(before) :] == [("open", before[0][1])]
    assert client.exchange(desk.matricule("p-1"), code_of("p-1")).ok
    assert len(opened_by(client)) == len(before) + 1, "a renewal is no second opening"


def test_cf_009_wrong_codes_lock_after_five_and_even_the_right_one_is_refused(desk: Desk) -> None:
    client = desk.login()
    for _ in range(4):
        answer = client.exchange(desk.matricule("p-1"), "wrong")
        assert answer.json() == {"error": "access_denied", "error_code": "presence_wrong"}
    locked = client.exchange(desk.matricule("p-1"), "wrong")
    assert error_code(locked) == "presence_locked" and locked.json()["retry_after"] == 900
    assert locked.headers["retry-after"] == "900"
    assert error_code(client.exchange(desk.matricule("p-1"), code_of("p-1"))) == "presence_locked"
    other = desk.login("schmitz")
    assert other.exchange(desk.matricule("p-1"), code_of("p-1")).ok, "the lock is tied to one professional"
    assert client.exchange(desk.matricule("p-4"), code_of("p-4")).ok, "and to one patient"
    desk.later(901)
    client = desk.login()
    assert client.exchange(desk.matricule("p-1"), code_of("p-1")).ok


def test_a_right_code_forgets_the_wrong_ones(desk: Desk) -> None:
    client = desk.login()
    for _ in range(4):
        client.exchange(desk.matricule("p-4"), "wrong")
    desk.open(client, "p-4")
    [mandate] = mandates(desk)
    console_actions.perform(desk.world, {"act": "shorten-mandate", "mandate": mandate.id})
    assert error_code(client.exchange(desk.matricule("p-4"), "wrong")) == "presence_wrong"


def test_a_blacklisted_professional_cannot_tell_a_ban_from_a_wrong_code(desk: Desk) -> None:
    client = desk.login()
    right = [client.exchange(desk.matricule("p-9"), code_of("p-9")) for _ in range(5)]
    assert [error_code(a) for a in right] == ["presence_wrong"] * 4 + ["presence_locked"]
    assert error_code(client.exchange(desk.matricule("p-9"))) == "no_mandate"
    assert mandates(desk) == []


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        ("p-5", "record_inactive"),
        ("p-6", "record_closed"),
        ("p-7", "record_deceased"),
        ("p-8", "record_none"),
    ],
)
@pytest.mark.parametrize("with_code", [True, False])
def test_cf_024_036_the_state_of_the_dsp_comes_before_the_code(
    desk: Desk, patient: str, expected: str, with_code: bool
) -> None:
    code = code_of(patient) if with_code else None
    answer = desk.login().exchange(desk.matricule(patient), code)
    assert error_code(answer) == expected
    assert ("inactive_until" in answer.json()) == (patient == "p-5")


def test_cf_023_unknown_patient(desk: Desk) -> None:
    assert error_code(desk.login().exchange("1800010100100")) == "patient_not_found"


def test_cf_011_the_code_of_another_patient_is_wrong(desk: Desk) -> None:
    answer = desk.login().exchange(desk.matricule("p-1"), code_of("p-4"))
    assert error_code(answer) == "presence_wrong"


def test_a_changed_code_takes_effect_at_once(desk: Desk) -> None:
    console_actions.perform(desk.world, {"act": "code", "patient": "p-1", "code": "neu"})
    client = desk.login()
    assert error_code(client.exchange(desk.matricule("p-1"), code_of("p-1"))) == "presence_wrong"
    assert client.exchange(desk.matricule("p-1"), "neu").ok


@pytest.mark.parametrize(
    "details",
    ["", "[]", "{}", "nonsense", '[{"type":"other"}]',
     '[{"type":"dsp_record","patient":"urn:oid:9|1","purpose":"TREAT"}]',
     '[{"type":"dsp_record","patient":"urn:oid:1.3.182.4.4|","purpose":"TREAT"}]',
     '[{"type":"dsp_record","patient":"urn:oid:1.3.182.4.4|1","purpose":"BTG"}]',
     '[{"type":"dsp_record","patient":"urn:oid:1.3.182.4.4|1","purpose":"TREAT","presence":{"method":"code"}}]',
     '[{"type":"dsp_record","patient":"urn:oid:1.3.182.4.4|1","purpose":"TREAT","presence":{"method":"code","value":""}}]'],
)  # fmt: skip
def test_cf_032_nothing_but_a_treatment_with_a_code_or_a_right(desk: Desk, details: str) -> None:
    client = desk.login()
    answer = client.post_token(
        grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token=client.token,
        subject_token_type="urn:ietf:params:oauth:token-type:access_token",
        authorization_details=details,
    )
    assert answer.json()["error"] == "invalid_authorization_details"


def test_a_patient_token_opens_no_other_patient(desk: Desk) -> None:
    client = desk.login()
    token = desk.open(client)
    client.token, session = token, client.token
    assert error_code(client.exchange(desk.matricule("p-4"), code_of("p-4"))) == "session_ended"
    client.token = session
    answer = client.call(
        "POST", "/DocumentReference/_search", token, data={"patient": "Patient/p-4", "status": "current"}
    )
    assert answer.status_code == 403


def test_codes_stand_in_the_database_as_slow_hashes_only(desk: Desk) -> None:
    desk.open(desk.login())
    with desk.world.database() as database:
        row = database.get_one(PatientRow, "p-1")
        assert row.code_hash.startswith("$argon2id$")
    raw = b"".join(p.read_bytes() for p in desk.world.console.path.parent.glob("platform.sqlite*"))
    assert code_of("p-1").encode() not in raw


def test_one_trace_for_opening_and_none_for_renewal(desk: Desk) -> None:
    client = desk.login()
    desk.open(client)
    desk.open(client, code=False)
    desk.later(700)
    assert json.loads(client.call("GET", "/metadata").content)["resourceType"] == "CapabilityStatement"
    client = desk.login()
    desk.open(client, code=False)
    events = client.call("GET", "/AuditEvent?agent=Practitioner/ps-weber").json()["entry"]
    actions = [e["resource"]["subtype"][1]["code"] for e in events]
    assert sorted(actions) == ["login", "login", "mandate-opened", "open"]
