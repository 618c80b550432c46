"""Why « Délivrer » does nothing yet: a list that the screen words, in its order."""

from datetime import datetime
from enum import StrEnum

from desktop.domain.prescription.deadlines import DeliveryObstacle
from desktop.domain.prescription.ordonnance import SHORTEST_REASON, RenewalClass
from desktop.domain.signature import SignatureFinding, SignatureState
from desktop.features.counter.domain.act import CounterAct, Decision, LineWork
from desktop.features.counter.domain.batches import is_divided
from desktop.features.counter.domain.delivery import Insurance


class Hindrance(StrEnum):
    """Each is a sentence beside the button."""

    NOTHING = "nothing"
    IDENTITY = "identity"
    SIGNATURE = "signature"
    RESERVED_ELSEWHERE = "reserved-elsewhere"
    LEASE_OVER = "lease-over"
    QUANTITY = "quantity"
    BOX = "box"
    PORTIONS = "portions"
    SUBSTITUTION = "substitution"
    REASON = "reason"
    PAPER_FORM = "paper-form"
    OUTSIDE = "outside"
    ALERT = "alert"


_NO_SIGNATURE = frozenset({SignatureState.NONE, SignatureState.BROKEN})


def signed_by_prescriber(act: CounterAct, finding: SignatureFinding) -> bool:
    """Whether it is the prescriber's own: an intact signature of another card is none of his.

    By the number on the certificate, which the directory tells of him today (contract §8.2). Names are not
    compared: two people may share one. Where the directory tells no number, it is nobody's.
    """
    return finding.state not in _NO_SIGNATURE and finding.signer_id in act.standing.signer_ids


def hindrances(act: CounterAct, now: datetime) -> tuple[tuple[Hindrance, int], ...]:
    """Why it cannot be delivered yet: each with its line's number, 0 for the whole; in the screen's order."""
    touched = act.touched()
    if not touched:  # a box for a signature that is broken would be scanned in vain
        wrong = act.signature is not None and not signed_by_prescriber(act, act.signature)
        return ((Hindrance.SIGNATURE if wrong else Hindrance.NOTHING, 0),)
    found: list[tuple[Hindrance, int]] = []
    if any(one.decision is Decision.HAND_OVER for one in touched):
        if act.signature is None or not signed_by_prescriber(act, act.signature):
            found.append((Hindrance.SIGNATURE, 0))
        if not act.compared:
            found.append((Hindrance.IDENTITY, 0))
    for work in touched:
        found += [(what, work.line.line.number) for what in _of_line(work, now)]
    found += [(Hindrance.ALERT, alert.lines[0]) for alert in act.unmet()]
    return tuple(found)


def _of_line(work: LineWork, now: datetime) -> list[Hindrance]:
    found = []
    lease = work.line.lease
    if work.held_elsewhere(now):
        found.append(Hindrance.RESERVED_ELSEWHERE)
    elif lease is None or not lease.token or lease.until <= now:
        found.append(Hindrance.LEASE_OVER)
    if work.decision in (Decision.REFUSE, Decision.FORBID):
        return found + ([Hindrance.REASON] if len(work.reason.strip()) < SHORTEST_REASON else [])
    left = work.line.left
    if work.quantity <= 0 or (left is not None and work.quantity > left):
        found.append(Hindrance.QUANTITY)
    if any(box.verdict.stops for box in work.boxes) or (work.line.line.product.coded and not work.boxes):
        found.append(Hindrance.BOX)
    if not is_divided(work):
        found.append(Hindrance.PORTIONS)
    if work.another_brand and work.substitution is None:
        found.append(Hindrance.SUBSTITUTION)
    if work.line.line.renewal is RenewalClass.S and not work.paper_form.strip():
        found.append(Hindrance.PAPER_FORM)
    outside = work.outlook.obstacle is DeliveryObstacle.NOT_OPPOSABLE
    if outside and work.insurance is Insurance.WITHIN:
        found.append(Hindrance.OUTSIDE)
    return found
