"""Undoing a delivery on its day (CF-116); what else its report tells of keeps a valid one (CF-077).

The next version of the report is written of what the platform tells: the act itself is long forgotten here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import day_words, hour_words
from desktop.domain.prescription.quantities import decimal_words, quantity_words
from desktop.domain.prescription.standing import Context, Dispense, DispenseState, StandingOrdonnance
from desktop.domain.texts import Language, text
from desktop.features.counter.domain.boxes import SubstitutionCause
from desktop.features.counter.domain.delivery import Correction
from desktop.features.counter.port import CounterPort
from desktop.features.counter.service.papers import (
    box_of,
    head_data,
    override_flag,
    product_details,
    report,
    substitution_flags,
)

Write: TypeAlias = Callable[[str, str, Mapping[str, object]], Result[bytes]]


def undo(
    port: CounterPort, one: Dispense, reason: str, box: str, account: Account, now: datetime, write: Write
) -> Result[Dispense]:
    """Call it in a worker. REPORT_DUE: a colleague undid another delivery of that report meanwhile."""
    correction = _correction(port, one, account, now, write) if one.report else None
    return correction if isinstance(correction, Failure) else port.undo(one, reason, box, correction)


def _correction(
    port: CounterPort, one: Dispense, account: Account, now: datetime, write: Write
) -> Result[Correction | None]:
    """None where nothing else of its report stands."""
    standing = port.ordonnance_of(one)
    if isinstance(standing, Failure):
        return standing
    known = {other.identifier: other.report for other in standing.dispenses}
    stands = known.get(one.identifier, one.report)  # a colleague may have corrected it meanwhile
    left = tuple(
        other
        for other in standing.dispenses
        if other.report == stands
        and other.state is DispenseState.HANDED_OVER
        and other.identifier != one.identifier
    )
    if not left:
        return None
    language = standing.ordonnance.language
    pdf = write("dispensation", language.value, corrected_data(standing, left, account, now))
    if isinstance(pdf, Failure):
        return pdf
    made = report(pdf, account, language, now)
    return Correction(standing.ordonnance.patient, now, made, stands)


def corrected_data(
    standing: StandingOrdonnance, left: tuple[Dispense, ...], account: Account, now: datetime
) -> Mapping[str, object]:
    """``data`` of the template « dispensation »: the deliveries *left*, and that it was corrected."""
    language = standing.ordonnance.language
    first = left[0]
    at = first.handed_over or first.recorded
    day, time = day_words(at), hour_words(at)
    remarks = [
        text("counter.paper_corrected", language=language, day=day_words(now), time=hour_words(now)),
        text("counter.paper_handed_by", language=language, name=first.pharmacist, day=day, time=time),
    ]
    calls = dict.fromkeys(call for one in left for call in one.calls)
    remarks += [text("counter.paper_call", language=language, note=call) for call in calls]
    head = head_data(standing, account, first.pharmacy, first.receiver, now, language)
    return {**head, "lines": [_line(standing, one, language) for one in left], "remarks": remarks}


def _line(standing: StandingOrdonnance, one: Dispense, language: Language) -> Mapping[str, object]:
    return {
        "product": one.product.label,
        "dosage": one.posology,
        "details": product_details(one.product),
        "quantity": quantity_words(one.quantity, language),
        "box": box_of(one.batch, one.expiry, language),
        "flags": _flags(standing, one, language),
    }


def _flags(standing: StandingOrdonnance, one: Dispense, language: Language) -> list[str]:
    flags = []
    line = next(line for line in standing.lines if line.id == one.line)
    if not line.line.product.coded:
        flags.append(text("counter.paper_uncoded", language=language))  # CF-111
    left = _left_after(standing, one)
    if left and {Context.OWING, Context.PARTIAL} & {*one.contexts}:
        key = "counter.paper_owing" if Context.OWING in one.contexts else "counter.paper_partial"
        flags.append(text(key, language=language, left=decimal_words(left, language)))
    if one.substitution is not None:
        short = Context.SHORTAGE in one.contexts
        cause = SubstitutionCause.SHORTAGE if short else SubstitutionCause.GENERIC
        flags += substitution_flags(one.substitution, cause, line.line.product.label, language)
    if one.paper_form:
        flags.append(text("counter.paper_form_number", language=language, number=one.paper_form))
    if one.outside_insurance:
        flags.append(text("counter.paper_outside", language=language))
    return flags + [override_flag(override, language) for override in one.overrides]


def _left_after(standing: StandingOrdonnance, one: Dispense) -> Decimal:
    """Of the delivery that *one* was a part of, once it was handed over."""
    quantity = next(line.line.quantity for line in standing.lines if line.id == one.line)
    if quantity is None:
        return Decimal(0)
    counted = [
        other.quantity.value
        for other in standing.dispenses
        if other.line == one.line
        and other.state is DispenseState.HANDED_OVER
        and other.recorded <= one.recorded
    ]
    part = sum(counted, Decimal(0)) % quantity.value
    return quantity.value - part if part else Decimal(0)
