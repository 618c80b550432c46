"""The declaration on a day: who may end it, when, and what a lost answer leaves (domain §7.1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Code, Failure
from desktop.domain.record import DspState
from desktop.domain.referent import Declaration, DeclarationState, EndCause, add_months
from desktop.features.declaration.domain import Consent, DeclarationCode, Standing, Told, standing
from desktop.features.declaration.service import DeclarationService
from tests.fakes.features import FakeDeclaration
from tests.samples.practice import patient

TODAY = date(2026, 6, 10)
days = st.dates(date(2018, 1, 1), date(2026, 12, 31))
declarations = st.builds(
    Declaration, notified=st.none() | days, validated=st.none() | days, effective=st.none() | days,
    notice_on=st.none() | days, ends_on=st.none() | days, ended=st.none() | days,
    cause=st.none() | st.sampled_from(list(EndCause)),
)  # fmt: skip


def on(declaration: Declaration, dsp: DspState = DspState.ACTIVE) -> Standing:
    return standing(Told("e1", declaration), dsp, TODAY)


@given(declarations)
def test_notice_is_offered_once_and_only_while_it_runs(declaration: Declaration) -> None:
    found = on(declaration)
    if found.may_end:
        assert declaration.validated is not None and declaration.validated <= TODAY
        assert declaration.notice_on is None and found.last_day is None
    if found.state is DeclarationState.NOTICE:
        assert found.last_day is not None and found.last_day >= TODAY and not found.may_end


@given(declarations)
def test_cf036_a_closed_dsp_ends_every_declaration(declaration: Declaration) -> None:
    found = on(declaration, DspState.CLOSED)
    assert (found.state, found.cause) == (DeclarationState.ENDED, EndCause.DSP_CLOSED)
    assert not found.may_end


@given(days)
def test_in_the_first_twelve_months_both_must_want_it(effective: date) -> None:
    found = on(Declaration(validated=effective, effective=effective))
    assert found.alone_from == add_months(effective, 12)
    assert found.needs_agreement is (add_months(effective, 12) > TODAY)


def test_where_its_beginning_is_not_told_an_agreement_is_asked_for() -> None:
    assert on(Declaration(validated=date(2019, 1, 1))).needs_agreement


def test_cf099_a_notice_of_today_would_end_two_months_later() -> None:
    assert on(Declaration(validated=date(2019, 1, 1))).would_end == date(2026, 8, 10)


@pytest.fixture
def port() -> FakeDeclaration:
    fake = FakeDeclaration()
    fake.today = TODAY
    fake.told = Told("e1", Declaration(validated=TODAY - timedelta(days=900), effective=date(2024, 1, 1)))
    return fake


def give(port: FakeDeclaration) -> Standing | Failure:
    service = DeclarationService(port)
    found = service.read(patient(), TODAY)
    assert isinstance(found, Standing)
    return service.give_notice(patient(), found, Consent.ALONE)


def test_notice_is_given(port: FakeDeclaration) -> None:
    found = give(port)
    assert isinstance(found, Standing) and found.state is DeclarationState.NOTICE
    assert port.notices == [Consent.ALONE]


def test_a_lost_answer_is_looked_for_and_never_given_twice(port: FakeDeclaration) -> None:
    port.lost = True
    found = give(port)
    assert isinstance(found, Standing) and found.last_day == date(2026, 8, 10) and len(port.notices) == 1


def test_a_lost_notice_that_did_not_arrive_is_told(port: FakeDeclaration) -> None:
    port.failure = Failure(DeclarationCode.UNKNOWN)
    assert give(port) == Failure(DeclarationCode.NOT_GIVEN)


def test_while_nobody_can_be_asked_it_stays_unknown(port: FakeDeclaration) -> None:
    service = DeclarationService(port)
    found = service.read(patient(), TODAY)
    assert isinstance(found, Standing)
    port.failure, port.refused = Failure(DeclarationCode.UNKNOWN), Failure(Code.OFFLINE)
    assert service.give_notice(patient(), found, Consent.BOTH) == Failure(DeclarationCode.UNKNOWN)


def test_a_refusal_is_told_as_it_is(port: FakeDeclaration) -> None:
    port.failure = Failure(DeclarationCode.NEEDS_AGREEMENT)
    assert give(port) == port.failure and len(port.readings) == 1


def test_none_is_none() -> None:
    assert DeclarationService(FakeDeclaration()).read(patient(), TODAY) is None
