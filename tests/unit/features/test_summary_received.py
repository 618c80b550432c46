"""A summary of another: which document holds one, what is shown first, what may be taken from it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Failure
from desktop.domain.record import Document, DocumentStatus
from desktop.domain.signature import UNSIGNED, SignatureDoubt, SignatureFinding, SignatureState
from desktop.features.summary.domain.reading import Reading, ReadingCode
from desktop.features.summary.domain.received import (
    Received,
    empty,
    full,
    holds_summary,
    is_of_another,
    may_be_proposed,
)
from desktop.features.summary.domain.sections import REQUIRED, SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection
from desktop.features.summary.ips.signature import with_signature
from desktop.features.summary.ips.write import write
from desktop.features.summary.service.receiving import MOST_BYTES, Receiver
from tests.fakes.signing import FakeSigning
from tests.samples.practice import deposit, document, patient
from tests.samples.summaries import SUBJECT, SUMMARY, WRITTEN
from tests.samples.summary_values import SUMMARIES

BUNDLE = write(SUMMARY, "Résumé patient")
PDF = document(deposit(1, category="resume-patient"), "d1")
DATA = replace(PDF, id="d1-data", content_type="application/fhir+json", transforms="d1")
OTHER = replace(PDF, category="rapport-medical")
FOREIGN = replace(OTHER, content_type="application/fhir+json; charset=utf-8")


@pytest.mark.parametrize(
    ("document", "data", "holds"),
    [
        (PDF, DATA, True),
        (PDF, None, False),
        (replace(PDF, status=DocumentStatus.DISABLED), DATA, False),
        (replace(PDF, status=DocumentStatus.SUPERSEDED), DATA, False),
        (OTHER, replace(DATA, category=OTHER.category), False),
        (DATA, None, True),
        (FOREIGN, None, True),
        (replace(OTHER, content_type="Text/XML"), None, True),
        (replace(OTHER, content_type="image/png"), None, False),
        (PDF, replace(DATA, content_type="application/octet-stream"), False),
    ],
    ids=range(10),
)
def test_cf054_which_documents_open_by_sections(
    document: Document, data: Document | None, holds: bool
) -> None:
    assert holds_summary(document, data) is holds


@given(SUMMARIES)
@settings(max_examples=60)
def test_every_section_stands_once_and_what_must_be_said_is_never_folded(summary: Summary) -> None:
    """CF-074: of allergies, problems and medication it is shown that a summary says nothing."""
    said, silent = full(summary), empty(summary)
    keys = [section.key for section in (*said, *silent) if section.key]
    assert len(keys) == len(set(keys))
    assert set(keys) >= {rule.key for rule in SECTIONS} - {SectionKey.CHILDHOOD}
    assert set(REQUIRED) <= {section.key for section in said}
    assert not any(section.entries or section.narrative or section.unread for section in silent)
    order = [rule.key for rule in SECTIONS]
    places = [order.index(section.key) for section in said if section.key]
    assert places == sorted(places), "alerts, allergies, problems and medication first"


def test_a_required_section_that_is_not_there_is_said_to_be_missing() -> None:
    bare = replace(SUMMARY, sections=())
    assert [(s.key, s.state) for s in full(bare)] == [(key, SectionState.UNDECIDED) for key in REQUIRED]


def test_an_unknown_section_comes_last_and_whole() -> None:
    unknown = SummarySection(None, SectionState.LINES, title="Sécurité sociale", narrative=("CNS",))
    shown = full(replace(SUMMARY, sections=(unknown, *SUMMARY.sections)))
    assert shown[-1] == unknown


@pytest.mark.parametrize(
    ("matricule", "birth_date", "other"),
    [
        ("1793051234591", None, False),
        ("1793051234599", date(1993, 5, 12), True),
        ("", date(1993, 5, 12), False),
        ("", date(1947, 11, 3), True),
        ("", None, False),
        ("19930512345", date(1993, 5, 12), False),  # the old form of eleven digits says nothing of the new
    ],
)
def test_whose_summary_it_is(matricule: str, birth_date: date | None, other: bool) -> None:
    subject = replace(SUBJECT, matricule=matricule, birth_date=birth_date)
    assert is_of_another(subject, patient()) is other


@pytest.mark.parametrize("state", SignatureState)
def test_nothing_is_proposed_from_what_was_changed_or_is_of_another(state: SignatureState) -> None:
    own = replace(SUMMARY, subject=replace(SUBJECT, matricule=patient().matricule.digits))
    received = Received(Reading(own), SignatureFinding(state))
    assert may_be_proposed(received, patient()) is (state is not SignatureState.BROKEN)
    assert not may_be_proposed(Received(Reading(SUMMARY), UNSIGNED), patient())


# -- reading it ----------------------------------------------------------------------------------------------


@pytest.fixture
def check() -> FakeSigning:
    return FakeSigning()


def test_an_unsigned_one_is_read_whole_and_its_codes_are_looked_up(check: FakeSigning) -> None:
    received = Receiver(check).receive(DATA, BUNDLE)
    assert isinstance(received, Received)
    assert received.summary == SUMMARY and received.signature == UNSIGNED and received.is_dated
    metformin = received.terms["http://www.whocc.no/atc", "A10BA02"]
    assert metformin.label == "metformine"
    wanted = {c.code for s in SUMMARY.sections for e in s.entries for c in e.codings}
    assert {code for _, code in received.terms} & wanted


def test_the_signature_is_that_of_the_data(check: FakeSigning) -> None:
    jws = b"head..signature"
    check.findings[jws] = SignatureFinding(SignatureState.VALID, signer="Dr Klein")
    received = Receiver(check).receive(DATA, with_signature(BUNDLE, jws, WRITTEN))
    assert isinstance(received, Received) and received.signature.signer == "Dr Klein"


def test_what_cannot_be_read_says_so(check: FakeSigning) -> None:
    receiver = Receiver(check)
    for content in (b"", b"%PDF-1.4", b"[" * 100_000, b"{}" + b" " * MOST_BYTES):
        assert receiver.receive(DATA, content) == Failure.of(ReadingCode.UNREADABLE)
    assert receiver.receive(DATA, b"{}") == Failure.of(ReadingCode.NOT_A_SUMMARY)


@given(st.binary(max_size=400))
def test_no_input_raises(content: bytes) -> None:
    assert isinstance(Receiver(FakeSigning()).receive(DATA, content), Failure | Received)


def test_a_doubt_has_its_words_in_four_languages() -> None:
    from desktop.domain.texts import Language, code_words

    keys = {state.value for state in SignatureState}
    keys |= {f"unverifiable-{doubt.value}" for doubt in SignatureDoubt}
    for language in Language:
        assert all(code_words("summary", "read_signatures", key, language=language) for key in keys)
