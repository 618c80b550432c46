"""Finding a patient and opening the record: presence code, mandates, who is refused (domain §4, §5)."""

from datetime import date

import pytest

from desktop.domain.errors import Code, Failure
from desktop.domain.matricule import Matricule
from desktop.domain.record import DspState, Level, Mandate, MandateKind
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Make, code, failed, good


def test_states_of_the_dsp(doctor: Make) -> None:
    made = doctor()
    states = [made.patient(n).dsp for n in (1, 5, 6, 7, 8)]
    assert states == [
        DspState.ACTIVE, DspState.INACTIVE, DspState.CLOSED, DspState.DECEASED, DspState.NONE,
    ]  # fmt: skip
    assert made.patient(5).inactive_until is not None


def test_unknown_matricule_and_traits(doctor: Make) -> None:
    made = doctor()
    assert made.platform.find_by_matricule(Matricule("1800010199999")) == ()
    assert failed(made.platform.find_by_traits("Schmit", None)) is Code.TOO_MANY_MATCHES
    (found,) = good(made.platform.find_by_traits("Müller", date(1961, 3, 14)))
    assert found.id == "p-1"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (5, Code.RECORD_INACTIVE),
        (6, Code.RECORD_CLOSED),
        (7, Code.RECORD_DECEASED),
        (8, Code.RECORD_NONE),
    ],
)
def test_records_that_cannot_be_opened(doctor: Make, number: int, expected: Code) -> None:
    made = doctor()
    failure = made.platform.open_record(made.patient(number), code(number))
    assert failed(failure) is expected
    assert isinstance(failure, Failure)
    assert ("date" in failure.facts) == (number == 5)


def test_wrong_code_then_lock(doctor: Make) -> None:
    """CF-009: wrong, old and blacklisted read the same; the lock says how long."""
    made = doctor()
    patient = made.patient(10)
    for _ in range(4):
        assert failed(made.platform.open_record(patient, code(3))) is Code.PRESENCE_WRONG
    locked = made.platform.open_record(patient, code(3))
    assert failed(locked) is Code.PRESENCE_LOCKED
    assert isinstance(locked, Failure)
    assert int(locked.facts["minutes"]) == 15
    assert failed(made.platform.open_record(patient, code(10))) is Code.PRESENCE_LOCKED


def test_blacklisted_reads_as_a_wrong_code(doctor: Make) -> None:
    made = doctor()
    assert failed(made.platform.open_record(made.patient(9), code(9))) is Code.PRESENCE_WRONG


def test_medecin_referent_needs_no_code(doctor: Make) -> None:
    """CF-007."""
    made = doctor("kieffer")
    patient = made.patient(2)
    (listed,) = good(made.platform.my_mandates(patient.id))
    mandate = good(made.platform.open_record(patient, None))
    assert mandate.kind is listed.kind is MandateKind.MEDECIN_REFERENT
    assert mandate.end is None
    assert Level.CONFIDENTIEL in {d.level for d in made.listed(patient)}


def test_without_mandate_and_without_code(doctor: Make) -> None:
    """CF-005."""
    made = doctor()
    patient = made.patient(10)
    assert made.platform.my_mandates(patient.id) == ()
    assert failed(made.platform.open_record(patient, None)) is Code.NO_MANDATE


def test_reopening_by_the_running_mandate(doctor: Make) -> None:
    made = doctor()
    patient = made.opened(10)
    made.platform.close_record(patient.id)
    assert failed(made.platform.documents(patient.id, None)) is Code.NO_MANDATE
    mandate = good(made.platform.open_record(patient, None))
    assert mandate.kind is MandateKind.CONSULTATION
    assert mandate.until() is not None


@pytest.mark.parametrize(("fault", "carried_out"), [("lost_answer", True), ("drop", False)])
def test_unanswered_code(doctor: Make, simulator: Simulator, fault: str, *, carried_out: bool) -> None:
    """Contract §4: ask again without presence; only « no mandate » makes the user type again."""
    made = doctor()
    patient = made.patient(10)
    simulator.control.fault(fault, "/auth/token", times=1)
    result = made.platform.open_record(patient, code(10))
    if carried_out:
        assert good(result).kind is MandateKind.CONSULTATION
    else:
        assert failed(result) is Code.PRESENCE_UNANSWERED
    attempts = [m for m in simulator.control.state()["mandates"] if m["patient"] == patient.id]
    assert len([m for m in attempts if m["state"] in ("active", "grace")]) == int(carried_out)


def test_shortened_mandate_is_seen_and_closes(doctor: Make, simulator: Simulator) -> None:
    """CF-031."""
    made = doctor()
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    assert made.platform.read_mandate(patient.id, mandate) == mandate
    assert made.platform.read_mandate(patient.id, mandate) == mandate
    simulator.control.act("shorten-mandate", mandate=mandate.id)
    ended = made.platform.read_mandate(patient.id, mandate)
    assert isinstance(ended, Failure) is not isinstance(ended, Mandate)
    if isinstance(ended, Mandate):
        now = made.platform.server_now()
        assert now is not None
        assert ended.is_over(now)
    assert failed(made.platform.documents(patient.id, None)) is Code.MANDATE_ENDED


def test_my_mandates_for_everybody(doctor: Make, simulator: Simulator) -> None:
    """CF-035, CF-066: what is kept is asked after without an access to any record."""
    made = doctor()
    patient = made.opened(10)
    before = len(simulator.control.state()["traces"])
    mandates = good(made.platform.all_my_mandates())
    assert mandates[patient.id] == good(made.platform.my_mandates(patient.id))
    assert len(simulator.control.state()["traces"]) == before
    simulator.control.act("shorten-mandate", mandate=mandates[patient.id][0].id)
    assert patient.id not in good(made.platform.all_my_mandates())


def test_unchanged_mandate_costs_a_304(doctor: Make, simulator: Simulator) -> None:
    made = doctor()
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    for _ in range(3):
        assert made.platform.read_mandate(patient.id, mandate) == mandate
    assert made.platform._connection.client().patients._tags[mandate.id]


def test_a_wrong_code_under_a_running_mandate_opens_nothing(doctor: Make) -> None:
    """CF-007, contract §4: what runs opens without a code; a code that is sent is judged, and traced."""
    made = doctor()
    patient = made.patient(10)
    mandate = good(made.platform.open_record(patient, code(10)))
    later = doctor()
    before = len(later.traces("open"))
    assert failed(later.platform.open_record(patient, code(3))) is Code.PRESENCE_WRONG
    assert len(later.traces("open")) == before + 1
    assert good(later.platform.open_record(patient, code(10))).id == mandate.id, "no second mandate"
    assert len(later.traces("open")) == before + 2
