"""From an act at the counter to what is sent: one dispense a touched line, frozen at the confirmation."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from desktop.domain.account import Account
from desktop.domain.folding import fold
from desktop.domain.prescription.ordonnance import Amount, Line, Product
from desktop.domain.prescription.standing import Context, Dispense, DispenseState
from desktop.features.counter.domain.act import CounterAct, Decision, LineWork
from desktop.features.counter.domain.boxes import BoxFinding, SubstitutionCause
from desktop.features.counter.domain.delivery import Delivery, Report

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
    dispenses = tuple(_dispense(act, work, account, pharmacy, now, new_id()) for work in act.touched())
    tokens = tuple(
        (work.line.id, work.line.lease.token) for work in act.touched() if work.line.lease is not None
    )
    return Delivery(act.code, act.standing.ordonnance.patient, now, dispenses, tokens, report)


def product_of(work: LineWork) -> Product:
    """What goes over the counter: what the box holds, else what was prescribed."""
    return work.boxes[0].product if work.boxes else work.line.line.product


def contexts(act: CounterAct, work: LineWork) -> tuple[Context, ...]:
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
    if work.substituted is not None:
        short = work.cause is SubstitutionCause.SHORTAGE
        found.append(Context.SHORTAGE if short else Context.GENERIC)
    if act.receiver:
        found.append(Context.PROXY)
    return tuple(found) or (Context.ORDINARY,)


def _dispense(
    act: CounterAct, work: LineWork, account: Account, pharmacy: str, now: datetime, identifier: str
) -> Dispense:
    line, box = work.line.line, work.boxes[0].code if work.boxes else None
    handed = work.decision is Decision.HAND_OVER
    return Dispense(
        identifier=identifier,
        line=work.line.id,
        state=DispenseState.HANDED_OVER if handed else DispenseState.REFUSED,
        pharmacy=pharmacy,
        pharmacist=account.name,
        recorded=now,
        handed_over=now if handed else None,
        product=product_of(work),
        quantity=_quantity(work, line),
        gtin=(box.product_number or "") if box else "",
        batch=(box.batch or "") if box else "",
        expiry=box.expiry if box else None,
        serial=(box.serial or "") if box else "",
        contexts=contexts(act, work) if handed else (),
        substitution=work.substituted,
        receiver=act.receiver,
        calls=work.calls,
        overrides=work.overrides,
        reason=work.reason,
        posology=line.posology.text if line.posology else "",
        paper_form=work.paper_form,
        final=work.decision is Decision.FORBID,
        asked_back_seen=bool(work.line.asked_back),
    )


def _quantity(work: LineWork, line: Line) -> Amount:
    unit = line.quantity.unit if line.quantity else ""
    return Amount(work.quantity if work.decision is Decision.HAND_OVER else Decimal(0), unit)


def uncoded(work: LineWork) -> bool:
    """« Non codé » in the report (CF-111)."""
    return not work.line.line.product.coded or any(
        BoxFinding.UNCODED_LINE in box.verdict.findings for box in work.boxes
    )
