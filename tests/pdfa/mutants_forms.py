"""Kinds of faults in interactive forms: what a checker that looks at their looks alone does not see."""

import random

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from tests.pdfa.mutants_core import kind

SCRIPT = Dictionary(S=Name.JavaScript, JS=String("1"))


def _widgets(pdf: Pdf) -> list[Object]:
    return [
        annotation
        for page in pdf.pages
        for annotation in page.obj.get("/Annots", [])
        if annotation.get("/Subtype") == Name.Widget
    ]


def _widget(pdf: Pdf, dice: random.Random) -> Object:
    return dice.choice(_widgets(pdf))  # an IndexError says that the kind does not apply


@kind
def form_widget_opacity(pdf: Pdf, dice: random.Random) -> None:
    _widget(pdf, dice)[dice.choice(["/CA", "/CA", "/ca"])] = dice.choice([0.5, 0, 1])


@kind
def form_widget_colour(pdf: Pdf, dice: random.Random) -> None:
    """Colours of an annotation need an RGB intent in PDF/A-1; black text alone needs none."""
    _widget(pdf, dice)[dice.choice(["/C", "/IC"])] = Array([1, 0, 0])
    if dice.random() < 0.5 and "/OutputIntents" in pdf.Root:
        del pdf.Root["/OutputIntents"]
        for page in pdf.pages:
            page.obj["/Contents"] = pdf.make_stream(b"")


@kind
def form_widget_flags(pdf: Pdf, dice: random.Random) -> None:
    _widget(pdf, dice)["/F"] = dice.choice([0, 1, 2, 6, 32, 36, 4, 132, 260])


@kind
def form_states_empty(pdf: Pdf, dice: random.Random) -> None:
    """A button with no state, often hidden: nothing to draw, yet the widget counts."""
    widget = _widget(pdf, dice)
    widget["/FT"], widget["/AP"] = Name.Btn, Dictionary(N=Dictionary())
    widget["/F"] = dice.choice([2, 2, 4])


@kind
def form_states_odd(pdf: Pdf, dice: random.Random) -> None:
    widget = _widget(pdf, dice)
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    states = dice.choice([Dictionary(N=look, D=look), Dictionary(D=look), Dictionary(N=Dictionary(Off=5))])
    widget["/AP"] = states


@kind
def form_kid_off_page(pdf: Pdf, dice: random.Random) -> None:
    """A widget of the field that no page shows, with a script, a flag or nothing wrong."""
    kid = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), F=dice.choice([2, 4]))
    if dice.random() < 0.6:
        kid["/AA"] = Dictionary(K=SCRIPT)
    if dice.random() < 0.7:
        kid["/FT"], kid["/T"] = Name.Tx, String("k")
    parent = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("off")))
    kid["/Parent"] = parent
    parent["/Kids"] = Array([pdf.make_indirect(kid)])
    pdf.Root.AcroForm.Fields.append(parent)


@kind
def form_kid_of_another_kind(pdf: Pdf, dice: random.Random) -> bool | None:
    kids = [widget for widget in _widgets(pdf) if "/Parent" in widget]
    if not kids:
        return False
    dice.choice(kids)["/FT"] = dice.choice([Name.Sig, Name.Btn, Name.Ch])
    return None


@kind
def form_widget_of_no_field(pdf: Pdf, dice: random.Random) -> None:
    del pdf.Root.AcroForm.Fields[dice.randrange(3)]
    if dice.random() < 0.5:
        stray = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("s"), AA=Dictionary(K=SCRIPT)))
        _widget(pdf, dice)["/Parent"] = stray


@kind
def form_action(pdf: Pdf, dice: random.Random) -> None:
    key = dice.choice(["/A", "/AA"])
    act = dice.choice([SCRIPT, Dictionary(S=Name.ResetForm)])
    place = dice.choice([_widget(pdf, dice), dice.choice(list(pdf.Root.AcroForm.Fields))])
    place[key] = act if key == "/A" else Dictionary(K=act)


@kind
def form_icon(pdf: Pdf, dice: random.Random) -> None:
    icon = pdf.make_stream(b"1 0 0 rg 0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form)
    icon["/BBox"] = Array([0, 0, 9, 9])
    if dice.random() < 0.5:
        icon["/Group"] = Dictionary(S=Name.Transparency)
    _widget(pdf, dice)["/MK"] = Dictionary(I=icon) if dice.random() < 0.7 else Dictionary(BC=Array([1, 0, 0]))


@kind
def form_resources(pdf: Pdf, dice: random.Random) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.Root.AcroForm["/DR"] = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(font)))
    pdf.Root.AcroForm["/DA"] = String("/Helv 0 Tf 0 g")
