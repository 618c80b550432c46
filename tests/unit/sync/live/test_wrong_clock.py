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
