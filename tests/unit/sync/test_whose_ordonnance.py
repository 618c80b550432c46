"""Whose a signed ordonnance, or a summary that is read for its checks, is (contract §5, §8.2)."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId
from desktop.domain.prescription.ordonnance import Ordonnance, PatientIdentity
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.port import FIND
from desktop.features.counter.wire import CounterWire
from desktop.features.prescribing.domain.codes import RxCode
from desktop.features.prescribing.port import CONTENT, MINE
from desktop.features.prescribing.wire import PrescribingWire
from desktop.sync.prescription import signed
from tests.unit.sync.prescription.test_signed import SYSTEMS, ordonnance, simple
from tests.unit.sync.test_odd_servers import FHIR, bundle
from tests.unit.sync.test_sessions import Setting
from tests.unit.sync.test_whose import HIS, OTHERS, SYSTEM, listed, opened
from tests.unit.sync.tls_server import Reply

__all__ = ["opened"]

SEARCH = "/fhir/MedicationRequest/_search"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def written(code: str, matricule: str, patient_id: str = "p1") -> Ordonnance:
    who = PatientIdentity(patient_id, "MULLER", "Anne", date(1990, 1, 2), matricule, "female")
    return replace(ordonnance(simple()), code=code, patient=who)


def answer(setting: Setting, *ordonnances: Ordonnance) -> None:
    contents = {o.code: signed.write(o, "urn:uuid:9", SYSTEMS) for o in ordonnances}
    parts = [
        {"resourceType": "Binary", "id": code, "data": base64.b64encode(content).decode()}
        for code, content in contents.items()
    ]
    setting.fake.hooks.insert(0, lambda r: bundle(*parts) if r.path == SEARCH else None)


HERS = written("K7QM2HXA9R4T8V0C", HIS)
SOMEBODYS = written("K7QM2HXA9R4T8V0D", OTHERS)


def test_my_ordonnances_are_of_the_open_patient_as_they_were_signed(opened: Setting) -> None:
    wire = PrescribingWire(opened.platform.kit((MINE,), {}))
    answer(opened, HERS)
    found = wire.mine("p1", SINCE)
    assert not isinstance(found, Failure) and [o.ordonnance.code for o in found] == [HERS.code]
    for others in ((HERS, SOMEBODYS), (SOMEBODYS,)):
        answer(opened, *others)
        assert wire.mine("p1", SINCE) == Failure(Code.LIST_INCOMPLETE)


def test_the_counter_takes_the_one_that_it_asked_for(opened: Setting) -> None:
    """CF-011: of a server that answers more, nothing of another patient."""
    wire = CounterWire(opened.platform.kit((FIND,), {}))
    asked = OrdonnanceCode(OrdonnanceId(HERS.code), "1234")
    answer(opened, HERS, SOMEBODYS)
    assert wire.by_matricule(Matricule(HIS)) == Failure(Code.LIST_INCOMPLETE)
    asks: list[Callable[[], Any]] = [
        lambda: wire.by_code(asked),
        lambda: wire.by_identifier(asked.identifier, date(1990, 1, 2)),
        lambda: wire.again(HERS.code, "token"),
    ]
    for ask in asks:
        answer(opened, HERS, SOMEBODYS)
        assert ask().ordonnance.patient.matricule == HIS
        answer(opened, SOMEBODYS)
        assert ask() == Failure(CounterCode.NOT_FOUND)
    answer(opened, HERS)
    found = wire.by_matricule(Matricule(HIS))
    assert not isinstance(found, Failure) and len(found) == 1


def script(setting: Setting, path: str, reply: Reply) -> None:
    setting.fake.hooks.insert(0, lambda r: reply if r.path == path else None)


def summary(*numbers: str) -> Reply:
    patient = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": n} for n in numbers]}
    allergy = {"resourceType": "AllergyIntolerance", "code": {"text": "Pénicilline"}}
    body = {
        "resourceType": "Bundle",
        "type": "document",
        "entry": [{"resource": r} for r in (patient, allergy)],
    }
    return Reply(200, json.dumps(body).encode(), FHIR)


def test_the_allergies_of_another_are_not_checked_against(opened: Setting) -> None:
    """CF-074: a misfiled summary would say « no allergy » of somebody who has one."""
    wire = PrescribingWire(opened.platform.kit((CONTENT,), {}))
    content = [{"attachment": {"url": "Binary/1", "contentType": "application/fhir+json"}}]
    data = listed(opened, content=content)
    for numbers, of_another in (
        ((HIS,), False),
        ((), False),
        ((OTHERS,), True),
        ((OTHERS, HIS), False),  # of somebody who had another before
        (("18931201057",), False),  # the older form
        (("1976 0612 123 86",), True),
    ):
        script(opened, "/fhir/Binary/1", summary(*numbers))
        found = wire.record_facts(data, date(2026, 11, 30))
        if of_another:
            assert found == Failure(RxCode.SUMMARY_OF_ANOTHER), numbers
        else:
            assert isinstance(found, SummaryFacts) and found.allergies, numbers
