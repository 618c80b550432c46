"""Kinds of faults in the frame of a document: limits, layers, signatures, actions, notes, files, trees."""

import random

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from tests.pdfa.mutants_core import annotate, draw, kind, page_of


def _action(pdf: Pdf, dice: random.Random) -> Dictionary:
    going = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))
    link = Dictionary(S=Name.URI, URI=String("https://example.org"))
    return dice.choice(
        [
            going,
            link,
            Dictionary(S=Name.URI, URI=String("https://example.org"), Next=going),
            Dictionary(S=Name.GoToR, F=String("x.pdf"), D=String("a")),
            Dictionary(S=Name.GoToE, D=String("a")),
            Dictionary(S=Name.SubmitForm, F=String("https://example.org")),
            Dictionary(S=Name.ImportData, F=String("x.fdf")),
            Dictionary(S=Name.SetOCGState, State=Array([])),
            Dictionary(S=Name.Rendition),
            Dictionary(S=Name.Trans, Trans=Dictionary()),
            Dictionary(S=Name("/GoTo3DView")),
            Dictionary(S=Name.Sound),
            Dictionary(S=Name.Movie),
            Dictionary(S=Name.Thread, D=0),
            Dictionary(S=Name("/Set-State")),
            Dictionary(S=Name.NOP),
            Dictionary(S=Name.Named, N=dice.choice([Name.NextPage, Name.PrevPage, Name.FirstPage, Name.Foo])),
            Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"1")),
        ]
    )


@kind
def action_of_link(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(pdf, dice, Subtype=Name.Link, AP=None, A=_action(pdf, dice))


@kind
def action_of_outline(pdf: Pdf, dice: random.Random) -> bool:
    item = pdf.make_indirect(Dictionary(Title=String("a"), A=_action(pdf, dice)))
    outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))
    item["/Parent"] = outlines
    pdf.Root["/Outlines"] = outlines
    return True


@kind
def action_at_opening(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/OpenAction"] = _action(pdf, dice)
    return True


@kind
def note_of_kind(pdf: Pdf, dice: random.Random) -> bool:
    names = (
        "Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp"
    )
    names += (
        " Caret Ink Popup FileAttachment Sound Movie Widget Screen PrinterMark TrapNet Watermark 3D Redact"
    )
    return annotate(
        pdf,
        dice,
        Subtype=Name("/" + dice.choice(names.split())),
        Contents=String("é"),
        F=dice.choice([4, 28, 68]),
    )


@kind
def note_flags(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(
        pdf, dice, Subtype=Name.Square, F=dice.choice([0, 1, 2, 4, 5, 6, 12, 28, 36, 132, 260, 516])
    )


@kind
def note_looks(pdf: Pdf, dice: random.Random) -> bool:
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    plain = pdf.make_stream(b"")
    looks = [Dictionary(), Dictionary(N=Dictionary(On=look)), Dictionary(R=look), Dictionary(N=plain)]
    looks += [Dictionary(N=look, R=look), Dictionary(N=Dictionary())]
    return annotate(
        pdf, dice, Subtype=dice.choice([Name.Square, Name.Link, Name.Stamp]), AP=dice.choice(looks)
    )


@kind
def note_without_area(pdf: Pdf, dice: random.Random) -> bool:
    return annotate(pdf, dice, Subtype=Name.Square, AP=None, Rect=dice.choice([[5, 5, 5, 5], [5, 5, 5, 9]]))


@kind
def field_of_kind(pdf: Pdf, dice: random.Random) -> bool:
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, T=String("a"), F=4, Rect=[1, 1, 9, 9])
    field["/FT"] = dice.choice([Name.Tx, Name.Btn, Name.Ch, Name.Sig])
    states = Dictionary(Off=look, On=look)
    field["/AP"] = Dictionary(N=states if dice.random() < 0.5 else look)
    if dice.random() < 0.3:
        field["/A"] = _action(pdf, dice)
    field = pdf.make_indirect(field)
    page = page_of(pdf, dice)
    page["/Annots"] = Array([*list(page.get("/Annots", [])), field])
    pdf.Root["/AcroForm"] = Dictionary(Fields=[field], DR=Dictionary(), DA=String("/Helv 0 Tf 0 g"))
    return True


@kind
def signature(pdf: Pdf, dice: random.Random) -> bool:
    value = Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=[0, 9, 20, 9], Contents=String("x")
    )
    value["/SubFilter"] = Name("/adbe.pkcs7.detached")
    if dice.random() < 0.4:
        value["/Reference"] = [Dictionary(TransformMethod=Name.DocMDP, DigestMethod=Name.MD5)]
    value = pdf.make_indirect(value)
    field = Dictionary(FT=Name.Sig, T=String("s"), V=value, Type=Name.Annot, Subtype=Name.Widget, F=132)
    field["/Rect"] = [0, 0, 0, 0]
    field = pdf.make_indirect(field)
    page = page_of(pdf, dice)
    page["/Annots"] = Array([*list(page.get("/Annots", [])), field])
    pdf.Root["/AcroForm"] = Dictionary(Fields=[field], SigFlags=3)
    return True


@kind
def permissions(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root["/Perms"] = Dictionary({dice.choice(["/DocMDP", "/UR3", "/Foo"]): Dictionary()})
    return True


@kind
def layers_settings(pdf: Pdf, dice: random.Random) -> bool:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
    other = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("b")))
    first = Dictionary(Name=String("x"), Order=Array([group, other]))
    second = Dictionary(Name=String(dice.choice(["x", "y", ""])), Order=Array([group, other]))
    flaw = dice.randrange(6)
    if flaw == 0:
        first["/Order"] = Array([group])
    if flaw == 1:
        first["/AS"] = Array([Dictionary(Event=Name.View, Category=Array([Name.View]), OCGs=Array([group]))])
    if flaw == 2:
        del first["/Name"]
    if flaw == 3:
        first["/BaseState"] = Name.OFF
    layers = Dictionary(OCGs=Array([group, other]), D=first)
    if flaw >= 4:
        layers["/Configs"] = Array([second])
    pdf.Root["/OCProperties"] = layers
    return True


@kind
def layer_of_image(pdf: Pdf, dice: random.Random) -> bool:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
    forms = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Subtype" in o and "/BBox" in o]
    dice.choice(forms)["/OC"] = group
    return True


def _values(dice: random.Random) -> Object | int | float:
    return dice.choice(
        [
            2147483647,
            2147483648,
            -2147483649,
            32767.5,
            Array([0] * 8191),
            Array([0] * 8192),
            String("x" * 32767),
            String("x" * 32768),
            String("x" * 65536),
            Name("/" + "n" * 127),
            Name("/" + "n" * 128),
            Dictionary({f"/K{n}": n for n in range(4096)}),
            pikepdf.Object.parse(b"0.00000000000000000000000000000000000000000001"),
            pikepdf.Object.parse(b"/a#ff#fe"),
            pikepdf.Object.parse(b"[" * 30 + b"]" * 30),
        ]
    )


@kind
def limit_anywhere(pdf: Pdf, dice: random.Random) -> bool:
    """A value at or over a limit, in a place that has no meaning or a little."""
    value = _values(dice)
    where = dice.randrange(6)
    if where == 0:
        pdf.Root["/PieceInfo"] = Dictionary(X=Dictionary(LastModified=String("D:2020"), Private=value))
    elif where == 1:
        pdf.Root["/Foo"] = pdf.make_indirect(value) if isinstance(value, Object) else value
    elif where == 2:
        pdf.docinfo["/Foo"] = value
    elif where == 3:
        page_of(pdf, dice)["/Foo"] = value
    elif where == 4:
        pdf.trailer["/Foo"] = value
    else:
        page = page_of(pdf, dice)
        page.Resources["/ExtGState"] = Dictionary(Unused=Dictionary(Foo=value))
    return True


@kind
def limit_of_operand(pdf: Pdf, dice: random.Random) -> bool:
    return draw(
        pdf,
        dice,
        dice.choice(
            [b"2147483648 w", b"-2147483649 0 m n", b"32767.5 w", b"0." + b"0" * 44 + b"1 w"]
            + [b"/" + b"n" * 128 + b" BMC EMC", b"/P <</A (" + b"x" * 32768 + b")>> BDC EMC", b"32767 w"]
        ),
    )


@kind
def page_boxes(pdf: Pdf, dice: random.Random) -> bool:
    box = dice.choice(["/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"])
    page_of(pdf, dice)[box] = dice.choice(
        [[0, 0, 2, 2], [0, 0, 3, 3], [0, 0, 14400, 14400], [0, 0, 14401, 9], [9, 9, 0, 0], [0, 0, 9]]
    )
    return True


@kind
def page_units(pdf: Pdf, dice: random.Random) -> bool:
    page_of(pdf, dice)["/UserUnit"] = dice.choice([1, 2, 0.5])
    return True


@kind
def tree_count(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root.Pages["/Count"] = int(pdf.Root.Pages.Count) + dice.choice([1, -1])
    return True


@kind
def catalog_entry(pdf: Pdf, dice: random.Random) -> bool:
    key = dice.choice(
        [
            "/Collection",
            "/Legal",
            "/Threads",
            "/SpiderInfo",
            "/PieceInfo",
            "/URI",
            "/Extensions",
            "/PageLabels",
        ]
        + ["/Dests", "/StructTreeRoot", "/PageMode", "/Lang", "/Foo"]
    )
    pdf.Root[key] = dice.choice([Dictionary(), Array([]), Name.Foo, String("x")])
    return True


@kind
def catalog_entry_gone(pdf: Pdf, dice: random.Random) -> bool:
    del pdf.Root[dice.choice([key for key, _ in pdf.Root.items() if key != "/Pages"])]
    return True


@kind
def file_attached(pdf: Pdf, dice: random.Random) -> bool:
    """An embedded file of PDF/A-3, complete or with one thing wrong."""
    stream = pdf.make_stream(b"a;b", Type=Name.EmbeddedFile, Subtype=Name("/text/csv"))
    stream["/Params"] = Dictionary(ModDate=String("D:20260101000000Z"))
    spec = Dictionary(Type=Name.Filespec, F=String("a.csv"), UF=String("a.csv"), EF=Dictionary(F=stream))
    spec["/AFRelationship"] = Name.Data
    flaw = dice.randrange(8)
    if flaw == 0:
        del spec["/UF"]
    if flaw == 1:
        del spec["/AFRelationship"]
    if flaw == 2:
        spec["/AFRelationship"] = Name.Foo
    if flaw == 3:
        del stream["/Subtype"]
    if flaw == 4:
        stream["/Subtype"] = Name.csv
    if flaw == 5:
        del stream["/Params"]
    spec = pdf.make_indirect(spec)
    names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.csv"), spec])))
    pdf.Root["/Names"] = names
    if flaw != 6:
        pdf.Root["/AF"] = Array([spec])
    if flaw == 7:
        page_of(pdf, dice)["/AF"] = Array([spec])
    return True


@kind
def name_tree(pdf: Pdf, dice: random.Random) -> bool:
    name = dice.choice(
        ["/Dests", "/AP", "/JavaScript", "/Pages", "/Templates", "/IDS", "/URLS", "/Renditions"]
    )
    pdf.Root["/Names"] = Dictionary({name: Dictionary(Names=Array([]))})
    return True


@kind
def stream_filters(pdf: Pdf, dice: random.Random) -> bool:
    """The content of a page packed in another way."""
    page = pikepdf.Page(page_of(pdf, dice))
    page.contents_coalesce()
    data = page.obj.Contents.read_bytes()
    packed = dice.choice(["hex", "twice", "crypt", "parms", "foo"])
    if packed in ("hex", "twice"):
        filters = [Name.ASCIIHexDecode] * (2 if packed == "twice" else 1)
        for _ in filters:
            data = data.hex().encode() + b">"
        page.obj.Contents.write(data, filter=Array(filters))
    else:
        page.obj.Contents.write(data)
        if packed == "crypt":
            page.obj.Contents["/Filter"] = Name.Crypt
        if packed == "parms":
            page.obj.Contents["/DecodeParms"] = Dictionary(Predictor=1)
        if packed == "foo":
            page.obj.Contents["/Filter"] = Name.FooDecode
    return True


@kind
def objects_unused(pdf: Pdf, dice: random.Random) -> bool:
    """Something that nothing leads to, held by a private entry so that it is written."""
    things: list[Object] = [
        pdf.make_stream(b"\x80\x00", Filter=Name.LZWDecode),
        pdf.make_stream(b"x", Type=Name.EmbeddedFile),
        pdf.make_stream(b"x", F=String("a")),
        pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("1"))),
        pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)),
        pdf.make_indirect(Dictionary(Type=Name.Action, S=Name.Launch)),
        pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary())),
        pdf.make_indirect(Dictionary(Type=Name.ExtGState, TR=Name.Identity, CA=0.5)),
    ]
    pdf.Root["/PieceInfo"] = Dictionary(
        X=Dictionary(LastModified=String("D:2020"), Private=dice.choice(things))
    )
    return True
