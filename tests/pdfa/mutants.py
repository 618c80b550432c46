"""Single-fault mutants: one approved file, one change. Seeded, so that every run makes the same files.

Each kind is a function from an opened PDF (changed in memory) or from raw bytes; what does not apply
to a file answers None. A mutant need not break PDF/A: the judge says whether it does.
"""

import io
import random
import re
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

Change = Callable[[Pdf, random.Random], bool | None]
RawChange = Callable[[bytes, random.Random], bytes | None]

KINDS: dict[str, Change] = {}
RAW_KINDS: dict[str, RawChange] = {}


def kind(function: Change) -> Change:
    KINDS[function.__name__] = function
    return function


def raw(function: RawChange) -> RawChange:
    RAW_KINDS[function.__name__] = function
    return function


def make_mutants(sources: list[bytes], count: int, seed: int = 20260101) -> Iterator[tuple[str, bytes]]:
    """About *count* mutants as (kind, bytes), every kind used in turn over shuffled sources."""
    dice = random.Random(seed)
    names = [*KINDS, *RAW_KINDS]
    pairs = [(name, index) for index in range(len(sources)) for name in names]
    dice.shuffle(pairs)
    made = 0
    for name, index in _round_robin(pairs, names):
        content = mutate(name, sources[index], random.Random(f"{seed}-{name}-{index}"))
        if content is not None:
            made += 1
            yield name, content
        if made == count:
            return


def _round_robin(pairs: list[tuple[str, int]], names: list[str]) -> Iterator[tuple[str, int]]:
    waiting = {name: [pair for pair in pairs if pair[0] == name] for name in names}
    while any(waiting.values()):
        for name in names:
            if waiting[name]:
                yield waiting[name].pop()


def mutate(name: str, content: bytes, dice: random.Random) -> bytes | None:
    """One mutant, or None when the kind does not apply."""
    if name in RAW_KINDS:
        return RAW_KINDS[name](content, dice)
    try:
        with pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
            if KINDS[name](pdf, dice) is False:
                return None
            out = io.BytesIO()
            xref_streams = pdf.pdf_version >= "1.5" and b"/ObjStm" in content
            pdf.save(
                out,
                fix_metadata_version=False,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.preserve
                if xref_streams
                else pikepdf.ObjectStreamMode.disable,
            )
            return out.getvalue()
    except (pikepdf.PdfError, KeyError, AttributeError, TypeError, ValueError, IndexError):
        return None


# --- helpers


def _page(pdf: Pdf, dice: random.Random) -> pikepdf.Object:
    return dice.choice(list(pdf.pages)).obj


def _fonts(pdf: Pdf) -> list[pikepdf.Object]:
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.Font]


def _descriptors(pdf: Pdf) -> list[pikepdf.Object]:
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.FontDescriptor]


def _images(pdf: Pdf) -> list[pikepdf.Object]:
    return [o for o in pdf.objects if isinstance(o, Stream) and o.get("/Subtype") == Name.Image]


def _xmp(pdf: Pdf, change: Callable[[bytes], bytes]) -> bool:
    stream = pdf.Root.Metadata
    old = stream.read_bytes()
    new = change(old)
    stream.write(new)
    if "/Filter" in stream:
        del stream["/Filter"]
    return new != old


def _add_property(pdf: Pdf, declaration: str, element: str) -> bool:
    block = f'<rdf:Description rdf:about="" {declaration}>{element}</rdf:Description></rdf:RDF>'
    return _xmp(pdf, lambda old: old.replace(b"</rdf:RDF>", block.encode(), 1))


def _draw(pdf: Pdf, dice: random.Random, content: bytes) -> bool:
    page = _page(pdf, dice)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q " + content + b" Q"))
    return True


def _resource(pdf: Pdf, page: pikepdf.Object, category: str, name: str, thing: pikepdf.Object) -> None:
    if "/Resources" not in page:
        page["/Resources"] = Dictionary()
    group = page.Resources
    if category not in group:
        group[category] = Dictionary()
    group[category][name] = thing


def _annotate(pdf: Pdf, dice: random.Random, **entries: object) -> bool:
    page = _page(pdf, dice)
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 10, 10]))
    fields = {"Type": Name.Annot, "Rect": Array([10, 10, 20, 20]), "F": 4, "AP": Dictionary(N=look)}
    fields.update(entries)
    annotation = Dictionary({f"/{key}": value for key, value in fields.items() if value is not None})
    if "/Annots" not in page:
        page["/Annots"] = Array()
    page.Annots.append(pdf.make_indirect(annotation))
    return True


def _state(pdf: Pdf, dice: random.Random, **entries: object) -> bool:
    page = _page(pdf, dice)
    state = Dictionary({f"/{key}": value for key, value in entries.items()}, Type=Name.ExtGState)
    _resource(pdf, page, "/ExtGState", "/GSx", pdf.make_indirect(state))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /GSx gs 1 1 m 2 2 l n Q"))
    return True


def _image(pdf: Pdf, dice: random.Random, data: bytes = b"\x80", **entries: object) -> bool:
    page = _page(pdf, dice)
    fields: dict[str, object] = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": 1,
        "Height": 1,
        "BitsPerComponent": 8,
        "ColorSpace": Name.DeviceGray,
    }
    fields.update(entries)
    kept = {key: value for key, value in fields.items() if value is not None}
    _resource(pdf, page, "/XObject", "/ImX", pdf.make_stream(data, **kept))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q 5 0 0 5 9 9 cm /ImX Do Q"))
    return True


def _form(pdf: Pdf, dice: random.Random, content: bytes = b"", **entries: object) -> bool:
    page = _page(pdf, dice)
    form = pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), Resources=Dictionary()
    )
    for key, value in entries.items():
        form[f"/{key}"] = value
    _resource(pdf, page, "/XObject", "/FmX", form)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /FmX Do Q"))
    return True


# --- metadata


@kind
def metadata_removed(pdf: Pdf, dice: random.Random) -> bool:
    del pdf.Root["/Metadata"]
    return True


@kind
def metadata_not_xml(pdf: Pdf, dice: random.Random) -> bool:
    return _xmp(pdf, lambda old: old.replace(b"</rdf:RDF>", b"</rdf:RDF", 1))


@kind
def metadata_other_part(pdf: Pdf, dice: random.Random) -> bool:
    other = dice.choice([b"1", b"2", b"3"])
    return _xmp(
        pdf, lambda old: re.sub(rb"(pdfaid:part(?:=['\"]|>))\d", lambda m: m.group(1) + other, old, count=1)
    )


@kind
def metadata_level_wrong(pdf: Pdf, dice: random.Random) -> bool:
    level = dice.choice([b"b", b"X", b"U", b""])
    return _xmp(
        pdf,
        lambda old: re.sub(
            rb"(pdfaid:conformance(?:=['\"]|>))[ABU]", lambda m: m.group(1) + level, old, count=1
        ),
    )


@kind
def metadata_no_identification(pdf: Pdf, dice: random.Random) -> bool:
    return _xmp(pdf, lambda old: old.replace(b"pdfaid:part", b"pdfaid:prat"))


@kind
def metadata_prefix(pdf: Pdf, dice: random.Random) -> bool:
    return _xmp(pdf, lambda old: old.replace(b"pdfaid:", b"pdfx:").replace(b"xmlns:pdfaid", b"xmlns:pdfx"))


@kind
def metadata_unknown_property(pdf: Pdf, dice: random.Random) -> bool:
    return _add_property(pdf, 'xmlns:my="http://example.org/my/"', "<my:Note>x</my:Note>")


@kind
def metadata_wrong_type(pdf: Pdf, dice: random.Random) -> bool:
    declared, element = dice.choice(
        [
            ('xmlns:dc="http://purl.org/dc/elements/1.1/"', "<dc:rights>free</dc:rights>"),
            ('xmlns:xmp="http://ns.adobe.com/xap/1.0/"', "<xmp:MetadataDate>yesterday</xmp:MetadataDate>"),
            ('xmlns:xmpTPg="http://ns.adobe.com/xap/1.0/t/pg/"', "<xmpTPg:NPages>one</xmpTPg:NPages>"),
            ('xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"', "<xmpMM:SaveID>1.5</xmpMM:SaveID>"),
            ('xmlns:tiff="http://ns.adobe.com/tiff/1.0/"', "<tiff:BitsPerSample>8</tiff:BitsPerSample>"),
            (
                'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"',
                "<xmpRights:Marked>yes</xmpRights:Marked>",
            ),
        ]
    )
    return _add_property(pdf, declared, element)


@kind
def metadata_good_property(pdf: Pdf, dice: random.Random) -> bool:
    declared, element = dice.choice(
        [
            ('xmlns:xmpTPg="http://ns.adobe.com/xap/1.0/t/pg/"', "<xmpTPg:NPages>1</xmpTPg:NPages>"),
            ('xmlns:exif="http://ns.adobe.com/exif/1.0/"', "<exif:ColorSpace>1</exif:ColorSpace>"),
            ('xmlns:tiff="http://ns.adobe.com/tiff/1.0/"', "<tiff:Make>Scanner</tiff:Make>"),
            ('xmlns:ph="http://ns.adobe.com/photoshop/1.0/"', "<ph:City>Esch</ph:City>"),
        ]
    )
    return _add_property(pdf, declared, element)


@kind
def metadata_header_bytes(pdf: Pdf, dice: random.Random) -> bool:
    attribute = dice.choice([b' bytes="100"', b' encoding="UTF-8"'])
    return _xmp(
        pdf, lambda old: re.sub(rb"(<\?xpacket begin[^?]*)\?>", rb"\1" + attribute + b"?>", old, count=1)
    )


@kind
def metadata_title_differs(pdf: Pdf, dice: random.Random) -> bool:
    pdf.docinfo["/Title"] = String("Another title é")
    return True


@kind
def metadata_date_differs(pdf: Pdf, dice: random.Random) -> bool:
    pdf.docinfo[dice.choice(["/ModDate", "/CreationDate"])] = String("D:20200102030405+01'00'")
    return True


@kind
def metadata_producer_differs(pdf: Pdf, dice: random.Random) -> bool:
    pdf.docinfo["/Producer"] = String("Somebody else")
    return True


@kind
def metadata_duplicate_property(pdf: Pdf, dice: random.Random) -> bool:
    return _add_property(
        pdf,
        'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"',
        "<pdfaid:conformance>B</pdfaid:conformance>",
    )


@kind
def metadata_extension_incomplete(pdf: Pdf, dice: random.Random) -> bool:
    fields = [
        "<pdfaProperty:name>Note</pdfaProperty:name>",
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>",
        "<pdfaProperty:category>external</pdfaProperty:category>",
        "<pdfaProperty:description>a note</pdfaProperty:description>",
    ]
    gone = dice.randrange(5)  # 4 = complete
    kept = "".join(field for place, field in enumerate(fields) if place != gone)
    return _add_property(
        pdf,
        'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" xmlns:my="http://example.org/my/"',
        "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<pdfaSchema:schema>Mine</pdfaSchema:schema>"
        "<pdfaSchema:namespaceURI>http://example.org/my/</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>my</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
        f"<rdf:li rdf:parseType='Resource'>{kept}</rdf:li></rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas><my:Note>x</my:Note>",
    )


@kind
def metadata_on_page(pdf: Pdf, dice: random.Random) -> bool:
    body = dice.choice(
        [b"<x/>", pdf.Root.Metadata.read_bytes(), pdf.Root.Metadata.read_bytes().replace(b"part", b"prat")]
    )
    stream = pdf.make_stream(body, Type=Name.Metadata, Subtype=Name.XML)
    _page(pdf, dice)["/Metadata"] = stream
    return True


# --- colour


@kind
def colour_no_intent(pdf: Pdf, dice: random.Random) -> bool:
    if "/OutputIntents" not in pdf.Root:
        return False
    del pdf.Root["/OutputIntents"]
    return True


@kind
def colour_intent_damaged(pdf: Pdf, dice: random.Random) -> bool:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    data = bytearray(profile.read_bytes())
    place = dice.choice([8, 12, 16, 36])
    data[place : place + 4] = b"\x09zzz"
    profile.write(bytes(data))
    return True


@kind
def colour_intent_components(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root.OutputIntents[0].DestOutputProfile["/N"] = 4
    return True


@kind
def colour_intent_kind(pdf: Pdf, dice: random.Random) -> bool:
    pdf.Root.OutputIntents[0]["/S"] = Name.GTS_PDFX
    return True


@kind
def colour_cmyk(pdf: Pdf, dice: random.Random) -> bool:
    return _draw(pdf, dice, b"0.1 0.2 0.3 0.4 k 1 1 5 5 re f")


@kind
def colour_rgb(pdf: Pdf, dice: random.Random) -> bool:
    return _draw(pdf, dice, b"0.1 0.2 0.3 rg 1 1 5 5 re f")


@kind
def colour_separation(pdf: Pdf, dice: random.Random) -> bool:
    page = _page(pdf, dice)
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 0, 0, 0], N=1)
    space = Array([Name.Separation, Name.Spot, dice.choice([Name.DeviceCMYK, Name.DeviceRGB]), function])
    _resource(pdf, page, "/ColorSpace", "/CSx", space)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /CSx cs 1 scn 1 1 5 5 re f Q"))
    return True


@kind
def colour_icc_damaged(pdf: Pdf, dice: random.Random) -> bool:
    page = _page(pdf, dice)
    profile = pdf.make_stream(b"no profile at all" * 20, N=3)
    _resource(pdf, page, "/ColorSpace", "/CSx", Array([Name.ICCBased, profile]))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /CSx cs 1 0 0 scn 1 1 5 5 re f Q"))
    return True


@kind
def colour_rendering_intent(pdf: Pdf, dice: random.Random) -> bool:
    return _draw(pdf, dice, b"/Vivid ri 1 1 5 5 re n")


# --- fonts


@kind
def font_file_removed(pdf: Pdf, dice: random.Random) -> bool:
    found = [(d, k) for d in _descriptors(pdf) for k in ("/FontFile", "/FontFile2", "/FontFile3") if k in d]
    if not found:
        return False
    descriptor, key = dice.choice(found)
    del descriptor[key]
    return True


@kind
def font_standard_used(pdf: Pdf, dice: random.Random) -> bool:
    page = _page(pdf, dice)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    _resource(pdf, page, "/Font", "/Fx", pdf.make_indirect(font))
    mode = dice.choice([b"", b"", b"3 Tr "])
    pikepdf.Page(page).contents_add(pdf.make_stream(b"BT " + mode + b"/Fx 9 Tf 10 10 Td (Hello) Tj ET"))
    return True


@kind
def font_standard_unused(pdf: Pdf, dice: random.Random) -> bool:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    _resource(pdf, _page(pdf, dice), "/Font", "/Fx", pdf.make_indirect(font))
    return True


@kind
def font_widths_wrong(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in _fonts(pdf) if isinstance(font.get("/Widths"), Array)]
    if not fonts:
        return False
    font = dice.choice(fonts)
    font["/Widths"] = Array([int(float(width)) + 77 for width in font.Widths])
    return True


@kind
def font_widths_short(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in _fonts(pdf) if isinstance(font.get("/Widths"), Array) and len(font.Widths) > 1]
    if not fonts:
        return False
    font = dice.choice(fonts)
    font["/Widths"] = Array(list(font.Widths)[:-1])
    return True


@kind
def font_cid_widths_wrong(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in _fonts(pdf) if isinstance(font.get("/W"), Array)]
    if not fonts:
        return False
    font = dice.choice(fonts)
    del font["/W"]
    font["/DW"] = 333
    return True


@kind
def font_no_cid_map(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in _fonts(pdf) if "/CIDToGIDMap" in font]
    if not fonts:
        return False
    del dice.choice(fonts)["/CIDToGIDMap"]
    return True


@kind
def font_name_missing(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in _fonts(pdf) if "/BaseFont" in font]
    if not fonts:
        return False
    del dice.choice(fonts)["/BaseFont"]
    return True


@kind
def font_type_wrong(pdf: Pdf, dice: random.Random) -> bool:
    fonts = _fonts(pdf)
    if not fonts:
        return False
    dice.choice(fonts)["/Subtype"] = dice.choice([Name.Type9, Name.MMType1])
    return True


@kind
def font_encoding_changed(pdf: Pdf, dice: random.Random) -> bool:
    fonts = [font for font in _fonts(pdf) if font.get("/Subtype") == Name.TrueType]
    if not fonts:
        return False
    dice.choice(fonts)["/Encoding"] = Dictionary(
        Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=Array([65, Name.zorglub])
    )
    return True


@kind
def font_symbolic_flag(pdf: Pdf, dice: random.Random) -> bool:
    found = _descriptors(pdf)
    if not found:
        return False
    descriptor = dice.choice(found)
    descriptor["/Flags"] = int(descriptor.get("/Flags", 0)) ^ 36
    return True


@kind
def font_unknown_glyph(pdf: Pdf, dice: random.Random) -> bool:
    page = _page(pdf, dice)
    resources = page.get("/Resources")
    names = list(resources.Font.keys()) if resources is not None and "/Font" in resources else []
    if not names:
        return False
    show = f"BT {dice.choice(names)} 9 Tf 1 1 Td <07F0> Tj ET".encode()
    pikepdf.Page(page).contents_add(pdf.make_stream(show))
    return True


@kind
def font_file_damaged(pdf: Pdf, dice: random.Random) -> bool:
    found = [d[k] for d in _descriptors(pdf) for k in ("/FontFile", "/FontFile2", "/FontFile3") if k in d]
    if not found:
        return False
    stream = dice.choice(found)
    data = bytearray(stream.read_bytes())
    for _ in range(40):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    stream.write(bytes(data))
    return True


@kind
def font_cidset_wrong(pdf: Pdf, dice: random.Random) -> bool:
    found = _descriptors(pdf)
    if not found:
        return False
    dice.choice(found)["/CIDSet"] = pdf.make_stream(b"\x80\x01")
    return True


@kind
def font_charset_wrong(pdf: Pdf, dice: random.Random) -> bool:
    found = [d for d in _descriptors(pdf) if "/FontFile" in d or "/FontFile3" in d]
    if not found:
        return False
    dice.choice(found)["/CharSet"] = String("/A/B/zorglub")
    return True


# --- annotations


@kind
def annotation_hidden(pdf: Pdf, dice: random.Random) -> bool:
    return _annotate(pdf, dice, Subtype=Name.Text, F=dice.choice([2, 0, 6, 36, 1]), Contents=String("x"))


@kind
def annotation_no_flags(pdf: Pdf, dice: random.Random) -> bool:
    return _annotate(pdf, dice, Subtype=dice.choice([Name.Link, Name.Text, Name.Square]), F=None)


@kind
def annotation_good(pdf: Pdf, dice: random.Random) -> bool:
    return _annotate(
        pdf, dice, Subtype=dice.choice([Name.Link, Name.Square, Name.Highlight]), Contents=String("x")
    )


@kind
def annotation_forbidden_kind(pdf: Pdf, dice: random.Random) -> bool:
    return _annotate(
        pdf, dice, Subtype=dice.choice([Name.Movie, Name.Sound, Name.Screen, Name("/3D"), Name.Foo])
    )


@kind
def annotation_no_look(pdf: Pdf, dice: random.Random) -> bool:
    return _annotate(pdf, dice, Subtype=dice.choice([Name.Square, Name.Stamp, Name.Text]), AP=None)


@kind
def annotation_look_over(pdf: Pdf, dice: random.Random) -> bool:
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    return _annotate(pdf, dice, Subtype=Name.Square, AP=Dictionary(N=look, D=look))


@kind
def annotation_opacity(pdf: Pdf, dice: random.Random) -> bool:
    return _annotate(pdf, dice, Subtype=Name.Square, CA=0.5)


@kind
def annotation_file(pdf: Pdf, dice: random.Random) -> bool:
    return _annotate(
        pdf, dice, Subtype=Name.FileAttachment, FS=Dictionary(Type=Name.Filespec, F=String("a.txt"))
    )


# --- actions and forms


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
    return _annotate(pdf, dice, Subtype=Name.Link, A=dice.choice(actions))


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
    _page(pdf, dice)["/AA"] = Dictionary(O=Dictionary(S=Name.URI, URI=String("http://example.org")))
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
    page = _page(pdf, dice)
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


# --- transparency and graphics state


@kind
def transparency_alpha(pdf: Pdf, dice: random.Random) -> bool:
    return _state(pdf, dice, **{dice.choice(["CA", "ca"]): 0.5})


@kind
def transparency_blend(pdf: Pdf, dice: random.Random) -> bool:
    return _state(pdf, dice, BM=dice.choice([Name.Multiply, Name.Foo]))


@kind
def transparency_group(pdf: Pdf, dice: random.Random) -> bool:
    group = Dictionary(Type=Name.Group, S=Name.Transparency)
    if dice.random() < 0.5:
        group["/CS"] = dice.choice([Name.DeviceRGB, Name.DeviceCMYK])
    _page(pdf, dice)["/Group"] = group
    return True


@kind
def transparency_soft_mask(pdf: Pdf, dice: random.Random) -> bool:
    mask = pdf.make_stream(
        b"\x80",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )
    return _image(pdf, dice, SMask=mask)


@kind
def state_transfer(pdf: Pdf, dice: random.Random) -> bool:
    key = dice.choice(["TR", "TR2", "HTP"])
    return _state(pdf, dice, **{key: Name.Identity})


@kind
def state_intent(pdf: Pdf, dice: random.Random) -> bool:
    return _state(pdf, dice, RI=Name.Vivid)


# --- images and forms


@kind
def image_interpolated(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, Interpolate=True)


@kind
def image_alternates(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, Alternates=Array([]))


@kind
def image_bits(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, data=b"\x80\x80", BitsPerComponent=dice.choice([3, 16, 8]))


@kind
def image_rgb(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, data=b"\x80\x80\x80", ColorSpace=Name.DeviceRGB)


@kind
def image_cmyk(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, data=b"\x80\x80\x80\x80", ColorSpace=Name.DeviceCMYK)


@kind
def image_lzw(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, data=b"\x80\x20\x10\x10", Filter=Name.LZWDecode)


@kind
def image_inline(pdf: Pdf, dice: random.Random) -> bool:
    flaw = dice.choice([b"/I true ", b"/F /LZW ", b"", b"/Intent /Vivid "])
    return _draw(pdf, dice, b"BI /W 1 /H 1 /BPC 8 /CS /G " + flaw + b"ID \x80 EI")


@kind
def image_opi(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, OPI=Dictionary())


@kind
def xobject_postscript(pdf: Pdf, dice: random.Random) -> bool:
    return _form(pdf, dice, Subtype2=Name.PS)


@kind
def xobject_reference(pdf: Pdf, dice: random.Random) -> bool:
    return _form(pdf, dice, Ref=Dictionary(F=String("x.pdf"), Page=0))


@kind
def xobject_good(pdf: Pdf, dice: random.Random) -> bool:
    return _form(pdf, dice, b"1 1 5 5 re n")


@kind
def xobject_bad_operator(pdf: Pdf, dice: random.Random) -> bool:
    return _form(pdf, dice, b"1 1 5 5 re n zorglub")


# --- embedded files, layers, structure


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
    _page(pdf, dice)["/PresSteps"] = Dictionary()
    return True


@kind
def page_size(pdf: Pdf, dice: random.Random) -> bool:
    side = dice.choice([2, 15000, 14400])
    _page(pdf, dice)["/MediaBox"] = Array([0, 0, side, 500])
    return True


@kind
def page_transition(pdf: Pdf, dice: random.Random) -> bool:
    _page(pdf, dice)["/Trans"] = Dictionary(S=Name.Dissolve)
    return True


@kind
def external_stream(pdf: Pdf, dice: random.Random) -> bool:
    return _image(pdf, dice, F=String("x.raw"))


@kind
def content_bad_operator(pdf: Pdf, dice: random.Random) -> bool:
    return _draw(pdf, dice, dice.choice([b"zorglub", b"BX zorglub EX"]))


@kind
def content_deep_nesting(pdf: Pdf, dice: random.Random) -> bool:
    depth = dice.choice([20, 27, 28, 40])
    return _draw(pdf, dice, b"q " * depth + b"Q " * depth)


@kind
def content_odd_hex(pdf: Pdf, dice: random.Random) -> bool:
    return _draw(pdf, dice, b"/Span <</X <123>>> BDC EMC")


@kind
def limit_number(pdf: Pdf, dice: random.Random) -> bool:
    return _draw(pdf, dice, dice.choice([b"99999999999 w", b"40000.5 w", b"2147483647 w"]))


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
    fonts = [font for font in _fonts(pdf) if "/BaseFont" in font]
    if not fonts:
        return False
    dice.choice(fonts)["/BaseFont"] = pikepdf.Object.parse(b"/ABC#ff#fe")
    return True


# --- raw bytes


def _once(pattern: bytes, new: bytes) -> Callable[[bytes], bytes | None]:
    def change(content: bytes) -> bytes | None:
        changed = re.sub(pattern, new, content, count=1, flags=re.DOTALL)
        return changed if changed != content else None

    return change


@raw
def raw_leading_bytes(content: bytes, dice: random.Random) -> bytes:
    return dice.choice([b"\n", b" ", b"junk\n"]) + content


@raw
def raw_header_version(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"\A%PDF-\d\.\d", dice.choice([b"%PDF-1.9", b"%PDF-2.0", b"%PDF-1.x", b"%PDF-1.7"]))(
        content
    )


@raw
def raw_header_line(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"\A(%PDF-\d\.\d)", rb"\1" + dice.choice([b" ", b"abc"]))(content)


@raw
def raw_no_comment(content: bytes, dice: random.Random) -> bytes | None:
    line = re.match(rb"%PDF-\d\.\d[\r\n]+%([^\r\n]*)", content)
    if line is None:
        return None
    return content[: line.start(1)] + b"a" * len(line.group(1)) + content[line.end(1) :]


@raw
def raw_trailing_data(content: bytes, dice: random.Random) -> bytes:
    return content.rstrip(b"\r\n") + dice.choice([b"\n\n", b"\njunk", b" ", b"\n", b"\r\n", b"\x00"])


@raw
def raw_no_id(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"/ID(\s*\[\s*[<(])", rb"/Id\1")(content)


@raw
def raw_stream_length(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"/Length (\d+)(?! \d+ R)", content))
    if not found:
        return None
    spot = dice.choice(found)
    value = str(max(0, int(spot.group(1)) + dice.choice([-1, 1, 2, -3]))).encode()
    if len(value) != len(spot.group(1)):
        return None
    return content[: spot.start(1)] + value + content[spot.end(1) :]


@raw
def raw_stream_line_end(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb">>\s*stream(\r\n)", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b"\r " + content[spot.end(1) :]


@raw
def raw_endstream(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"(\r\n|\n|\r)endstream", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b" " * len(spot.group(1)) + content[spot.end(1) :]


@raw
def raw_object_spacing(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"[\r\n]\d+ \d+ obj(\r\n|\n|\r)", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b" " * len(spot.group(1)) + content[spot.end(1) :]


@raw
def raw_endobj(content: bytes, dice: random.Random) -> bytes | None:
    found = list(re.finditer(rb"(\r\n|\n|\r)endobj", content))
    if not found:
        return None
    spot = dice.choice(found)
    return content[: spot.start(1)] + b" " * len(spot.group(1)) + content[spot.end(1) :]


@raw
def raw_xref_keyword(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"(?<=[\r\n])xref(\r\n|\n|\r)0", dice.choice([b"xref 0", b"xref  0"]))(content)


@raw
def raw_hex_string(content: bytes, dice: random.Random) -> bytes | None:
    return _once(rb"(/ID\s*\[\s*<[0-9A-Fa-f]{6})[0-9A-Fa-f]", dice.choice([rb"\1 ", rb"\1g"]))(content)


@raw
def raw_flipped_byte(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << dice.randrange(8))]) + content[place + 1 :]


@raw
def raw_truncated(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) // 2, len(content))]
