"""The 39 kinds of file that a practice may drop, made on the spot, and the small files that failed once.

Programs that are not installed leave their kinds out: :func:`kinds` tells which.
"""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.pdfa import file_kinds_parts as parts

CASES = Path(__file__).parents[1] / "unit" / "pdf" / "cases"
_BLANK = ("blank_broken_jbig2", "blank_broken_jpeg", "blank_damaged_flate", "blank_unknown_filter")
REFUSED = {
    "locked": "DSP-704",
    "truncated": "DSP-705",
    "portfolio": "DSP-718",
    **dict.fromkeys(_BLANK, "DSP-717"),
}
"""The kinds that no converter may answer with a page, and the code that is due."""

Maker = Callable[[], bytes]


def kinds(left_out: list[str]) -> dict[str, bytes]:
    """Every kind by name; what needs a program that is not here is named in *left_out*."""
    made: dict[str, bytes] = {}
    for name, maker in MAKERS.items():
        try:
            made[name] = maker()
        except (ImportError, FileNotFoundError) as problem:
            left_out.append(f"{name} ({problem})")
    return made


def _edited(content: bytes, change: Callable[[pikepdf.Pdf], None], **saving: object) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **saving)
        return out.getvalue()


def _encrypted(open_with: str, strength: int) -> bytes:
    protection = pikepdf.Encryption(
        owner="owner", user=open_with, R=strength, aes=strength == 6, metadata=strength == 6
    )
    return _edited(parts.letter(), lambda pdf: None, encryption=protection)


def _javascript() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert('bonjour')")))
        pdf.Root.OpenAction = script
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))

    return _edited(parts.letter(), change)


def _attachment() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["resultats.csv"] = b"hb;13,5\n"

    return _edited(parts.letter(), change)


def _annotations() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        file = pdf.make_stream(b"a;b")
        file.Type = Name.EmbeddedFile
        pdf.pages[0].Annots = Array([
            _note(pdf, "/Link", 700, A=Dictionary(S=Name.URI, URI=String("https://example.org"))),
            _note(pdf, "/Link", 660, A=Dictionary(S=Name.Launch, F=String("calc.exe"))),
            _note(pdf, "/FileAttachment", 620, FS=Dictionary(Type=Name.Filespec, F=String("a.csv"),
                                                            EF=Dictionary(F=file))),
        ])  # fmt: skip

    return _edited(parts.letter(), change)


def _note(pdf: pikepdf.Pdf, kind: str, height: int, **entries: object) -> pikepdf.Object:
    note = Dictionary(Type=Name.Annot, Subtype=Name(kind), Rect=[60, height, 160, height + 20], **entries)
    return pdf.make_indirect(note)


def _page_action() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("this.print()")))

    return _edited(parts.letter(), change)


def _stripped_fonts() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and "/FontFile2" in thing:
                del thing["/FontFile2"]

    return _edited(parts.letter(), change)


def _odd_widths() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and thing.get("/BaseFont") == Name.Helvetica:
                thing.FirstChar, thing.LastChar = 32, 255
                thing.Widths = Array([611] * 224)

    return _edited(parts.letter("Helvetica"), change)


def _renamed(name: str) -> bytes:
    """As a Windows program names a font that it does not put in."""

    def change(pdf: pikepdf.Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and thing.get("/BaseFont") == Name.Helvetica:
                thing.BaseFont, thing.Subtype = Name("/" + name), Name.TrueType

    return _edited(parts.letter("Helvetica"), change)


def _layers() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Annotations")))
        pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(Order=[layer], ON=[layer]))
        page = pdf.pages[0]
        page.Resources.Properties = Dictionary(L0=layer)
        content = b"/OC /L0 BDC 0.9 0.4 0.1 rg 60 60 90 30 re f EMC"
        page.contents_add(pdf.make_stream(content))

    return _edited(parts.letter(), change)


def _broken_xref() -> bytes:
    content = parts.letter()
    start = content.rindex(b"startxref")
    return content[:start] + b"startxref\n12345\n%%EOF\n"


def _truncated() -> bytes:
    content = parts.letter(pages=3)
    return content[: len(content) // 4]


def _interpolated() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.Image:
                thing.Interpolate = True

    return _edited(parts.scan("RGB"), change)


def _lzw() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            content = page.Contents.read_bytes()
            page.Contents.write(parts.lzw(content), filter=Name.LZWDecode)

    return _edited(
        parts.letter(), change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False
    )


def _merged() -> bytes:
    with pikepdf.new() as pdf:
        for number, content in enumerate((parts.letter(), parts.scan("L"), parts.letter("Times-Roman"))):
            with pikepdf.open(io.BytesIO(content)) as source:
                pdf.pages.extend(source.pages)
            pdf.pages[-1].Rotate = 90 * number
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _signature_field() -> bytes:
    """A place to sign that nobody has signed."""

    def change(pdf: pikepdf.Pdf) -> None:
        field = _note(pdf, "/Widget", 100, FT=Name.Sig, T=String("Signature"), F=4)
        pdf.pages[0].Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=[field], SigFlags=1)

    return _edited(parts.letter(), change)


def _xfa() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")

    return _edited(parts.form(looks=True), change)


def _libreoffice() -> bytes:
    program = shutil.which("soffice")
    if program is None:
        raise FileNotFoundError("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.docx")
        source.write_bytes(parts.word_letter())
        subprocess.run(
            [program, f"-env:UserInstallation={Path(folder, 'p').as_uri()}", "--headless", "--convert-to",
             "pdf", "--outdir", folder, str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return Path(folder, "a.pdf").read_bytes()


def _chromium(body: str) -> bytes:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.html"), Path(folder, "a.pdf")
        source.write_text(
            f"<meta charset=utf-8><h1>Lettre</h1><p>{parts.SENTENCE}</p>{body}", encoding="utf-8"
        )
        subprocess.run(
            [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/p",
             f"--print-to-pdf={target}", source.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return target.read_bytes()


def _typst() -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.typ")
        source.write_text(f"= Lettre\n{parts.SENTENCE}\n#table(columns: 2, [a], [1,5 mg])", encoding="utf-8")
        return bytes(typst.compile(str(source)))


MAKERS: dict[str, Maker] = {
    "scan-grey": lambda: parts.scan("L"),
    "scan-rgb-300": lambda: parts.scan("RGB", dpi=300),
    "scan-fax": lambda: parts.scan("1"),
    "scan-ocr": parts.scan_with_text,
    "scan-jpx": parts.scan_jpx,
    "scan-cmyk": lambda: parts.scan("CMYK"),
    "png-alpha": parts.png_alpha,
    "libreoffice": _libreoffice,
    "chromium": lambda: _chromium(""),
    "chromium-transparent": lambda: _chromium("<div style='opacity:.5;background:#c30'>Urgent</div>"),
    "aes-256": lambda: _encrypted("", 6),
    "rc4": lambda: _encrypted("", 3),
    "locked": lambda: _encrypted("secret", 6),
    "javascript": _javascript,
    "attachment": _attachment,
    "transparency": parts.transparent,
    "helvetica": lambda: parts.letter("Helvetica"),
    "arial": lambda: _renamed("Arial,Bold"),
    "symbol": parts.symbol,
    "cjk": parts.cjk,
    "stripped-fonts": _stripped_fonts,
    "odd-widths": _odd_widths,
    "spot-cmyk": parts.spot,
    "form": lambda: parts.form(looks=True),
    "form-bare": lambda: parts.form(looks=False),
    "broken-xref": _broken_xref,
    "truncated": _truncated,
    "pages-200": lambda: parts.letter("Helvetica", pages=200),
    "layers": _layers,
    "object-streams": lambda: _edited(
        parts.letter("Times-Italic"), lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "lzw": _lzw,
    "annotations": _annotations,
    "page-action": _page_action,
    "type3": parts.type3,
    "xfa": _xfa,
    "interpolate": _interpolated,
    "merged-rotated": _merged,
    "typst": _typst,
    "signature-field": _signature_field,
    **{path.stem: path.read_bytes for path in sorted(CASES.glob("*.pdf"))},
}
