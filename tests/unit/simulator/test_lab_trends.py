"""The platform's side of laboratory values: valid FHIR, what its page says, months of them in the demo."""

import json
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from desktop.simulator import loading
from desktop.simulator.demo.dataset import load
from desktop.simulator.features.lab_trends import ValuesTable
from desktop.simulator.minimal_data import MinimalData
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.test_fhir_valid import issues

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    loading.seed_features(desk.world, MinimalData(desk.world.clock.now().date()))
    return desk


def test_what_it_answers_is_fhir() -> None:
    from desktop.simulator.features.lab_trends import _line, _resource
    from desktop.simulator.tables import DocumentRow

    today = date(2026, 11, 18)
    data = MinimalData(today)
    report = next(d for d in data.documents() if d.category == "resultats-biologie")
    row = DocumentRow(
        id=report.id, patient_id="p-1", created=report.created.isoformat(), registered=report.registered
    )
    for number, result in enumerate(data.results(report)):
        assert issues(_resource(row, number, _line(result), "Laboratoire")) == []


def test_only_reports_of_laboratories_have_values(desk: Desk) -> None:
    with desk.world.database() as database:
        kept = {v.document_id: json.loads(v.content) for v in database.scalars(select(ValuesTable))}
    data = MinimalData(desk.world.clock.now().date())
    assert set(kept) == {d.id for d in data.documents() if d.category == "resultats-biologie"}


def test_the_demo_s_suggested_records_have_curves_over_months() -> None:
    """What a tester opens first shows a trend: at least three analytes with three dates each."""
    data = load(1, date(2026, 11, 18))
    first = data.suggestions()[0].patient_id, data.suggestions()[1].patient_id
    documents = data.documents()
    for patient in first:
        reports = [d for d in documents if d.patient_id == patient and d.category == "resultats-biologie"]
        counts = Counter(r.loinc for d in reports for r in data.results(d) if r.loinc)
        assert sum(1 for many in counts.values() if many >= 3) >= 3, patient
        assert (max(d.created for d in reports) - min(d.created for d in reports)).days > 90
