"""One platform simulator in its own process, and the professionals at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.domain.record import Mandate, Patient
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.sync.live.doctor import MATRICULES, Doctor, Make, code, good

CARDS = (
    "weber,kieffer,biver,schmitz,thill,wiltgen,"
    "expired,revoked,on-hold,unknown-issuer,suspended,not-activated,not-yet-valid"
)


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator"), cards=CARDS) as running:
        state = running.control.wait_loaded()
        MATRICULES.update({p["id"]: p["matricule"] for p in state["patients"]})
        yield running


@pytest.fixture
def doctor(simulator: Simulator) -> Iterator[Callable[..., Doctor]]:
    """Makes professionals; the platform is set back to what it was before."""
    made: list[Doctor] = []

    def make(card: str = "weber", *, logged_in: bool = True, **options: Any) -> Doctor:
        made.append(Doctor(simulator, card, **options))
        return made[-1].log_in() if logged_in else made[-1]

    yield make
    control = simulator.control
    control.clear_faults()
    for one in made:
        one.leave()
    control.clock(0)
    for mandate in control.state()["mandates"]:
        if mandate["kind"] == "consultation" and mandate["state"] in ("active", "grace"):
            control.act("shorten-mandate", mandate=mandate["id"])
    for number in (9, 10):
        control.act("unlock-code", patient=f"p-{number}")


@pytest.fixture
def sender(doctor: Make) -> tuple[Doctor, Patient, Mandate]:
    made = doctor()
    patient = made.patient(10)
    return made, patient, good(made.platform.open_record(patient, code(10)))
