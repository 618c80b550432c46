"""The work list against the platform: what arrives, in how many traces, and for whom."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.features.accesses.feature import ACCESSES
from desktop.features.accesses.wire import AccessesWire
from desktop.features.worklist.domain import Annonces
from desktop.features.worklist.feature import WORKLIST
from desktop.features.worklist.port import Listed
from desktop.features.worklist.wire import WorklistWire
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import Doctor, Make, failed, good


def mine(doctor: Doctor) -> Result[Listed]:
    return WorklistWire(doctor.platform.kit(WORKLIST.wire_calls, WORKLIST.refusals)).mine()


def test_the_referent_gets_his_patients_as_the_kernel_knows_them(doctor: Make) -> None:
    made = doctor("kieffer")
    found = good(mine(made))
    (told,) = found.patients
    assert told.patient == made.patient(2) and found.unread == 0
    assert told.declaration.validated is not None and told.declaration.ended is None
    assert told.summary is not None and told.summary.versions == 1
    assert told.summary.last == local_day(datetime.now(UTC)) - timedelta(days=15)
    assert told.annonces == Annonces(0, None) and told.duplicates == 0
    assert told.statement is not None and told.prestations is not None and told.prestations.last is not None


def test_cf062_it_leaves_one_trace_and_opens_no_record(doctor: Make) -> None:
    made = doctor("kieffer")
    since = datetime.now(UTC)
    good(mine(made))
    traces = good(AccessesWire(made.platform.kit(ACCESSES.wire_calls, {})).my_traces(since))
    here = [t for t in traces if t.when >= since and t.action != "login"]
    assert [(t.action, t.patient_id) for t in here] == [("mr-worklist", "")]


@pytest.mark.parametrize("card", ["biver", "schmitz"])
def test_cf100_a_substitute_gets_an_empty_list(doctor: Make, card: str) -> None:
    """Of the referent's practice or not: a declaration names one doctor."""
    assert good(mine(doctor(card))) == Listed(())


def test_who_has_no_session_gets_nothing(doctor: Make) -> None:
    found = mine(doctor("kieffer", logged_in=False))
    assert isinstance(found, Failure) and found.code is not Code.UNEXPECTED


def test_a_platform_that_is_away_is_a_failure(doctor: Make, simulator: Simulator) -> None:
    made = doctor("kieffer")
    simulator.control.fault("maintenance", path="/Group")
    assert failed(mine(made)) is Code.PLATFORM_MAINTENANCE
