"""The historique des activités against the platform: who reads it, what it tells, what it never betrays."""

from datetime import UTC, datetime, timedelta

from desktop.domain.errors import Code, Result
from desktop.domain.trace import Trace
from desktop.features.history.domain import BEGINNING
from desktop.features.history.feature import HISTORY_FEATURE
from desktop.features.history.wire import HistoryWire
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Doctor, Make, failed, good


def history(doctor: Doctor, patient_id: str, since: datetime = BEGINNING) -> Result[tuple[Trace, ...]]:
    wire = HistoryWire(doctor.platform.kit(HISTORY_FEATURE.wire_calls, {}))
    return wire.history(patient_id, since)


def referent(doctor: Make) -> Doctor:
    made = doctor("kieffer")
    good(made.platform.open_record(made.patient(2), None))
    return made


def test_everybody_who_acted_newest_first(doctor: Make, simulator: Simulator) -> None:
    """CF-063: the administrator and the patient stand among the professionals."""
    made = referent(doctor)
    simulator.control.act("disable", document="d-14")
    try:
        simulator.control.act("emergency", patient="p-2", level="etendu")
        found = good(history(made, "p-2"))
        by_action = {t.action: t for t in found}
        assert by_action["document-disabled"].role == by_action["document-disabled"].who == "administrateur"
        assert by_action["emergency-level"].role == "titulaire"
        opened = by_action["open"]
        assert (opened.who, opened.function, opened.role) == (
            "Dr Marc Kieffer", "Médecin", "medecin-referent",
        )  # fmt: skip
        assert {t.patient_id for t in found} == {"p-2"}
        assert list(found) == sorted(found, key=lambda t: t.when, reverse=True)
    finally:
        simulator.control.act("disable", document="d-14", disabled=False)
        simulator.control.act("emergency", patient="p-2", level="standard")


def test_cf048_nothing_is_told_of_a_document_that_he_may_not_see(doctor: Make, simulator: Simulator) -> None:
    made = referent(doctor)
    assert "d-14" in {t.document_id for t in good(history(made, "p-2"))}
    simulator.control.act("level", document="d-14", level="prive")
    try:
        found = good(history(made, "p-2"))
        assert "d-14" not in {t.document_id for t in found}
        assert not [t for t in found if t.change.endswith("prive")]
    finally:
        simulator.control.act("level", document="d-14", level="confidentiel")
    assert [t for t in good(history(made, "p-2")) if t.change.endswith("→prive")]


def test_cf061_others_are_refused_by_the_platform(doctor: Make) -> None:
    by_consultation = doctor()
    opened = by_consultation.opened(1)
    assert failed(history(by_consultation, opened.id)) is Code.NOT_ENTITLED
    circle = doctor()
    good(circle.platform.open_record(circle.patient(3), None))
    assert good(history(circle, "p-3")), "the same doctor, as a member of the cercle"


def test_cf061_without_the_patients_token_nothing_leaves(doctor: Make) -> None:
    made = doctor("kieffer")
    assert failed(history(made, "p-2")) is Code.NO_MANDATE


def test_cf060_one_reading_is_one_trace(doctor: Make) -> None:
    made = referent(doctor)
    before = len(made.traces("history"))
    good(history(made, "p-2"))
    traces = made.traces("history")
    assert len(traces) == before + 1
    assert (traces[-1]["practitioner"], traces[-1]["as"]) == ("ps-kieffer", "medecin-referent")
    refused = doctor()
    failed(history(refused, refused.opened(1).id))
    assert len(made.traces("history")) == before + 1


def test_since(doctor: Make) -> None:
    made = referent(doctor)
    since = datetime.now(UTC) - timedelta(minutes=10)
    lately = good(history(made, "p-2", since))
    assert lately and all(t.when >= since - timedelta(seconds=1) for t in lately)
    assert len(lately) < len(good(history(made, "p-2")))
