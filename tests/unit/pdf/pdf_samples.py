"""Documents for the tests of the PDF service: small good ones, and hostile ones."""

import io
import re
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fpdf
import pikepdf
from pikepdf import Array, Dictionary, Name, String

FONT = Path(__file__).resolve().parents[3] / "resources" / "fonts" / "LiberationSans-Regular.ttf"
_PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2"'
    ' pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta>'
)
BODY = "Évolution favorable, œdème résorbé, traite-\nment poursuivi. Contrôle à 6 semaines."


@cache
def letter(level: str | None = "PDF/A-1B", pages: int = 1) -> bytes:
    """A letter; *level* as fpdf2 names it, None = a plain PDF."""
    pdf = fpdf.FPDF(enforce_compliance=level)
    pdf.set_title("Lettre de sortie")
    pdf.set_lang("fr")
    pdf.add_font("Liberation", fname=str(FONT))
    pdf.set_font("Liberation", size=12)
    for number in range(pages):
        pdf.add_page()
        pdf.multi_cell(0, 8, f"Page {number + 1}. {BODY}", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def changed(content: bytes, change: Callable[[pikepdf.Pdf], object], **options: Any) -> bytes:
    """*content* after *change(pdf)*, saved plainly."""
    with pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False, **options)
        return out.getvalue()


@cache
def form_letter(level: str = "PDF/A-1B") -> bytes:
    """A letter with a form that conforms: a text field, a button, a field with two widgets."""

    def add(pdf: pikepdf.Pdf) -> None:
        def look(content: bytes = b"0 0 9 9 re f") -> pikepdf.Object:
            form = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
            form["/Resources"] = Dictionary()
            return form

        def widget(place: int, **entries: object) -> pikepdf.Object:
            box = Array([place, 10, place + 9, 19])
            plain = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=box, F=4, AP=Dictionary(N=look()))
            for key, value in entries.items():
                plain[f"/{key}"] = value
            return pdf.make_indirect(plain)

        states = Dictionary(N=Dictionary(Off=look(b""), On=look()))
        parent = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("c")))
        kids = [widget(50, Parent=parent), widget(60, Parent=parent)]
        parent["/Kids"] = Array(kids)
        text = widget(10, FT=Name.Tx, T=String("a"))
        button = widget(30, FT=Name.Btn, T=String("b"), AP=states, AS=Name.Off)
        pdf.pages[0].obj["/Annots"] = Array([text, button, *kids])
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array([text, button, parent]))

    return changed(
        letter(level), add, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False
    )


def updated(content: bytes, body: bytes) -> bytes:
    """*content* and an update by a cross-reference stream; *body* of its new object goes up to « endobj »."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        number, root = len(pdf.objects) + 1, pdf.Root.objgen[0]
    previous = re.findall(rb"startxref\s+(\d+)", content)[-1]
    identifier = re.findall(rb"/ID\s*\[[^\]]*\]", content)[-1]
    start = content.rstrip(b"\r\n") + b"\n"
    first = b"%d 0 obj\n" % number + body + b"\n"
    rows = b"".join(b"\1" + n.to_bytes(4, "big") + b"\0\0" for n in (len(start), len(start) + len(first)))
    entries = (number + 1, number, number + 2, root, int(previous), len(rows))
    sections = (
        b"%d 0 obj\n<</Type /XRef /W [1 4 2] /Index [%d 2] /Size %d /Root %d 0 R /Prev %d /Length %d "
        % entries
    )
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (len(start) + len(first))
    return start + first + sections + identifier + b">>\nstream\n" + rows + end


def hostile() -> dict[str, bytes]:
    """Files that hang, blow up or crash readers."""
    bomb = _packed(b"q 1 0 0 1 0 0 cm Q\n" * 50_000, 250)
    image = _packed(bytes(1 << 20), 64)
    return {
        "recursive form": _one_page(b"/X Do", b"/XObject <</X 5 0 R>>", [_form(b"/X Do", 5)]),
        "nested forms": _one_page(
            b"/X0 Do",
            b"/XObject <</X0 5 0 R>>",
            [_form(b"/X Do /X Do /X Do", 6 + n) for n in range(30)] + [_form(b"0 0 9 9 re f", 0)],
        ),
        "nested arrays": _one_page(b"", b"/Foo " + b"[" * 200_000 + b"]" * 200_000, []),
        "xref loop": _xref_loop(),
        "page tree loop": _pdf(
            [
                b"<</Type /Catalog /Pages 2 0 R>>",
                b"<</Type /Pages /Kids [2 0 R 3 0 R] /Count 9>>",
                b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>",
            ]
        ),
        "content bomb": _one_page(None, b"", [], stream=(bomb, b"/Filter /FlateDecode")),
        "image bomb": _one_page(
            b"200 0 0 200 0 0 cm /I Do",
            b"/XObject <</I 5 0 R>>",
            [
                b"<</Type /XObject /Subtype /Image /Width 32000 /Height 32000 /BitsPerComponent 8"
                b" /ColorSpace /DeviceRGB /Filter /FlateDecode /Length %d>>\nstream\n"
                % len(image)
                + image
                + b"\nendstream"
            ],
        ),
        "huge page": _pdf(
            [
                b"<</Type /Catalog /Pages 2 0 R>>",
                b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
                b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 20000000 20000000]>>",
            ]
        ),
        "million pages": _pdf(
            [
                b"<</Type /Catalog /Pages 2 0 R>>",
                b"<</Type /Pages /Kids [" + b"3 0 R " * 300_000 + b"] /Count 300000>>",
                b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>>",
            ]
        ),
        "entities in XMP": changed(letter(), _entities),
        "truncated": letter()[: len(letter()) // 2],
        "not closed": b"%PDF-1.4\n1 0 obj\n<<" + b"/A <<" * 50_000,
    }


def _packed(piece: bytes, times: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(piece) for _ in range(times)) + packer.flush()


def _entities(pdf: pikepdf.Pdf) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    packet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{levels}]><x>&l11;</x>'
    pdf.Root.Metadata.write(packet.encode())


def _form(content: bytes, child: int) -> bytes:
    return (
        b"<</Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources <</XObject <</X %d 0 R>>>>"
        b" /Length %d>>\nstream\n%s\nendstream" % (child, len(content), content)
    )


def _one_page(
    content: bytes | None, resources: bytes, more: list[bytes], stream: tuple[bytes, bytes] | None = None
) -> bytes:
    body, extra = stream or (content or b"", b"")
    return _pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources <<%s>>>>"
            % resources,
            b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(body), extra, body),
            *more,
        ]
    )


def _pdf(objects: list[bytes], tail: bytes = b"") -> bytes:
    packet = _PACKET.encode()
    catalog = objects[0].replace(b"/Catalog", b"/Catalog /Metadata %d 0 R" % (len(objects) + 1))
    metadata = b"<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream" % (len(packet), packet)
    objects = [catalog, *objects[1:], metadata]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, thing in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, thing))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    prev = b"/Prev %d" % start if tail == b"loop" else b""
    out.write(
        b"trailer\n<</Size %d /Root 1 0 R /ID [<00> <00>] %s>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, prev, start)
    )
    return out.getvalue()


def _xref_loop() -> bytes:
    return _pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>>",
        ],
        b"loop",
    )
