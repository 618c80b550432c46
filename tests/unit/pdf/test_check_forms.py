"""Forms with fixed looks conform; those that act, compute or have no look do not (6.6, 6.9; 6.3.3, 6.4)."""

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, String

from desktop.domain.deposit import CheckReport, Verdict
from desktop.pdf.check import check
from tests.unit.pdf.pdf_samples import changed, form_letter, letter

pytestmark = pytest.mark.filterwarnings("ignore:This document has .* form widget")
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


@pytest.mark.parametrize("level", ["PDF/A-1B", "PDF/A-2B"])
def test_a_form_with_several_fields_conforms(level: str) -> None:
    report = check(form_letter(level))
    assert isinstance(report, CheckReport)
    assert report.verdict is Verdict.CONFORMING, report.reasons


def flawed(change: Callable[[pikepdf.Pdf, Object], None], level: str = "PDF/A-1B") -> CheckReport:
    """A form letter after *change* of its first widget."""
    report = check(changed(form_letter(level), lambda pdf: change(pdf, pdf.pages[0].obj.Annots[0]), **PLAIN))
    assert isinstance(report, CheckReport)
    return report


def opacity(pdf: pikepdf.Pdf, widget: Object) -> None:
    widget["/CA"] = 0.5


def colour_without_intent(pdf: pikepdf.Pdf, widget: Object) -> None:
    del pdf.Root["/OutputIntents"]
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"")
    for one in pdf.pages[0].obj.Annots:
        one["/AP"] = Dictionary(N=pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form))
        one.AP.N["/BBox"] = Array([0, 0, 9, 9])
        one["/FT"] = Name.Tx
    widget["/C"] = Array([1, 0, 0])


def hidden_without_states(pdf: pikepdf.Pdf, widget: Object) -> None:
    widget["/FT"], widget["/AP"], widget["/F"] = Name.Btn, Dictionary(N=Dictionary()), 2


def kid_on_no_page(pdf: pikepdf.Pdf, widget: Object) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("1"))
    kid = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), FT=Name.Tx, T=String("k")
    )
    kid["/AA"] = Dictionary(K=script)
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("off"))))
    parent = pdf.Root.AcroForm.Fields[-1]
    kid["/Parent"] = parent
    parent["/Kids"] = Array([pdf.make_indirect(kid)])


def hidden_kid_on_no_page(pdf: pikepdf.Pdf, widget: Object) -> None:
    kid_on_no_page(pdf, widget)
    kid = pdf.Root.AcroForm.Fields[-1].Kids[0]
    del kid["/AA"]
    kid["/F"] = 2


def kid_of_another_kind(pdf: pikepdf.Pdf, widget: Object) -> None:
    pdf.pages[0].obj.Annots[2]["/FT"] = Name.Sig


def parent_of_no_form(pdf: pikepdf.Pdf, widget: Object) -> None:
    pdf.Root.AcroForm["/Fields"] = Array([])


def icon(pdf: pikepdf.Pdf, widget: Object) -> None:
    widget["/MK"] = Dictionary(I=widget.AP.N)


@pytest.mark.parametrize(
    "flaw",
    [
        *(opacity, colour_without_intent, hidden_without_states, kid_on_no_page, hidden_kid_on_no_page),
        *(kid_of_another_kind, parent_of_no_form, icon),
    ],
)
def test_what_a_field_has_besides_its_look_is_not_hidden_from_the_engine(
    flaw: Callable[[pikepdf.Pdf, Object], None],
) -> None:
    assert flawed(flaw).confirmed is None


def test_a_widget_that_was_left_out_of_the_fields_is_still_a_plain_look() -> None:
    def leave_out(pdf: pikepdf.Pdf, widget: Object) -> None:
        del pdf.Root.AcroForm.Fields[0]

    assert flawed(leave_out).verdict is Verdict.CONFORMING
