"""The program's own documents: PDF/A-1a, tagged, four languages, data never run."""

import subprocess
import sys
from datetime import date
from io import BytesIO
from subprocess import PIPE
from typing import Any

import pikepdf
import pypdfium2
import pytest

from desktop.domain.deposit import CheckReport, Verdict
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import Language, text
from desktop.pdf import write
from desktop.pdf.check import check
from desktop.pdf.write import TEMPLATES, DocumentWriter
from tests.simulator_fixture import ROOT

QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1h-1z"/></svg>'
LINES = [
    {
        "number": "1", "product": "Metformine 850 mg", "details": "comprimé", "dosage": "1-0-1",
        "supply": "90 jours, 180 comprimés", "flags": ["Non substituable : tolérance"], "quantity": "180",
        "box": ["Lot A12C", "31.03.2028"],
    }
]  # fmt: skip


def _data(**more: object) -> dict[str, Any]:
    return {
        "date": date(2026, 11, 21),
        "place": "Capellen",
        "author": {"name": "Dr Claire Weber", "profession": "Médecin", "ehealth_id": "LU90000001"},
        "patient": {"name": "MULLER Anne", "birth_date": date(1993, 5, 12), "matricule": "1793 0512 103 23"},
        "recipient": {"name": "Dr Hélène Klein", "address": "Luxembourg"},
        "subject": "Avis cardiologique",
        "paragraphs": ["Je vous adresse cette personne pour avis."],
        "kind": "incapacite",
        "from": date(2026, 11, 21),
        "until": date(2026, 11, 25),
        "title": "Rapport",
        "sections": [],
        "code": "K7QM-2HXA-9R4T-8V0C",
        "qr": QR,
        "picture": QR,
        "valid_until": date(2027, 2, 27),
        "person": "A. M. 1993",
        "lines": LINES,
        **more,
    }


def _sections(template: str) -> list[dict[str, Any]]:
    if template == "resume-patient":
        items = [{"head": "Diabète", "details": "type 2", "when": "2020", "strong": True}]
        return [
            {"title": "Problèmes", "second_title": "Problemer", "items": items, "note": "revu"},
            {"title": "Allergies", "state": "Aucune allergie connue", "alarming": True},
            {"title": "Récit", "lines": ["un", "deux"]},
        ]
    table = {"columns": ["Analyse", "Valeur"], "rows": [["HbA1c", "7,1 %"], ["DFG", "44"]]}
    return [{"title": "Constat", "paragraphs": ["Texte."], "items": ["un", "deux"], "table": table}]


def _written(template: str, language: str, **more: object) -> bytes:
    made = DocumentWriter().write(template, language, _data(sections=_sections(template), **more))
    assert isinstance(made, bytes)
    return made


def _text(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    found = []
    for number in range(len(pdf)):
        page = pdf[number]
        reader = page.get_textpage()
        found.append(reader.get_text_range())
        reader.close()
        page.close()
    pdf.close()
    return " ".join("\n".join(found).split())


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_in_every_language_is_tagged_pdfa(template: str, language: str) -> None:
    """CF-057."""
    content = _written(template, language)
    report = check(content)
    assert isinstance(report, CheckReport)
    assert report.verdict is Verdict.CONFORMING, report.reasons
    assert (report.declared, report.confirmed) == ("1a", "1b")
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang).startswith(language)
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        for page in pdf.pages:
            for font in page.resources.Font.values():
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_same_data_same_bytes() -> None:
    assert _written("lettre", "fr") == _written("lettre", "fr")
    assert _written("lettre", "fr") != _written("lettre", "fr", date=date(2026, 11, 22))


def test_data_are_shown_never_run() -> None:
    """Typst markup, code and a quotation mark in data stay text."""
    hostile = '#panic("x") *gras* $x^2$ #include "/etc/passwd" "] <label> @ref \\ // fin'
    shown = _text(_written("lettre", "fr", paragraphs=[hostile], subject=hostile))
    assert " ".join(hostile.split()) in shown


def test_a_character_without_glyph_becomes_a_visible_box() -> None:
    shown = _text(_written("lettre", "fr", paragraphs=["Nom 漢字 \u0007 fin"]))
    assert "Nom □□ fin" in shown


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en"])
def test_the_leaflet_fits_one_page(language: str) -> None:
    with pikepdf.open(BytesIO(_written("acces", language))) as pdf:
        assert len(pdf.pages) == 1


def test_the_demo_mark_is_printed_in_demo_only() -> None:
    mark = text("write.demo_mark", language=Language.FR)
    assert mark in _text(_written("certificat", "fr", demo=True))
    assert mark not in _text(_written("certificat", "fr", demo=False))


def test_dates_are_shown_the_luxembourg_way() -> None:
    shown = _text(_written("certificat", "fr"))
    assert "21.11.2026" in shown
    assert "12.05.1993" in shown
    assert "2026-11-21" not in shown


def test_little_data_is_enough() -> None:
    for template in TEMPLATES:
        assert isinstance(DocumentWriter().write(template, "fr", {"title": "x"}), bytes), template


def test_unknown_template_or_language_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no such template"):
        DocumentWriter().write("../secret", "fr", {})
    with pytest.raises(ValueError, match="xx"):
        DocumentWriter().write("lettre", "xx", {})
    with pytest.raises(TypeError):
        DocumentWriter().write("lettre", "fr", {"subject": object()})


def test_what_typst_refuses_is_a_failure() -> None:
    broken = {"title": "x", "sections": [{"table": {"columns": ["a"], "rows": 5}}]}
    refused = DocumentWriter().write("rapport", "fr", broken)
    assert isinstance(refused, Failure)
    assert refused.code is Code.UNEXPECTED


def test_what_is_not_asked_for_the_body_font_has() -> None:
    """Every letter of a document up to Latin Extended-A, and the signs of our own words."""
    assert write.SURELY_SHOWN - {"\n", "\t"} <= write.shown_characters()


def test_cf017_nothing_that_writes_is_loaded_into_the_window() -> None:
    """typst keeps what it laid out: it runs in a child that ends with its document."""
    program = """
import sys
from desktop.pdf.write import DocumentWriter
made = DocumentWriter().write("lettre", "fr", {"subject": "x"})
assert made.startswith(b"%PDF"), made
print(sorted({"typst", "fontTools"} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=PIPE, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_closed_writer_writes_nothing() -> None:
    writer = DocumentWriter()
    writer.close()
    assert writer.write("lettre", "fr", {"subject": "x"}) == Failure.of(Code.CANCELLED)


def test_every_label_exists_in_every_language() -> None:
    for language in Language:
        for key in write._LABELS:
            assert text(key, language=language).strip()


def test_a_reprint_says_that_it_is_one() -> None:
    """Deliveries are counted on the platform; a second paper must not look like a second ordonnance."""
    assert "DUPLICATA" not in _text(_written("ordonnance", "fr"))
    assert "DUPLICATA" in _text(_written("ordonnance", "fr", duplicate=True))


def test_an_ordonnance_says_that_it_is_electronic_and_until_when() -> None:
    words = _text(_written("ordonnance", "fr"))
    for said in (
        "Ordonnance électronique",
        "K7QM-2HXA-9R4T-8V0C",
        "27.02.2027",
        "Metformine 850 mg",
        "1-0-1",
    ):
        assert said in words


def test_a_label_has_no_name_and_no_birth_date() -> None:
    words = _text(_written("etiquette", "fr"))
    assert "A. M. 1993" in words and "MULLER" not in words and "12.05" not in words


def test_each_label_is_a_page() -> None:
    pdf = pypdfium2.PdfDocument(_written("etiquette", "fr", lines=LINES * 3))
    assert len(pdf) == 3
    pdf.close()


@pytest.mark.parametrize(
    ("sex", "words"),
    [("female", "née le 12.05.1993"), ("male", "né le 12.05.1993"), ("", "né(e) le 12.05.1993")],
)
@pytest.mark.parametrize("template", ["ordonnance", "dispensation", "resume-patient"])
def test_a_person_is_born_as_his_sex_is_known(template: str, sex: str, words: str) -> None:
    patient = {**_data()["patient"], "sex": sex}
    assert words in _text(_written(template, "fr", patient=patient)).replace("\u00a0", " ")
