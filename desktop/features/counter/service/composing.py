"""From an act at the counter to what is sent: one dispense a touched line, or one a batch of it, frozen at
the confirmation."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from desktop.domain.account import Account
from desktop.domain.folding import fold
from desktop.domain.prescription.ordonnance import Amount, Line, Product
from desktop.domain.prescription.standing import Context, Dispense, DispenseState, Substitution
from desktop.features.counter.domain.act import CounterAct, Decision, LineWork
from desktop.features.counter.domain.batches import Share, shares
from desktop.features.counter.domain.boxes import BoxFinding, SubstitutionCause
from desktop.features.counter.domain.delivery import Delivery, Insurance, Report

_MAGISTRAL = fold("magistral")  # as the prescriber called what is to be prepared


def delivery(
    act: CounterAct,
    account: Account,
    pharmacy: str,
    now: datetime,
    report: Report | None,
    new_id: Callable[[], str],
) -> Delivery:
    """All that was decided; *report* None where nothing goes over the counter."""
    dispenses = tuple(
        _dispense(act, work, share, account, pharmacy, now, new_id())
        for work in act.touched()
        for share in shares(work)
    )
    tokens = tuple(
        (work.line.id, work.line.lease.token) for work in act.touched() if work.line.lease is not None
    )
    return Delivery(act.code, act.standing.ordonnance.patient, now, dispenses, tokens, report)


def count_of(act: CounterAct) -> int:
    """How many deliveries and refusals *act* is told as: one a touched line, or one a batch of it."""
    return sum(len(shares(work)) for work in act.touched())


def product_of(work: LineWork, share: Share) -> Product:
    """What goes over the counter: what the box holds, else what was prescribed."""
    return share.boxes[0].product if share.boxes else work.line.line.product


def substitution_of(work: LineWork, share: Share) -> Substitution | None:
    """None where the boxes of that batch are the prescribed brand's."""
    swapped = any(BoxFinding.SUBSTITUTE in box.verdict.findings for box in share.boxes)
    return work.substituted if swapped else None


def contexts(act: CounterAct, work: LineWork, share: Share) -> tuple[Context, ...]:
    """The circumstances that follow from what was done (domain §C.6)."""
    left = work.line.left
    found = []
    if work.line.deliveries:
        found.append(Context.RENEWAL)
    if left is not None and work.quantity < left:
        found.append(Context.PARTIAL)
    if work.owing:
        found.append(Context.OWING)
    if work.paper_form:
        found.append(Context.NARCOTIC)
    if not work.line.line.product.coded and _MAGISTRAL in fold(work.line.line.product.label):
        found.append(Context.MAGISTRAL)
    if substitution_of(work, share) is not None:
        short = work.cause is SubstitutionCause.SHORTAGE
        found.append(Context.SHORTAGE if short else Context.GENERIC)
    if act.receiver:
        found.append(Context.PROXY)
    return tuple(found) or (Context.ORDINARY,)


def _dispense(
    act: CounterAct, work: LineWork, share: Share, account: Account, pharmacy: str, now: datetime,
    identifier: str,
) -> Dispense:  # fmt: skip
    line, box = work.line.line, share.boxes[0].code if share.boxes else None
    handed = work.decision is Decision.HAND_OVER
    return Dispense(
        identifier=identifier,
        line=work.line.id,
        state=DispenseState.HANDED_OVER if handed else DispenseState.REFUSED,
        pharmacy=pharmacy,
        pharmacist=account.name,
        recorded=now,
        handed_over=now if handed else None,
        product=product_of(work, share),
        quantity=_quantity(work, share, line),
        gtin=(box.product_number or "") if box else "",
        batch=(box.batch or "") if box else "",
        expiry=box.expiry if box else None,
        serials=tuple(one.code.serial for one in share.boxes if one.code.serial),
        contexts=contexts(act, work, share) if handed else (),
        substitution=substitution_of(work, share),
        receiver=act.receiver,
        calls=work.calls,
        overrides=work.overrides,
        reason=work.reason,
        posology=line.posology.text if line.posology else "",
        paper_form=work.paper_form,
        final=work.decision is Decision.FORBID,
        asked_back_seen=bool(work.line.asked_back),
        outside_insurance=handed and work.insurance is Insurance.OUTSIDE,
    )


def _quantity(work: LineWork, share: Share, line: Line) -> Amount:
    unit = line.quantity.unit if line.quantity else ""
    return Amount(share.quantity if work.decision is Decision.HAND_OVER else Decimal(0), unit)


def uncoded(work: LineWork) -> bool:
    """« Non codé » in the report (CF-111)."""
    return not work.line.line.product.coded or any(
        BoxFinding.UNCODED_LINE in box.verdict.findings for box in work.boxes
    )
