"""The 200 patients of Dr Kieffer: every line of the work list occurs, and the others have few or none."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import DspState, MandateKind
from desktop.simulator.demo import DemoDataset, load
from desktop.simulator.demo.declared import DECLARED, REFERENT
from tests.unit.demo.conftest import TODAY


def test_one_doctor_has_200_and_the_others_few_or_none(demo: DemoDataset) -> None:
    declared: Counter[str] = Counter()
    for patient in demo.patients():
        mine = {d.practitioner_id for d in patient.declarations}
        mine |= {m.practitioner_id for m in patient.mandates if m.kind is MandateKind.MEDECIN_REFERENT}
        assert len(mine) <= 1, "a patient has one"
        declared.update(mine)
    assert declared[REFERENT] == DECLARED == 200
    assert all(count <= 5 for doctor, count in declared.items() if doctor != REFERENT)


def test_every_state_occurs(demo: DemoDataset) -> None:
    declarations = [(p, d) for p in demo.patients() for d in p.declarations]
    causes = Counter(d.cause for _, d in declarations if d.ended)
    assert set(causes) == {"notice", "dsp-closed", "death", "doctor-left", "replaced"}
    assert {p.dsp for p, d in declarations if d.cause == "dsp-closed"} == {DspState.CLOSED}
    assert {p.dsp for p, d in declarations if d.cause == "death"} == {DspState.DECEASED}
    open_ones = [d for _, d in declarations if not d.ended]
    assert any(d.signed_doctor is None for d in open_ones), "draft"
    assert any(d.signed_doctor and d.notified is None for d in open_ones), "signed"
    assert any(d.notified and d.validated is None for d in open_ones), "notified"
    assert any(d.validated and d.effective and d.effective > TODAY for d in open_ones), "validated"
    notices = [d for d in open_ones if d.notice and d.ends and d.validated]
    first_year = [d for d in notices if d.validated and d.notice and (d.notice - d.validated).days < 365]
    assert first_year and len(first_year) < len(notices), "by agreement in the first year, one-sided later"
    assert {d.ald_state for d in open_ones} == {"a-faire", "envoye", "retourne"}


def test_the_days_of_a_declaration_come_in_their_order(demo: DemoDataset) -> None:
    """Signed, notified, validated, and then effective, from the first of the month after (domain §B.3)."""
    for patient in demo.patients():
        for d in patient.declarations:
            days = (d.signed_patient, d.signed_doctor, d.notified, d.validated, d.effective)
            come = [day for day in days if day is not None]
            assert come == sorted(come), patient.id


def test_a_mandate_runs_from_the_validation_to_the_last_day_of_a_notice(demo: DemoDataset) -> None:
    for patient in demo.patients():
        for d in patient.declarations:
            running = d.validated is not None and d.ended is None
            mandates = [m for m in patient.mandates if m.kind is MandateKind.MEDECIN_REFERENT]
            assert bool(mandates) is running
            if running and d.ends:
                (mandate,) = mandates
                assert mandate.end is not None
                last = datetime(d.ends.year, d.ends.month, d.ends.day, 21, tzinfo=UTC)
                assert last < mandate.end < last + timedelta(hours=3)


def test_the_people_of_before_are_who_they_were(demo: DemoDataset) -> None:
    """More people come behind the others, under names of their own."""
    people = demo.patients()
    names = [(p.family, p.given) for p in people if p.declarations]
    assert len(names) == len(set(names))
    assert [p.id for p in people] == [f"pat-{n:04d}" for n in range(1, len(people) + 1)]
    assert all(not p.declarations for p in people[:224]) and all(p.declarations for p in people[224:])
    assert all(p.emergency is EmergencyLevel.STANDARD for p in people[224:])
    again = load(7, TODAY).patients()
    assert again == people
