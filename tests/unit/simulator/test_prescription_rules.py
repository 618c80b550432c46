"""The program's table and deadlines, and the platform's: written apart, and the same (domain §C.1, §C.4)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.domain.prescription import deadlines as mine
from desktop.domain.prescription.lifecycle import TABLE, LineAct, LineActor, LineState, transition
from desktop.domain.prescription.ordonnance import (
    Amount,
    Line,
    Nature,
    Ordonnance,
    PatientIdentity,
    Prescriber,
    Product,
    RenewalClass,
)
from desktop.domain.prescription.standing import StandingLine
from desktop.domain.texts import Language
from desktop.simulator.prescription.deadlines import Course, Term, last_day, obstacle, times_in_all
from desktop.simulator.prescription.rules import BEFORE, RULES, fhir_status, rule_for

Row = tuple[str, str, str, str, str]


def _platform() -> set[Row]:
    return {
        (state, act, rule.who, rule.needs, rule.then)
        for act, rules in RULES.items()
        for rule in rules
        for state in rule.on
    }


def test_the_two_tables_say_the_same() -> None:
    program = {
        (
            row.before.value,
            row.act.value,
            row.actor.value,
            row.guard.value,
            row.to.value if row.to else BEFORE,
        )
        for row in TABLE
    }
    assert _platform() == program


@pytest.mark.parametrize("act", LineAct)
def test_what_one_refuses_the_other_refuses(act: LineAct) -> None:
    for state in LineState:
        for actor in LineActor:
            row, rule = transition(state, act, actor), rule_for(act.value, actor.value, state.value)
            assert (row is None) == (rule is None), (state, actor)


def test_every_state_has_a_status() -> None:
    told = set(LineState) - {LineState.DRAFT, LineState.UNKNOWN}
    assert all(fhir_status(kind, s.value) for s in told for kind in ("MedicationRequest", "ServiceRequest"))


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(
    written=DAYS,
    until=st.none() | st.integers(0, 400),
    renewal=st.sampled_from(RenewalClass),
    repeats=st.none() | st.integers(0, 12),
    deliveries=st.integers(0, 13),
    first=st.none() | st.integers(0, 400),
    later=st.integers(0, 800),
)
@example(date(2026, 8, 29), None, RenewalClass.R, None, 0, None, 93)
@example(date(2026, 8, 31), None, RenewalClass.RR, None, 1, 0, 1)
@example(date(2026, 11, 9), None, RenewalClass.S, None, 0, None, 21)
@example(date(2026, 11, 9), None, RenewalClass.S, None, 0, None, 22)
def test_the_two_deadlines_say_the_same(
    written: date,
    until: int | None,
    renewal: RenewalClass,
    repeats: int | None,
    deliveries: int,
    first: int | None,
    later: int,
) -> None:
    """CF-102, CF-103, CF-104."""
    begun = first if deliveries else None
    term = Term(written, None if until is None else written + timedelta(days=until), renewal.value, repeats)
    first_day = None if begun is None else written + timedelta(days=begun)
    line = Line(
        "l", 1, Nature.MEDICATION, Product("x"), quantity=Amount(Decimal(1)), repeats=repeats, renewal=renewal
    )
    ordonnance = Ordonnance(
        "", PatientIdentity("", "", "", None, ""), Prescriber("", "", ""), _noon(written),
        mine.valid_until(written, term.until, renewal), Language.FR, (line,),
    )  # fmt: skip
    count = deliveries if first_day is not None else 0
    standing = StandingLine(
        "", "", line, LineState.ACTIVE, deliveries=count,
        first_delivery=None if first_day is None else _noon(first_day),
    )  # fmt: skip
    today = written + timedelta(days=later)
    told = mine.outlook(ordonnance, standing, today)
    assert obstacle(term, Course(count, first_day), today) == (told.obstacle.value if told.obstacle else "")
    assert max(0, times_in_all(term) - count) == told.remaining
    assert last_day(term) == mine.valid_until(written, term.until, renewal)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
