"""A PC whose clock is wrong: the platform's time decides, as the form and the record show it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, Failure
from desktop.services.bundle import Services
from desktop.services.deposit import DepositForm
from desktop.services.record import OpenRecord
from tests.fakes import CONFORMING, FakeClock, FakePorts
from tests.samples.practice import ACCOUNT, NOW, deposit, document, mandate, patient

RECORD = OpenRecord(patient(), mandate(), None)
FORM = DepositForm(b"%PDF", CONFORMING, "rapport-medical", "Lettre", NOW.date())


class Skewed:
    """A platform that knows NOW, and a PC that is *wrong* by so much."""

    def __init__(self, wrong: timedelta) -> None:
        fakes = FakePorts(FakeClock(NOW + wrong)).logged_in()
        self.platform, self.store = fakes.platform, fakes.store
        self.platform.server_time = NOW
        self.services = Services.over(fakes.ports())


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 2, 400])
def test_a_wrong_clock_stops_no_deposit(days: int) -> None:
    """A day behind was « date in the future », a day ahead « mandate ended »."""
    skewed = Skewed(timedelta(days=days))
    confirmed = skewed.services.deposit.confirm(FORM, RECORD, ACCOUNT)
    assert isinstance(confirmed, Deposit) and confirmed.confirmed_at == NOW


TOMORROW = replace(FORM, created=NOW.date() + timedelta(days=1))
OVER = replace(RECORD, mandate=mandate(end=NOW, grace_end=NOW))


@pytest.mark.parametrize(
    ("form", "record", "code"),
    [(TOMORROW, RECORD, Code.DATE_IN_FUTURE), (FORM, OVER, Code.MANDATE_ENDED)],
)
@pytest.mark.parametrize("days", [-2, 2])
def test_a_wrong_clock_lets_nothing_through(
    form: DepositForm, record: OpenRecord, code: Code, days: int
) -> None:
    """A PC that is ahead would take tomorrow's date, one that is behind a mandate that is over."""
    assert Skewed(timedelta(days=days)).services.deposit.confirm(form, record, ACCOUNT) == Failure(code)


def test_a_read_from_the_cache_carries_the_platforms_time() -> None:
    """CF-060: the trace says when it was."""
    skewed = Skewed(timedelta(days=3))
    known = document(deposit(), "d1")
    assert skewed.store.save_body(known, b"body", None) is None
    offline = replace(RECORD, offline=True)
    assert skewed.services.documents.read(offline, known, ACCOUNT) == b"body"
    (trace,) = skewed.store.shelf().reads.values()
    assert trace.when == NOW


def test_without_an_answer_of_the_platform_the_pc_is_believed() -> None:
    skewed = Skewed(timedelta(0))
    skewed.platform.server_time = None
    confirmed = skewed.services.deposit.confirm(FORM, RECORD, ACCOUNT)
    assert isinstance(confirmed, Deposit) and confirmed.confirmed_at == NOW
