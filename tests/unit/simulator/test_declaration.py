"""The declaration of one patient on the platform's side: its days, notice by the rule, the end by closing."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from desktop.common.resource_files import resource
from desktop.domain.local_time import local_day
from desktop.domain.referent import add_months, first_of_next_month
from desktop.simulator import console_actions, loading
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.outcomes import Refused
from desktop.simulator.referent import DeclarationTable, declaration_of
from desktop.simulator.seed_data import notified_before
from desktop.simulator.tables import MandateRow, TraceRow
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.raw_client import RawClient
from tests.unit.simulator.test_fhir_valid import issues
from tests.unit.simulator.test_worklist import facts, group

PATH = "/EpisodeOfCare?patient=Patient/p-2"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """With what the features bring along: p-2 is Dr Kieffer's for 700 days."""
    loading.seed_features(desk.world, MinimalData(desk.world.clock.now().date()))
    return desk


@pytest.fixture
def kieffer(desk: Desk) -> tuple[RawClient, str]:
    client = desk.login("kieffer")
    return client, desk.open(client, "p-2", code=False)


def read(client: RawClient, token: str) -> dict[str, Any]:
    answer = client.call("GET", PATH, token)
    assert answer.ok, answer.text
    (entry,) = answer.json()["entry"]
    assert issues(entry["resource"]) == []
    return dict(entry["resource"])


def notice(client: RawClient, token: str, id: str, agreed: Any) -> Any:
    body = {"resourceType": "Parameters", "parameter": [{"name": "agreed", "valueBoolean": agreed}]}
    return client.call("POST", f"/EpisodeOfCare/{id}/$notice", token, json=body)


def effective_since(desk: Desk, day: date) -> None:
    with desk.world.database() as database:
        row = database.scalar(select(DeclarationTable).where(DeclarationTable.patient_id == "p-2"))
        assert row is not None
        row.effective = day


def test_its_days_are_those_of_the_work_list(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    client, token = kieffer
    found = read(client, token)
    assert facts(found)["mr-declaration"] == facts(group(client)["member"][0])["mr-declaration"]
    assert found["status"] == "active" and found["careManager"]["reference"] == "Practitioner/ps-kieffer"
    effective = date.fromisoformat(facts(found)["mr-declaration"]["effective"])
    assert effective.day == 1 and found["period"]["start"] == effective.isoformat()


def test_every_mission_begins_on_the_first_of_a_month(desk: Desk) -> None:
    """Domain §7.1, of every declaration of the data set."""
    with desk.world.database() as database:
        rows = database.scalars(select(DeclarationTable)).all()
        days = [row.effective for row in rows if row.effective is not None]
    assert days and {day.day for day in days} == {1}


def test_no_mission_begins_before_it_is_validated(desk: Desk) -> None:
    """Domain §B.3: the rights follow the validation, the mission comes after it."""
    with desk.world.database() as database:
        rows = [row for row in database.scalars(select(DeclarationTable)) if row.validated is not None]
        days = [[d for d in (row.notified, row.validated, row.effective) if d is not None] for row in rows]
    assert days and all(len(three) == 3 and three == sorted(three) for three in days)


@pytest.mark.parametrize(
    "start", [date(2026, 10, 1), date(2026, 10, 6), date(2026, 3, 31), date(2027, 1, 26)]
)
def test_a_notification_goes_before_its_validation(start: date) -> None:
    """« Validée 06.10. » after « effective 01.10. » is no declaration."""
    notified = notified_before(start, 25)
    assert notified <= start <= first_of_next_month(notified)


@pytest.mark.parametrize(
    ("months", "agreed", "taken"),
    [(11, False, False), (11, True, True), (12, False, True), (30, False, True)],
)
def test_notice_needs_an_agreement_in_the_first_year(
    desk: Desk, kieffer: tuple[RawClient, str], months: int, agreed: bool, taken: bool
) -> None:
    client, token = kieffer
    today = local_day(desk.world.clock.now())
    effective_since(desk, add_months(today, -months))
    answer = notice(client, token, read(client, token)["id"], agreed)
    if taken:
        told = facts(answer.json())["mr-declaration"]
        assert (told["notice"], told["ends"]) == (today.isoformat(), add_months(today, 2).isoformat())
    else:
        assert answer.status_code == 422 and "notice_needs_agreement" in answer.text
        assert "notice" not in facts(read(client, token))["mr-declaration"]


def test_a_notice_is_one_act_and_the_right_runs_to_its_last_day(
    desk: Desk, kieffer: tuple[RawClient, str]
) -> None:
    """CF-060, CF-099: given twice it stands as it stood, with one trace."""
    client, token = kieffer
    effective_since(desk, local_day(desk.world.clock.now()) - timedelta(days=500))
    id = read(client, token)["id"]
    first, again = (notice(client, token, id, agreed=False).json() for _ in range(2))
    assert facts(first) == facts(again)
    with desk.world.database() as database:
        actions = list(database.scalars(select(TraceRow.action).where(TraceRow.action == "mr-notice")))
        mandate = database.scalar(select(MandateRow).where(MandateRow.patient_id == "p-2"))
        assert mandate is not None and mandate.end is not None
        last = local_day(mandate.end - timedelta(seconds=1))
    assert actions == ["mr-notice"]
    assert last.isoformat() == facts(first)["mr-declaration"]["ends"]
    assert read(client, token)["status"] == "active"


def test_the_patient_gives_notice_by_the_same_rule(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    client, token = kieffer
    effective_since(desk, local_day(desk.world.clock.now()) - timedelta(days=30))
    data = {"act": "notice", "patient": "p-2", "practitioner": "ps-kieffer"}
    with pytest.raises(Refused):
        console_actions.perform(desk.world, data)
    console_actions.perform(desk.world, {**data, "agreed": True})
    assert facts(read(client, token))["mr-declaration"]["notice"]


def test_cf036_closing_the_dsp_ends_it_at_once(desk: Desk, kieffer: tuple[RawClient, str]) -> None:
    client, token = kieffer
    console_actions.perform(desk.world, {"act": "close", "patient": "p-2"})
    assert client.call("GET", PATH, token).status_code == 403
    told = facts(group(client)["member"][0])["mr-declaration"]
    assert told["cause"] == "dsp-closed" and told["ended"]


@pytest.mark.parametrize(("name", "patient"), [("weber", "p-1"), ("weber", "p-3")])
def test_cf071_others_neither_read_nor_end_it(desk: Desk, name: str, patient: str) -> None:
    client = desk.login(name)
    token = desk.open(client, patient, code=patient == "p-1")
    answer = client.call("GET", f"/EpisodeOfCare?patient=Patient/{patient}", token)
    assert answer.status_code == 403 and "not_entitled" in answer.text
    assert notice(client, token, "mr-p-2-0", agreed=True).status_code == 404


def test_the_last_declaration_is_the_one_that_was_signed_last(desk: Desk) -> None:
    """Not the one whose id comes last as a text."""
    today = local_day(desk.world.clock.now())
    with desk.world.database() as database:
        for id, ago in (("mr-p-1-9", 900), ("mr-p-1-10", 30)):
            database.add(
                DeclarationTable(
                    id=id, patient_id="p-1", practitioner_id="ps-kieffer", cause="", notified=None,
                    signed_patient=today - timedelta(days=ago), signed_doctor=None, validated=None,
                    effective=None, notice=None, ends=None, ended=None,
                )
            )  # fmt: skip
        database.flush()
        last = declaration_of(database, "ps-kieffer", "p-1")
        assert last is not None and last.id == "mr-p-1-10"
    members = group(desk.login("kieffer"))["member"]
    mine = next(m for m in members if m["entity"]["reference"] == "#p-1")
    signed = facts(mine)["mr-declaration"]["signed-patient"]
    assert signed == (today - timedelta(days=30)).isoformat()


def test_the_operation_is_defined() -> None:
    path = resource("profiles", "fhir", "OperationDefinition-notice.json")
    assert issues(json.loads(path.read_text(encoding="utf-8"))) == []
