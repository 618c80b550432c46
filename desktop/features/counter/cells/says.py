"""The sentences of the counter: what stands in the way, what will be sent, what was handed over."""

from datetime import datetime
from decimal import Decimal

from desktop.domain.local_time import day_words, hour_words
from desktop.domain.prescription.lifecycle import LineState, OrdonnanceState
from desktop.domain.prescription.ordonnance import DISPENSED, Amount, RenewalClass
from desktop.domain.prescription.quantities import decimal_words, quantity_words
from desktop.domain.prescription.standing import StandingOrdonnance
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.domain.signature import SignatureState
from desktop.domain.texts import counted, text
from desktop.features.counter.cells.lines import OBSTACLES, batches_words, held_words, last_delivery, unsigned
from desktop.features.counter.cells.scanner import keyboard_words
from desktop.features.counter.domain.act import CounterAct, Decision, LineWork
from desktop.features.counter.domain.batches import batches, is_divided
from desktop.features.counter.domain.hindrances import Hindrance, signed_by_prescriber

_HINDRANCES = {
    Hindrance.NOTHING: "counter.needs_nothing",
    Hindrance.IDENTITY: "counter.needs_identity",
    Hindrance.SIGNATURE: "counter.needs_signature",
    Hindrance.RESERVED_ELSEWHERE: "counter.needs_reserved",
    Hindrance.LEASE_OVER: "counter.needs_lease",
    Hindrance.QUANTITY: "counter.needs_quantity",
    Hindrance.BOX: "counter.needs_box",
    Hindrance.PORTIONS: "counter.needs_portions",
    Hindrance.SUBSTITUTION: "counter.needs_substitution",
    Hindrance.REASON: "counter.needs_reason",
    Hindrance.PAPER_FORM: "counter.needs_paper_form",
    Hindrance.OUTSIDE: "counter.needs_outside",
    Hindrance.ALERT: "counter.needs_alert",
}
_ENDS = {
    LineState.REFUSED: "counter.closed_refused",
    LineState.STOPPED: "counter.closed_stopped",
    LineState.ERASED: "counter.closed_erased",
}
_FAULTS = {
    ScanFault.NOTHING: "counter.scan_nothing",
    ScanFault.UNKNOWN: "counter.scan_unknown",
    ScanFault.IDENTIFIER_LENGTH: "counter.scan_length",
    ScanFault.IDENTIFIER_CHARACTER: "counter.scan_character",
    ScanFault.IDENTIFIER_CHECK: "counter.scan_check",
    ScanFault.CODE_VERSION: "counter.scan_version",
    ScanFault.CODE_INCOMPLETE: "counter.scan_incomplete",
    ScanFault.ACCESS_CODE: "counter.scan_incomplete",
    ScanFault.GTIN_MISSING: "counter.scan_gtin_missing",
    ScanFault.CHECK_DIGIT: "counter.scan_check_digit",
    ScanFault.DATE: "counter.scan_date",
    ScanFault.REPEATED: "counter.scan_repeated",
    ScanFault.ELEMENT_UNKNOWN: "counter.scan_element",
    ScanFault.ELEMENT_INCOMPLETE: "counter.scan_incomplete",
    ScanFault.ELEMENT_MALFORMED: "counter.scan_element",
    ScanFault.SEPARATORS_LOST: "counter.scan_separators",
    ScanFault.PPN_ENVELOPE: "counter.scan_incomplete",
    ScanFault.PPN_CHECK: "counter.scan_ppn",
    ScanFault.PPN_AGENCY: "counter.scan_ppn_agency",
    ScanFault.PZN_CHECK: "counter.scan_ppn",
    ScanFault.KEYBOARD: "counter.scan_keyboard",
}


def unread_words(unread: Unread) -> str:
    """Why a code could not be read, and what to do."""
    facts: dict[str, str | int] = {"value": "", **unread.facts}
    if "layout" in facts:
        facts["layout"] = keyboard_words(str(facts["layout"]))
    return text(_FAULTS[unread.fault], language=None, **facts)


def hindrance_words(act: CounterAct, found: tuple[Hindrance, int], now: datetime) -> str:
    """One thing that is still missing; of a line with its number."""
    what, number = found
    if what is Hindrance.SIGNATURE:
        return signature_words(act) or text("counter.signature_checking")
    unmet = act.unmet()
    if what is Hindrance.ALERT and unmet:
        return text("counter.needs_alert", alert=unmet[0].words)
    work = act.work(number)
    if what is Hindrance.RESERVED_ELSEWHERE and work is not None and work.line.lease is not None:
        return held_words(work)
    words = text(_HINDRANCES[what])
    return text("counter.of_line", line=number, words=words) if number else words


def signature_words(act: CounterAct) -> str:
    """« ■ Signature rompue : ne pas délivrer. Appeler Dr Weber. »; "" where nothing is to be said."""
    finding, author = act.signature, act.standing.ordonnance.prescriber
    if finding is None or signed_by_prescriber(act, finding):
        return ""
    call = " ".join(filter(None, (author.name, author.phone)))
    if finding.state is SignatureState.BROKEN:
        return text("counter.stop_broken", name=call)
    if finding.state is SignatureState.NONE:
        return text("counter.stop_unsigned", name=call)
    if not act.standing.signer_ids:
        return text("counter.stop_signer_unknown", name=call)
    return text("counter.stop_other_signer", name=call)


def opened_words(act: CounterAct) -> str:
    """Why nothing of an ordonnance can be delivered, as a sentence with its next step; "" where it can."""
    standing = act.standing
    if any(work.deliverable for work in act.lines):
        return ""
    state = standing.state
    if state is OrdonnanceState.EXECUTED:
        return _executed(act)
    if state is OrdonnanceState.CANCELLED:
        reason = next((line.reason for line in standing.lines if line.reason), "–")
        return text("counter.closed_cancelled", reason=reason)
    if state is OrdonnanceState.EXPIRED:
        return _expired(act)
    if any(line.state is LineState.SUSPENDED for line in standing.lines):
        return text("counter.closed_suspended", name=standing.ordonnance.prescriber.name)
    if state is OrdonnanceState.UNKNOWN:
        return text("counter.closed_unknown")
    obstacle = next((work.outlook.obstacle for work in act.lines if work.outlook.obstacle), None)
    if obstacle is not None:
        return text("counter.closed_obstacle", words=unsigned(text(OBSTACLES[obstacle])))
    return _without_delivery(standing)


def held_all_words(act: CounterAct, now: datetime) -> str:
    """Where another counter has all that could be handed over: which one, and until when; else ""."""
    wanted = [work for work in act.lines if work.deliverable]
    return held_words(wanted[0]) if wanted and all(one.held_elsewhere(now) for one in wanted) else ""


def recap_words(act: CounterAct) -> str:
    """The one line that Enter confirms."""
    parts = [_recap_line(work) for work in act.touched()]
    to = act.receiver or act.standing.ordonnance.patient.name
    return text("counter.recap", name=to, lines=" · ".join(parts))


def done_words(act: CounterAct, recorded: datetime) -> str:
    """« ✓ Remis : 2 lignes, 45 à devoir. Dispensation enregistrée à 10:44. »."""
    handed = [work for work in act.touched() if work.decision is Decision.HAND_OVER]
    time = hour_words(recorded)
    if not handed:
        return text("counter.done_refused", time=time)
    owed = [work for work in handed if work.owing and work.line.left is not None]
    lines = counted("counter.lines", len(handed))
    if not owed:
        return text("counter.done", lines=lines, time=time)
    left = sum(((work.line.left or work.quantity) - work.quantity for work in owed), Decimal(0))
    return text("counter.done_owing", lines=lines, left=decimal_words(left), time=time)


def spoken_box(act: CounterAct, number: int) -> str:
    """« Correspond, ligne 1, reste 1 ligne »."""
    left = sum(1 for work in act.lines if work.deliverable and not work.boxes)
    return text("counter.spoken", line=number, left=counted("counter.lines", left))


def _without_delivery(standing: StandingOrdonnance) -> str:
    """Acts alone, or lines that nobody may deliver: what ended them."""
    medicines = [one for one in standing.lines if one.line.nature in DISPENSED]
    if not medicines:
        return text("counter.closed_acts")
    for state, key in _ENDS.items():
        ended = next((one for one in medicines if one.state is state), None)
        if ended is not None:
            return text(key, reason=ended.reason or "–", name=standing.ordonnance.prescriber.name)
    return text("counter.closed")


def _executed(act: CounterAct) -> str:
    found = [one for one in (last_delivery(act, work) for work in act.lines) if one and one.handed_over]
    last = max(found, key=lambda one: one.handed_over or one.recorded, default=None)
    if last is None or last.handed_over is None:
        return text("counter.closed")
    day, time = day_words(last.handed_over), hour_words(last.handed_over)
    return text("counter.closed_executed", day=day, time=time, pharmacy=last.pharmacy)


def _expired(act: CounterAct) -> str:
    narcotic = all(one.line.line.renewal is RenewalClass.S for one in act.lines)
    if narcotic:
        return text("counter.closed_narcotic")
    return text("counter.closed_expired", day=day_words(act.standing.ordonnance.valid_until))


def _recap_line(work: LineWork) -> str:
    product = work.boxes[0].product if work.boxes else work.line.line.product
    unit = work.line.line.quantity.unit if work.line.line.quantity else ""
    if work.decision is not Decision.HAND_OVER:
        key = "counter.recap_forbid" if work.decision is Decision.FORBID else "counter.recap_refuse"
        return text(key, product=product.label)
    left = work.line.left
    quantity = quantity_words(Amount(work.quantity, unit))
    if len(batches(work)) > 1 and is_divided(work):
        quantity = f"{quantity} ({batches_words(work)})"
    if left is None or work.quantity >= left:
        return text("counter.recap_line", product=product.label, quantity=quantity)
    key = "counter.recap_owing" if work.owing else "counter.recap_partial"
    return text(key, product=product.label, quantity=quantity, left=decimal_words(left - work.quantity))
