"""A summary of another: which document holds one, what is shown first, what may be taken from it."""

import json
from dataclasses import replace
from datetime import date
from socket import gethostname

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.common.bundle_signature import with_signature
from desktop.domain.errors import Failure
from desktop.domain.record import Document, DocumentStatus
from desktop.domain.signature import UNSIGNED, SignatureDoubt, SignatureFinding, SignatureState
from desktop.features.summary.domain.reading import OddityKind, Reading, ReadingCode
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
from desktop.features.summary.ips.write import write
from desktop.features.summary.service.receiving import MOST_BYTES, Receiver
from desktop.features.summary.view.pieces import LONGEST, SHORT, pieces
from desktop.features.summary.view.reading_words import cards
from desktop.features.summary.view.repeated import added
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
        ("1793 0512 345 99", date(1993, 5, 12), True),
        ("1793 0512 345 91", None, False),
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


# -- whatever a sender writes --------------------------------------------------------------------------------


def told(**changes: object) -> Received:
    section = replace(SUMMARY.sections[1], **changes)  # type: ignore[arg-type]
    return Received(Reading(replace(SUMMARY, sections=(section,))), UNSIGNED)


def all_words(received: Received) -> str:
    return "".join(line.head + line.details + line.beside for card in cards(received) for line in card.lines)


@given(st.text(min_size=1, max_size=60), st.integers(1, 200), st.booleans())
@settings(max_examples=40)
def test_no_label_is_too_long_and_no_letter_is_lost(words: str, times: int, noted: bool) -> None:
    long = words * times
    received = told(note=long) if noted else told(narrative=tuple([long] * 3))
    shown = [part for card in cards(received) for line in card.lines for part in (line.head, line.details)]
    assert max(map(len, shown)) <= LONGEST
    kept = all_words(received).replace("\u200b", "").replace("\n", "")
    hidden = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\n"))
    assert long.translate(hidden) in kept.translate(hidden)


def test_a_dose_is_never_read_backwards() -> None:
    assert "\u202e" not in all_words(told(note="10 \u202emg 05"))


def test_a_word_without_end_may_break() -> None:
    (words,) = pieces("x" * 130)
    assert words.split("\u200b") == ["x" * 60, "x" * 60, "x" * 10]


def test_a_title_without_end_is_short_and_stands_whole_below() -> None:
    unknown = SummarySection(None, SectionState.LINES, title="Titre " * 500, narrative=("Ceci",))
    received = Received(Reading(replace(SUMMARY, sections=(unknown,))), UNSIGNED)
    card = next(card for card in cards(received) if card.name == "other")
    assert len(card.title) <= SHORT + 1
    assert "Titre " * 500 in "".join(line.head + line.details for line in card.lines)


@pytest.mark.parametrize(
    ("div", "kinds"),
    [
        ("<div>CNS <a href='http://x.example/'>ici</a></div>", {OddityKind.LINK}),
        ("<div>CNS <script>boum()</script></div>", {OddityKind.SCRIPT}),
        (
            "<div onclick='boum()'>CNS <A HREF='javascript:boum()'>là</A></div>",
            {OddityKind.LINK, OddityKind.SCRIPT},
        ),
        ("<div>CNS, seul et sans rien</div>", set()),
    ],
)
def test_links_and_scripts_are_words_or_nothing_and_told(
    check: FakeSigning, div: str, kinds: set[OddityKind]
) -> None:
    bundle = json.loads(BUNDLE)
    bundle["entry"][0]["resource"]["section"][1]["text"]["div"] = div
    received = Receiver(check).receive(DATA, json.dumps(bundle).encode())
    assert isinstance(received, Received)
    assert {oddity.kind for oddity in received.reading.oddities} == kinds
    words = all_words(received)
    assert "CNS" in words and "boum" not in words and "x.example" not in words


@pytest.mark.parametrize(
    "div",
    [
        "<div>" * 20_000 + "CNS",
        "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><div>CNS &b;</div>",
        "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><div>CNS &f;</div>",
        "<div>CNS" + "&#0;&#xD800;&bogus;" * 100 + "</div>",
        "<div><table>" + "<tr><td>CNS</td></tr>" * 3_000 + "</table></div>",
    ],
    ids=["deep", "entities", "file", "references", "rows"],
)
def test_a_hostile_narrative_is_words_and_nothing_of_this_computer(check: FakeSigning, div: str) -> None:
    bundle = json.loads(BUNDLE)
    bundle["entry"][0]["resource"]["section"][1]["text"]["div"] = div
    received = Receiver(check).receive(DATA, json.dumps(bundle).encode())
    assert isinstance(received, Received)
    words = all_words(received)
    assert "aaaaaaaaaa" not in words and gethostname() not in words
    assert len(tuple(cards(received))) < 40


ENTRIES = ("Furosémide 40 mg · 1 le matin", "Bisoprolol 5 mg · 1 le soir", "Créatinine · 1,12 mg/dl")


@pytest.mark.parametrize(
    ("line", "says_more"),
    [
        ("Furosémide 40 mg, 1 le matin", False),
        ("FUROSEMIDE : 40 mg", False),
        ("Créatinine 1.12 mg/dl", False),
        ("Furosémide 5 mg, 1 le matin", True),
        ("Furosémide 40 mg et Bisoprolol 5 mg", True),
        ("Pas de Furosémide", True),
        ("Furosémide 40 40 mg", True),
        ("Créatinine 12 mg/dl", True),
        ("Allergie à surveiller", True),
        ("< Créatinine 1,12 mg/dl", True),
        ("Créatinine -1,12 mg/dl", True),
        ("…", True),
    ],
)
def test_a_narrative_is_left_out_only_where_one_entry_says_all_of_it(line: str, says_more: bool) -> None:
    assert added((line,), ENTRIES) == ((line,) if says_more else ())


def test_a_text_without_end_is_not_compared() -> None:
    assert len(added(("mg",) * 9_000, ENTRIES)) == 9_000


def bundle(resources: list[dict[str, object]], references: int, **more: object) -> bytes:
    """A summary of one section, which names ``urn:r0`` so often."""
    code = {"coding": [{"system": "http://loinc.org", "code": "48765-2"}]}
    section = {"title": "Allergies", "code": code, "entry": [{"reference": "urn:r0"}] * references}
    composition = {"resourceType": "Composition", "status": "final", "section": [section]}
    rows = [composition, *resources]
    entries = [{"fullUrl": f"urn:r{n - 1}", "resource": row} for n, row in enumerate(rows)]
    return json.dumps({"resourceType": "Bundle", "entry": entries, **more}).encode()


def allergy(reactions: int) -> dict[str, object]:
    given = [{"manifestation": [{"text": f"R{n}"}]} for n in range(reactions)]
    return {"resourceType": "AllergyIntolerance", "code": {"text": "Latex"}, "reaction": given}


@pytest.mark.parametrize(
    "content",
    [
        bundle([allergy(40)], 1, x=[1] * 500_000),
        bundle([allergy(0)] * 60_000, 1),
        bundle([allergy(2_000)], 1_000),
    ],
    ids=["many values", "many resources", "one large resource named again and again"],
)
def test_more_elements_than_anybody_would_show_are_refused_by_their_own_sentence(
    check: FakeSigning, content: bytes
) -> None:
    """Its PDF can still be opened; no document holds a worker for seconds."""
    assert len(content) < MOST_BYTES
    assert Receiver(check).receive(DATA, content) == Failure.of(ReadingCode.TOO_LARGE)


def test_a_large_one_is_still_shown(check: FakeSigning) -> None:
    content = bundle([allergy(40)] * 400, 400)
    received = Receiver(check).receive(DATA, content)
    assert isinstance(received, Received)
    assert len(received.summary.sections[0].entries) == 400
