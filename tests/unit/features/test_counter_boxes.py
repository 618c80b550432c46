"""Whether a box is what was prescribed, and to which line it belongs (CF-105, CF-112, CF-113)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.domain.drugs.data import DataRow, WithdrawnBatch
from desktop.domain.local_time import local_day
from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.ordonnance import Line, Product
from desktop.domain.prescription.standing import Lease, StandingLine
from desktop.features.counter.domain.act import CounterAct, FoundBy, begun
from desktop.features.counter.domain.boxes import BoxFinding, SubstitutionCause, judge
from desktop.features.counter.domain.matching import line_for
from desktop.features.counter.service.products import generic_of, named_in, offered
from tests.samples.counter import METFORMIN, RAMIPRIL, gtin, line, standing, standing_line, two_lines
from tests.samples.practice import NOW

TODAY = local_day(NOW)
STATIN = Product("Sortis 40", ("atorvastatine",), "C10AA05", "Sortis", "40 mg", "comprimé", codes=(gtin(9),))
NONE = None
WITHDRAWN = WithdrawnBatch(gtin(1), "A12C", TODAY, "l'agence", "comprimés brisés", DataRow("x.csv", 1))


def box(**changes: object) -> BoxCode:
    return replace(BoxCode(gtin(1), "A12C", "77", date(2028, 3, 31)), **changes)  # type: ignore[arg-type]


def act(*lines: Line) -> CounterAct:
    told = standing(*map(standing_line, lines or two_lines()))
    return begun(told, FoundBy.CODE, TODAY)


@pytest.mark.parametrize(
    ("changes", "product", "found"),
    [
        ({}, METFORMIN, BoxFinding.MATCHES),
        ({"expiry": TODAY - timedelta(days=1)}, METFORMIN, BoxFinding.EXPIRED),
        ({"expiry": TODAY}, METFORMIN, BoxFinding.EXPIRES_SOON),
        ({"expiry": TODAY + timedelta(days=89)}, METFORMIN, BoxFinding.EXPIRES_SOON),
        ({"expiry": TODAY + timedelta(days=90)}, METFORMIN, BoxFinding.MATCHES),
        ({"expiry": None}, METFORMIN, BoxFinding.NO_EXPIRY),
        ({}, RAMIPRIL, BoxFinding.OTHER_SUBSTANCE),
        ({}, replace(METFORMIN, strength="1000 mg"), BoxFinding.OTHER_STRENGTH),
        ({}, replace(METFORMIN, form="sirop"), BoxFinding.OTHER_FORM),
        ({}, None, BoxFinding.UNKNOWN_PRODUCT),
    ],
)
def test_cf113_each_box_is_told(
    changes: dict[str, object], product: Product | None, found: BoxFinding
) -> None:
    verdict = judge(box(**changes), product, line(1, METFORMIN, 180), NONE, TODAY)
    assert verdict.worst is found
    good = found in (BoxFinding.MATCHES, BoxFinding.EXPIRES_SOON, BoxFinding.NO_EXPIRY)
    assert verdict.stops is not good and verdict.matches is good


def test_a_withdrawn_batch_stops() -> None:
    verdict = judge(box(), METFORMIN, line(1, METFORMIN, 180), WITHDRAWN, TODAY)
    assert verdict.worst is BoxFinding.WITHDRAWN and verdict.stops


def test_cf105_another_brand_only_in_the_two_groups() -> None:
    generic = generic_of(STATIN)
    assert generic.inns == STATIN.inns and generic.strength == STATIN.strength and generic.brand == ""
    brand = line(1, STATIN, 90)
    assert judge(box(), generic, brand, NONE, TODAY).worst is BoxFinding.SUBSTITUTE
    forbidden = replace(brand, not_substitutable="allergie à un excipient")
    assert judge(box(), generic, forbidden, NONE, TODAY).worst is BoxFinding.NOT_SUBSTITUTABLE
    pressure = line(1, replace(RAMIPRIL, brand="Triatec"), 90)
    verdict = judge(box(), generic_of(pressure.product), pressure, NONE, TODAY)
    assert verdict.worst is BoxFinding.OUTSIDE_GROUP and verdict.stops
    other = replace(generic, strength="20 mg")
    assert judge(box(), other, brand, NONE, TODAY).worst is BoxFinding.OTHER_STRENGTH


def test_what_may_be_chosen_for_an_unknown_number() -> None:
    assert offered(act(line(1, STATIN, 90), line(2, RAMIPRIL, 90))) == (
        STATIN,
        generic_of(STATIN),
        RAMIPRIL,
    )
    fixed = line(1, STATIN, 90, not_substitutable="allergie à un excipient")
    assert offered(act(fixed)) == (STATIN, generic_of(STATIN)), "what a box holds is told first"
    ended = begun(
        standing(standing_line(line(1, RAMIPRIL, 90), state=LineState.DELIVERED)), FoundBy.CODE, TODAY
    )
    assert offered(ended) == (RAMIPRIL,)
    assert named_in(act(line(1, STATIN, 90)), gtin(9)) == STATIN
    assert named_in(act(), gtin(9)) is None


def test_a_box_goes_to_the_line_that_it_fits_best() -> None:
    found = line_for(act(), box(), RAMIPRIL, 1, NONE, NOW)
    assert found is not None and found[0].line.line.number == 2 and found[1].matches
    found = line_for(act(), box(), replace(RAMIPRIL, strength="10 mg"), 1, NONE, NOW)
    assert found is not None and found[0].line.line.number == 2
    assert found[1].worst is BoxFinding.OTHER_STRENGTH


def test_cf111_a_free_text_line_takes_a_box_only_while_it_is_current() -> None:
    both = act(line(1, METFORMIN, 180), line(2, Product("Crème à l'urée"), 1))
    found = line_for(both, box(), RAMIPRIL, 1, NONE, NOW)
    assert found is not None and found[0].line.line.number == 1 and found[1].stops
    found = line_for(both, box(), RAMIPRIL, 2, NONE, NOW)
    assert found is not None and found[0].line.line.number == 2
    assert found[1].worst is BoxFinding.UNCODED_LINE and not found[1].stops


def told(*lines: StandingLine) -> CounterAct:
    return begun(standing(*lines), FoundBy.CODE, TODAY)


def test_a_box_of_a_delivered_line_is_told_as_that_and_not_as_another_substance() -> None:
    """Its line stands there, but takes nothing more (CF-076)."""
    first, second = two_lines()
    one = told(standing_line(first, state=LineState.DELIVERED), standing_line(second))
    found = line_for(one, box(), METFORMIN, 2, NONE, NOW)
    assert found is not None and found[0].line.line.number == 1
    assert found[1].findings == (BoxFinding.LINE_CLOSED,) and found[1].stops
    found = line_for(one, box(), replace(METFORMIN, strength="1000 mg"), 2, NONE, NOW)
    assert found is not None and found[1].findings == (BoxFinding.LINE_CLOSED, BoxFinding.OTHER_STRENGTH)
    found = line_for(one, box(), RAMIPRIL, 1, NONE, NOW)
    assert found is not None and found[0].line.line.number == 2 and found[1].matches
    found = line_for(one, box(), STATIN, 1, NONE, NOW)
    assert found is not None and found[1].worst is BoxFinding.OTHER_SUBSTANCE


def test_where_a_second_line_of_the_same_is_open_the_box_is_its() -> None:
    first = line(1, METFORMIN, 180)
    both = told(standing_line(first, state=LineState.DELIVERED), standing_line(line(2, METFORMIN, 90)))
    found = line_for(both, box(), METFORMIN, 1, NONE, NOW)
    assert found is not None and found[0].line.line.number == 2 and found[1].matches


def test_where_all_is_delivered_a_strange_box_belongs_to_none() -> None:
    ended = told(*(standing_line(one, state=LineState.DELIVERED) for one in two_lines()))
    assert line_for(ended, box(), STATIN, 1, NONE, NOW) is None
    assert line_for(ended, box(), None, 1, NONE, NOW) is None


def test_a_line_that_another_counter_holds_takes_no_box_until_its_lease_is_over() -> None:
    """CF-076: said before anything is read for it; among equal lines a free one comes first."""
    theirs = Lease("Pharmacie du Lion", NOW + timedelta(minutes=8))
    first, second = two_lines()
    held = standing_line(first, state=LineState.RESERVED, lease=theirs)
    found = line_for(told(held, standing_line(second)), box(), METFORMIN, 1, NONE, NOW)
    assert found is not None and found[1].findings == (BoxFinding.HELD_ELSEWHERE,) and found[1].stops
    found = line_for(told(held), box(), METFORMIN, 1, NONE, NOW + timedelta(minutes=9))
    assert found is not None and found[1].matches
    same = standing_line(line(2, METFORMIN, 90))
    found = line_for(told(held, same), box(), METFORMIN, 1, NONE, NOW)
    assert found is not None and found[0].line.line.number == 2
    found = line_for(told(held), box(), RAMIPRIL, 1, NONE, NOW)
    assert found is not None and found[1].findings == (BoxFinding.OTHER_SUBSTANCE,)


def test_a_shortage_to_which_the_prescriber_agreed_lets_another_brand_pass() -> None:
    """Outside the two groups (CF-105); another strength stays another strength."""
    pressure = replace(RAMIPRIL, brand="Triatec")
    one = told(standing_line(line(1, pressure, 90)))
    generic = generic_of(pressure)
    found = line_for(one, box(), generic, 1, NONE, NOW)
    assert found is not None and found[1].worst is BoxFinding.OUTSIDE_GROUP
    agreed = one.with_work(replace(one.lines[0], cause=SubstitutionCause.SHORTAGE))
    found = line_for(agreed, box(), generic, 1, NONE, NOW)
    assert found is not None and found[1].findings == (BoxFinding.SUBSTITUTE,) and not found[1].stops
    found = line_for(agreed, box(), replace(generic, strength="10 mg"), 1, NONE, NOW)
    assert found is not None and found[1].stops
