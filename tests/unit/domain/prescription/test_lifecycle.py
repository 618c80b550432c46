"""The table of states, and what an ordonnance is (CF-075)."""

import pytest

from desktop.domain.prescription.lifecycle import (
    OPEN,
    TABLE,
    LineAct,
    LineActor,
    LineState,
    OrdonnanceState,
    of_lines,
    offered,
    transition,
)

S = LineState


def test_each_row_stands_once() -> None:
    assert len({(row.before, row.act, row.actor) for row in TABLE}) == len(TABLE)


def test_what_is_finished_stays_so() -> None:
    """Only undoing a delivery and the patient's erasing lead out of a finished state."""
    ways_out = {(row.before, row.act) for row in TABLE if row.before not in OPEN | {S.DRAFT}}
    assert {act for _, act in ways_out} == {LineAct.UNDO, LineAct.ERASE}
    assert (S.DELIVERED, LineAct.ERASE) not in ways_out


def test_cf076_only_the_holder_of_a_reserved_line_delivers() -> None:
    handing_over = {LineAct.DELIVER, LineAct.DELIVER_PART, LineAct.DELIVER_RENEWABLE, LineAct.OWE}
    rows = [row for row in TABLE if row.act in handing_over]
    assert {(row.before, row.actor) for row in rows} == {(S.RESERVED, LineActor.HOLDER)}


def test_cf108_a_reserved_line_is_not_cancelled() -> None:
    assert transition(S.RESERVED, LineAct.CANCEL, LineActor.PRESCRIBER) is None
    assert offered(S.ACTIVE, LineActor.PRESCRIBER) == (LineAct.CANCEL, LineAct.SUSPEND)


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([(S.ACTIVE, False)] * 3, OrdonnanceState.ISSUED),
        ([(S.DELIVERED, True), (S.ACTIVE, False), (S.ACTIVE, False)], OrdonnanceState.PARTLY_EXECUTED),
        ([(S.RESERVED, False), (S.ACTIVE, False)], OrdonnanceState.IN_PROGRESS),
        ([(S.DELIVERED, True), (S.STOPPED, True)], OrdonnanceState.EXECUTED),
        ([(S.DELIVERED, True), (S.EXPIRED, False)], OrdonnanceState.EXECUTED),
        ([(S.CANCELLED, False)] * 2, OrdonnanceState.CANCELLED),
        ([(S.EXPIRED, False)], OrdonnanceState.EXPIRED),
        ([(S.REFUSED, False), (S.CANCELLED, False)], OrdonnanceState.CLOSED),
        ([(S.ACTIVE, False), (S.UNKNOWN, False)], OrdonnanceState.UNKNOWN),
        ([], OrdonnanceState.UNKNOWN),
    ],
)
def test_cf075_the_ordonnance_follows_from_its_lines(
    lines: list[tuple[LineState, bool]], state: OrdonnanceState
) -> None:
    assert of_lines(tuple(lines)) is state
