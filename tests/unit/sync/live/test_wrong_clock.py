"""A PC whose clock is days wrong deposits at the platform as any other does."""

from datetime import timedelta

import pytest

from desktop.domain.account import Account
from desktop.domain.catalog import Profile
from desktop.domain.deposit import Deposit, OutboxState
from desktop.services.bundle import Services
from desktop.services.deposit import DepositForm
from desktop.services.record import OpenRecord
from tests.fakes import CONFORMING, FakePorts
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import PDF, Make, code, deposits, good

WEBER = Account("Dr Claire Weber", "EH1", "H1", "Médecin", Profile.MEDECIN, "ps-weber")


@pytest.mark.parametrize("days", [-3, 3])
def test_deposit_under_skew(doctor: Make, simulator: Simulator, days: int) -> None:
    made = doctor(logged_in=False)
    made.clock.shift = timedelta(days=days).total_seconds()
    made.log_in()
    fakes = FakePorts().logged_in()
    services = Services.over(fakes.ports(clock=made.clock, platform=made.platform))
    record = good(services.record.open(made.patient(10), code(10)))
    assert isinstance(record, OpenRecord)
    today = services.record.today()
    form = DepositForm(PDF, CONFORMING, "rapport-medical", "Heure fausse", today)
    confirmed = good(services.deposit.confirm(form, record, WEBER))
    assert isinstance(confirmed, Deposit)
    assert services.outbox.pump() == 1
    (row,) = good(services.outbox.rows())
    assert row.state is OutboxState.SENT and len(deposits(simulator, confirmed)) == 1


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_one_answer_with_a_wrong_date_moves_no_right(doctor: Make, simulator: Simulator, days: int) -> None:
    """CF-031, CF-066: what is kept is neither purged nor brought back by one header."""
    made = doctor()
    before = made.platform.server_now()
    simulator.control.fault("wrong_date", value=timedelta(days=days).total_seconds(), times=1)
    made.patient(10)
    after = made.platform.server_now()
    assert before is not None and after is not None
    assert abs(after - before) < timedelta(minutes=1)
    simulator.control.fault("wrong_date", value=timedelta(days=days).total_seconds(), times=2)
    made.patient(10)
    made.patient(10)
    healed = made.platform.server_now()
    assert healed is not None and abs(healed - before) < timedelta(minutes=1), "the answers after say better"
