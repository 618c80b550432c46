"""From a draft to what is signed, and from what was signed to what is published; call it in a worker.

One source makes both documents (features A.5): the Bundle, and the PDF that says the same in its words.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.common.bundle_signature import canonical, with_signature
from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.record import Patient
from desktop.domain.signature import Signed, ToSign
from desktop.domain.texts import Language, text
from desktop.features.summary.domain.composing import summary_of
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.publication import CATEGORY, Publication, PublishingCode
from desktop.features.summary.domain.summary import Subject, Summary, Writer
from desktop.features.summary.domain.wording import spoken
from desktop.features.summary.ips.paper import SIGNATURE_BOX, Purpose, paper
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.rules import faults, where
from desktop.features.summary.ips.write import write
from desktop.services.record import OpenRecord
from desktop.services.signed_pair import SignedAct, pair

WritePdf = Callable[[str, str, dict[str, object]], Result[bytes]]
"""Template, language and data of :mod:`desktop.pdf.write`, to the bytes of a PDF/A."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the card signs; ``bundle`` are the bytes that bear the signature afterwards."""

    summary: Summary
    bundle: bytes
    to_sign: ToSign


@dataclass(frozen=True, slots=True)
class Replaced:
    """The two documents of the version in force; "" where there is none."""

    document: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class CopyData:
    """The data of a print, for :mod:`desktop.pdf.write`."""

    language: Language
    data: dict[str, object]


def composed(draft: Draft, patient: Patient, account: Account, now: datetime) -> Summary:
    """The next version, in the name of the card holder (CF-015)."""
    subject = Subject(
        patient.id, patient.matricule.digits, patient.family, patient.given, patient.birth_date,
        patient.sex.value, patient.address,
    )  # fmt: skip
    writer = Writer(account.name, account.ehealth_id, account.profession)
    return summary_of(draft, subject, writer, now, lambda: uuid.uuid4().urn)


def prepared(summary: Summary, write_pdf: WritePdf) -> Result[Prepared]:
    """Both documents, unsigned. NOT_VALID, so that nothing is signed that the platform or a colleague's
    program would refuse; else the writer's failures."""
    language = spoken(summary.language)
    bundle = write(summary, text("summary.publish_title", language=language))
    wrong = faults(bundle, Profile.IPS)
    if wrong:
        return Failure.of(PublishingCode.NOT_VALID, rule=wrong[0].rule, where=where(bundle, wrong[0]))
    pdf = write_pdf(CATEGORY, language.value, paper(summary, bundle, language, None, Purpose.PUBLISHED))
    if isinstance(pdf, Failure):
        return pdf
    return Prepared(summary, bundle, ToSign(pdf, canonical(bundle), SIGNATURE_BOX, language))


def publication(
    made: Prepared, signed: Signed, record: OpenRecord, account: Account, replaced: Replaced
) -> Publication:
    """What goes to the platform: two documents of one submission, each in the place of its former one."""
    bundle = with_signature(made.bundle, signed.jws, signed.at)
    language = spoken(made.summary.language)
    act = SignedAct(CATEGORY, text("summary.publish_title", language=language), language, signed.at)
    document, data = pair(act, record, account, signed.pdf, bundle, made.summary.bundle)
    return Publication(
        replace(document, replaces=replaced.document), replace(data, replaces=replaced.data),
        made.summary.version, signed.pdf, bundle,
    )  # fmt: skip


def patient_copy(summary: Summary, language: Language) -> CopyData:
    """A print for the patient, in his language, marked as a copy and unsigned."""
    bundle = write(summary, text("summary.publish_title", language=language))
    return CopyData(language, paper(summary, bundle, language, None, Purpose.PATIENT_COPY))
