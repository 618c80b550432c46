"""The bytes of the demo documents: PDF/A-1, readable French, the same every time."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from desktop.common.resource_files import resource
from desktop.domain.deposit import CheckReport, Verdict
from desktop.domain.matricule import Matricule
from desktop.pdf.check import check
from desktop.simulator.demo import DemoDataset, load, phrase_bank
from desktop.simulator.demo.pdf_file import Face, PdfPage, font, srgb_profile, write_pdf
from desktop.simulator.demo.population import population
from desktop.simulator.demo.sheet import BOTTOM, Sheet
from desktop.simulator.demo.values import Laboratory
from desktop.simulator.seed_data import SeedDocument

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def one_of_each(demo: DemoDataset) -> dict[str, tuple[object, bytes]]:
    """The first document of each category."""
    first: dict[str, SeedDocument] = {}
    for document in demo.documents():
        first.setdefault(document.category, document)
    return {d.category: (d, content) for d, content in demo.contents(list(first.values()))}


def _text(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    try:
        found = []
        for number in range(len(pdf)):
            page = pdf[number]
            reader = page.get_textpage()
            found.append(reader.get_text_range())
            reader.close()
            page.close()
        return "\n".join(found)
    finally:
        pdf.close()


def test_one_document_of_every_category_is_pdfa_1b(one_of_each: dict) -> None:
    assert len(one_of_each) >= 20
    for category, (_, content) in one_of_each.items():
        _assert_conforming(content, category)


def _assert_conforming(content: bytes, what: str) -> None:
    report = check(content)
    assert isinstance(report, CheckReport), what
    assert report.verdict is Verdict.CONFORMING, (what, report.reasons)
    assert report.confirmed == "1b"


def test_every_page_names_patient_and_says_that_it_is_synthetic(demo: DemoDataset, one_of_each: dict) -> None:
    people = {p.id: p for p in demo.patients()}
    for category, (document, content) in one_of_each.items():
        words = _text(content)
        patient = people[document.patient_id]
        assert words.count("SYNTHÉTIQUE") == words.count("page 1 / ") + words.count("page 2 / "), category
        assert patient.family.upper() in words
        assert f"{patient.birth_date:%d.%m.%Y}" in words
        assert Matricule(patient.matricule).grouped() in words
        assert len(words) > 300, category
        assert "{" not in words, category
        assert "?" not in words, f"{category}: a character outside the font"


def test_same_seed_same_bytes(demo: DemoDataset) -> None:
    wanted = demo.documents()[:160]
    first = [hashlib.sha256(b).hexdigest() for _, b in demo.contents(wanted)]
    again = load(7, TODAY)
    assert [hashlib.sha256(b).hexdigest() for _, b in again.contents(again.documents()[:160])] == first
    assert len(set(first)) == len(first)


def test_contents_come_in_the_order_asked_for_and_can_be_stopped(demo: DemoDataset) -> None:
    wanted = list(reversed(demo.documents()))[:5]
    produced = demo.contents(wanted)
    assert next(produced)[0] is wanted[0]
    produced.close()
    assert [d.id for d, _ in demo.contents(wanted)] == [d.id for d in wanted]


def test_every_sentence_of_the_banks_can_be_said(demo: DemoDataset) -> None:
    """All documents of the ten busiest records and of a crowd: no placeholder stays open."""
    wanted = [d for d in demo.documents() if d.patient_id <= "pat-0060"][::4]
    for _, content in demo.contents(wanted):
        assert content.startswith(b"%PDF-1.4")


def test_laboratory_flags_agree_with_the_printed_range(demo: DemoDataset) -> None:
    """The value as printed decides, so that no reader meets a flag he cannot follow."""
    analyte = phrase_bank.analytes()["hba1c"]
    assert analyte.flag(6.04) == ""
    assert analyte.flag(6.06) == "H"
    assert analyte.flag(3.9) == "B"
    assert phrase_bank.analytes()["dfg"].flag(45) == "B"
    assert phrase_bank.analytes()["dfg"].flag(95) == ""


def test_former_results_of_a_page_are_the_results_of_the_former_page(demo: DemoDataset) -> None:
    labs = [
        d
        for d in demo.documents()
        if d.patient_id == "pat-0002" and "NT-proBNP" in d.title and not d.disabled
    ]
    newest, former = sorted(labs, key=lambda d: d.created, reverse=True)[:2]
    now, before = (_text(content) for _, content in demo.contents([newest, former]))
    pattern = re.compile(r"NT-proBNP\s+(\d+)")
    found = pattern.search(before)
    assert found
    line = next(row for row in now.splitlines() if row.startswith("NT-proBNP"))
    assert found.group(1) in line


def test_banks_refer_to_each_other_rightly() -> None:
    panels, analytes, drugs, exams = (
        phrase_bank.panels(),
        phrase_bank.analytes(),
        phrase_bank.drugs(),
        phrase_bank.imaging(),
    )
    operations = phrase_bank.letters()["operation"]
    for _, members in panels.values():
        assert set(members) <= set(analytes)
    for topic in phrase_bank.topics().values():
        assert set(topic.panels) <= set(panels)
        assert set(topic.drugs) <= set(drugs)
        assert set(topic.imaging) <= set(exams)
        assert set(topic.abnormal) <= set(analytes)
        assert not topic.operation or topic.operation in operations
        assert topic.ald in range(33)
        assert all((topic.motif, topic.history, topic.exam, topic.course, topic.advice, topic.followup))


def test_a_long_text_breaks_into_pages_above_the_footer() -> None:
    sheet = Sheet((0.1, 0.2, 0.3))
    for _ in range(90):
        sheet.paragraph(
            "Une phrase assez longue pour tenir sur deux lignes de la page, avec des accents : é è œ ≥ 5 µg."
        )
        assert sheet.y <= BOTTOM + 20
    pages = sheet.finish("pied", "MARQUE")
    assert len(pages) > 2
    content = write_pdf(pages, "Essai (parenthèses) & <balises>", "Dr É", date(2026, 1, 2), "essai")
    _assert_conforming(content, "several pages")
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.docinfo["/Title"] == "Essai (parenthèses) & <balises>"


def test_every_face_and_the_colour_profile() -> None:
    for face in Face:
        known = font(face)
        assert len(known.program) < 40_000
        assert set("Éœ€≥µ") <= set(known.codes)
        page = PdfPage(f"BT /F{list(Face).index(face)} 9 Tf <{known.encode('Été')}> Tj ET", frozenset({face}))
        _assert_conforming(write_pdf([page], "t", "a", date(2026, 1, 1), "x"), face)
    profile = srgb_profile()
    assert int.from_bytes(profile[:4], "big") == len(profile)
    assert profile[36:40] == b"acsp"


def test_everything_printed_has_a_glyph() -> None:
    """Units, ranges and every sentence of the banks can be drawn with the embedded fonts."""
    known = set(font(Face.REGULAR).codes)
    assert known == set(font(Face.BOLD).codes) == set(font(Face.SERIF).codes)
    for path in resource("demo").glob("*.toml"):
        words = "".join(_strings(tomllib.loads(path.read_text(encoding="utf-8"))))
        assert set(words) <= known, (path.name, set(words) - known)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def test_nobody_gets_what_he_is_allergic_to(demo: DemoDataset) -> None:
    people = {p.id for p in population(7, TODAY) if any("Pénicilline" in a for a in p.allergies)}
    papers = ("traitements-medicamenteux", "rpu", "cr-sejour-lettre-sortie")
    wanted = [d for d in demo.documents() if d.patient_id in people and d.category in papers]
    assert wanted
    for document, content in demo.contents(wanted):
        assert "Amoxicilline" not in _text(content), document.id


def test_white_cells_never_exceed_a_hundred_percent() -> None:
    person = population(7, TODAY)[0]
    for key in ("appendicite", "pneumonie", "bilan"):
        laboratory = Laboratory(person, 7, TODAY, (phrase_bank.topics()[key],))
        for days in range(0, 900, 30):
            day = TODAY - timedelta(days=days)
            parts = [laboratory.value(name, day) or 0 for name in ("neutrophiles", "lymphocytes")]
            assert sum(parts) <= 100


def test_nobody_gets_two_medicines_that_exclude_each_other(demo: DemoDataset) -> None:
    wanted = [d for d in demo.documents() if d.category in ("resume-patient", "traitements-medicamenteux")]
    for document, content in demo.contents(wanted[::3]):
        words = _text(content)
        assert not ("Apixaban" in words and "Acénocoumarol" in words), document.id
        assert not ("Sacubitril" in words and "Ramipril" in words), document.id
