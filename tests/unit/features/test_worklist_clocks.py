"""The clocks of a declared patient (domain §B.3): what is due, late, old or stopped on a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.record import DspState
from desktop.domain.referent import (
    Declaration,
    DeclarationState,
    Due,
    EndCause,
    Mark,
    Statement,
    StatementState,
    add_months,
    first_of_next_month,
)
from desktop.features.worklist.domain import Declared, Line, Prestations, Summary, line
from tests.samples.practice import patient

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
TODAY = date(2026, 6, 10)
NONE_YET = Summary(0, None)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def on(day: date, told: Declared) -> Line:
    return line(told, at(day), day)


def declared(validated: date = date(2025, 11, 30), **changes: object) -> Declared:
    """Everything told; validated, effective from the month after."""
    signed = validated - timedelta(days=9)
    told = Declared(
        patient(),
        Declaration(signed, signed, validated - timedelta(days=7), validated, first_of_next_month(validated)),
        NONE_YET,
        Statement(None),
        Prestations(None),
    )
    return replace(told, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("validated", "due"),
    [
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2023, 11, 30), date(2024, 2, 29)),
        (date(2025, 10, 31), date(2026, 1, 31)),
        (date(2025, 11, 29), date(2026, 2, 28)),
        (date(2025, 12, 1), date(2026, 3, 1)),
    ],
)
def test_cf095_the_first_summary_is_due_three_months_after_the_validation(validated: date, due: date) -> None:
    found = on(due, declared(validated)).summary
    assert found == Due(Mark.SOON, due, 0), "on its day it is due, not late"


def test_cf073_a_declaration_of_three_months_without_a_summary_is_late() -> None:
    """From the day after; a month before it is announced."""
    told, due = declared(date(2026, 3, 10)), date(2026, 6, 10)

    def mark(days: int) -> Mark:
        found = on(due + timedelta(days=days), told).summary
        assert found is not None
        return found.mark

    assert [mark(n) for n in (-31, -30, 0, 1, 400)] == [
        Mark.NOTHING, Mark.SOON, Mark.SOON, Mark.LATE, Mark.LATE,
    ]  # fmt: skip
    late = on(due + timedelta(days=3), told).summary
    assert late is not None and late.days == -3


def test_a_summary_of_more_than_twelve_months_is_old_and_late_is_nobody() -> None:
    told = declared(date(2020, 1, 15), summary=Summary(3, date(2025, 6, 10)))
    marks = [on(TODAY + timedelta(days=n), told).summary for n in (-31, -30, 0, 1)]
    assert [d.mark for d in marks if d] == [Mark.NOTHING, Mark.SOON, Mark.SOON, Mark.OLD]


def test_cf072_the_statement_is_due_24_months_after_the_last_accepted_one() -> None:
    told = declared(date(2020, 1, 15), statement=Statement(date(2024, 6, 10)))
    marks = [on(TODAY + timedelta(days=n), told).statement for n in (-61, -60, 0, 1)]
    assert [d.mark for d in marks if d] == [Mark.NOTHING, Mark.SOON, Mark.SOON, Mark.LATE]
    first = declared(date(2024, 6, 10))
    assert on(TODAY, first).statement == Due(Mark.SOON, TODAY, 0), "without one, since the validation"


@pytest.mark.parametrize("state", [s for s in StatementState if s is not StatementState.ACCEPTED])
def test_cf096_nothing_but_an_acceptance_moves_the_due_day(state: StatementState) -> None:
    sent = at(TODAY) - timedelta(hours=1)
    told = declared(date(2020, 1, 15), statement=Statement(date(2024, 6, 1), state, sent))
    found = on(TODAY, told).statement
    assert found == Due(Mark.LATE, date(2026, 6, 1), -9)


def test_a_statement_without_its_receipt_for_a_day_is_awaited_and_never_done() -> None:
    def mark(hours: float, state: StatementState = StatementState.SENT) -> Mark:
        sent = at(TODAY) - timedelta(hours=hours)
        found = on(TODAY, declared(date(2020, 1, 15), statement=Statement(date(2024, 6, 20), state, sent)))
        assert found.statement is not None and found.statement.on == date(2026, 6, 20)
        return found.statement.mark

    assert [mark(23.9), mark(24), mark(24.1)] == [Mark.SOON, Mark.SOON, Mark.AWAITED]
    assert mark(72, StatementState.RECEIVED) is Mark.SOON, "a receipt is there"
    assert mark(72, StatementState.RETURNED) is Mark.SOON


def test_the_statement_of_the_cns_is_expected_30_days_after_the_anniversary() -> None:
    told = declared(date(2024, 5, 2))  # effective 1 June 2024
    expected = date(2026, 7, 1)

    def found(day: date, last: date | None) -> Due | None:
        return on(day, replace(told, prestations=Prestations(last))).prestations

    before = found(date(2025, 5, 31), None)
    assert before is not None and before.mark is Mark.NOTHING, (
        "before the first anniversary nothing is expected"
    )
    assert [
        due.mark
        for due in (found(expected, date(2025, 6, 4)), found(expected + timedelta(days=1), date(2025, 6, 4)))
        if due
    ] == [Mark.NOTHING, Mark.MISSING]
    missing = found(expected + timedelta(days=2), None)
    assert missing == Due(Mark.MISSING, date(2026, 6, 1), 2)
    came = found(expected + timedelta(days=9), date(2026, 6, 1))
    assert came is not None and came.mark is Mark.NOTHING


@pytest.mark.parametrize(
    ("dsp", "cause"), [(DspState.CLOSED, EndCause.DSP_CLOSED), (DspState.DECEASED, EndCause.DEATH)]
)
def test_cf098_a_dsp_that_is_closed_ends_it_at_once_and_stops_all_clocks(
    dsp: DspState, cause: EndCause
) -> None:
    told = declared(date(2020, 1, 15))
    assert on(TODAY, told).summary == Due(Mark.LATE, date(2020, 4, 15), -2247)
    found = on(TODAY, replace(told, patient=replace(told.patient, dsp=dsp)))
    assert (found.state, found.cause, found.works) == (DeclarationState.ENDED, cause, False)
    clocks = (found.summary, found.statement, found.prestations)
    assert {due.mark for due in clocks if due is not None} == {Mark.NOTHING} and found.annonces == 0


def test_cf036_reopening_starts_nothing() -> None:
    told = declared(date(2020, 1, 15))
    closed = replace(told.declaration, ended=date(2026, 6, 1), cause=EndCause.DSP_CLOSED)
    found = on(TODAY, replace(told, declaration=closed))  # the DSP is active again
    assert (found.state, found.cause, found.ended) == (
        DeclarationState.ENDED, EndCause.DSP_CLOSED, date(2026, 6, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told_end", "last"), [(None, date(2026, 7, 20)), (date(2026, 7, 26), date(2026, 7, 26))]
)
def test_cf099_under_notice_he_still_works_and_sees_the_end(told_end: date | None, last: date) -> None:
    """As told, else two months after the notice; the last day is one of work."""
    told = declared(date(2020, 1, 15))
    given = replace(
        told, declaration=replace(told.declaration, notice_on=date(2026, 5, 20), ends_on=told_end)
    )
    found = on(last, given)
    assert (found.state, found.until, found.works) == (DeclarationState.NOTICE, last, True)
    assert found.summary is not None and found.summary.mark is Mark.LATE
    over = on(last + timedelta(days=1), given)
    assert (over.state, over.cause, over.ended) == (DeclarationState.ENDED, EndCause.NOTICE, last)


def test_the_states_follow_each_other_by_their_days() -> None:
    days = Declaration(
        signed_patient=date(2026, 1, 5), signed_doctor=date(2026, 1, 6), notified=date(2026, 1, 8),
        validated=date(2026, 1, 20),
    )  # fmt: skip
    told = declared(declaration=days)
    found = [on(day, told).state for day in (
        date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 8), date(2026, 1, 20), date(2026, 1, 31),
        date(2026, 2, 1))]  # fmt: skip
    assert found == [
        DeclarationState.DRAFT, DeclarationState.SIGNED, DeclarationState.NOTIFIED,
        DeclarationState.VALIDATED, DeclarationState.VALIDATED, DeclarationState.EFFECTIVE,
    ]  # fmt: skip
    assert days.effective_from() == date(2026, 2, 1), "the first of the month after the notification"
    working = [on(day, told).works for day in (date(2026, 1, 19), date(2026, 1, 20), date(2026, 2, 1))]
    assert working == [False, True, True], "rights follow the validation"


def test_what_was_not_told_is_not_nothing() -> None:
    told = declared(summary=None, statement=None, prestations=None)
    found = on(TODAY, told)
    assert (found.summary, found.statement, found.prestations) == (None, None, None)


@given(DAYS, st.integers(0, 60))
def test_months_are_added_as_on_paper(day: date, months: int) -> None:
    """The same number, or the last day of a month that has no such day; and the next day is a later one."""
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    last = (found + timedelta(days=1)).month != found.month
    assert found.day == day.day or (last and found.day < day.day)
    assert add_months(day + timedelta(days=1), months) >= found


@given(DAYS, DAYS, st.integers(-2, 2))
def test_a_clock_only_goes_forward(validated: date, today: date, _: int) -> None:
    """Nothing, then soon, then late: no day turns it back while nothing is done."""
    told = declared(validated)
    order = [Mark.NOTHING, Mark.SOON, Mark.LATE]
    now, later = on(today, told), on(today + timedelta(days=1), told)
    if now.works:
        for before, after in ((now.summary, later.summary), (now.statement, later.statement)):
            assert before is not None and after is not None and before.on == after.on
            assert order.index(before.mark) <= order.index(after.mark)
            assert (before.mark is Mark.LATE) is (before.on is not None and today > before.on)
