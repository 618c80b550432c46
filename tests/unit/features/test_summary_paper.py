"""A summary on paper: the words of the document, what must stand on page 1, room for the signature."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from desktop.common.bundle_signature import canonical
from desktop.domain.deposit import CheckReport, Verdict
from desktop.domain.local_time import local_day
from desktop.domain.texts import Language, text
from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection
from desktop.features.summary.domain.wording import said, section_title, state_words
from desktop.features.summary.ips.paper import SIGNATURE_BOX, Purpose, paper
from desktop.features.summary.ips.write import write
from desktop.pdf.check import check
from desktop.pdf.write import DocumentWriter
from tests.samples.summaries import SUMMARY


def printed(
    summary: Summary = SUMMARY,
    language: Language = Language.FR,
    second: Language | None = None,
    purpose: Purpose = Purpose.PUBLISHED,
) -> bytes:
    bundle = write(summary, "Résumé patient")
    made = DocumentWriter().write(
        "resume-patient", language.value, paper(summary, bundle, language, second, purpose)
    )
    assert isinstance(made, bytes)
    return made


@contextmanager
def opened(content: bytes) -> Iterator[list[Any]]:
    """Text pages of pdfium."""
    document = pypdfium2.PdfDocument(content)
    pages = [document[number] for number in range(len(document))]
    readers = [page.get_textpage() for page in pages]
    try:
        yield readers
    finally:
        for one in (*readers, *pages, document):
            one.close()


def pages(content: bytes) -> list[str]:
    with opened(content) as readers:
        return [" ".join(reader.get_text_range().split()) for reader in readers]


def plain(words: str) -> str:
    return " ".join(words.split())


def multiplied(counts: dict[SectionKey, int]) -> Summary:
    sections = []
    for section in SUMMARY.sections:
        entries = section.entries
        number = counts.get(section.key, 0) if section.key else 0
        many = tuple(
            replace(entries[n % len(entries)], text=f"{entries[n % len(entries)].text} n° {n}")
            for n in range(number)
        )
        sections.append(replace(section, entries=many or entries))
    return replace(SUMMARY, sections=tuple(sections))


MANY = multiplied({SectionKey.PROBLEMS: 40, SectionKey.MEDICATION: 25, SectionKey.ALLERGIES: 12})


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("summary", [SUMMARY, MANY], ids=["usual", "many"])
def test_it_is_tagged_pdfa(summary: Summary, language: Language, purpose: Purpose) -> None:
    """CF-057."""
    report = check(printed(summary, language, Language.LB, purpose))
    assert isinstance(report, CheckReport)
    assert report.verdict is Verdict.CONFORMING, report.reasons
    assert report.declared == "1a"


@pytest.mark.parametrize("language", Language)
def test_it_prints_what_the_narrative_says(language: Language) -> None:
    """CF-089: each word of an entry, each state and each note."""
    found = " ".join(pages(printed(language=language)))
    for section in SUMMARY.sections:
        told = [said(entry, language) for entry in section.entries]
        parts = [part for one in told for part in (one.head, *one.details, one.when)]
        day = local_day(SUMMARY.written_at)
        parts += [section.note, state_words(section.key, section.state, language, day)]
        missing = [part for part in parts if plain(part) not in found]
        assert not missing, section.key


def test_page_1_holds_alerts_and_allergies_and_nothing_is_cut() -> None:
    """CF-092: 40 problems, 25 drugs, 12 allergies; what goes over a page says on which it goes on."""
    found = pages(printed(MANY))
    for section in MANY.sections:
        for entry in section.entries:
            assert plain(said(entry, Language.FR).head) in " ".join(found), entry
        if section.key in (SectionKey.ALERTS, SectionKey.ALLERGIES):
            assert all(plain(said(entry, Language.FR).head) in found[0] for entry in section.entries)
    split = [page for page in found[:-1] if f"suite page {found.index(page) + 2}" in page]
    assert len(split) == len(found) - 1
    assert "Problèmes actifs et ALD (suite)" in found[1]


def test_a_section_that_ends_with_its_page_does_not_go_on() -> None:
    """For every place of the break: the words stand exactly where the last line is on the next page."""
    for number in range(20, 46):
        first, second, *_ = pages(printed(multiplied({SectionKey.PROBLEMS: number})))
        split = f"n° {number - 1} " not in first
        assert ("Problèmes actifs et ALD : suite page 2" in first) == split, number
        assert ("Problèmes actifs et ALD (suite)" in second) == split, number


def test_usual_page_1_has_what_counts() -> None:
    """features A.3: alerts, allergies, problems, treatment, last results, in this order."""
    first = pages(printed())[0]
    keys = (
        SectionKey.ALERTS,
        SectionKey.ALLERGIES,
        SectionKey.PROBLEMS,
        SectionKey.MEDICATION,
        SectionKey.RESULTS,
        SectionKey.IMMUNIZATIONS,
    )
    places = [first.index(section_title(key, Language.FR)) for key in keys]
    assert places == sorted(places)


def test_who_when_and_which_version() -> None:
    found = pages(printed())
    for words in (
        "MULLER Anne Marie",
        "1947 1103 123 45",
        "Dr Luc Kieffer",
        "21.11.2026",
        "version 3",
        SUMMARY.bundle,
    ):
        assert all(words in page for page in found) or words in found[0], words
    for number, page in enumerate(found, 1):
        assert f"page {number} / {len(found)}" in page and SUMMARY.bundle in page


def test_the_metadata_name_the_bundle_and_its_digest() -> None:
    """features A.5: of what is signed, so that the signature does not change it."""
    bundle = write(SUMMARY, "Résumé patient")
    digest = hashlib.sha256(canonical(bundle)).hexdigest()
    with pikepdf.open(BytesIO(printed())) as pdf:
        keywords = str(pdf.docinfo["/Keywords"])
    assert SUMMARY.bundle in keywords and f"sha-256:{digest}" in keywords


def test_no_text_is_smaller_than_9_points() -> None:
    """features A.3."""
    data = paper(MANY, write(MANY, "x"), Language.FR, Language.DE, Purpose.PATIENT_COPY) | {"demo": True}
    made = DocumentWriter().write("resume-patient", "fr", data)
    assert isinstance(made, bytes)
    with opened(made) as readers:
        sizes = {
            round(pdfium.FPDFText_GetFontSize(reader, number), 1)
            for reader in readers
            for number in range(reader.count_chars())
            if reader.get_text_range(number, 1).strip()
        }
    assert min(sizes) >= 9 - 0.01


@pytest.mark.parametrize("summary", [SUMMARY, MANY, multiplied({SectionKey.PROBLEMS: 25})], ids=range(3))
def test_the_signature_has_room_at_its_place(summary: Summary) -> None:
    """Nothing stands where the visible signature will."""
    box = SIGNATURE_BOX
    with opened(printed(summary)) as readers:
        inside = readers[box.page].get_text_bounded(
            box.left, box.bottom, box.left + box.width, box.bottom + box.height
        )
    assert inside.strip() == ""
    frame = pypdfium2.PdfDocument(printed(summary))
    page = frame[len(frame) + box.page]
    bounds = [found.get_bounds() for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
    page.close()
    frame.close()
    wanted = (box.left, box.bottom, box.left + box.width, box.bottom + box.height)
    assert any(all(abs(a - b) < 2 for a, b in zip(one, wanted, strict=True)) for one in bounds)


def test_the_patient_s_print_is_a_copy_in_his_language() -> None:
    made = printed(language=Language.LB, purpose=Purpose.PATIENT_COPY)
    found = pages(made)
    assert all(text("write.summary_copy", language=Language.LB) in page for page in found)
    assert section_title(SectionKey.MEDICATION, Language.LB) in found[0]
    assert text("write.summary_copy", language=Language.FR) not in pages(printed())[0]


@pytest.mark.parametrize("language", list(Language))
def test_nothing_that_was_translated_for_the_patient_is_shown_as_official(language: Language) -> None:
    """It is said on the copy; what is in the document's own language was not translated."""
    last = " ".join(pages(printed(language=language, purpose=Purpose.PATIENT_COPY))[-1].split())
    said = text("write.summary_translated", language=language)
    assert (said in last) is (language is not Language.FR), "the document is French"


@pytest.mark.parametrize(
    ("language", "since"),
    [(Language.FR, "depuis le 11.02.2020"), (Language.DE, "seit dem 11.02.2020"),
     (Language.LB, "zënter dem 11.02.2020"), (Language.EN, "since 11.02.2020")],
)  # fmt: skip
def test_a_day_is_said_as_a_day_and_a_month_as_a_month(language: Language, since: str) -> None:
    found = " ".join(" ".join(pages(printed(language=language))).split())
    assert since in found
    assert since.removesuffix("11.02.2020").replace(" le ", " ").replace(" dem ", " ") + "02.2020" in found


def test_two_languages_stand_beside_each_other() -> None:
    first = pages(printed(second=Language.DE))[0]
    for key in (SectionKey.ALLERGIES, SectionKey.PREGNANCY):
        for language in (Language.FR, Language.DE):
            assert section_title(key, language) in first
    assert section_title(SectionKey.ALLERGIES, Language.DE) not in pages(printed())[0]


def test_what_is_left_out_is_not_printed_and_a_state_is_one_line() -> None:
    """features A.3."""
    sections = tuple(
        SummarySection(key, SectionState.NONE_KNOWN)
        for key in (SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION)
    )
    found = " ".join(pages(printed(replace(SUMMARY, sections=sections))))
    assert "Allergies et intolérances Aucune allergie connue (déclaré le 21.11.2026)" in found
    assert section_title(SectionKey.PREGNANCY, Language.FR) not in found


def test_a_foreign_text_is_shown_whole() -> None:
    """Words that no entry says, and a section that nobody knows."""
    foreign = SummarySection(None, SectionState.LINES, title="Storia", narrative=("Nata a Roma", "Due figli"))
    problem = SummarySection(
        SectionKey.PROBLEMS, SectionState.LINES, (e.Problem(text="Asthme"),), narrative=("Plus",)
    )
    rest = [one for one in SUMMARY.sections if one.key is not SectionKey.PROBLEMS]
    found = " ".join(pages(printed(replace(SUMMARY, sections=(problem, *rest, foreign)))))
    assert all(words in found for words in ("Storia", "Nata a Roma", "Due figli", "Asthme", "Plus"))
