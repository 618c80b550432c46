"""Publishing: proven, unknown or refused, never twice."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.local_time import local_day
from desktop.domain.record import Level
from desktop.services.outbox import OutboxService
from desktop.simulator.submission import LARGEST_DOCUMENT
from tests.fakes import open_store
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import (
    PDF,
    SETTLE,
    Make,
    Sender,
    code,
    deposit,
    deposits,
    failed,
    good,
    sendings,
)


@pytest.fixture(autouse=True, params=["kind", "strict"])
def mode(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[str]:
    """A platform that makes all easy, and one that does no more than the standards ask."""
    if request.param == "strict":
        simulator.control.intake(repeated=422, settle_s=SETTLE)
    yield request.param
    simulator.control.intake()


@pytest.mark.parametrize("dialect", ["transaction", "light", "auto"])
@pytest.mark.parametrize("level", [Level.STANDARD, Level.CONFIDENTIEL, Level.ANNONCE])
def test_publish(doctor: Make, simulator: Simulator, dialect: str, level: Level) -> None:
    """CF-015: the author who stands there is the card's holder."""
    made = doctor(profile={"publish": dialect})
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    sent = deposit(patient, mandate, level=level)
    progress: list[tuple[int, int]] = []
    found = good(made.platform.publish(sent, PDF, lambda *at: progress.append(at))).id
    made.later(SETTLE)
    if dialect == "light":
        stored = good(made.platform.find_published(sent))
        assert stored is not None
        assert stored.id == found
    else:
        (row,) = deposits(simulator, sent)
        assert (row["id"], row["sha1"], row["author"]) == (found, sent.sha1, "ps-weber")
        assert (row["title"], row["level"]) == (sent.title, level.value)
    assert progress[-1][0] == progress[-1][1] > len(PDF)
    listed = next(d for d in made.listed(patient) if d.id == found)
    assert (listed.level, listed.sha1, listed.title) == (level, sent.sha1, sent.title)
    assert listed.created is not None
    assert listed.created.date() == sent.created


@pytest.mark.parametrize(("fault", "stands"), [("lost_answer", True), ("drop", False)])
def test_lost_publish(sender: Sender, simulator: Simulator, fault: str, *, stands: bool) -> None:
    """Contract §5, CF-079: unknown, then proved by its identifier; nothing is sent twice."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    posts = simulator.control.state()["requests"].get("POST /", 0)
    simulator.control.fault(fault, "POST /$", times=1)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    made.later(SETTLE)
    found = good(made.platform.find_published(sent))
    assert (found is not None) is stands
    assert len(deposits(simulator, sent)) == int(stands) == sendings(simulator, sent)
    assert simulator.control.state()["requests"].get("POST /", 0) - posts == int(stands)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_broken_gateway_at_publish_is_unknown(sender: Sender, simulator: Simulator, status: int) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("status", "POST /$", times=1, value=status)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    assert made.platform.find_published(sent) is None
    assert good(made.platform.publish(sent, PDF))
    assert len(deposits(simulator, sent)) == 1


@pytest.mark.parametrize("cut", [0, 5, 200])
def test_cut_answer_of_a_publish(sender: Sender, simulator: Simulator, cut: int) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("cut", "POST /$", times=1, value=cut)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    made.later(SETTLE)
    assert good(made.platform.find_published(sent)) is not None
    assert len(deposits(simulator, sent)) == 1


def test_read_back_that_fails_leaves_it_unknown(sender: Sender, simulator: Simulator) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("drop", "/DocumentReference/", times=6)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    made.later(SETTLE)
    assert good(made.platform.find_published(sent)) is not None


def test_mixed_result_is_read_back(sender: Sender, simulator: Simulator) -> None:
    """HTTP 200 with one refused entry, as Medplum answers."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("mixed_result", times=1)
    found = good(made.platform.publish(sent, PDF)).id
    assert deposits(simulator, sent)[0]["id"] == found


def test_sending_again_makes_no_second_document(sender: Sender, simulator: Simulator, mode: str) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    first = good(made.platform.publish(sent, PDF))
    again = made.platform.publish(sent, PDF)
    if mode == "kind":
        assert again == first
    else:
        assert failed(again) is Code.DEPOSIT_REFUSED
    assert len(deposits(simulator, sent)) == 1 and sendings(simulator, sent) == 2


def test_look_up_is_never_answered_from_a_former_one(sender: Sender, simulator: Simulator) -> None:
    """CF-079: HAPI answers a search that is repeated within a minute from the former answer."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.intake(repeated=422, settle_s=SETTLE)
    simulator.control.fault("lost_answer", "POST /$", times=1)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    made.later(SETTLE / 2)
    assert made.platform.find_published(sent) is None, "it cannot be found yet"
    made.later(SETTLE + 5)
    assert good(made.platform.find_published(sent)) is not None


def test_version_whose_answer_was_lost_supersedes_all_the_same(doctor: Make, simulator: Simulator) -> None:
    """CF-052: a platform that does not supersede by itself is told, whoever learned of the version."""
    made = doctor(profile={"replace_patch": False})
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    first = good(made.platform.publish(deposit(patient, mandate), PDF)).id
    second = deposit(patient, mandate, replaces=first)
    simulator.control.fault("lost_answer", "POST /$", times=1)
    assert failed(made.platform.publish(second, PDF)) is Code.DEPOSIT_UNKNOWN
    made.later(SETTLE)
    asked = _metadata_requests(simulator)
    assert good(made.platform.find_published(second)) is not None
    assert _metadata_requests(simulator) == asked + 1, "the former version was not looked at"


@pytest.mark.parametrize(
    ("changes", "content", "expected"),
    [
        ({"category": "resume-patient"}, PDF, Code.CATEGORY_NOT_ALLOWED),
        ({"created": local_day(datetime.now(UTC)) + timedelta(days=3)}, PDF, Code.DATE_IN_FUTURE),
        ({"sha1": "00" * 20}, PDF, Code.DIGEST_MISMATCH),
        ({"size": 3}, PDF, Code.DIGEST_MISMATCH),
        ({"episode_id": "e-1-1"}, PDF, Code.DEPOSIT_REFUSED),
    ],
)
def test_refused_deposits(
    sender: Sender, simulator: Simulator, changes: dict[str, Any], content: bytes, expected: Code
) -> None:
    made, patient, mandate = sender
    sent = deposit(patient, mandate, content, **changes)
    assert failed(made.platform.publish(sent, content)) is expected
    assert deposits(simulator, sent) == []


def test_identifier_of_another_document(sender: Sender, simulator: Simulator) -> None:
    """What stands there is not what was sent: never « déposé »."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    good(made.platform.publish(sent, PDF))
    other = PDF.replace(b"xxx", b"yyy")
    false = replace(sent, sha1=hashlib.sha1(other, usedforsecurity=False).hexdigest(), size=len(other))
    made.later(SETTLE)
    assert failed(made.platform.publish(false, other)) is Code.DIGEST_MISMATCH
    assert failed(made.platform.find_published(false)) is Code.DIGEST_MISMATCH


@pytest.mark.parametrize("patched", [True, False])
def test_new_version_supersedes(doctor: Make, patched: bool) -> None:
    made = doctor(profile={"replace_patch": patched})
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    first = good(made.platform.publish(deposit(patient, mandate), PDF)).id
    second = good(made.platform.publish(deposit(patient, mandate, replaces=first), PDF)).id
    made.later(SETTLE)
    rows = {d.id: d for d in made.listed(patient)}
    assert first not in rows
    assert [d.id for d in good(made.platform.versions(rows[second]))] == [first]


def test_outbox_sends_by_the_running_mandate_after_a_restart(sender: Sender, doctor: Make) -> None:
    """Contract §4: no presence from the outbox."""
    _, patient, mandate = sender
    later = doctor()
    assert good(later.platform.publish(deposit(patient, mandate), PDF))


def test_ended_mandate_stops_the_outbox(sender: Sender, doctor: Make, simulator: Simulator) -> None:
    _, patient, mandate = sender
    simulator.control.act("shorten-mandate", mandate=mandate.id)
    later = doctor()
    assert failed(later.platform.publish(deposit(patient, mandate), PDF)) is Code.NO_MANDATE


@pytest.mark.parametrize("arrived", [True, False])
def test_lost_answer_is_found_by_its_author_after_the_mandate(
    sender: Sender, doctor: Make, simulator: Simulator, *, arrived: bool
) -> None:
    """Contract §4, §5: the author's own view answers without a mandate, and opens nobody's record."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    simulator.control.fault("lost_answer" if arrived else "drop", "POST /$", times=1)
    assert failed(made.platform.publish(sent, PDF)) is Code.DEPOSIT_UNKNOWN
    simulator.control.act("shorten-mandate", mandate=mandate.id)
    later = doctor()
    later.later(SETTLE)
    tokens = _token_requests(simulator)
    opened = len(later.traces("open"))
    found = good(later.platform.find_published(sent))
    assert (found is not None) is arrived
    assert _token_requests(simulator) == tokens
    assert len(later.traces("open")) == opened


@pytest.mark.parametrize("arrived", [True, False])
def test_outbox_resolves_an_unknown_outcome_after_the_mandate(
    sender: Sender, doctor: Make, simulator: Simulator, *, arrived: bool
) -> None:
    """CF-031, CF-079: « issue à vérifier » ends as deposited or as held, never with a second document."""
    made, patient, mandate = sender
    sent = deposit(patient, mandate)
    store = open_store()
    store.enqueue(sent, PDF)
    simulator.control.fault("lost_answer" if arrived else "drop", "POST /$", times=1)
    OutboxService(made.platform, store, made.clock).pump()
    assert store.shelf().rows[sent.unique_id][0].state is OutboxState.UNKNOWN
    simulator.control.act("shorten-mandate", mandate=mandate.id)
    later = doctor()
    service = OutboxService(later.platform, store, later.clock)
    for minute in (1, 2):
        later.later(SETTLE * minute)
        service.pump()
    assert store.shelf().rows[sent.unique_id][0].state is (OutboxState.SENT if arrived else OutboxState.HELD)
    assert len(deposits(simulator, sent)) == int(arrived) == sendings(simulator, sent)


def test_the_client_lets_through_what_the_simulator_takes_and_not_more(
    sender: Sender, simulator: Simulator
) -> None:
    """One limit, the profile's; a refusal for size says how large and how much is allowed."""
    made, patient, mandate = sender
    limit = made.platform.document_limit()
    assert limit == LARGEST_DOCUMENT
    larger = b"%PDF-1.4\n" + b"x" * limit + b"\n%%EOF\n"
    sent = deposit(patient, mandate, larger)
    refused = made.platform.publish(sent, larger)
    assert refused == Failure.of(Code.FILE_TOO_LARGE, megabytes=51, limit=50)
    assert deposits(simulator, sent) == []


def _metadata_requests(simulator: Simulator) -> int:
    requests: dict[str, int] = simulator.control.state()["requests"]
    return requests.get("GET /DocumentReference/{id}", 0)


def _token_requests(simulator: Simulator) -> int:
    return sum(n for call, n in simulator.control.state()["requests"].items() if call.endswith("/token"))
