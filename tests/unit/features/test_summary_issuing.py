"""From a draft to what is signed and published: one source for both documents (features A.5)."""

import hashlib
from dataclasses import replace
from functools import partial

import pypdfium2
import pytest

from desktop.common.bundle_signature import split_signature
from desktop.domain.record import MandateKind
from desktop.domain.signature import Signed
from desktop.features.summary.domain import editing
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.publication import CATEGORY
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.ips.read import read
from desktop.features.summary.service.issuing import Prepared, Replaced, composed, prepared, publication
from desktop.pdf.write import DocumentWriter
from desktop.services.record import OpenRecord
from tests.answers import good
from tests.samples.drafts import NOW, RAMIPRIL_10, typical
from tests.samples.practice import ACCOUNT, mandate, patient

ALLERGIES, MEDICATION = SectionKey.ALLERGIES, SectionKey.MEDICATION
RECORD = OpenRecord(patient(), mandate(kind=MandateKind.MEDECIN_REFERENT), None)


def decided() -> Draft:
    """Latex is accepted, penicillin is what the patient objects to."""
    draft = editing.accept(typical(), ALLERGIES, "l2")
    draft = editing.object_to(draft, ALLERGIES, "l1")
    draft = editing.set_state(draft, SectionKey.PROBLEMS, SectionState.NONE_KNOWN)
    return editing.choose(draft, MEDICATION, "l5", RAMIPRIL_10)


def write_pdf(template: str, language: str, data: dict[str, object]) -> bytes:
    return good(DocumentWriter().write(template, language, data))


@pytest.fixture(scope="module")
def made() -> Prepared:
    summary = composed(decided(), RECORD.patient, ACCOUNT, NOW)
    return good(prepared(summary, write_pdf))


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    words = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    document.close()
    return words


def test_cf015_the_author_is_the_card_holder_and_the_version_goes_on(made: Prepared) -> None:
    summary = good(read(made.bundle)).summary
    assert (summary.author.name, summary.author.ehealth_id) == (ACCOUNT.name, ACCOUNT.ehealth_id)
    assert (summary.version, summary.replaces, summary.identifier) == (8, "urn:uuid:7", "urn:oid:2.25.1")
    assert summary.subject.matricule == patient().matricule.digits


def test_both_say_the_same_and_what_the_patient_objects_to_is_in_neither(made: Prepared) -> None:
    """CF-086, CF-089."""
    words = words_of(made.to_sign.pdf)
    for said in ("Latex", "Ramipril 10 mg", "Aucun problème connu"):
        assert said in words
    for hidden in ("nicilline", "withheld", "Metformine"):
        assert hidden not in words and hidden.encode() not in made.bundle


def test_what_is_sent_is_what_was_signed(made: Prepared) -> None:
    signed = Signed(made.to_sign.pdf + b"% signed", b"head..signature", NOW)
    sent = publication(made, signed, RECORD, ACCOUNT, Replaced("d7", "data-7"))
    detached = split_signature(sent.bundle)
    assert (detached.payload, detached.jws) == (made.to_sign.payload, signed.jws)
    assert sent.pdf == signed.pdf and sent.version == 8
    for deposit, content in ((sent.document, sent.pdf), (sent.data, sent.bundle)):
        assert deposit.sha1 == hashlib.sha1(content, usedforsecurity=False).hexdigest()
        assert (deposit.size, deposit.category, deposit.language) == (len(content), CATEGORY, "fr-LU")
        assert deposit.mandate is RECORD.mandate
    assert sent.document.submission_id == sent.data.submission_id
    assert sent.document.unique_id != sent.data.unique_id == made.summary.bundle
    assert (sent.document.replaces, sent.data.replaces) == ("d7", "data-7")


def test_each_making_has_a_name_of_its_own() -> None:
    make = partial(composed, decided(), RECORD.patient, ACCOUNT, NOW)
    assert make().bundle != make().bundle and make().identifier == make().identifier
    first = composed(replace(decided(), base=None), RECORD.patient, ACCOUNT, NOW)
    assert (first.version, first.replaces) == (1, "")
