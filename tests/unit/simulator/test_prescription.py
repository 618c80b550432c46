"""An ordonnance issued, found, reserved and delivered (contract §8)."""

import base64
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.common.bundle_signature import split_signature
from desktop.domain.prescription.identifier import new_access_code
from desktop.domain.prescription.ordonnance import ERASED, Amount, Line, Override, RenewalClass
from desktop.signing import jws
from desktop.simulator.console_actions import perform
from desktop.simulator.tables import ContentRow, DocumentRow, TraceRow
from desktop.sync.prescription import standing as tell
from desktop.sync.profile import Systems
from tests.samples.practice import NOW
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.rx import (
    EXTENSIONS,
    MEDICINES,
    Counter,
    Practice,
    act,
    error,
    extension,
    facts,
    line,
    lines_of,
    standing,
)


@pytest.fixture
def practice(desk: Desk) -> Practice:
    return Practice(desk)


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)


def traces(desk: Desk, who: str = "") -> list[tuple[str, str, str]]:
    with desk.world.database() as database:
        rows = database.scalars(select(TraceRow).where(TraceRow.action.like("rx-%"))).all()
        return [(t.action, t.patient_id, t.reason) for t in rows if who in ("", t.practitioner_id)]


def reports(database: Database) -> list[DocumentRow]:
    """What the pharmacist of the « Cygne » deposited."""
    sent = (DocumentRow.author_id == "ps-thill", DocumentRow.submission_id != "")
    return list(database.scalars(select(DocumentRow).where(*sent).order_by(DocumentRow.registered)))


def test_what_was_signed_is_found_by_its_qr_alone(desk: Desk, practice: Practice, counter: Counter) -> None:
    issued = practice.issue(line(1), line(2), act(3))
    found = counter.search(**issued.by_qr)
    assert found.status_code == 200, found.text
    kinds = [(e["resource"]["resourceType"], e["search"]["mode"]) for e in found.json()["entry"]]
    assert kinds == [
        ("MedicationRequest", "match"), ("MedicationRequest", "match"), ("ServiceRequest", "match"),
        ("Binary", "include"), ("Patient", "include"), ("Practitioner", "include"),
    ]  # fmt: skip
    [binary] = counter.resources(issued.by_qr, "Binary")
    assert base64.b64decode(binary["data"]) == issued.bundle, "byte by byte"
    [patient] = counter.resources(issued.by_qr, "Patient")
    assert set(patient) == {"resourceType", "id", "identifier", "name", "gender", "birthDate"}, "CF-078"
    [author] = counter.resources(issued.by_qr, "Practitioner")
    assert extension(author, "may-practise") is True
    assert traces(desk, "ps-thill") == [("rx-find", "p-1", "")] * 4
    first = counter.resources(issued.by_qr)[0]
    assert standing(first) == {"state": "active", "delivered": 0, "deliveries": 0}


def test_both_or_none_are_there(desk: Desk, practice: Practice) -> None:
    ordonnance = practice.ordonnance()
    bundle = practice.sealed(ordonnance)
    assert error(practice.send(bundle.replace(b"Ramipril", b"Ramipriil"), new_access_code())) == (
        422, "rx_signature_refused",
    )  # fmt: skip
    with desk.world.database() as database:
        assert not database.scalars(select(DocumentRow).where(DocumentRow.submission_id != "")).all()
    assert practice.send(bundle, new_access_code()).status_code == 200
    with desk.world.database() as database:
        rows = database.scalars(select(DocumentRow).where(DocumentRow.submission_id != "")).all()
        sent = [t for t in database.scalars(select(TraceRow)) if t.action == "send"]
        assert len(rows) == 2 and len(sent) == 1
        assert {r.format for r in rows} == {"", "urn:dsp:ordonnance:1"}


def test_only_the_author_s_own_signature_counts(practice: Practice) -> None:
    foreign = practice.sealed(practice.ordonnance(), card="kieffer")
    assert error(practice.send(foreign, new_access_code())) == (422, "rx_signature_refused")
    unknown = practice.sealed(practice.ordonnance(), card="unknown-issuer")
    assert error(practice.send(unknown, new_access_code())) == (422, "rx_signature_refused")


def test_a_code_stands_once(practice: Practice) -> None:
    issued = practice.issue()
    again = practice.sealed(replace(issued.ordonnance, lines=(line(),)))
    assert error(practice.send(again, new_access_code())) == (409, "rx_code_taken")
    wrong = practice.sealed(replace(issued.ordonnance, code="0" * 16))
    assert error(practice.send(wrong, new_access_code())) == (422, "rx_data_refused")


def test_what_is_no_ordonnance_of_this_patient_is_refused(practice: Practice) -> None:
    other = practice.ordonnance()
    other = replace(other, patient=replace(other.patient, matricule="1948110200265"))
    assert error(practice.send(practice.sealed(other), new_access_code())) == (422, "rx_other_patient")
    without = practice.sealed(practice.ordonnance(line(quantity=None)))
    assert error(practice.send(without, new_access_code())) == (422, "rx_data_refused")
    acts = practice.sealed(practice.ordonnance(act()))
    assert error(practice.send(acts, new_access_code())) == (422, "rx_data_refused")
    answer = practice.send(acts, new_access_code(), category="traitements-medicaux-prescrits")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", ["weber", "reuter"])
def test_finding_is_the_pharmacist_s(desk: Desk, practice: Practice, name: str) -> None:
    issued = practice.issue()
    stranger = Counter(desk, name)
    assert error(stranger.search(**issued.by_qr)) == (403, "not_entitled")
    assert traces(desk, f"ps-{name}")[-1] == ("rx-find", "", "not_entitled")


def test_five_wrong_birth_dates_block_the_typed_code_for_everybody(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """CF-110: the QR still opens it."""
    issued, other = practice.issue(), Counter(desk, "wiltgen")
    for left in (4, 3, 2, 1):
        answer = counter.search(**issued.by_birth_date("1961-03-15"))
        assert error(answer) == (403, "rx_second_factor") and facts(answer) == {"tries-left": left}
    assert error(counter.search(**issued.by_birth_date("1961-03-15"))) == (403, "rx_blocked")
    for who in (counter, other):
        answer = who.search(**issued.by_birth_date("1961-03-14"))
        assert error(answer) == (403, "rx_blocked") and "until" in facts(answer)
    assert other.resources(issued.by_qr)
    desk.later(3601)
    counter, other = Counter(desk), Counter(desk, "wiltgen")
    assert other.resources(issued.by_birth_date("1961-03-14"))
    answer = counter.search(**issued.by_birth_date("1961-03-15"))
    assert facts(answer) == {"tries-left": 4}, "a right one begins anew"


def test_nobody_learns_which_codes_exist(practice: Practice, counter: Counter) -> None:
    nobody = practice.ordonnance().code
    found = {"group-identifier": f"urn:dsp:ordonnance|{nobody}", "birthdate": "1961-03-14"}
    assert error(counter.search(**found)) == (403, "rx_second_factor")
    found = {"group-identifier": f"urn:dsp:ordonnance|{nobody}", "access-code": new_access_code()}
    assert counter.search(**found).json()["total"] == 0


def test_by_matricule_the_open_and_the_recent_ones(desk: Desk, practice: Practice, counter: Counter) -> None:
    practice.issue()
    found = {"patient:identifier": f"urn:oid:1.3.182.4.4|{desk.matricule('p-1')}"}
    assert len(counter.resources(found)) == 1
    assert traces(desk, "ps-thill") == [("rx-list", "p-1", "")]
    desk.later(timedelta(days=100).total_seconds())
    assert Counter(desk).resources(found) == [], "expired, and older than 90 days"


def test_two_lines_are_delivered_at_once_with_their_report(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    issued = practice.issue(line(1), line(2))
    lines = counter.resources(issued.by_qr)
    tokens = [counter.held(one) for one in lines]
    assert [one["state"] for one in lines_of(desk, issued)] == ["reservee", "reservee"]
    told = [counter.dispense(one, token) for one, token in zip(lines, tokens, strict=True)]
    answer = counter.deliver(*told)
    assert answer.status_code == 200, answer.text
    assert [e["response"]["status"] for e in answer.json()["entry"]] == ["201 Created"] * 5
    assert [one["state"] for one in lines_of(desk, issued)] == ["delivree", "delivree"]
    with desk.world.database() as database:
        assert [r.category for r in reports(database)] == ["dispensation-medicamenteuse"]
    assert [t for t in traces(desk, "ps-thill") if t[0] == "rx-dispense"] == [("rx-dispense", "p-1", "")]
    again = counter.deliver(*told)
    assert [e["response"]["status"] for e in again.json()["entry"]][:2] == ["200 OK"] * 2, "CF-107"
    assert [one["state"] for one in lines_of(desk, issued)] == ["delivree", "delivree"]


def test_a_serial_number_and_a_proxy_stay_at_the_counter(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    counter.deliver(counter.dispense(one, counter.held(one)))
    [own] = counter.resources(issued.by_qr, "MedicationDispense")
    [foreign] = Counter(desk, "wiltgen").resources(issued.by_qr, "MedicationDispense")
    assert "SN-12345" in str(own) and "Proxy" in str(own)
    assert "SN-12345" not in str(foreign) and "Proxy" not in str(foreign)
    assert "lease-token" not in str(own)


def test_a_part_then_the_rest_at_another_pharmacy(desk: Desk, practice: Practice, counter: Counter) -> None:
    issued, other = practice.issue(), Counter(desk, "wiltgen")
    [one] = counter.resources(issued.by_qr)
    assert counter.deliver(counter.dispense(one, counter.held(one), 30)).status_code == 200
    [one] = other.resources(issued.by_qr)
    assert standing(one)["state"] == "partielle" and standing(one)["delivered"] == 30
    token = other.held(one)
    [seen] = counter.resources(issued.by_qr)
    answer = counter.reserve(seen)
    assert error(answer) == (409, "rx_reserved") and facts(answer)["pharmacy"] == "Pharmacie de la Sûre"
    answer = other.deliver(other.dispense(one, token, 61))
    assert error(answer) == (422, "rx_quantity") and facts(answer)["left"] == "60"
    assert other.deliver(other.dispense(one, token, 60)).status_code == 200
    [told] = lines_of(desk, issued)
    assert (told["state"], told["delivered"]) == ("delivree", "90")
    [seen] = counter.resources(issued.by_qr)
    answer = counter.reserve(seen)
    assert error(answer) == (409, "rx_state"), "CF-102"
    assert facts(answer) == {"line": seen["id"], "state": "delivree", "obstacle": "rr-sans-mention"}


def test_all_or_none(desk: Desk, practice: Practice, counter: Counter) -> None:
    issued = practice.issue(line(1), line(2))
    first, second = counter.resources(issued.by_qr)
    told = [counter.dispense(first, counter.held(first)), counter.dispense(second, "none")]
    assert error(counter.deliver(*told)) == (409, "rx_lease_lost")
    assert [one["delivered"] for one in lines_of(desk, issued)] == ["0", "0"]
    with desk.world.database() as database:
        assert not reports(database)


def test_a_lease_ends_with_its_time_and_with_the_session(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """CF-109."""
    issued, other = practice.issue(), Counter(desk, "wiltgen")
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    desk.later(601)
    assert error(counter.deliver(counter.dispense(one, token))) == (401, "session_ended")
    counter, other = Counter(desk), Counter(desk, "wiltgen")
    assert error(counter.deliver(counter.dispense(one, token))) == (409, "rx_lease_lost")
    [one] = other.resources(issued.by_qr)
    other.held(one)
    answer = counter.deliver(counter.dispense(one, token))
    assert error(answer) == (409, "rx_lease_lost") and facts(answer)["pharmacy"] == "Pharmacie de la Sûre"
    desk.world.sessions.end_of("ps-wiltgen")
    [one] = counter.resources(issued.by_qr)
    assert standing(one)["state"] == "active"
    assert counter.held(one)


def test_the_same_session_is_told_its_token_again(practice: Practice, counter: Counter) -> None:
    """The answer to a reservation may be lost."""
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    assert counter.reserve(one).status_code == 412
    [one] = counter.resources(issued.by_qr)
    assert counter.held(one) == token
    assert counter.release(one, "another").status_code == 200
    [one] = counter.resources(issued.by_qr | {"_count": "1"})
    assert standing(one)["state"] == "reservee"


def test_undone_the_same_day_and_not_the_next(desk: Desk, practice: Practice, counter: Counter) -> None:
    """CF-116."""
    issued = practice.issue(line(1), line(2))
    first, second = counter.resources(issued.by_qr)
    counter.deliver(counter.dispense(first, counter.held(first)))
    counter.deliver(counter.dispense(second, counter.held(second), 30))
    made, part = counter.resources(issued.by_qr, "MedicationDispense")
    assert error(Counter(desk, "wiltgen").undo(made["id"])) == (404, "not_found")
    answer = Counter(desk, "arendt").undo(made["id"])
    assert answer.status_code == 200 and answer.json()["status"] == "entered-in-error", answer.text
    assert [(one["state"], one["delivered"]) for one in lines_of(desk, issued)] == [
        ("active", "0"), ("partielle", "30"),
    ]  # fmt: skip
    entries = counter.resources(issued.by_qr, "MedicationDispense")
    assert [e["status"] for e in entries] == ["entered-in-error", "completed"], "both stand"
    with desk.world.database() as database:
        assert [r.disabled for r in reports(database)] == [True, False]
    desk.later(86400)
    assert error(Counter(desk).undo(part["id"])) == (422, "rx_undo_too_late")


def test_one_of_two_is_undone_and_the_other_keeps_a_valid_report(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """CF-116, CF-077: by a version that comes with the undoing, by whichever pharmacist of the pharmacy."""
    issued = practice.issue(line(1), line(2), line(3))
    lines = counter.resources(issued.by_qr)
    answer = counter.deliver(*(counter.dispense(one, counter.held(one)) for one in lines))
    assert answer.status_code == 200, answer.text
    first, second, third = counter.resources(issued.by_qr, "MedicationDispense")
    [told] = {extension(one, "report") for one in (first, second, third)}
    assert error(counter.undo(first["id"])) == (409, "rx_report_due")
    assert error(counter.undo(first["id"], report=counter.report("another"))) == (409, "rx_report_due")
    assert error(counter.undo(first["id"], report=counter.report(told, "p-2"))) == (422, "deposit_refused")
    assert [one["status"] for one in counter.resources(issued.by_qr, "MedicationDispense")] == [
        "completed"
    ] * 3
    colleague = Counter(desk, "arendt")
    answer = colleague.undo(first["id"], report=colleague.report(told))
    assert answer.status_code == 200, answer.text
    entries = counter.resources(issued.by_qr, "MedicationDispense")
    assert [one["status"] for one in entries] == ["entered-in-error", "completed", "completed"]
    [new] = {extension(one, "report") for one in entries[1:]}
    assert extension(entries[0], "report") == told != new
    with desk.world.database() as database:
        former, stands = database.get_one(DocumentRow, told), database.get_one(DocumentRow, new)
        assert (former.superseded, former.disabled, former.version) == (True, True, 2)
        assert (stands.superseded, stands.disabled, stands.replaces) == (False, False, told)
    assert traces(desk, "ps-arendt") == [("rx-undo", "p-1", "")], "one act, one trace"
    stale = counter.undo(second["id"], report=counter.report(told))
    assert error(stale) == (409, "rx_report_due"), "a colleague was quicker"
    assert counter.undo(second["id"], report=counter.report(new)).status_code == 200
    [last] = counter.resources(issued.by_qr, "MedicationDispense")[2:]
    needless = counter.report(extension(last, "report"))
    assert error(counter.undo(last["id"], report=needless)) == (409, "rx_report_due")
    assert counter.undo(last["id"]).status_code == 200
    assert counter.undo(last["id"]).status_code == 200, "asked twice, undone once"
    with desk.world.database() as database:
        assert database.get_one(DocumentRow, extension(last, "report")).disabled


def test_a_delivery_opens_its_ordonnance_again_for_its_own_pharmacy(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    told = counter.dispense(one, counter.held(one))
    assert counter.deliver(told).status_code == 200
    by_it = {"delivery": f"urn:ietf:rfc:3986|{told['identifier'][0]['value']}"}
    before = traces(desk)
    [found] = Counter(desk, "arendt").resources(by_it, "Binary")
    assert found["id"] == issued.ordonnance.code and traces(desk) == before
    assert error(Counter(desk, "wiltgen").search(**by_it)) == (403, "not_entitled")
    [elsewhere] = Counter(desk, "wiltgen").resources(issued.by_qr, "MedicationDispense")
    assert extension(elsewhere, "report") is None
    desk.later(86401)
    assert error(Counter(desk).search(**by_it)) == (403, "not_entitled")


def test_the_prescriber_cancels_and_a_counter_in_between_is_told(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """CF-108."""
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    code = {"group-identifier": f"urn:dsp:ordonnance|{issued.ordonnance.code}"}
    mine = practice.client.call("POST", "/MedicationRequest/_search", data=code).json()["entry"][0][
        "resource"
    ]
    answer = practice.act("cancel", mine)
    assert error(answer) == (409, "rx_in_progress") and facts(answer)["pharmacy"] == "Pharmacie du Cygne"
    told = counter.dispense(one, token)
    answer = counter.deliver(told)
    assert error(answer) == (409, "rx_asked_back") and facts(answer)["reason"] == "Erreur de dosage"
    counter.release(one, token)
    mine = practice.client.call("POST", "/MedicationRequest/_search", data=code).json()["entry"][0][
        "resource"
    ]
    answer = practice.act("cancel", mine)
    assert answer.status_code == 200 and standing(answer.json())["state"] == "annulee", answer.text
    assert answer.json()["status"] == "cancelled"
    [one] = counter.resources(issued.by_qr)
    answer = counter.reserve(one)
    assert error(answer) == (409, "rx_state") and facts(answer)["state"] == "annulee"


def test_who_read_the_request_may_deliver_all_the_same(practice: Practice, counter: Counter) -> None:
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    code = {"group-identifier": f"urn:dsp:ordonnance|{issued.ordonnance.code}"}
    mine = practice.client.call("POST", "/MedicationRequest/_search", data=code).json()["entry"][0][
        "resource"
    ]
    practice.act("cancel", mine)
    seen = [{"url": "https://dsp.example/fhir/StructureDefinition/asked-back-seen", "valueBoolean": True}]
    assert counter.deliver(counter.dispense(one, token, extensions=seen)).status_code == 200


def test_the_prescriber_s_acts_follow_the_table(practice: Practice, counter: Counter) -> None:
    issued = practice.issue(line(1), act(2))
    code = {"group-identifier": f"urn:dsp:ordonnance|{issued.ordonnance.code}"}

    def mine() -> list[dict[str, object]]:
        found = practice.client.call("POST", "/MedicationRequest/_search", data=code).json()["entry"]
        return [e["resource"] for e in found if e["search"]["mode"] == "match"]

    assert error(practice.act("stop", mine()[0])) == (409, "rx_state")
    assert practice.act("suspend", mine()[0]).status_code == 200
    [one] = counter.resources(issued.by_qr)
    assert one["status"] == "on-hold" and error(counter.reserve(one)) == (409, "rx_state")
    assert practice.act("resume", mine()[0]).status_code == 200
    assert error(practice.act("cancel", mine()[0], "non")) == (400, "request_invalid")
    answer = practice.act("cancel", mine()[1])
    assert answer.status_code == 200 and answer.json()["status"] == "revoked"
    assert practice.act("cancel", mine()[0] | {"meta": {"versionId": "1"}}).status_code == 412


def test_an_s_line_needs_the_number_of_its_paper(desk: Desk, practice: Practice, counter: Counter) -> None:
    """CF-103."""
    issued = practice.issue(line(renewal=RenewalClass.S))
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    assert error(counter.deliver(counter.dispense(one, token))) == (422, "rx_paper_form")
    number = [{"url": "https://dsp.example/fhir/StructureDefinition/paper-form", "valueString": "2026-1"}]
    assert counter.deliver(counter.dispense(one, token, 30, extensions=number)).status_code == 200
    desk.later(timedelta(days=22).total_seconds())
    answer = Counter(desk).reserve(Counter(desk).resources(issued.by_qr)[0])
    assert facts(answer) == {"line": one["id"], "obstacle": "stupefiant-expire"}
    assert lines_of(desk, issued)[0]["state"] == "expiree"


def test_six_months_after_the_first_only_outside_the_insurance(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """CF-104."""
    issued = practice.issue(line(repeats=3, quantity=Amount(Decimal(30), "comprimé")))
    [one] = counter.resources(issued.by_qr)
    assert counter.deliver(counter.dispense(one, counter.held(one), 30)).status_code == 200
    desk.later(timedelta(days=190).total_seconds())
    counter = Counter(desk)
    [one] = counter.resources(issued.by_qr)
    assert standing(one)["state"] == "partielle"
    assert facts(counter.reserve(one))["obstacle"] == "six-mois-depasses"
    token = counter.held(one, outside_insurance=True)
    refused = counter.deliver(counter.dispense(one, token, 30))
    assert facts(refused)["obstacle"] == "six-mois-depasses", "it is said in the delivery too"
    told = {"url": EXTENSIONS + "outside-insurance", "valueBoolean": True}
    assert counter.deliver(counter.dispense(one, token, 30, extensions=[told])).status_code == 200
    dispensed = counter.resources(issued.by_qr, "MedicationDispense")
    assert [extension(r, "outside-insurance") for r in dispensed].count(True) == 1


def _of_batch(
    counter: Counter, of: dict[str, Any], token: str, quantity: float, batch: str
) -> dict[str, Any]:
    named = {"text": "Ramipril", "extension": [{"url": EXTENSIONS + "batch", "valueString": batch}]}
    return counter.dispense(of, token, quantity, medicationCodeableConcept=named)


def test_a_line_of_two_batches_is_one_delivery_told_in_two(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """Contract §8.3: the quantity of each batch, their sum, and no batch twice."""
    issued = practice.issue(line(repeats=3, quantity=Amount(Decimal(90), "comprimé")))
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    twice = [_of_batch(counter, one, token, 45, "A1") for _ in range(2)]
    assert error(counter.deliver(*twice)) == (422, "rx_data_refused")
    more = [_of_batch(counter, one, token, 90, batch) for batch in ("A1", "B2")]
    answer = counter.deliver(*more)
    assert error(answer) == (422, "rx_quantity"), "the second is not the next delivery of a renewable line"
    assert facts(answer)["left"] == "90"
    answer = counter.deliver(*(_of_batch(counter, one, token, n, b) for n, b in ((30, "A1"), (60, "B2"))))
    assert answer.status_code == 200
    [stands] = lines_of(desk, issued)
    assert (stands["state"], stands["deliveries"]) == ("partielle", 1)
    made = counter.resources(issued.by_qr, "MedicationDispense")
    assert sorted(r["quantity"]["value"] for r in made) == [30, 60]
    [report] = {extension(r, "report") for r in made}
    wrong = next(r for r in made if r["quantity"]["value"] == 60)
    assert counter.undo(wrong["id"], report=counter.report(report)).status_code == 200
    [stands] = lines_of(desk, issued)
    assert (stands["state"], stands["delivered"]) == ("partielle", "30"), "one batch came back, the other not"


def test_owing_refusing_and_refusing_for_good(desk: Desk, practice: Practice, counter: Counter) -> None:
    base = "https://dsp.example/fhir/StructureDefinition/"
    issued = practice.issue(line(1), line(2), line(3))
    lines = counter.resources(issued.by_qr)
    tokens = [counter.held(one) for one in lines]
    owing = [{"url": base + "owing", "valueBoolean": True}]
    final = [{"url": base + "final", "valueBoolean": True}]
    reason: dict[str, Any] = {"status": "declined", "statusReasonCodeableConcept": {"text": "Interaction"}}
    told = [
        counter.dispense(lines[0], tokens[0], 0, extensions=owing),
        counter.dispense(lines[1], tokens[1], 90, **reason),
        counter.dispense(lines[2], tokens[2], 90, extensions=final, **reason),
    ]
    answer = counter.deliver(*told, report=False)
    assert answer.status_code == 200, answer.text
    assert [one["state"] for one in lines_of(desk, issued)] == ["partielle", "active", "refusee"]
    without_reason = counter.dispense(lines[1], "x", status="declined")
    assert error(counter.deliver(without_reason, report=False)) == (422, "rx_data_refused")


def test_a_report_is_needed_where_something_was_handed_over(practice: Practice, counter: Counter) -> None:
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    told = counter.dispense(one, counter.held(one))
    assert error(counter.deliver(told, report=False)) == (422, "rx_data_refused")


def test_a_suspended_prescriber_is_told_and_a_suspended_pharmacist_refused(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    issued = practice.issue()
    perform(desk.world, {"act": "suspend", "practitioner": "ps-weber"})
    [author] = counter.resources(issued.by_qr, "Practitioner")
    assert extension(author, "may-practise") is False
    perform(desk.world, {"act": "suspend", "practitioner": "ps-thill"})
    assert error(counter.search(**issued.by_qr)) == (403, "practice_suspended")


def test_the_patient_has_it_erased(desk: Desk, practice: Practice, counter: Counter) -> None:
    issued = practice.issue(line(1, indication="hypertension"))
    perform(desk.world, {"act": "rx-erase", "code": issued.ordonnance.code})
    [one] = counter.resources(issued.by_qr)
    assert standing(one)["state"] == "effacee" and "hypertension" not in str(one)
    [binary] = counter.resources(issued.by_qr, "Binary")
    assert binary["data"] == ""


def test_one_line_that_is_erased_is_gone_everywhere_and_the_other_is_still_signed(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """Domain §C.4: the delivered line keeps its signature, the erased one leaves a digest."""
    override = Override(
        "R-1", "Alerte de la ligne deux", "test", "surveillée", "Dr X", desk.world.clock.now()
    )
    erased = line(2, indication="hypertension", overrides=(override,))
    issued = practice.issue(line(1, indication="migraine"), erased, act(3))
    first, *_ = counter.resources(issued.by_qr)
    counter.deliver(counter.dispense(first, counter.held(first)))
    [before] = counter.resources(issued.by_qr, "Binary")
    salt = re.findall(r"salt\",\"valueString\":\"([^\"]+)", base64.b64decode(before["data"]).decode())
    perform(desk.world, {"act": "rx-erase", "code": issued.ordonnance.code})
    assert [one["state"] for one in lines_of(desk, issued)] == ["delivree", "effacee", "effacee"]
    [binary] = counter.resources(issued.by_qr, "Binary")
    bundle = base64.b64decode(binary["data"])
    for words in ("hypertension", "Alerte de la ligne deux", "surveillée", erased.product.label):
        assert bundle.decode().count(words) == issued.bundle.decode().count(words) - 1, words
    assert len(salt) == 4 and [one in bundle.decode() for one in salt] == [True, False, False, False]
    detached = split_signature(bundle)
    found = jws.read(detached.jws, detached.payload)
    assert found is not None and found.intact, "the prescriber's signature holds the others"
    [told] = tell.read(
        [e["resource"] for e in counter.search(**issued.by_qr).json()["entry"]], Systems(), NOW
    )
    assert [one.state.value for one in told.lines] == ["delivree", "effacee", "effacee"]
    assert told.lines[1].line == Line(erased.identifier, 2, erased.nature, ERASED)
    with desk.world.database() as database:
        ours = (DocumentRow.category == MEDICINES, DocumentRow.submission_id != "")
        sent = database.scalars(select(DocumentRow).where(*ours)).all()
        assert len(sent) == 2 and all(row.disabled for row in sent)
        assert [database.get_one(ContentRow, row.id).data for row in sent] == [b"", b""]


def test_what_is_sent_bears_salt_and_nothing_erased(practice: Practice) -> None:
    bundle = practice.sealed(practice.ordonnance())
    for changed in (
        bundle.replace(b"/salt", b"/salz"),
        bundle.replace(b"/salt", b"/erased"),
        re.sub(rb'salt","valueString":"[^"]+', b'salt","valueString":"short', bundle),
    ):
        assert changed != bundle
        assert error(practice.send(changed, new_access_code())) == (422, "rx_data_refused")


def test_a_replaced_one_is_cancelled_with_the_new_one(desk: Desk, practice: Practice) -> None:
    former = practice.issue(line(1), line(2))
    practice.issue(line(1), replaces=former.ordonnance.code)
    assert [one["state"] for one in lines_of(desk, former)] == ["annulee", "annulee"]


def test_the_counter_s_day_is_its_own(desk: Desk, practice: Practice, counter: Counter) -> None:
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    counter.deliver(counter.dispense(one, counter.held(one)))
    day = desk.world.clock.now().date().isoformat()
    for place, total in (("mine", 1), ("org-thill", 1)):
        path = f"/MedicationDispense?performer=Organization/{place}&recorded=ge{day}"
        told = counter.client.call("GET", path).json()
        assert told["total"] == total
        [name] = {entry["resource"]["subject"]["display"] for entry in told["entry"]}
        family = name.split()[0]
        assert family == family.upper() and name != name.upper(), "as it is shown everywhere"
    other = Counter(desk, "wiltgen").client
    path = "/MedicationDispense?performer=Organization/{}&recorded=ge2026-01-01"
    assert other.call("GET", path.format("mine")).json()["total"] == 0
    assert error(other.call("GET", path.format("org-thill"))) == (403, "not_entitled")
    assert [t for t in traces(desk, "ps-thill") if t[0] == "rx-journal"] == [("rx-journal", "", "")] * 2


COUNTER_ACTS = ("reserve", "deliver", "ask", "day", "undo")


@pytest.mark.parametrize("what", COUNTER_ACTS)
def test_a_prescriber_dispenses_nothing(desk: Desk, practice: Practice, counter: Counter, what: str) -> None:
    """Each way of the counter is closed to him, and each refusal is one trace."""
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    assert counter.deliver(counter.dispense(one, token, 30)).status_code == 200
    [made] = counter.resources(issued.by_qr, "MedicationDispense")
    doctor = Counter(desk, "weber")
    before = len(traces(desk, "ps-weber"))
    answer = {
        "reserve": lambda: doctor.reserve(one),
        "deliver": lambda: doctor.deliver(doctor.dispense(one, token, 30)),
        "ask": lambda: doctor.client.call(
            "GET", f"/MedicationDispense?identifier={made['identifier'][0]['value']}"
        ),
        "day": lambda: doctor.client.call("GET", "/MedicationDispense?performer=Organization/mine"),
        "undo": lambda: doctor.undo(made["id"]),
    }[what]()
    assert error(answer) == (403, "not_entitled"), answer.text
    assert [reason for _, _, reason in traces(desk, "ps-weber")[before:]] == ["not_entitled"]
    assert lines_of(desk, issued)[0]["delivered"] == "30"


@pytest.mark.parametrize("operation", ["cancel", "stop", "suspend", "resume"])
def test_a_pharmacist_prescribes_nothing(
    desk: Desk, practice: Practice, counter: Counter, operation: str
) -> None:
    """Nor does a prescriber with another's line."""
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    given = [{"name": "reason", "valueString": "Erreur de dosage"}]
    body = {"resourceType": "Parameters", "parameter": given}
    headers = {"If-Match": f'W/"{one["meta"]["versionId"]}"'}
    path = f"/MedicationRequest/{one['id']}/${operation}"
    answer = counter.client.call("POST", path, json=body, headers=headers)
    assert error(answer) == (403, "not_entitled")
    assert traces(desk, "ps-thill")[-1] == (f"rx-{operation}", "", "not_entitled")
    stranger = desk.login("kieffer").call("POST", path, json=body, headers=headers)
    assert error(stranger) == (404, "not_found")
    assert lines_of(desk, issued)[0]["state"] == "active"


def test_each_act_is_one_trace(desk: Desk, practice: Practice, counter: Counter) -> None:
    """Found, held, held longer, handed over, asked for, undone; what tells nothing new leaves none."""
    issued = practice.issue()
    [one] = counter.resources(issued.by_qr)
    token = counter.held(one)
    [again] = counter.resources({"group-identifier": issued.by_qr["group-identifier"], "lease": token})
    assert counter.reserve(again, token).status_code == 200
    told = counter.dispense(one, token, 30)
    assert counter.deliver(told).status_code == counter.deliver(told).status_code == 200
    path = f"/MedicationDispense?identifier={told['identifier'][0]['value']}"
    made = counter.client.call("GET", path).json()["entry"][0]["resource"]
    assert counter.undo(made["id"]).status_code == 200
    assert [action for action, _, _ in traces(desk, "ps-thill")] == ["rx-find", "rx-dispense", "rx-undo"]


def test_a_logout_that_the_platform_never_heard_of_holds_a_line_no_longer_than_its_lease(
    desk: Desk, practice: Practice, counter: Counter
) -> None:
    """CF-076: until then whoever asks is told who has it, and until when; nothing is held unseen."""
    issued, other = practice.issue(), Counter(desk, "wiltgen")
    [one] = counter.resources(issued.by_qr)
    counter.held(one)  # and her computer loses its network before she logs out
    desk.later(540)
    [seen] = other.resources(issued.by_qr)
    assert standing(seen)["state"] == "reservee" and standing(seen)["lease-pharmacy"] == "Pharmacie du Cygne"
    answer = other.reserve(seen)
    assert error(answer) == (409, "rx_reserved") and set(facts(answer)) == {"line", "pharmacy", "until"}
    desk.later(61)
    other = Counter(desk, "wiltgen")
    [seen] = other.resources(issued.by_qr)
    assert standing(seen)["state"] == "active" and other.held(seen)
