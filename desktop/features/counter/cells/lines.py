"""The rows of the ordonnance: state, product, posology, quantities; and why a line is not delivered."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from desktop.domain.folding import fold
from desktop.domain.local_time import day_words, hour_words, local_day
from desktop.domain.prescription.deadlines import DeliveryObstacle
from desktop.domain.prescription.lifecycle import OPEN, LineState
from desktop.domain.prescription.ordonnance import DISPENSED, Amount
from desktop.domain.prescription.quantities import decimal_words, quantity_words
from desktop.domain.prescription.standing import Dispense, DispenseState
from desktop.domain.texts import text
from desktop.features.counter.domain.act import CounterAct, Decision, LineWork, ReadBox
from desktop.features.counter.domain.batches import batches, is_divided, shares
from desktop.features.counter.domain.delivery import Insurance

_STATES = {
    LineState.DRAFT: "counter.state_draft",
    LineState.ACTIVE: "counter.state_to_read",
    LineState.PARTIAL: "counter.state_partial",
    LineState.DELIVERED: "counter.state_delivered",
    LineState.SUSPENDED: "counter.state_suspended",
    LineState.CANCELLED: "counter.state_cancelled",
    LineState.STOPPED: "counter.state_stopped",
    LineState.REFUSED: "counter.state_refused",
    LineState.EXPIRED: "counter.state_expired",
    LineState.ERASED: "counter.state_erased",
    LineState.UNKNOWN: "counter.state_unknown",
    LineState.RESERVED: "counter.state_to_read",
}
OBSTACLES = {
    DeliveryObstacle.EXPIRED: "counter.obstacle_expired",
    DeliveryObstacle.NARCOTIC_EXPIRED: "counter.obstacle_narcotic",
    DeliveryObstacle.NO_REPEAT_LEFT: "counter.obstacle_no_repeat",
    DeliveryObstacle.RR_NOT_MENTIONED: "counter.obstacle_rr",
    DeliveryObstacle.R_TOO_LATE: "counter.obstacle_r",
    DeliveryObstacle.NOT_OPPOSABLE: "counter.obstacle_not_opposable",
}


def line_row(act: CounterAct, work: LineWork) -> tuple[str, ...]:
    """État, prescrit, posologie, quantité prescrite, reste, remis."""
    line, left = work.line.line, work.line.left
    quantity = line.quantity
    handed = work.decision is Decision.HAND_OVER
    rest = decimal_words(left) if left is not None and work.line.state in OPEN else "-"
    if handed and left is not None and work.quantity < left:
        rest = f"{decimal_words(left)} → {decimal_words(left - work.quantity)}"
    return (
        "\n".join((state_words(act, work), *_notes(work))),
        "\n".join((line.product.label, *_product_notes(act, work))),
        line.posology.text if line.posology else "-",
        decimal_words(quantity.value) if quantity else "-",
        rest,
        decimal_words(work.quantity) if handed else "-",
    )


def state_words(act: CounterAct, work: LineWork) -> str:
    """Where the line stands, or what was decided of it here."""
    decided = _decided(work)
    if decided:
        return decided
    line = work.line
    if line.line.nature not in DISPENSED:
        return text("counter.state_not_here")
    if line.lease is not None and not work.mine:
        until = hour_words(line.lease.until)
        return text("counter.state_reserved", pharmacy=line.lease.pharmacy, until=until)
    if work.outlook.obstacle is not None and line.state in OPEN:
        return text(OBSTACLES[work.outlook.obstacle])
    last = last_delivery(act, work)
    if line.state is LineState.DELIVERED and last is not None and last.handed_over is not None:
        return text("counter.state_delivered_at", day=day_words(last.handed_over), pharmacy=last.pharmacy)
    if line.state is LineState.RESERVED and (line.delivered or line.deliveries):
        return text(_STATES[LineState.PARTIAL])  # to hold it does not undo what was handed over before
    return text(_STATES[line.state])


def closed_words(act: CounterAct, work: LineWork) -> str:
    """Why nothing of a line is handed over here: « Ligne 3 déjà remise le … à …, Pharmacie du Lion. »."""
    number, last = work.line.line.number, last_delivery(act, work)
    if work.line.state is LineState.DELIVERED and last is not None and last.handed_over is not None:
        return text(
            "counter.line_delivered", line=number, day=day_words(last.handed_over),
            time=hour_words(last.handed_over), pharmacy=last.pharmacy,
        )  # fmt: skip
    if work.line.state is LineState.DELIVERED:
        return text("counter.line_delivered_somewhere", line=number)
    why = state_words(act, replace(work, decision=Decision.UNTOUCHED))
    return text("counter.line_closed", line=number, words=unsigned(why))


def unsigned(words: str) -> str:
    """Without the sign that a cell begins with: as part of a sentence."""
    return words.lstrip("■▲✓○◐✕? ")


def held_words(work: LineWork) -> str:
    """« Ligne 2 réservée par Pharmacie du Lion jusqu'à 10:52. Réessayer alors. »; "" where nobody has it."""
    lease = work.line.lease
    if lease is None:
        return ""
    until = hour_words(lease.until)
    return text("counter.reserved_by", line=work.line.line.number, pharmacy=lease.pharmacy, until=until)


def last_delivery(act: CounterAct, work: LineWork) -> Dispense | None:
    """What was handed over last of it, by whichever pharmacy."""
    mine = [
        one
        for one in act.standing.dispenses
        if one.line == work.line.id and one.state is DispenseState.HANDED_OVER and one.handed_over is not None
    ]
    return max(mine, key=lambda one: one.handed_over or one.recorded, default=None)


def _in_all(act: CounterAct, last: Dispense) -> Amount:
    """How much went over the counter then: each batch of it was told as a delivery of its own (CF-115)."""
    then = (last.line, last.pharmacy, last.handed_over, last.quantity.unit)
    parts = (
        one.quantity.value
        for one in act.standing.dispenses
        if one.state is DispenseState.HANDED_OVER
        and (one.line, one.pharmacy, one.handed_over, one.quantity.unit) == then
    )
    return replace(last.quantity, value=sum(parts, Decimal(0)))


def obstacle_words(code: str) -> str:
    """The words of an obstacle as the platform names it; the code itself for one that nobody knows."""
    known = {obstacle.value: key for obstacle, key in OBSTACLES.items()}
    return text(known[code]) if code in known else code


def lease_words(act: CounterAct, now: datetime) -> str:
    """« Réservée pour vous, encore 9 min 40 », "" where nothing is held."""
    ends = [one.line.lease.until for one in act.lines if one.mine and one.line.lease is not None]
    if not ends:
        return ""
    seconds = int((min(ends) - now).total_seconds())
    if seconds <= 0:
        return text("counter.lease_over")
    return text("counter.lease", minutes=seconds // 60, seconds=f"{seconds % 60:02}")


def _decided(work: LineWork) -> str:
    if work.decision is Decision.HAND_OVER:
        if any(box.verdict.stops for box in work.boxes):
            return text("counter.state_wrong_box")
        return text("counter.state_box_read" if work.boxes else "counter.state_by_hand")
    if work.decision is Decision.REFUSE:
        return text("counter.state_refusing")
    return text("counter.state_forbidding") if work.decision is Decision.FORBID else ""


def batches_words(work: LineWork) -> str:
    """« lots : A12C 90 + B77 90 »: how much of each."""
    parts = (f"{batch_name(one.boxes)} {decimal_words(one.quantity)}" for one in shares(work))
    return text("counter.note_batches", batches=" + ".join(parts))


def batch_name(boxes: tuple[ReadBox, ...]) -> str:
    """The batch of *boxes*; what they hold where none is told."""
    return next((one.code.batch for one in boxes if one.code.batch), "") or boxes[0].product.label


def _notes(work: LineWork) -> list[str]:
    notes = [batches_words(work)] if len(batches(work)) > 1 and is_divided(work) else []
    if work.owing:
        notes.append(text("counter.note_owing"))
    if work.insurance is Insurance.OUTSIDE:
        notes.append(text("counter.paper_outside"))
    if work.substitution is not None:
        notes.append(text("counter.note_substituted"))
    if work.paper_form:
        notes.append(text("counter.note_paper_form", number=work.paper_form))
    if work.line.asked_back:
        notes.append(text("counter.note_asked_back", reason=work.line.asked_back))
    if work.calls:
        notes.append(text("counter.note_call"))
    return notes


def _product_notes(act: CounterAct, work: LineWork) -> list[str]:
    line, notes = work.line.line, []
    said, parts = fold(line.product.label), (*line.product.inns, line.product.strength, line.product.form)
    details = " · ".join(part for part in parts if part and fold(part) not in said)
    if details:
        notes.append(details)
    if not line.product.coded:
        notes.append(text("counter.note_uncoded"))
    if line.not_substitutable:
        notes.append(text("counter.note_not_substitutable", reason=line.not_substitutable))
    if work.outlook.paper_form and not work.paper_form:
        notes.append(text("counter.note_needs_paper"))
    early, read_at = work.outlook.early_until, act.standing.read_at
    if early is not None and read_at is not None and local_day(read_at) < early:
        notes.append(text("counter.note_early", day=day_words(early)))
    last = last_delivery(act, work)
    if last is not None and last.handed_over is not None:
        outside = text("counter.paper_outside") if last.outside_insurance else ""
        quantity = ", ".join(filter(None, (quantity_words(_in_all(act, last)), outside)))
        notes.append(
            text(
                "counter.note_last", day=day_words(last.handed_over), time=hour_words(last.handed_over),
                pharmacy=last.pharmacy, quantity=quantity,
            )
        )  # fmt: skip
    if line.indication:
        notes.append(line.indication)
    return notes
