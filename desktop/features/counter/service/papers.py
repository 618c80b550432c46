"""What the counter writes: the report for the record and the patient (CF-077), and the labels of boxes.

A serial number stands in none of them.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from desktop.domain.account import Account
from desktop.domain.local_time import day_words, hour_words, local_day
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.identifier import OrdonnanceId
from desktop.domain.prescription.ordonnance import Amount, Line, Override, Product
from desktop.domain.prescription.posology_words import dosage_words
from desktop.domain.prescription.quantities import decimal_words, quantity_words
from desktop.domain.prescription.standing import StandingOrdonnance, Substitution
from desktop.domain.texts import Language, text
from desktop.features.counter.domain.act import CounterAct, Decision, LineWork
from desktop.features.counter.domain.batches import Share, shares
from desktop.features.counter.domain.boxes import SubstitutionCause
from desktop.features.counter.domain.delivery import Insurance, Report
from desktop.features.counter.service.composing import product_of, substitution_of, uncoded


def report_data(
    act: CounterAct, account: Account, pharmacy: str, now: datetime, language: Language
) -> Mapping[str, object]:
    """``data`` of the template « dispensation » in :mod:`desktop.pdf.write`: what goes over the counter."""
    remarks = [text("counter.paper_at", language=language, day=day_words(now), time=hour_words(now))]
    for work in act.lines:
        remarks += [text("counter.paper_call", language=language, note=note) for note in work.calls]
    head = head_data(act.standing, account, pharmacy, act.receiver, now, language)
    return {**head, "lines": [_line(*one, language) for one in _parts(act)], "remarks": remarks}


def head_data(
    standing: StandingOrdonnance, account: Account, pharmacy: str, receiver: str, now: datetime,
    language: Language,
) -> Mapping[str, object]:  # fmt: skip
    """What stands over the lines of a report."""
    patient = standing.ordonnance.patient
    return {
        "date": local_day(now),
        "author": author(account, pharmacy),
        "patient": {
            "name": patient.name,
            "birth_date": patient.born or "–",
            "matricule": Matricule(patient.matricule).grouped(),
            "sex": patient.sex,
        },
        "code": OrdonnanceId(standing.ordonnance.code).grouped(),
        "receiver": text("counter.paper_proxy", language=language, name=receiver) if receiver else "",
    }


def label_data(act: CounterAct, account: Account, pharmacy: str, now: datetime) -> Mapping[str, object]:
    """``data`` of the template « etiquette », one a box: initials and birth year alone (domain §C.6)."""
    patient = act.standing.ordonnance.patient
    initials = "".join(f"{part[0].upper()}." for part in (*patient.given.split(), *patient.family.split()))
    born = f" {patient.born.year}" if patient.born else ""
    language = act.standing.ordonnance.language
    lines = [
        {
            "product": product_of(work, share).label,
            "dosage": _dosage(work.line.line, language),
            "batch": batch_words(box.code.batch if box is not None else None, language),
        }
        for work, share in _parts(act)
        for box in share.boxes or (None,)
    ]
    return {
        "date": local_day(now),
        "author": author(account, pharmacy),
        "person": initials + born,
        "lines": lines,
    }


def report(pdf: bytes, account: Account, language: Language, now: datetime) -> Report:
    """The document of the record, with ids that are made once."""
    title = text("counter.paper_title", language=language, day=day_words(now))
    return Report(uuid.uuid4().urn, uuid.uuid4().urn, title, language, account.name, pdf)


def handed(act: CounterAct) -> tuple[LineWork, ...]:
    """What goes over the counter."""
    return tuple(work for work in act.lines if work.decision is Decision.HAND_OVER)


def author(account: Account, pharmacy: str) -> Mapping[str, object]:
    """Who hands over, and where."""
    return {
        "name": account.name,
        "profession": account.profession,
        "organisation": pharmacy,
        "ehealth_id": account.ehealth_id,
    }


def _parts(act: CounterAct) -> tuple[tuple[LineWork, Share], ...]:
    """What goes over the counter, batch by batch."""
    return tuple((work, share) for work in handed(act) for share in shares(work))


def _line(work: LineWork, share: Share, language: Language) -> Mapping[str, object]:
    product, line = product_of(work, share), work.line.line
    code = share.boxes[0].code if share.boxes else None
    unit = line.quantity.unit if line.quantity else ""
    return {
        "product": product.label,
        "dosage": _dosage(line, language),
        "details": product_details(product),
        "quantity": quantity_words(Amount(share.quantity, unit), language),
        "box": box_of(code.batch, code.expiry, language) if code is not None else [],
        "flags": _flags(work, share, language),
    }


def product_details(product: Product) -> str:
    """Substances, strength and form."""
    return " · ".join(filter(None, (", ".join(product.inns), product.strength, product.form)))


def batch_words(batch: str | None, language: Language) -> str:
    """« Lot A12C », "" where none is told."""
    return text("counter.paper_batch", language=language, batch=batch) if batch else ""


def box_of(batch: str | None, expiry: date | None, language: Language) -> list[str]:
    """What is told of a box: its batch and expiry, never a serial number."""
    ends = text("counter.paper_expiry", language=language, day=day_words(expiry)) if expiry else ""
    return [*filter(None, (batch_words(batch, language), ends))]


def _flags(work: LineWork, share: Share, language: Language) -> list[str]:
    left, flags = work.line.left, []
    if uncoded(work):
        flags.append(text("counter.paper_uncoded", language=language))  # CF-111
    if left is not None and work.quantity < left:
        key = "counter.paper_owing" if work.owing else "counter.paper_partial"
        flags.append(text(key, language=language, left=decimal_words(left - work.quantity, language)))
    swapped = substitution_of(work, share)
    if swapped is not None:
        flags += substitution_flags(swapped, work.cause, work.line.line.product.label, language)
    if work.paper_form:
        flags.append(text("counter.paper_form_number", language=language, number=work.paper_form))
    if work.insurance is Insurance.OUTSIDE:
        flags.append(text("counter.paper_outside", language=language))
    return flags + [override_flag(override, language) for override in work.overrides]


def substitution_flags(
    done: Substitution, cause: SubstitutionCause | None, prescribed: str, language: Language
) -> list[str]:
    """What was handed over in the place of *prescribed*, and that the patient was told (CF-105)."""
    short = cause is SubstitutionCause.SHORTAGE
    key = "counter.paper_shortage" if short else "counter.paper_substitution"
    said = text(key, language=language, product=prescribed, reason=done.reason)
    told = [text("counter.paper_informed", language=language)] if done.patient_informed else []
    return [said, *told]


def override_flag(override: Override, language: Language) -> str:
    """An alert that was passed over, and why (CF-114)."""
    return text("counter.paper_override", language=language, alert=override.alert, reason=override.reason)


def _dosage(line: Line, language: Language) -> str:
    """As the patient reads it, with the prescriber's code beside."""
    return dosage_words(line.posology, language) if line.posology else ""
