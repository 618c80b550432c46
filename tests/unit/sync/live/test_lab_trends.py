"""Laboratory values against the platform: of what the right shows, with the list, and no document is read."""

from desktop.domain.errors import Result
from desktop.features.lab_trends.domain.series import series
from desktop.features.lab_trends.domain.values import Flag, LabValue
from desktop.features.lab_trends.feature import LAB_TRENDS
from desktop.features.lab_trends.wire import LabTrendsWire
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Doctor, Make, good


def values(doctor: Doctor, patient_id: str) -> Result[tuple[LabValue, ...]]:
    return LabTrendsWire(doctor.platform.kit(LAB_TRENDS.wire_calls, {})).values(patient_id)


def test_cf062_values_come_with_the_list_and_no_document_is_read(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    patient = made.opened()
    before = len(simulator.control.state()["traces"])
    found = {v.label: v for v in good(values(made, patient.id)) if v.document_id == "d-2"}
    assert set(found) == {"Créatinine", "HbA1c", "CRP", "Indice maison"}
    assert (found["HbA1c"].shown, found["HbA1c"].flag) == ("7,2", Flag.HIGH)
    assert (found["CRP"].shown, found["CRP"].comparator, found["CRP"].number) == ("< 0,5", "<", 0.5)
    assert found["Créatinine"].laboratory == "Laboratoire de démonstration"
    assert len(series(found.values())) == 3, "the one without a code is on no curve (CF-152)"
    acts = [t["action"] for t in simulator.control.state()["traces"][before:]]
    assert acts == ["list"]


def test_cf048_nothing_of_a_report_that_he_may_not_see(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    patient = made.opened()
    assert "d-2" in {v.document_id for v in good(values(made, patient.id))}
    simulator.control.act("level", document="d-2", level="prive")
    try:
        assert "d-2" not in {v.document_id for v in good(values(made, patient.id))}
    finally:
        simulator.control.act("level", document="d-2", level="standard")
    simulator.control.act("disable", document="d-2")
    try:
        assert "d-2" not in {v.document_id for v in good(values(made, patient.id))}, "CF-054"
    finally:
        simulator.control.act("disable", document="d-2", disabled=False)
