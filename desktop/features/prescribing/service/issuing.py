"""From a draft to what is signed, and from what was signed to what is published; call it in a worker."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from desktop.common.bundle_signature import canonical, with_signature
from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.prescription.deadlines import VALID_MONTHS
from desktop.domain.prescription.identifier import OrdonnanceCode, new_access_code, new_identifier
from desktop.domain.prescription.ordonnance import (
    Line,
    Ordonnance,
    PatientIdentity,
    Prescriber,
    RenewalClass,
)
from desktop.domain.prescription.posology_words import dosage_words, posology_words
from desktop.domain.prescription.quantities import quantity_words
from desktop.domain.publication import Publication
from desktop.domain.record import Patient
from desktop.domain.referent import add_months
from desktop.domain.signature import FOOT_OF_LAST_PAGE, Signed, ToSign
from desktop.domain.texts import Language, counted, text
from desktop.features.prescribing.domain.draft import RxDraft
from desktop.features.prescribing.domain.following import NATURES, category_of
from desktop.features.prescribing.port import PrescribingPort
from desktop.features.prescribing.service.papers import RxPaper
from desktop.scanning.qr import qr_svg
from desktop.services.record import OpenRecord
from desktop.services.signed_pair import SignedAct, pair

TEMPLATE: Final = "ordonnance"
LANGUAGE: Final = Language.FR
"""Of what is signed and printed: the law's (CF-080)."""
WritePdf = Callable[[str, str, dict[str, object]], Result[bytes]]


@dataclass(frozen=True, slots=True)
class RxPrepared:
    """What the card signs. ``paper`` are the data of its template; ``access_code`` never stands in what is
    signed as data: only in the QR, and beside the data on their way (contract §8.1)."""

    ordonnance: Ordonnance
    bundle: bytes
    bundle_id: str
    paper: Mapping[str, Any] = field(repr=False)
    access_code: str = field(repr=False)
    to_sign: ToSign = field(repr=False)


def ordonnance_of(draft: RxDraft, patient: Patient, account: Account, now: datetime, code: str) -> Ordonnance:
    """In the name of the card holder (CF-015); valid as written, else three months (domain §C.1)."""
    who = PatientIdentity(
        patient.id, patient.family, patient.given, patient.birth_date, patient.matricule.digits,
        patient.sex.value,
    )  # fmt: skip
    practice = account.practice
    author = Prescriber(
        account.practitioner_id, account.name, account.profession, account.ehealth_id,
        practice.name, practice.address, practice.phone,
    )  # fmt: skip
    until = draft.until or add_months(local_day(now), VALID_MONTHS)
    return Ordonnance(code, who, author, now, until, LANGUAGE, draft.lines, draft.replaces)


def prepared(
    draft: RxDraft, patient: Patient, account: Account, now: datetime, port: PrescribingPort, write: WritePdf
) -> Result[RxPrepared]:
    """PDF and data of one source, unsigned, with a new identifier; or the writer's failure."""
    code = OrdonnanceCode(new_identifier(), new_access_code())
    ordonnance = ordonnance_of(draft, patient, account, now, code.identifier.value)
    bundle_id = uuid.uuid4().urn
    bundle = port.compose(ordonnance, bundle_id)
    data = paper(ordonnance, code, patient, draft.second)
    pdf = write(TEMPLATE, LANGUAGE.value, data)
    if isinstance(pdf, Failure):
        return pdf
    to_sign = ToSign(pdf, canonical(bundle), FOOT_OF_LAST_PAGE, LANGUAGE)
    return RxPrepared(ordonnance, bundle, bundle_id, data, code.access_code, to_sign)


def publication(
    made: RxPrepared, signed: Signed, record: OpenRecord, account: Account
) -> tuple[Publication, RxPaper]:
    """What goes to the platform, and the paper that goes to the patient."""
    bundle, ordonnance = with_signature(made.bundle, signed.jws, signed.at), made.ordonnance
    title = text("prescribing.document_title", language=LANGUAGE, code=_grouped(ordonnance.code))
    act = SignedAct(category_of(ordonnance.lines), title, LANGUAGE, signed.at)
    document, data = pair(act, record, account, signed.pdf, bundle, made.bundle_id)
    sent = Publication(
        document, data, 1, signed.pdf, bundle, known_as=ordonnance.code, access_code=made.access_code
    )
    return sent, RxPaper(ordonnance.code, record.patient.id, signed.pdf, dict(made.paper), signed.at)


def paper(
    ordonnance: Ordonnance, code: OrdonnanceCode, patient: Patient, second: Language | None
) -> dict[str, object]:
    """Data of the template « ordonnance », all in what JSON can keep; the posology in *second* too."""
    author = ordonnance.prescriber
    return {
        "date": local_day(ordonnance.authored).isoformat(),
        "code": code.identifier.grouped(),
        "qr": qr_svg(code.qr_text()),
        "valid_until": ordonnance.valid_until.isoformat(),
        "duplicate": False,
        "author": {
            "name": author.name, "profession": author.profession, "organisation": author.place,
            "address": author.address, "phone": author.phone, "ehealth_id": author.ehealth_id,
        },
        "patient": {
            "name": patient.name,
            "birth_date": patient.birth_date.isoformat() if patient.birth_date else "–",
            "matricule": patient.matricule.grouped(),
            "sex": patient.sex.value,
            "address": patient.address,
        },
        "lines": [_line(line, second) for line in ordonnance.lines],
    }  # fmt: skip


def _line(line: Line, second: Language | None) -> dict[str, object]:
    inns = "/".join(line.product.inns)
    shown = line.product.label.lower()
    act = NATURES.get(line.nature)
    form = text(act, language=LANGUAGE) if act else line.product.form_apart
    details = [inns if inns and inns.lower() not in shown else "", form]
    return {
        "number": str(line.number),
        "product": line.product.label,
        "details": " · ".join(filter(None, details)),
        "dosage": _dosage(line, LANGUAGE),
        "second_dosage": _second_dosage(line, second),
        "second_language": second.value if second else "",
        "supply": _supply(line),
        "indication": _said("prescribing.paper_indication", line.indication),
        "note": line.note,
        "flags": [flag for flag in _flags(line) if flag],
    }


def _dosage(line: Line, language: Language) -> str:
    """« 1 le matin, 1 le soir (1-0-1), 7 jours »."""
    days = counted("prescribing.days", line.days, language=language) if line.days else ""
    return ", ".join(filter(None, (dosage_words(line.posology, language) if line.posology else "", days)))


def _second_dosage(line: Line, second: Language | None) -> str:
    """ "" where it could only say again what was typed."""
    if second is None or second is LANGUAGE or line.posology is None:
        return ""
    return _dosage(line, second) if posology_words(line.posology, second) else ""


def _supply(line: Line) -> str:
    parts = []
    if line.quantity is not None:
        parts.append(_said("prescribing.paper_quantity", quantity_words(line.quantity, LANGUAGE)))
    if line.repeats is not None:
        parts.append(counted("prescribing.paper_repeats", line.repeats, language=LANGUAGE))
    return " · ".join(parts)


def _flags(line: Line) -> tuple[str, ...]:
    secured = text("prescribing.paper_secured", language=LANGUAGE, number=line.paper_form)
    return (
        _said("prescribing.paper_not_substitutable", line.not_substitutable),
        secured if line.renewal is RenewalClass.S else "",
    )


def _said(key: str, words: str) -> str:
    return text(key, language=LANGUAGE, words=words) if words else ""


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def day_of(written: str) -> date | None:
    """« 28.02.2027 » as it is typed; None for what is no day."""
    try:
        return datetime.strptime(written.strip(), "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no hour
    except ValueError:
        return None
