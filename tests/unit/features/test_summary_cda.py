"""Reading a CDA of another country: level 3 to values, level 1 to its PDF, nothing of it runs or grows."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import Failure
from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.reading import OddityKind, ReadingCode
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import SummarySection
from desktop.features.summary.ips.cda import MOST_MARKS, CdaDocument, read_cda
from tests.samples.cda import SECTIONS, level_1, level_3

SNOMED = "http://snomed.info/sct"


def document(content: bytes) -> CdaDocument:
    found = read_cda(content)
    assert not isinstance(found, Failure)
    return found


def section(key: SectionKey, content: bytes | None = None) -> SummarySection:
    sections = document(content or level_3()).reading.summary.sections
    return next(one for one in sections if one.key is key)


def test_who_when_and_which_version() -> None:
    summary = document(level_3()).reading.summary
    assert (summary.subject.family, summary.subject.given, summary.subject.sex) == (
        "Rossi",
        "Maria",
        "female",
    )
    assert str(summary.subject.birth_date) == "1950-01-02"
    assert summary.subject.address == "Via Roma 1, Roma"
    assert (summary.author.name, summary.author.organisation) == ("Luca Bianchi", "ASL Roma")
    assert summary.written_at.isoformat() == "2026-03-14T09:30:00+00:00"
    assert (summary.identifier, summary.bundle, summary.replaces) == ("1.2.3.4^set", "1.2.3.4^7", "1.2.3.4^6")
    assert (summary.version, summary.language) == (2, "it-IT")


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        (
            SectionKey.PROBLEMS,
            e.Problem(
                text="Asma bronchiale",
                codings=(e.Coding("http://hl7.org/fhir/sid/icd-10", "J45"),),
                onset=e.PartialDate("1998-03"),
            ),
        ),
        (
            SectionKey.ALLERGIES,
            e.Allergy(
                text="Penicilline",
                codings=(e.Coding("http://www.whocc.no/atc", "J01C", "Penicilline"),),
                reactions=(e.Reaction("Urticaria", (e.Coding(SNOMED, "126485001", "Urticaria"),)),),
                note="Drug allergy",
            ),
        ),
        (
            SectionKey.MEDICATION,
            e.Medication(
                text="Metformina",
                ingredients=("metformin",),
                strength="850 mg / 1",
                form="Tablet",
                form_coding=e.Coding("http://standardterms.edqm.eu", "10219000", "Tablet"),
                route="Oral use",
                route_coding=e.Coding("http://standardterms.edqm.eu", "20053000", "Oral use"),
                dosage="1 – 2 · 12 h",
                start=e.PartialDate("2012"),
            ),
        ),
        (
            SectionKey.RESULTS,
            e.Observation(
                text="Creatinine",
                codings=(e.Coding("http://loinc.org", "2160-0", "Creatinine"),),
                value=e.Quantity("0.90", "mg/dL", "mg/dL"),
                at=e.PartialDate("2026-03-01"),
                reference="0.5 - 1.1",
            ),
        ),
        (
            SectionKey.PROCEDURES,
            e.Procedure(
                text="Appendectomy",
                codings=(e.Coding(SNOMED, "80146002", "Appendectomy"),),
                performed=e.PartialDate("1965"),
            ),
        ),
    ],
)
def test_entries_of_level_3(key: SectionKey, entry: e.Entry) -> None:
    assert section(key).entries == (entry,)


def test_the_words_of_a_section_stay_beside_its_entries() -> None:
    """Values are never dropped: nothing proves that the entries say all of them."""
    assert section(SectionKey.ALLERGIES).narrative == ("Penicillina · orticaria",)
    assert section(SectionKey.PROBLEMS).narrative == ("Asma bronchiale",)


def test_a_code_of_absence_is_a_state() -> None:
    """CF-085."""
    found = section(SectionKey.DEVICES)
    assert (found.state, found.entries) == (SectionState.NONE_KNOWN, ())


def test_an_unknown_entry_is_named_and_a_link_is_its_words() -> None:
    """CF-094."""
    found = section(SectionKey.IMMUNIZATIONS)
    assert (found.unread, found.narrative) == (("strange",), ("Antitetanica qui",))
    oddities = document(level_3()).reading.oddities
    assert [(one.kind, one.where) for one in oddities] == [(OddityKind.UNREAD, "Vaccini")]


def test_the_order_is_ours() -> None:
    keys = [one.key for one in document(level_3()).reading.summary.sections]
    assert keys[:3] == [SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION]


def test_what_was_not_done_is_never_shown_as_done() -> None:
    undone = SECTIONS.replace("<procedure>", '<procedure negationInd="true">')
    [entry] = section(SectionKey.PROCEDURES, level_3(undone)).entries
    assert isinstance(entry, e.Remark) and entry.note == "not-done"


def test_level_1_gives_its_pdf_also_a_very_large_one() -> None:
    """One text of more than 10,000,000 characters."""
    pdf = b"%PDF-1.4\n" + b"x" * 8_000_000
    found = document(level_1(pdf))
    assert found.pdf == pdf
    assert [one.kind for one in found.reading.oddities] == [OddityKind.UNFORMATTED]
    assert document(level_1(b"MZ")).pdf == b""


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ReadingCode.UNREADABLE),
        (b"{}", ReadingCode.UNREADABLE),
        (b"<html/>", ReadingCode.NOT_A_SUMMARY),
        (ENTITIES + b'<ClinicalDocument a="&b;"/>', ReadingCode.UNREADABLE),
        ((ENTITIES + b"<ClinicalDocument/>").decode().encode("utf-16"), ReadingCode.UNREADABLE),
        (b"<?xml version='1.0' encoding='UTF-7'?><ClinicalDocument/>", ReadingCode.UNREADABLE),
        (b"<?xml version='1.0' encoding='IBM037'?><ClinicalDocument/>", ReadingCode.UNREADABLE),
        (b"<ClinicalDocument>\xff</ClinicalDocument>", ReadingCode.UNREADABLE),
        (b"<a>" * 5000, ReadingCode.UNREADABLE),
        (b"<ClinicalDocument>" + b"<a/>" * MOST_MARKS + b"</ClinicalDocument>", ReadingCode.UNREADABLE),
    ],
)
def test_what_is_none_or_could_grow_is_a_failure(content: bytes, code: ReadingCode) -> None:
    found = read_cda(content)
    assert isinstance(found, Failure) and found.code is code


def test_encodings_of_other_countries() -> None:
    latin = level_3().decode().replace("UTF-8", "ISO-8859-1").replace("Maria", "José").encode("iso-8859-1")
    assert document(latin).reading.summary.subject.given == "José"
    assert document(level_3().decode().encode("utf-16")).reading.summary.subject.given == "Maria"


_TAGS = re.findall(r"<[A-Za-z:]+", level_3().decode())


@given(st.lists(st.tuples(st.integers(0, len(level_3())), st.binary(max_size=6)), min_size=1, max_size=4))
@settings(max_examples=150)
def test_no_bytes_raise(changes: list[tuple[int, bytes]]) -> None:
    content = level_3()
    for place, put in changes:
        content = content[:place] + put + content[place + len(put) :]
    read_cda(content)


@given(st.sampled_from(_TAGS), st.sampled_from(("<x", "<section", "<value", "<low")))
@settings(max_examples=80)
def test_no_other_shape_raises(tag: str, other: str) -> None:
    text = level_3().decode()
    read_cda(text.replace(tag, other).replace(tag.replace("<", "</"), other.replace("<", "</")).encode())
