"""What goes over a practice's printer and a pharmacy's: an ordonnance to be signed, and a delivery's report.

Written by the program's own services from their samples, as the pages do.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from desktop.domain.account import Practice
from desktop.domain.prescription.ordonnance import Nature, RenewalClass
from desktop.domain.texts import Language
from desktop.features.counter.domain.act import FoundBy, begun, handed_over
from desktop.features.counter.service.papers import report_data
from desktop.features.prescribing.domain.draft import RxDraft, new_draft
from desktop.features.prescribing.domain.filling import act_of, line_of, understood
from desktop.features.prescribing.service.issuing import TEMPLATE, RxPrepared, prepared
from desktop.pdf.write import DocumentWriter
from desktop.services.drug_data import line_reader
from tests.answers import good
from tests.fakes.prescribing import FakePrescribing
from tests.samples.counter import PHARMACIST, standing
from tests.samples.practice import ACCOUNT, patient

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
PRACTICE = Practice("Cabinet médical Weber", "12, rue de la Gare, L-8325 Capellen", "+352 00 100 200")
_TYPED = ("amoxicilline 500 mg gélule 1-1-1 7j", "paracétamol 1 g comprimé 1-0-1/2 si besoin 5j qté 10")


def ordonnance(practice: Practice, second: Language | None) -> RxPrepared:
    """Two medicines, an act and a device; PDF and data as the card gets them."""
    draft = new_draft("p1")
    for words in _TYPED:
        draft = draft.with_line(line_of(understood(words, line_reader()), None))
    draft = draft.with_line(act_of(Nature.NURSING, "Pansement simple", Decimal(5)))
    draft = draft.with_line(act_of(Nature.DEVICE, "Compresses stériles", Decimal(20)))
    account = replace(ACCOUNT, practice=practice)
    made = _said(replace(draft, second=second))
    return good(prepared(made, patient(), account, AT, FakePrescribing(), DocumentWriter().write))


def _said(draft: RxDraft) -> RxDraft:
    """Each thing that a line may bear on paper."""
    first, *_ = draft.lines
    return draft.with_line(
        replace(
            first, indication="otite", note="au repas", not_substitutable="allergie au lactose",
            renewal=RenewalClass.S, paper_form="LU-7",
        )
    )  # fmt: skip


def unsigned() -> Iterator[tuple[str, bytes]]:
    """Papers that bear no signature: a duplicate, one whose letterhead nobody told, and the report."""
    write = DocumentWriter().write
    bare = ordonnance(Practice(), Language.LB)
    yield "ordonnance, no letterhead", bare.to_sign.pdf
    yield "ordonnance, duplicate", good(write(TEMPLATE, "fr", {**bare.paper, "duplicate": True}))
    for language in Language:
        yield f"dispensation {language.value}", dispensation(language)


def dispensation(language: Language) -> bytes:
    """The report of a delivery of two lines."""
    act = begun(standing(), FoundBy.CODE, AT.date())
    for work, quantity in zip(act.lines, (180, 90), strict=True):
        act = act.with_work(handed_over(work, Decimal(quantity)))
    data = report_data(act, PHARMACIST, "Pharmacie du Cygne", AT, language)
    return good(DocumentWriter().write("dispensation", language.value, data))
