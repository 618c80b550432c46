"""Kinds of faults in annotations, actions, forms, embedded files, layers and structure."""

import random

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.pdfa.mutants_core import all_fonts, annotate, draw, kind, page_of, use_image


@kind
def annotation_hidden(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(pdf, dice, Subtype=Name.Text, F=dice.choice([2, 0, 6, 36, 1]), Contents=String("x"))


@kind
def annotation_no_flags(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(pdf, dice, Subtype=dice.choice([Name.Link, Name.Text, Name.Square]), F=None)


@kind
def annotation_good(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(
        pdf, dice, Subtype=dice.choice([Name.Link, Name.Square, Name.Highlight]), Contents=String("x")
    )


@kind
def annotation_forbidden_kind(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(
        pdf, dice, Subtype=dice.choice([Name.Movie, Name.Sound, Name.Screen, Name("/3D"), Name.Foo])
    )


@kind
def annotation_no_look(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(pdf, dice, Subtype=dice.choice([Name.Square, Name.Stamp, Name.Text]), AP=None)


@kind
def annotation_look_over(pdf: Pdf, dice: random.Random) -> bool:
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    return annotate(pdf, dice, Subtype=Name.Square, AP=Dictionary(N=look, D=look))


@kind
def annotation_opacity(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(pdf, dice, Subtype=Name.Square, CA=0.5)


@kind
def annotation_file(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(
        pdf, dice, Subtype=Name.FileAttachment, FS=Dictionary(Type=Name.Filespec, F=String("a.txt"))
    )


@kind
def action_forbidden(pdf: Pdf, dice: random.Random) -> bool:
    actions = [
        Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")),
        Dictionary(S=Name.Launch, F=String("x.exe")),
        Dictionary(S=Name.Hide, T=String("x")),
        Dictionary(S=Name.Named, N=Name.Print),
        Dictionary(S=Name.ResetForm),
    ]
    where = dice.randrange(3)
    if where == 0:
        pdf.Root["/OpenAction"] = dice.choice(actions)
        return True
    return annotate(pdf, dice, Subtype=Name.Link, A=dice.choice(actions))


@kind
def action_chained(pdf: Pdf, dice: random.Random) -> bool:
    going = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))
    going["/Next"] = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root["/OpenAction"] = going
    return True


@kind
def action_on_catalog(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/AA"] = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=String("1")))
    return True


@kind
def action_on_page(pdf: Pdf, dice: random.Random) -> bool:
    page_of(pdf, dice)["/AA"] = Dictionary(O=Dictionary(S=Name.URI, URI=String("http://example.org")))
    return True


@kind
def action_javascript_names(pdf: Pdf, dice: random.Random) -> bool:
    script = Dictionary(S=Name.JavaScript, JS=String("1"))
    names = pdf.Root.get("/Names", Dictionary())
    names["/JavaScript"] = Dictionary(Names=Array([String("a"), script]))
    pdf.Root["/Names"] = names
    return True


@kind
def form_field(pdf: Pdf, dice: random.Random) -> bool:
    flaw = dice.choice(["none", "need", "xfa", "look", "action"])
    page = page_of(pdf, dice)
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), F=4, Rect=Array([1, 1, 9, 9])
    )
    if flaw != "look":
        field["/AP"] = Dictionary(N=look)
    if flaw == "action":
        field["/AA"] = Dictionary(E=Dictionary(S=Name.JavaScript, JS=String("1")))
    field = pdf.make_indirect(field)
    if "/Annots" not in page:
        page["/Annots"] = Array()
    page.Annots.append(field)
    form = Dictionary(Fields=Array([field]))
    if flaw == "need":
        form["/NeedAppearances"] = True
    if flaw == "xfa":
        form["/XFA"] = String("x")
    pdf.Root["/AcroForm"] = form
    return True


@kind
def embedded_file(pdf: Pdf, dice: random.Random) -> bool:
    stream = pdf.make_stream(b"hello", Type=Name.EmbeddedFile)
    if dice.random() < 0.5:
        stream["/Subtype"] = Name("/text/plain")
    spec = Dictionary(Type=Name.Filespec, F=String("a.txt"), EF=Dictionary(F=stream))
    if dice.random() < 0.7:
        spec["/UF"] = String("a.txt")
    if dice.random() < 0.7:
        spec["/AFRelationship"] = Name.Data
    spec = pdf.make_indirect(spec)
    names = pdf.Root.get("/Names", Dictionary())
    names["/EmbeddedFiles"] = Dictionary(Names=Array([String("a.txt"), spec]))
    pdf.Root["/Names"] = names
    if dice.random() < 0.7:
        pdf.Root["/AF"] = Array([spec])
    return True


@kind
def associated_file(pdf: Pdf, dice: random.Random) -> bool:
    """An embedded file that belongs to something, which need not be something that can own a file."""
    stream = pdf.make_stream(b"hello", Type=Name.EmbeddedFile, Subtype=Name("/text/plain"))
    spec = Dictionary(Type=Name.Filespec, F=String("a.txt"), UF=String("a.txt"), EF=Dictionary(F=stream))
    spec["/AFRelationship"] = Name.Data
    spec = pdf.make_indirect(spec)
    pdf.Root["/Names"] = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.txt"), spec])))
    page = page_of(pdf, dice)
    element = Dictionary(Type=Name.StructElem, S=Name.P)
    stray = Dictionary(Type=Name.Page)
    owner = dice.choice(
        [pdf.Root, page, page.Resources, page.Resources, pdf.Root.Pages, *all_fonts(pdf), element, stray]
    )
    owner["/AF"] = Array([spec])
    if owner is stray:
        page.Resources["/Zz"] = pdf.make_indirect(stray)
    elif owner is element:
        pdf.Root["/StructTreeRoot"] = pdf.make_indirect(
            Dictionary(Type=Name.StructTreeRoot, K=pdf.make_indirect(element))
        )
    return True


@kind
def layers(pdf: Pdf, dice: random.Random) -> bool:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
    settings = Dictionary(Order=Array([group]))
    if dice.random() < 0.5:
        settings["/Name"] = String("all")
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([group]), D=settings)
    return True


@kind
def catalog_requirements(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/Requirements"] = Array([Dictionary(Type=Name.Requirement, S=Name.EnableJavaScripts)])
    return True


@kind
def catalog_needs_rendering(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/NeedsRendering"] = True
    return True


@kind
def catalog_harmless(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/PageLayout"] = Name.OneColumn
    pdf.Root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True, Type=Name.ViewerPreferences)
    pdf.Root["/OpenAction"] = Array([pdf.pages[0].obj, Name.Fit])
    return True


@kind
def catalog_version(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/Version"] = Name(f"/{dice.choice(['1.4', '1.7', '2.0'])}")
    return True


@kind
def alternate_presentations(pdf: Pdf, dice: random.Random) -> bool:
    names = pdf.Root.get("/Names", Dictionary())
    names["/AlternatePresentations"] = Dictionary(Names=Array([]))
    pdf.Root["/Names"] = names
    return True


@kind
def page_steps(pdf: Pdf, dice: random.Random) -> bool:
    page_of(pdf, dice)["/PresSteps"] = Dictionary()
    return True


@kind
def page_size(pdf: Pdf, dice: random.Random) -> bool:
    side = dice.choice([2, 15000, 14400])
    page_of(pdf, dice)["/MediaBox"] = Array([0, 0, side, 500])
    return True


@kind
def page_transition(pdf: Pdf, dice: random.Random) -> bool:
    page_of(pdf, dice)["/Trans"] = Dictionary(S=Name.Dissolve)
    return True


@kind
def external_stream(pdf: Pdf, dice: random.Random) -> bool:
    return use_image(pdf, dice, F=String("x.raw"))


@kind
def content_bad_operator(pdf: Pdf, dice: random.Random) -> bool:
    return draw(pdf, dice, dice.choice([b"zorglub", b"BX zorglub EX"]))


@kind
def content_deep_nesting(pdf: Pdf, dice: random.Random) -> bool:
    depth = dice.choice([20, 27, 28, 40])
    return draw(pdf, dice, b"q " * depth + b"Q " * depth)


@kind
def content_odd_hex(pdf: Pdf, dice: random.Random) -> bool:
    return draw(pdf, dice, b"/Span <</X <123>>> BDC EMC")


@kind
def limit_number(pdf: Pdf, dice: random.Random) -> bool:
    return draw(pdf, dice, dice.choice([b"99999999999 w", b"40000.5 w", b"2147483647 w"]))


@kind
def limit_name(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/Piece" + "x" * 130] = True
    return True


@kind
def limit_string(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/Lang"] = String("x" * 70000)
    return True


@kind
def structure_marked(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/MarkInfo"] = Dictionary(Marked=dice.choice([True, False]))
    return True


@kind
def name_not_utf8(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in all_fonts(pdf) if "/BaseFont" in font]
    if not fonts:
        return False
    dice.choice(fonts)["/BaseFont"] = pikepdf.Object.parse(b"/ABC#ff#fe")
    return True
