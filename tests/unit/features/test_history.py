"""What of a record's history is looked at, and what is read for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec
import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.trace import Trace
from desktop.features.history.domain import BEGINNING, Choice, Period, Person, actions, chosen, people
from desktop.features.history.port import HISTORY
from desktop.features.history.service import History, HistoryService
from desktop.features.history.wire import HistoryWire
from desktop.ports.store import RecentPatient
from desktop.ports.wire_call import Right, WireCall
from desktop.services.known_names import NO_NAMES, KnownNames, Names
from desktop.services.record import RecordService
from desktop.sync.fhir_shapes import shaped
from desktop.sync.wire_kit import WireKit
from tests.fakes import FakeClock, FakePlatform, open_store
from tests.fakes.features import FakeHistory
from tests.samples.practice import deposit, document, patient

T = TypeVar("T")
NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)
READ = Trace(
    id="t1", when=NOW - timedelta(days=1), who="Dr Claire Weber", function="Médecin", role="consultation",
    action="read", change="", software="1.0", patient_id="p1", document_id="d1", succeeded=True, refusal="",
)  # fmt: skip
PATIENT = replace(
    READ, id="t2", when=NOW - timedelta(days=20), who="titulaire", function="", role="titulaire",
    action="level-change", software="portail",
)  # fmt: skip
OLD = replace(
    READ, id="t3", when=NOW - timedelta(days=400), who="Jo Reuter", function="Infirmier", action="list"
)
ALL = (READ, PATIENT, OLD)


def test_periods() -> None:
    assert [t.id for t in chosen(ALL, Choice(Period.WEEK), NOW)] == ["t1"]
    assert [t.id for t in chosen(ALL, Choice(Period.MONTH), NOW)] == ["t1", "t2"]
    assert [t.id for t in chosen(ALL, Choice(Period.YEAR), NOW)] == ["t1", "t2"]
    assert chosen(ALL, Choice(Period.EVERYTHING), NOW) == ALL
    assert Period.EVERYTHING.start(NOW) == BEGINNING


def test_by_person_and_act() -> None:
    weber = Person("Dr Claire Weber", "Médecin", "")
    everything = Period.EVERYTHING
    assert chosen(ALL, Choice(everything, weber), NOW) == (READ,)
    assert chosen(ALL, Choice(everything, None, "list"), NOW) == (OLD,)
    assert chosen(ALL, Choice(everything, weber, "list"), NOW) == ()


def test_people_and_acts_stand_once_and_in_order() -> None:
    twice = (*ALL, replace(READ, id="t4"), replace(READ, id="t5", function="Médecin Spécialiste"))
    assert [(p.who, p.function, p.role) for p in people(twice)] == [
        ("Dr Claire Weber", "Médecin", ""), ("Dr Claire Weber", "Médecin Spécialiste", ""),
        ("Jo Reuter", "Infirmier", ""), ("titulaire", "", "titulaire"),
    ]  # fmt: skip
    assert actions(twice) == ("level-change", "list", "read")


def test_a_patient_who_is_named_is_a_person() -> None:
    named = replace(PATIENT, who="Anne Müller")
    assert people((named,)) == (Person("Anne Müller", "", ""),)


BILAN = document(deposit(title="Bilan"), "d1")


def known() -> KnownNames:
    """p1 was opened today, its d1 is listed."""
    store, clock = open_store(), FakeClock(NOW)
    store.hold_right("p1", NOW + timedelta(days=1))
    store.remember_opening(RecentPatient(patient(), NOW, None, 0, 0))
    store.hold_right("p1", NOW + timedelta(days=1))
    store.save_documents("p1", [BILAN])
    return KnownNames(store, RecordService(FakePlatform(clock), store, clock))


def test_one_reading_is_one_call() -> None:
    port = FakeHistory()
    port.traces = ALL
    service = HistoryService(port, known())
    found = service.read("p1", Period.MONTH, NOW)
    assert isinstance(found, History)
    assert found.traces == (READ, PATIENT) and found.names == NO_NAMES
    assert service.named(found) == replace(found, names=Names({"p1": patient().name}, {"d1": BILAN}, {}))
    assert port.readings == [("p1", NOW - timedelta(days=30))]


def test_a_failure_names_nobody() -> None:
    port = FakeHistory()
    port.failure = Failure(Code.NOT_ENTITLED)
    assert HistoryService(port, known()).read("p1", Period.MONTH, NOW) == Failure(Code.NOT_ENTITLED)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=3)])
def test_what_was_read_covers_the_shorter_periods_only(later: timedelta) -> None:
    read = History("p1", Period.MONTH, NOW, ALL, NO_NAMES)
    covered = {p for p in Period if read.covers("p1", p, NOW + later)}
    assert covered == {Period.WEEK, Period.MONTH}
    assert not read.covers("p2", Period.WEEK, NOW)


class Kit(WireKit):
    """A platform that names the patient by his *matricule*; whose a line is was looked at before."""

    def __init__(self) -> None:
        self.asked: list[tuple[WireCall, str, str, str]] = []

    def search(
        self, call: WireCall, fields: Mapping[str, str], shape: type[T], patient_id: str = "", **_: object
    ) -> Result[tuple[T, ...]]:
        self.asked.append((call, fields["patient"], fields["date"], patient_id))
        line = {
            "resourceType": "AuditEvent", "id": "t1", "recorded": "2026-06-09T10:00:00Z",
            "entity": [{"what": {"identifier": {"system": "urn:oid:1.3.182.4.4", "value": "1893120105732"}}}],
        }  # fmt: skip
        read = shaped(msgspec.Raw(msgspec.json.encode(line)), shape)
        return (read,) if read is not None else ()


def test_the_history_is_asked_for_with_the_patients_token() -> None:
    kit = Kit()
    found = HistoryWire(kit).history("p1", NOW)
    assert isinstance(found, tuple) and [t.patient_id for t in found] == ["p1"]
    assert kit.asked == [(HISTORY, "Patient/p1", "ge2026-06-10T10:00:00Z", "p1")]
    assert HISTORY.right is Right.RECORD, "the patient's token, not the session's"
