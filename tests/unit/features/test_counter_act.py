"""What stands in the way of a delivery, and what an act becomes (CF-103, CF-104, CF-109, CF-112, CF-114)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from desktop.domain.local_time import local_day
from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.ordonnance import Line, RenewalClass
from desktop.domain.prescription.standing import Lease, Substitution
from desktop.domain.signature import UNSIGNED, SignatureState
from desktop.features.counter.cells.head import ordonnance_words
from desktop.features.counter.cells.says import signature_words
from desktop.features.counter.domain.act import (
    Alert,
    CounterAct,
    Decision,
    FoundBy,
    ReadBox,
    as_prescribed,
    begun,
    handed_over,
    holdable,
    left_alone,
    overridden,
    owed,
    refused,
    released,
    reservable,
    with_box,
)
from desktop.features.counter.domain.boxes import BoxFinding, BoxVerdict
from desktop.features.counter.domain.delivery import Insurance
from desktop.features.counter.domain.hindrances import Hindrance, hindrances, signed_by_prescriber
from desktop.features.counter.feature import COUNTER
from desktop.kernel.feature import add_words
from tests.samples.counter import METFORMIN, SIGNED_BY_WEBER, gtin, line, standing, standing_line, two_lines
from tests.samples.practice import NOW

add_words((COUNTER,))
TODAY = local_day(NOW)
MATCH = ReadBox(
    BoxCode(gtin(1), "A12C", "77", date(2028, 3, 31)), METFORMIN, BoxVerdict((BoxFinding.MATCHES,))
)
LEASE = Lease("Pharmacie du Cygne", NOW + timedelta(minutes=10), NOW, "token")


def act(*lines: Line, **changes: object) -> CounterAct:
    """Compared, signed, and held by us."""
    told = standing(
        *(standing_line(one, lease=LEASE, state=LineState.RESERVED) for one in lines or two_lines())
    )
    made = begun(told, FoundBy.CODE, TODAY)
    return replace(made, compared=True, signature=SIGNED_BY_WEBER, **changes)  # type: ignore[arg-type]


def handing(made: CounterAct, number: int = 1, **changes: object) -> CounterAct:
    work = made.work(number)
    assert work is not None
    return made.with_work(replace(with_box(work, MATCH), **changes))  # type: ignore[arg-type]


def missing(made: CounterAct, at: object = NOW) -> list[Hindrance]:
    return [what for what, _ in hindrances(made, at)]  # type: ignore[arg-type]


def test_a_box_that_matched_hands_over_the_whole_rest() -> None:
    made = handing(act())
    assert missing(made) == [] and made.lines[0].quantity == 180
    assert missing(act()) == [Hindrance.NOTHING]


def test_identity_and_the_prescriber_s_own_signature_are_needed() -> None:
    made = handing(act())
    assert missing(replace(made, compared=False)) == [Hindrance.IDENTITY]
    assert missing(replace(made, signature=None)) == [Hindrance.SIGNATURE]
    assert missing(replace(made, signature=UNSIGNED)) == [Hindrance.SIGNATURE]
    broken = replace(SIGNED_BY_WEBER, state=SignatureState.BROKEN)
    assert missing(replace(made, signature=broken)) == [Hindrance.SIGNATURE]


def test_whose_signature_it_is() -> None:
    made = act()
    assert signed_by_prescriber(made, SIGNED_BY_WEBER)
    assert signed_by_prescriber(made, replace(SIGNED_BY_WEBER, signer="Claire Weber-Kieffer")), (
        "married since"
    )
    assert not signed_by_prescriber(made, replace(SIGNED_BY_WEBER, signer="", signer_id=""))


def test_two_prescribers_of_one_name_are_two_people() -> None:
    made = act()
    namesake = replace(SIGNED_BY_WEBER, signer_id="10100000099")
    assert not signed_by_prescriber(made, namesake)
    assert not signed_by_prescriber(made, replace(SIGNED_BY_WEBER, signer_id="LU1")), (
        "a number of another list"
    )
    handed = handing(replace(made, signature=namesake))
    assert missing(handed) == [Hindrance.SIGNATURE] and "autre carte" in signature_words(handed)


def test_without_the_directory_s_number_a_signature_is_nobody_s() -> None:
    made = act()
    silent = replace(made, standing=replace(made.standing, signer_ids=()))
    assert missing(handing(silent)) == [Hindrance.SIGNATURE]
    assert "annuaire" in signature_words(silent) and "annuaire" in ordonnance_words(silent)


def test_cf109_a_lease_that_is_over_or_another_s_stops() -> None:
    made = handing(act())
    assert missing(made, NOW + timedelta(minutes=10)) == [Hindrance.LEASE_OVER]
    assert missing(released(made)) == [Hindrance.LEASE_OVER]
    theirs = standing_line(two_lines()[0], lease=replace(LEASE, token="", pharmacy="Lion"))
    assert missing(made.with_lines((theirs,), TODAY)) == [Hindrance.RESERVED_ELSEWHERE]
    ours = standing_line(two_lines()[0], lease=replace(LEASE, token=""))
    assert missing(made.with_lines((ours,), TODAY)) == []  # a token is told once


def test_cf109_what_another_pharmacy_holds_is_not_asked_for_before_its_lease_is_over() -> None:
    lease = Lease("Lion", NOW + timedelta(minutes=9))
    theirs = standing_line(two_lines()[0], lease=lease, state=LineState.RESERVED)
    made = act().with_lines((theirs,), TODAY)
    assert [one.line.line.number for one in holdable(made, NOW)] == [2]
    assert [one.line.line.number for one in holdable(made, lease.until)] == [1, 2]


def test_cf109_a_line_that_was_decided_on_and_takes_nothing_any_more_is_named() -> None:
    decided = handing(act())
    gone = standing_line(two_lines()[0], state=LineState.CANCELLED)
    (ended,) = decided.with_lines((gone,), TODAY).ended_since(decided)
    assert ended.line.line.number == 1
    assert act().with_lines((gone,), TODAY).ended_since(act()) == (), "nobody had touched it"


def test_no_more_than_the_rest() -> None:
    assert missing(handing(act(), quantity=Decimal(181))) == [Hindrance.QUANTITY]
    assert missing(handing(act(), quantity=Decimal(0))) == [Hindrance.QUANTITY]


def test_cf112_a_mismatch_stops_and_all_as_prescribed_takes_only_what_matched() -> None:
    wrong = replace(MATCH, verdict=BoxVerdict((BoxFinding.OTHER_STRENGTH,)))
    assert missing(handing(act(), boxes=(wrong,))) == [Hindrance.BOX]
    assert missing(handing(act(), boxes=())) == [Hindrance.BOX]
    part = handing(act(), quantity=Decimal(45), owing=True)
    whole = as_prescribed(part)
    assert whole.lines[0].quantity == 180 and not whole.lines[0].owing
    assert whole.lines[1] == part.lines[1]  # no box, no delivery
    assert as_prescribed(handing(act(), boxes=(wrong,), quantity=Decimal(1))).lines[0].quantity == 1


def test_cf105_another_brand_needs_a_substitution() -> None:
    other = replace(MATCH, verdict=BoxVerdict((BoxFinding.SUBSTITUTE,)))
    assert missing(handing(act(), boxes=(other,))) == [Hindrance.SUBSTITUTION]
    noted = Substitution("G", "moins cher", patient_informed=True)
    assert missing(handing(act(), boxes=(other,), substitution=noted)) == []


def test_cf103_an_s_line_asks_its_paper_form() -> None:
    narcotic = act(line(1, METFORMIN, 28, renewal=RenewalClass.S))
    assert missing(handing(narcotic)) == [Hindrance.PAPER_FORM]
    assert missing(handing(narcotic, paper_form="2026-1")) == []


def test_cf104_outside_the_insurance_is_a_choice_of_its_own() -> None:
    first = standing_line(
        line(1, METFORMIN, 180, repeats=9, renewal=RenewalClass.FREE), lease=LEASE, state=LineState.RESERVED,
        deliveries=1, first_delivery=NOW - timedelta(days=200),
    )  # fmt: skip
    made = replace(begun(standing(first), FoundBy.CODE, TODAY), compared=True, signature=SIGNED_BY_WEBER)
    assert made.lines[0].deliverable
    assert missing(handing(made)) == [Hindrance.OUTSIDE]
    assert missing(handing(made, insurance=Insurance.OUTSIDE)) == []


def test_cf114_an_alert_is_passed_over_with_who_and_why() -> None:
    alert = Alert("D-1", stops=True, lines=(1, 2), words="■ doublon", source="jeu de test")
    told = Alert("I-2", stops=False, lines=(1,), words="▲ interaction", source="jeu de test")
    made = replace(handing(act()), alerts=(alert, told))
    assert missing(made) == [Hindrance.ALERT]
    after = overridden(made, alert, "vu avec le médecin", "Sandra Thill", NOW)
    assert missing(after) == []
    [override] = after.lines[0].overrides
    assert (override.rule, override.reason, override.by, override.at) == (
        "D-1", "vu avec le médecin", "Sandra Thill", NOW,
    )  # fmt: skip
    assert missing(replace(act(), alerts=(alert,))) == [Hindrance.NOTHING]  # untouched lines ask nothing
    another = replace(alert, words="■ doublon, autre produit")
    assert missing(replace(after, alerts=(*after.alerts, another))) == [Hindrance.ALERT], "of the same rule"


def test_a_refusal_needs_a_reason_and_no_identity() -> None:
    made = replace(act(), compared=False)
    short = made.with_work(refused(made.lines[0], "non", Decision.REFUSE))
    assert missing(short) == [Hindrance.REASON]
    assert missing(made.with_work(refused(made.lines[0], "rupture", Decision.FORBID))) == []


def test_what_is_owed_is_said_and_ends_with_the_whole() -> None:
    work = handed_over(act().lines[0], Decimal(45))
    assert not work.owing and owed(work).owing
    assert handed_over(owed(work), Decimal(90)).owing
    assert not handed_over(owed(work), Decimal(180)).owing
    assert not owed(act().lines[0]).owing


def test_a_box_after_a_refusal_hands_over_again() -> None:
    work = with_box(refused(act().lines[0], "rupture de stock", Decision.REFUSE), MATCH)
    assert (work.decision, work.quantity, work.reason) == (Decision.HAND_OVER, Decimal(180), "")
    assert left_alone(work).decision is Decision.UNTOUCHED


def test_only_what_may_be_handed_over_here_is_reserved() -> None:
    lines = (
        standing_line(line(1, METFORMIN, 180)),
        standing_line(line(2, METFORMIN, 180), state=LineState.DELIVERED),
        standing_line(line(3, METFORMIN, 180), state=LineState.SUSPENDED),
        standing_line(line(4, METFORMIN, 180), state=LineState.RESERVED, lease=replace(LEASE, token="")),
    )
    made = begun(standing(*lines), FoundBy.CODE, TODAY)
    assert [one.line.number for one in reservable(made)] == [1]
