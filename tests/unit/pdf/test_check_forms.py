"""Forms with fixed looks conform; those that act, compute or have no look do not (6.6, 6.9; 6.3.3, 6.4)."""

import pikepdf
import pytest
from pdf_samples import changed, letter
from pikepdf import Array, Dictionary, Name, String

from desktop.domain.deposit import CheckReport, Verdict
from desktop.pdf.check import check

PLAIN = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}


def with_form(level: str, flaw: str = "") -> CheckReport:
    def add(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        look.Resources = Dictionary()
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), F=4, Rect=Array([1, 1, 9, 9])
        )
        if flaw == "button":
            field.FT = Name.Btn
            field.AP = Dictionary(N=Dictionary(Off=look, On=look))
            field.AS = Name.Off
        elif flaw != "look":
            field.AP = Dictionary(N=look)
        if flaw == "action":
            field.AA = Dictionary(E=Dictionary(S=Name.JavaScript, JS=String("1")))
        if flaw == "signature":
            field.FT = Name.Sig
        if flaw == "content":
            look.write(b"0 0 1 1 k 0 0 9 9 re f")
        widget = pdf.make_indirect(field)
        pdf.pages[0].obj["/Annots"] = Array([widget])
        pdf.Root.AcroForm = Dictionary(Fields=Array([widget]))
        if flaw == "need":
            pdf.Root.AcroForm.NeedAppearances = True
        if flaw == "xfa":
            pdf.Root.AcroForm.XFA = String("x")

    report = check(changed(letter(level), add, **PLAIN))
    assert isinstance(report, CheckReport)
    return report


@pytest.mark.parametrize("level", ["PDF/A-1B", "PDF/A-2B"])
@pytest.mark.parametrize("flaw", ["", "button"])
def test_a_form_with_fixed_looks_conforms(level: str, flaw: str) -> None:
    report = with_form(level, flaw)
    assert report.verdict is Verdict.CONFORMING, report.reasons
    assert report.has_form


@pytest.mark.parametrize("level", ["PDF/A-1B", "PDF/A-2B"])
@pytest.mark.parametrize("flaw", ["look", "action", "need", "content"])
def test_a_flaw_of_a_form_is_a_violation(level: str, flaw: str) -> None:
    assert with_form(level, flaw).verdict is Verdict.NONCONFORMING


@pytest.mark.parametrize("flaw", ["signature", "xfa"])
def test_signatures_and_xfa_are_never_approved(flaw: str) -> None:
    assert with_form("PDF/A-2B", flaw).confirmed is None
