"""Declaration and résumé des prestations against the platform."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from desktop.domain.errors import Code, Result
from desktop.domain.local_time import local_day
from desktop.domain.record import Document
from desktop.domain.referent import add_months
from desktop.features.declaration.domain import Consent, DeclarationCode, Told
from desktop.features.declaration.feature import DECLARATION
from desktop.features.declaration.wire import DeclarationWire
from desktop.features.prestations.domain import Kind, yearly
from desktop.features.prestations.feature import PRESTATIONS
from desktop.features.prestations.wire import PrestationsWire
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.sync.live.doctor import MATRICULES, Doctor, Make, failed, good


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One of its own: a notice stays given, and a substitute opens a record that others expect unopened."""
    with running_simulator(
        tmp_path_factory.mktemp("referent"), cards="weber,kieffer,biver,schmitz,thill"
    ) as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


def referent(doctor: Make) -> Doctor:
    made = doctor("kieffer")
    good(made.platform.open_record(made.patient(2), None))
    return made


def declaration(doctor: Doctor) -> DeclarationWire:
    return DeclarationWire(doctor.platform.kit(DECLARATION.wire_calls, DECLARATION.refusals))


def prestations(doctor: Doctor) -> PrestationsWire:
    return PrestationsWire(doctor.platform.kit(PRESTATIONS.wire_calls, PRESTATIONS.refusals))


def read(doctor: Doctor, patient_id: str = "p-2") -> Result[Told | None]:
    return declaration(doctor).declaration(patient_id)


def statement(doctor: Doctor) -> Document:
    listed = doctor.listed(doctor.patient(2))
    (one,) = yearly(listed, "p-2")
    return next(d for d in listed if d.id == one.document_id)


def test_the_declaration_with_its_days_in_one_trace(doctor: Make) -> None:
    made = referent(doctor)
    before = len(made.traces("mr-declaration"))
    told = good(read(made))
    assert told is not None and told.declaration.validated is not None
    assert told.declaration.effective is not None and told.declaration.effective.day == 1
    assert len(made.traces("mr-declaration")) == before + 1, "CF-060"


def test_cf071_others_are_refused(doctor: Make) -> None:
    other = doctor()
    opened = other.opened(1)
    assert failed(read(other, opened.id)) is Code.NOT_ENTITLED
    assert failed(prestations(other).lines(opened.id, "urn:uuid:7")) is Code.NOT_ENTITLED


def test_cf071_cf100_who_stands_in_for_the_referent_has_none_of_his_tools(doctor: Make) -> None:
    """In the record of the referent's patient, which the presence code opens to her as to any doctor."""
    substitute = doctor("biver")
    opened = substitute.opened(2)
    assert failed(read(substitute, opened.id)) is Code.NOT_ENTITLED
    assert failed(prestations(substitute).lines(opened.id, "urn:uuid:7")) is Code.NOT_ENTITLED
    assert [t["reason"] for t in substitute.traces("mr-declaration")][-1] == "not_entitled"


def test_the_résumé_is_read_in_one_trace_of_its_document(doctor: Make) -> None:
    """CF-060, CF-062: listing reads none; choosing one reads that one."""
    made = referent(doctor)
    one = statement(made)
    before = [t for t in made.traces("read") if t["document"] == one.id]
    lines = good(prestations(made).lines("p-2", one.unique_id))
    assert lines is not None
    assert [(line.kind, line.count) for line in lines] == [(Kind.CONSULTATION, 1), (Kind.LABORATORY, 12)]
    assert lines[0].provider == "Dr Marc Kieffer" and lines[0].day is not None
    after = [t for t in made.traces("read") if t["document"] == one.id]
    assert len(after) == len(before) + 1 and after[-1]["as"] == "medecin-referent"


def test_a_résumé_that_does_not_stand_is_not_found(doctor: Make) -> None:
    assert failed(prestations(referent(doctor)).lines("p-2", "urn:uuid:7")) is Code.NOT_FOUND


def test_notice_by_the_rule_and_a_lost_answer(doctor: Make, simulator: Simulator) -> None:
    """The last of this file: a notice stays given. p-2 is declared for 700 days, so one side is enough."""
    made = referent(doctor)
    told = good(read(made))
    assert told is not None
    simulator.control.fault("lost_answer", path="/EpisodeOfCare")
    lost = declaration(made).give_notice("p-2", told.id, Consent.ALONE)
    assert failed(lost) is DeclarationCode.UNKNOWN
    simulator.control.clear_faults()
    today = local_day(datetime.now(UTC))
    found = good(read(made))
    assert found is not None and found.declaration.notice_on == today
    assert found.declaration.ends_on == add_months(today, 2)
    again = good(declaration(made).give_notice("p-2", told.id, Consent.ALONE))
    assert again == found and len(made.traces("mr-notice")) == 1, "CF-060"
