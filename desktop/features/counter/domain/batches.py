"""What goes over the counter of a line, batch by batch: each is told as its own delivery (contract §8.3).

A recall names a batch: so much of this one went to this patient, so much of that one.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from desktop.features.counter.domain.act import Decision, LineWork, ReadBox, handed_over, left_alone


@dataclass(frozen=True, slots=True)
class Share:
    """Of one batch: its boxes (none where a line is handed over by hand), and how much of them."""

    boxes: tuple[ReadBox, ...]
    quantity: Decimal


def batches(work: LineWork) -> tuple[tuple[ReadBox, ...], ...]:
    """Its boxes by product, batch and expiry, in the order in which each was read first."""
    found: dict[object, list[ReadBox]] = {}
    for box in work.boxes:
        key = (box.code.product_number, box.product, box.code.batch, box.code.expiry)
        found.setdefault(key, []).append(box)
    return tuple(map(tuple, found.values()))


def is_divided(work: LineWork) -> bool:
    """Whether it is known how much of each batch goes over the counter; of a single one always."""
    count = len(batches(work))
    return count < 2 or (len(work.portions) == count and sum(work.portions) == work.quantity)


def proposed(work: LineWork) -> tuple[Decimal, ...]:
    """A first answer to « how much of each batch? »: what was said, else as much of each box and the rest of
    the last one.

    No code on a box tells how much is in it; boxes of one line are mostly alike. () where too little goes
    over to be divided so.
    """
    groups = batches(work)
    if is_divided(work) and work.portions:
        return work.portions
    each = work.quantity // max(1, len(work.boxes))
    if each <= 0:
        return ()
    first = tuple(each * len(boxes) for boxes in groups[:-1])
    return (*first, work.quantity - sum(first, Decimal(0)))


def shares(work: LineWork) -> tuple[Share, ...]:
    """One a batch, its quantities those of :func:`proposed` until it is divided; else one."""
    groups = batches(work)
    if work.decision is not Decision.HAND_OVER or len(groups) < 2:
        return (Share(work.boxes, work.quantity),)
    return tuple(map(Share, groups, proposed(work) or (Decimal(0),) * len(groups)))


def divided(work: LineWork, portions: tuple[Decimal, ...]) -> LineWork | None:
    """*portions* of its batches, in their order: their sum goes over the counter.

    None where they are not one a batch, or more than the rest.
    """
    whole, left = sum(portions, Decimal(0)), work.line.left
    if len(portions) != len(batches(work)) or (left is not None and whole > left):
        return None
    return replace(handed_over(work, whole), portions=portions) if whole > 0 else left_alone(work)
