"""What an ALD statement must say before it leaves (CF-097), what the next one begins with, and its clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.referent import (
    Declaration,
    Mark,
    Statement,
    StatementState,
    statement_due,
    statement_period,
)
from desktop.features.ald.domain import (
    Answer,
    Course,
    Detail,
    Form,
    Item,
    Sent,
    accepted_on,
    ald_list,
    gaps,
    matching,
    next_items,
    partial_date,
    waits,
    written,
)

TODAY = date(2026, 6, 10)
NOW = datetime(2026, 6, 10, 8, tzinfo=UTC)
BORN = date(1947, 11, 3)
DONE = {
    8: Item(8, Answer.STILL, "2014", kind="2"),
    12: Item(12, Answer.UNSURE, icd10="I10"),
    31: Item(31, Answer.STILL, text="Sarcoïdose", long=True, course=Course.PROGRESSIVE),
    32: Item(32, Answer.STILL, text="BPCO ; goutte"),
}
items = st.builds(
    Item,
    code=st.sampled_from([1, 8, 12, 31, 32]),
    answer=st.sampled_from([None, *Answer]),
    since=st.sampled_from(["", "2014", "05.2014", "hier", "2031"]),
    text=st.sampled_from(["", " ; ", "BPCO", "BPCO ; goutte"]),
    kind=st.sampled_from(["", "1", "2"]),
    long=st.booleans(),
    course=st.sampled_from([None, *Course]),
    icd10=st.sampled_from(["", "e11", "Z999", "diabète"]),
)


def missing(item: Item) -> list[Detail]:
    return [gap.detail for gap in gaps((item,), BORN, TODAY)]


def test_the_list_has_32_and_marks_what_is_to_be_verified() -> None:
    assert [ald.code for ald in ald_list()] == list(range(1, 33))
    assert [ald.code for ald in ald_list() if ald.to_verify] == [12]


def test_a_form_without_a_condition_says_nothing() -> None:
    assert [gap.detail for gap in gaps((), BORN, TODAY)] == [Detail.ITEMS]


@pytest.mark.parametrize("code", DONE)
def test_what_is_whole_may_leave(code: int) -> None:
    assert missing(DONE[code]) == []


@pytest.mark.parametrize(
    ("code", "change", "detail"),
    [
        (12, {"answer": None}, Detail.ANSWER),
        (12, {"since": "2027"}, Detail.SINCE),
        (12, {"since": "1946"}, Detail.SINCE),
        (12, {"since": "07.2026"}, Detail.SINCE),
        (12, {"since": "jadis"}, Detail.SINCE),
        (8, {"kind": ""}, Detail.TYPE),
        (31, {"text": "  "}, Detail.CONDITION),
        (31, {"long": False}, Detail.SIX_MONTHS),
        (31, {"course": None}, Detail.COURSE),
        (32, {"text": "BPCO ;"}, Detail.CONDITIONS),
        (12, {"icd10": "Z9X"}, Detail.ICD10),
        (12, {"icd10": "U99.9"}, Detail.ICD10),
    ],
)
def test_cf097_each_missing_field_is_named(code: int, change: dict[str, object], detail: Detail) -> None:
    assert missing(replace(DONE[code], **change)) == [detail]  # type: ignore[arg-type]


def test_of_a_condition_that_is_over_no_treatment_to_come_is_asked() -> None:
    assert missing(replace(DONE[31], answer=Answer.OVER, long=False, course=None)) == []


@given(st.lists(items, unique_by=lambda item: item.code, min_size=1, max_size=5))
def test_every_gap_is_of_a_condition_of_the_form_and_closing_all_leaves_none(found: list[Item]) -> None:
    form = Form("urn:x", TODAY, TODAY, tuple(found))
    assert {gap.code for gap in gaps(form.items, BORN, TODAY)} <= {item.code for item in found}
    for item in found:
        form = form.with_item(DONE.get(item.code, Item(item.code, Answer.OVER)))
    assert gaps(form.items, BORN, TODAY) == ()
    assert [item.code for item in form.items] == [item.code for item in found], "each stays in its place"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2014", "2014"), ("5.2014", "2014-05"), ("05/2014", "2014-05"), ("3.5.2014", "2014-05-03"),
        ("2014-05-03", "2014-05-03"), (" 2014 ", "2014"), ("", ""), ("14", ""), ("13.2014", ""),
        ("31.02.2014", ""), ("0214", ""), ("1.2.3.2014", ""), ("20145", ""), ("²014", ""), ("2014.5.3.1", ""),
    ],
)  # fmt: skip
def test_the_year_is_enough(typed: str, read: str) -> None:
    assert partial_date(typed) == read


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)), st.sampled_from([4, 7, 10]))
def test_what_is_written_is_read_back(day: date, length: int) -> None:
    since = day.isoformat()[:length]
    assert partial_date(written(since)) == since


def sent(state: StatementState, *found: Item, ago: int = 0, accepted: date | None = None) -> Sent:
    form = Form(f"urn:{ago}", TODAY, TODAY, found)
    return Sent(form, state, NOW - timedelta(days=ago), accepted=accepted)


@given(st.lists(items, unique_by=lambda item: item.code, max_size=5))
def test_the_next_form_is_not_answered_before_the_doctor_answers(found: list[Item]) -> None:
    begun = next_items(sent(StatementState.ACCEPTED, *found))
    assert all(item.answer is None for item in begun)
    lasting = [item for item in found if item.answer is not Answer.OVER]
    assert [replace(item, answer=None) for item in lasting] == list(begun)


def test_a_returned_one_is_corrected_with_its_answers() -> None:
    assert next_items(sent(StatementState.RETURNED, *DONE.values())) == tuple(DONE.values())
    assert next_items(None) == ()


def test_while_the_newest_waits_no_other_is_begun() -> None:
    old = sent(StatementState.ACCEPTED, ago=700, accepted=date(2024, 7, 11))
    for state in StatementState:
        newest = sent(state, ago=1)
        expected = newest if state in (StatementState.SENT, StatementState.RECEIVED) else None
        assert waits((old, newest)) is expected
    assert waits((sent(StatementState.SENT, ago=900), old)) is None, "an older one that was never decided"


@given(
    st.lists(
        st.tuples(st.sampled_from(list(StatementState)), st.integers(0, 2000), st.booleans()), max_size=6
    )
)
def test_cf096_only_what_was_accepted_moves_the_clock(told: list[tuple[StatementState, int, bool]]) -> None:
    """The due day is 24 months after the last acceptance, whatever else was sent since."""
    statements = tuple(
        sent(state, ago=ago, accepted=TODAY - timedelta(days=ago) if taken else None)
        for state, ago, taken in told
    )
    days = [s.accepted for s in statements if s.accepted is not None]
    assert accepted_on(statements) == max(days, default=None)
    validated = date(2020, 1, 31)
    first, last = statement_period(accepted_on(statements), validated)
    due = statement_due(Statement(accepted_on(statements)), Declaration(validated=validated), NOW, TODAY)
    assert due is not None and due.on == last + timedelta(days=1) and first == max(days, default=validated)
    assert (due.mark is Mark.LATE) is (last < TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("words", "codes"),
    [("8", [8]), ("diab", [8]), ("sclérose plaques", [25]), ("SCLEROSE", [25]), ("99", []), ("xyz", [])],
)
def test_a_condition_is_found_by_its_number_or_its_words(words: str, codes: list[int]) -> None:
    assert [ald.code for ald in matching(words, frozenset())] == codes
    assert [ald.code for ald in matching(words, frozenset(codes))] == []


def test_nothing_typed_offers_all_that_are_not_there_yet() -> None:
    assert len(matching("", frozenset({8, 12}))) == 30
