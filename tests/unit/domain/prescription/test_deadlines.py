"""Until when and how often (CF-102, CF-103, CF-104)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from desktop.domain.prescription.deadlines import DeliveryObstacle, outlook, repeats_of, valid_until
from desktop.domain.prescription.lifecycle import LineState
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

WRITTEN = datetime(2026, 8, 29, 9, 0, tzinfo=UTC)
DAY = WRITTEN.date()


def line(renewal: RenewalClass, repeats: int | None = None) -> Line:
    product = Product("Metformine 850 mg", ("metformine",), "A10BA02")
    return Line("urn:uuid:1", 1, Nature.MEDICATION, product, quantity=Amount(Decimal(30)), days=30,
                renewal=renewal, repeats=repeats)  # fmt: skip


def ordonnance(*lines: Line, until: date | None = None) -> Ordonnance:
    last = until or min(valid_until(DAY, None, one.renewal) for one in lines)
    patient = PatientIdentity("pat-1", "SCHMIT", "Jos", date(1947, 11, 3), "1947110310658")
    return Ordonnance(
        "K7QM", patient, Prescriber("ps-1", "Dr A", "Médecin"), WRITTEN, last, Language.FR, lines
    )


def ask(one: Line, today: date, first: date | None = None, deliveries: int = 0) -> DeliveryObstacle | None:
    at = datetime.combine(first, WRITTEN.timetz()) if first else None
    state = LineState.PARTIAL if first else LineState.ACTIVE
    standing = StandingLine("1", "1", one, state, first_delivery=at, last_delivery=at, deliveries=deliveries)
    return outlook(ordonnance(one), standing, today).obstacle


def test_cf102_r_without_mention_is_good_for_three_months_and_not_a_day_longer() -> None:
    r = line(RenewalClass.R)
    assert ask(r, date(2026, 11, 29)) is None
    assert ask(r, date(2026, 11, 30)) is DeliveryObstacle.R_TOO_LATE
    assert ask(r, date(2026, 11, 30), first=DAY, deliveries=1) is DeliveryObstacle.R_TOO_LATE


def test_cf102_r_without_mention_is_renewed_five_times() -> None:
    r = line(RenewalClass.R)
    assert repeats_of(r) == 5
    assert ask(r, DAY + timedelta(days=80), first=DAY, deliveries=5) is None
    assert ask(r, DAY + timedelta(days=80), first=DAY, deliveries=6) is DeliveryObstacle.NO_REPEAT_LEFT


def test_cf102_rr_without_mention_has_no_second_delivery() -> None:
    assert ask(line(RenewalClass.RR), DAY) is None
    assert ask(line(RenewalClass.RR), DAY, first=DAY, deliveries=1) is DeliveryObstacle.RR_NOT_MENTIONED
    assert ask(line(RenewalClass.RR, 2), DAY, first=DAY, deliveries=1) is None


def test_cf103_a_narcotic_is_good_for_21_days_and_asks_the_paper_form() -> None:
    s = line(RenewalClass.S, repeats=3)
    assert repeats_of(s) == 0
    assert ask(s, DAY + timedelta(days=21)) is None
    assert ask(s, DAY + timedelta(days=22)) is DeliveryObstacle.NARCOTIC_EXPIRED
    standing = StandingLine("1", "1", s, LineState.ACTIVE)
    assert outlook(ordonnance(s), standing, DAY).paper_form
    assert not outlook(ordonnance(line(RenewalClass.R)), standing_of(line(RenewalClass.R)), DAY).paper_form


def standing_of(one: Line) -> StandingLine:
    return StandingLine("1", "1", one, LineState.ACTIVE)


def test_cf104_the_last_delivery_is_at_most_six_months_after_the_first() -> None:
    rr = line(RenewalClass.RR, 9)
    first = date(2026, 8, 31)
    assert ask(rr, date(2027, 2, 28), first=first, deliveries=3) is None
    assert ask(rr, date(2027, 3, 1), first=first, deliveries=3) is DeliveryObstacle.NOT_OPPOSABLE


def test_without_a_written_day_three_months_hold_and_a_written_one_counts() -> None:
    free = line(RenewalClass.FREE)
    assert ask(free, date(2026, 11, 29)) is None
    assert ask(free, date(2026, 11, 30)) is DeliveryObstacle.EXPIRED
    longer = ordonnance(free, until=date(2027, 1, 31))
    assert outlook(longer, standing_of(free), date(2027, 1, 31)).obstacle is None


def test_the_next_delivery_is_early_until_seven_days_before_the_end_of_the_last() -> None:
    rr = line(RenewalClass.RR, 2)
    standing = replace(standing_of(rr), last_delivery=WRITTEN, first_delivery=WRITTEN, deliveries=1)
    assert outlook(ordonnance(rr), standing, DAY).early_until == DAY + timedelta(days=23)
