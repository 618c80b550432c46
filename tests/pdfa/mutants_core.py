"""What single-fault mutants are made of: the lists of kinds, and small changes that many kinds share."""

import random
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

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


def page_of(pdf: Pdf, dice: random.Random) -> pikepdf.Object:
    return dice.choice(list(pdf.pages)).obj


def all_fonts(pdf: Pdf) -> list[pikepdf.Object]:
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.Font]


def descriptors(pdf: Pdf) -> list[pikepdf.Object]:
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.FontDescriptor]


def images(pdf: Pdf) -> list[pikepdf.Object]:
    return [o for o in pdf.objects if isinstance(o, Stream) and o.get("/Subtype") == Name.Image]


def edit_xmp(pdf: Pdf, change: Callable[[bytes], bytes]) -> bool:
    stream = pdf.Root.Metadata
    old = stream.read_bytes()
    new = change(old)
    stream.write(new)
    if "/Filter" in stream:
        del stream["/Filter"]
    return new != old


def add_property(pdf: Pdf, declaration: str, element: str) -> bool:
    block = f'<rdf:Description rdf:about="" {declaration}>{element}</rdf:Description></rdf:RDF>'
    return edit_xmp(pdf, lambda old: old.replace(b"</rdf:RDF>", block.encode(), 1))


def draw(pdf: Pdf, dice: random.Random, content: bytes) -> bool:
    page = page_of(pdf, dice)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q " + content + b" Q"))
    return True


def add_resource(pdf: Pdf, page: pikepdf.Object, category: str, name: str, thing: pikepdf.Object) -> None:
    if "/Resources" not in page:
        page["/Resources"] = Dictionary()
    group = page.Resources
    if category not in group:
        group[category] = Dictionary()
    group[category][name] = thing


def annotate(pdf: Pdf, dice: random.Random, **entries: object) -> bool:
    page = page_of(pdf, dice)
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 10, 10]))
    fields = {"Type": Name.Annot, "Rect": Array([10, 10, 20, 20]), "F": 4, "AP": Dictionary(N=look)}
    fields.update(entries)
    annotation = Dictionary({f"/{key}": value for key, value in fields.items() if value is not None})
    if "/Annots" not in page:
        page["/Annots"] = Array()
    page.Annots.append(pdf.make_indirect(annotation))
    return True


def use_state(pdf: Pdf, dice: random.Random, **entries: object) -> bool:
    page = page_of(pdf, dice)
    state = Dictionary({"/Type": Name.ExtGState, **{f"/{key}": value for key, value in entries.items()}})
    add_resource(pdf, page, "/ExtGState", "/GSx", pdf.make_indirect(state))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /GSx gs 1 1 m 2 2 l n Q"))
    return True


def use_image(pdf: Pdf, dice: random.Random, data: bytes = b"\x80", **entries: object) -> bool:
    page = page_of(pdf, dice)
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
    add_resource(pdf, page, "/XObject", "/ImX", pdf.make_stream(data, **kept))
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q 5 0 0 5 9 9 cm /ImX Do Q"))
    return True


def use_form(pdf: Pdf, dice: random.Random, content: bytes = b"", **entries: object) -> bool:
    page = page_of(pdf, dice)
    form = pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), Resources=Dictionary()
    )
    for key, value in entries.items():
        form[f"/{key}"] = value
    add_resource(pdf, page, "/XObject", "/FmX", form)
    pikepdf.Page(page).contents_add(pdf.make_stream(b"q /FmX Do Q"))
    return True


def words(text: str) -> list[str]:
    """Words of *text*."""
    return text.split()
