"""ALD statements on the platform's side: who may send, what is refused, which trace, the clock."""

import copy
import json
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests import Response
from sqlalchemy import select

from desktop.domain.local_time import local_day
from desktop.simulator import console_actions, loading
from desktop.simulator.ald_past import Past
from desktop.simulator.demo.dataset import load
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.questionnaires import answers, defects, questionnaire
from desktop.simulator.referent import StatementTable, seeded
from desktop.simulator.seed_data import SeedDeclaration
from desktop.simulator.tables import TraceRow
from tests.samples import signed
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient
from tests.unit.simulator.test_fhir_valid import issues
from tests.unit.simulator.test_worklist import facts, group

PATH = "/QuestionnaireResponse"
MINE = f"{PATH}?patient=Patient/p-2"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """With what the features bring along: p-2 is Dr Kieffer's."""
    loading.seed_features(desk.world, MinimalData(desk.world.clock.now().date()))
    return desk


@pytest.fixture
def kieffer(desk: Desk) -> tuple[RawClient, str]:
    """The médecin référent of p-2, and the patient's token."""
    client = desk.login("kieffer")
    return client, desk.open(client, "p-2", code=False)


def coded(link_id: str, system: str, code: str) -> dict[str, Any]:
    return {"linkId": link_id, "answer": [{"valueCoding": {"system": system, "code": code}}]}


def ald(code: int, answer: str = "toujours", **more: Any) -> dict[str, Any]:
    """One condition, by the names of its parts."""
    items = [
        coded("condition.code", "urn:dsp:ald", str(code)),
        coded("condition.answer", "urn:dsp:ald-answer", answer),
    ]
    if "since" in more:
        items.append({"linkId": "condition.since", "answer": [{"valueDate": more["since"]}]})
    if "kind" in more:
        items.append(coded("condition.type", "urn:dsp:ald-diabetes", more["kind"]))
    if "condition" in more:
        answers = [{"valueString": words} for words in more["condition"]]
        items.append({"linkId": "condition.name", "answer": answers})
    if "long" in more:
        items.append({"linkId": "condition.over-six-months", "answer": [{"valueBoolean": more["long"]}]})
    if "course" in more:
        items.append(coded("condition.course", "urn:dsp:ald-course", more["course"]))
    return {"linkId": "condition", "item": items}


def statement(number: int, *alds: dict[str, Any], patient: str = "p-2") -> dict[str, Any]:
    definition = questionnaire("ald-releve")
    days = (("period.from", "2024-12-15"), ("period.to", "2026-12-14"))
    period = [{"linkId": name, "answer": [{"valueDate": day}]} for name, day in days]
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{number:08d}"},
        "questionnaire": f"{definition['url']}|{definition['version']}",
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "authored": "2026-11-29T10:52:00Z",
        "author": {"reference": "Practitioner/ps-kieffer"},
        "item": [{"linkId": "period", "item": period}, *(alds or (ald(13, since="2014"),))],
    }


def act(desk: Desk, name: str, **data: Any) -> None:
    console_actions.perform(desk.world, {"act": name, "patient": "p-2", **data})


def told(resource: dict[str, Any]) -> dict[str, Any]:
    return dict(facts(resource)["mr-statement"])


def post(desk: Desk, client: RawClient, token: str, body: dict[str, Any]) -> Response:
    """Signed by Dr Kieffer."""
    own = signed.statement(body, signed.key_of(desk.card("kieffer")))
    return client.call("POST", PATH, token, json=own)


def sent(desk: Desk, client: RawClient, token: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = post(desk, client, token, body)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def former(client: RawClient, token: str) -> list[dict[str, Any]]:
    answer = client.call("GET", MINE, token)
    assert answer.ok, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", [])]


def traces(desk: Desk) -> list[tuple[str, str, str, bool]]:
    with desk.world.database() as database:
        rows = database.scalars(select(TraceRow).where(TraceRow.action.like("ald-%")))
        return [(row.action, row.practitioner_id or row.who, row.patient_id, row.succeeded) for row in rows]


def test_sent_received_accepted_each_with_one_trace(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    """CF-060."""
    client, token = kieffer
    answer = post(desk, client, token, statement(1))
    assert answer.status_code == 201 and answer.headers["Location"].endswith(answer.json()["id"])
    assert told(answer.json()).keys() == {"state", "sent"} and told(answer.json())["state"] == "envoye"
    act(desk, "receive-statement")
    received = told(former(client, token)[0])
    assert received["state"] == "recu" and received["receipt"] and received["received"]
    act(desk, "accept-statement")
    accepted = told(former(client, token)[0])
    today = local_day(desk.world.clock.now()).isoformat()
    assert (accepted["state"], accepted["accepted"]) == ("accepte", today)
    assert accepted["receipt"] == received["receipt"], "one receipt"
    assert traces(desk) == [
        ("ald-send", "ps-kieffer", "p-2", True), ("ald-received", "cns", "p-2", True),
        ("ald-list", "ps-kieffer", "p-2", True), ("ald-accepted", "cns", "p-2", True),
        ("ald-list", "ps-kieffer", "p-2", True),
    ]  # fmt: skip


def test_returned_with_its_reason_it_may_be_sent_anew(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    client, token = kieffer
    sent(desk, client, token, statement(1))
    act(desk, "return-statement", reason="La date manque.")
    assert told(former(client, token)[0])["returned"] == "La date manque."
    assert sent(desk, client, token, statement(2))["identifier"]["value"] == "urn:uuid:00000002"
    assert [told(s)["state"] for s in former(client, token)] == ["envoye", "retourne"]


def test_while_one_waits_no_other_is_taken(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    client, token = kieffer
    sent(desk, client, token, statement(1))
    answer = post(desk, client, token, statement(2))
    assert answer.status_code == 422 and "ald_pending" in answer.text


def test_the_same_one_twice_is_one(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    """A lost answer: what stands under the identifier is answered again, and traced once."""
    client, token = kieffer
    first, again = (sent(desk, client, token, statement(1)) for _ in range(2))
    assert first == again and len(former(client, token)) == 1
    assert [t[0] for t in traces(desk)] == ["ald-send", "ald-list"]


def test_looking_for_my_own_needs_no_record_and_leaves_no_trace(
    desk: Desk, kieffer: tuple[RawClient, str]
) -> None:
    client, token = kieffer
    sent(desk, client, token, statement(1))
    asked = f"{PATH}?identifier=urn:ietf:rfc:3986|urn:uuid:00000001"
    assert client.call("GET", asked).json()["total"] == 1
    assert desk.login("weber").call("GET", asked).json()["total"] == 0, "another's is not found"
    assert client.call("GET", asked.replace("00000001", "7")).json()["total"] == 0
    assert [t[0] for t in traces(desk)] == ["ald-send"]


@pytest.mark.parametrize(("name", "patient"), [("weber", "p-1"), ("weber", "p-3"), ("schmitz", "p-1")])
def test_cf071_nobody_else_reads_or_sends(desk: Desk, name: str, patient: str) -> None:
    """Neither by a consultation nor as a member of the cercle; the refusal is traced."""
    client = desk.login(name)
    token = desk.open(client, patient, code=patient == "p-1")
    for answer in (
        client.call("GET", f"{PATH}?patient=Patient/{patient}", token),
        post(desk, client, token, statement(1, patient=patient)),
    ):
        assert answer.status_code == 403 and "not_entitled" in answer.text
    assert [t[0::3] for t in traces(desk)] == [("ald-list", False), ("ald-send", False)]
    with desk.world.database() as database:
        assert database.scalar(select(StatementTable).where(StatementTable.patient_id == patient)) is None


def test_another_patients_token_sends_nothing(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    client, token = kieffer
    answer = post(desk, client, token, statement(1, patient="p-1"))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("alds", "taken"),
    [
        ((ald(8, kind="2"),), True),
        ((ald(31, condition=("Sarcoïdose",), long=True, course="evolutive"),), True),
        ((ald(31, "termine", condition=("Sarcoïdose",)),), True),
        ((ald(32, condition=("BPCO", "Goutte")),), True),
        ((ald(32, condition=("BPCO",)),), False),
        ((ald(31, condition=("Sarcoïdose",), long=False, course="grave"),), False),
    ],
)
def test_cf097_the_platform_keeps_the_rules_too(
    desk: Desk, kieffer: tuple[RawClient, str], alds: tuple[dict[str, Any], ...], taken: bool
) -> None:
    client, token = kieffer
    answer = post(desk, client, token, statement(1, *alds))
    assert answer.status_code == (201 if taken else 422), answer.text
    assert taken or "ald_incomplete" in answer.text


def _broken(change: str) -> dict[str, Any]:
    body = copy.deepcopy(statement(1))
    period, group = body["item"][0]["item"], body["item"][1]["item"]
    match change:
        case "status":
            body["status"] = "in-progress"
        case "canonical":
            body["questionnaire"] += ".9"
        case "author":
            body["author"] = {"reference": "Practitioner/ps-weber"}
        case "identifier":
            del body["identifier"]["system"]
        case "no period":
            del body["item"][0]
        case "no day":
            del period[1]
        case "no answer":
            group[1]["answer"] = []
        case "wrong type":
            group[2]["answer"] = [{"valueString": "2014"}]
        case "no such code":
            group[0]["answer"][0]["valueCoding"]["code"] = "33"
        case "no such day":
            group[2]["answer"] = [{"valueDate": "2014-13"}]
        case "unknown link":
            group.append({"linkId": "condition.opinion", "answer": [{"valueString": "x"}]})
        case "not asked":
            group.append(coded("condition.type", "urn:dsp:ald-diabetes", "2"))
        case "twice":
            group.append(group[1])
        case "no condition":
            del body["item"][1:]
    return body


@pytest.mark.parametrize(
    "change",
    ["status", "canonical", "author", "identifier", "no period", "no day", "no answer", "wrong type",
     "no such code", "no such day", "unknown link", "not asked", "twice", "no condition"],
)  # fmt: skip
def test_what_is_no_answer_to_the_questionnaire_is_refused(
    desk: Desk, kieffer: tuple[RawClient, str], change: str
) -> None:
    client, token = kieffer
    assert client.call("POST", PATH, token, json=_broken(change)).status_code == 400
    assert former(client, token) == []


def test_what_is_served_is_valid_and_answers_the_questionnaire(
    desk: Desk, kieffer: tuple[RawClient, str]
) -> None:
    client, token = kieffer
    sent(desk, client, token, statement(1, ald(8, kind="1", since="2014-05"), ald(13, "incertain")))
    bundle = client.call("GET", MINE, token).json()
    assert issues(bundle) == []
    for entry in bundle["entry"]:
        assert issues(entry["resource"]) == []
        assert list(defects(entry["resource"], questionnaire("ald-releve"))) == []


def test_the_data_set_brings_statements_that_follow_each_other(desk: Desk) -> None:
    """Each begins on the day on which the one before it was accepted, and answers the questionnaire."""
    declared = MinimalData(desk.world.clock.now().date()).patients()[1]
    accepted = date(2025, 3, 4)
    old = SeedDeclaration("ps-kieffer", validated=date(2019, 1, 2), ald_accepted=accepted)
    rows = Past("mr-x", declared, old).rows()
    assert [row.accepted for row in rows] == [accepted - timedelta(days=730 * n) for n in (2, 1, 0)]
    bodies = [json.loads(row.content) for row in rows]
    for body in bodies:
        assert list(defects(body, questionnaire("ald-releve"))) == [] and issues(body) == []
    starts = [body["item"][0]["item"][0]["answer"][0]["valueDate"] for body in bodies]
    assert starts[1:] == [row.accepted.isoformat() for row, _ in pairwise(rows) if row.accepted]


def test_every_statement_of_the_demo_answers_the_questionnaire() -> None:
    """Of 200 declared patients and more; each patient's conditions are those of his problems."""
    today = date(2026, 11, 30)
    states: set[str] = set()
    for patient in load(7, today).patients():
        for id, declaration in seeded(patient, today):
            if declaration.validated is None:
                continue
            for row in Past(id, patient, declaration).rows():
                states.add(row.state)
                body = json.loads(row.content)
                assert list(defects(body, questionnaire("ald-releve"))) == []
                told = {answers(item, "condition.code")[0]["code"] for item in body["item"][1:]}
                assert told == {str(code) for code in patient.ald}
    assert states == {"accepte", "envoye", "retourne"}


ACTS = ("send", "receive", "accept", "return")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=9))
def test_cf096_list_and_page_agree_after_any_acts(
    desk: Desk, kieffer: tuple[RawClient, str], acts: list[str]
) -> None:
    """The work list tells what the statements themselves tell, and only an acceptance moves its clock."""
    client, token = kieffer
    with desk.world.database() as database:
        for row in database.scalars(select(StatementTable)):
            database.delete(row)
    state, accepted, number = "a-faire", None, 0
    for name in acts:
        waits = state in ("envoye", "recu")
        if name == "send":
            number += 1
            desk.later(1)
            answer = post(desk, client, token, statement(number))
            assert answer.status_code == (422 if waits else 201)
            state = state if waits else "envoye"
        elif waits:
            day = (date(2026, 1, 1) + timedelta(days=number)).isoformat()
            act(desk, f"{name}-statement", day=day, reason="x")
            state = {"receive": "recu", "accept": "accepte", "return": "retourne"}[name]
            accepted = day if name == "accept" else accepted
        else:
            with pytest.raises(ValueError, match="waits"):
                act(desk, f"{name}-statement", day="2026-01-01", reason="x")
        line = facts(group(client)["member"][0])["mr-ald-statement"]
        assert (line["state"], line.get("accepted")) == (state, accepted)
        page = [told(s) for s in former(client, token)]
        assert (page[0]["state"] if page else "a-faire") == state
        assert max((s["accepted"] for s in page if "accepted" in s), default=None) == accepted
