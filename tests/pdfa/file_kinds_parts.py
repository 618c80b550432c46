"""What the kinds are made of: letters, scans, forms and odd fonts, by reportlab, Pillow and img2pdf."""

import io
from functools import cache
from pathlib import Path

import img2pdf
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.colors import CMYKColor, CMYKColorSep, Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
SENTENCE = "Évolution favorable, œdème résorbé : contrôle à 6 semaines, 37,2 °C, 12 € à régler."
LINES = 30


def _canvas(out: io.BytesIO) -> Canvas:
    if "Liberation" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Liberation", str(FONTS / "LiberationSans-Regular.ttf")))
    canvas = Canvas(out, invariant=1, initialFontName="Liberation")
    canvas.setTitle("Lettre")
    return canvas


def letter(font: str = "Liberation", pages: int = 1) -> bytes:
    """A text letter with a ruled box."""
    out = io.BytesIO()
    canvas = _canvas(out)
    for page in range(pages):
        canvas.setFont(font, 11)
        canvas.drawString(60, 790, f"Compte rendu, page {page + 1}")
        for line in range(LINES):
            canvas.drawString(60, 760 - 18 * line, SENTENCE)
        canvas.setFillColorRGB(0.2, 0.4, 0.6)
        canvas.rect(60, 100, 90, 40, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@cache
def paper(dpi: int = 150) -> Image.Image:
    """What a scanner sees: a letter with a stamp."""
    width, height = int(8.27 * dpi), int(11.69 * dpi)
    page = Image.new("RGB", (width, height), (252, 251, 248))
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONTS / "LiberationSans-Regular.ttf"), dpi // 7)
    for line in range(LINES):
        pen.text((dpi, dpi + line * dpi // 4), SENTENCE, font=font, fill=(20, 20, 25))
    pen.ellipse((4.5 * dpi, 9 * dpi, 7 * dpi, 10.5 * dpi), outline=(160, 20, 40), width=dpi // 20)
    return page


def picture(mode: str, kind: str, dpi: int = 150, **saving: object) -> bytes:
    """The paper as an image file."""
    out = io.BytesIO()
    paper(dpi).convert(mode).save(out, kind, dpi=(dpi, dpi), **saving)
    return out.getvalue()


def scan(mode: str, dpi: int = 150) -> bytes:
    """As a scanner's program wraps it."""
    if mode == "1":
        return bytes(img2pdf.convert(picture(mode, "TIFF", 200, compression="group4")))
    return bytes(img2pdf.convert(picture(mode, "JPEG", dpi)))


def scan_with_text() -> bytes:
    """A scan with the invisible text that a recognition program lays over it, in a font not put in."""
    out = io.BytesIO()
    canvas = _canvas(out)
    canvas.drawImage(ImageReader(io.BytesIO(picture("RGB", "JPEG"))), 0, 0, 595, 842)
    words = canvas.beginText(72, 760)
    words.setTextRenderMode(3)
    words.setFont("Helvetica", 10)
    for _ in range(LINES):
        words.textLine(SENTENCE)
    canvas.drawText(words)
    canvas.save()
    return out.getvalue()


def scan_jpx() -> bytes:
    """JPEG 2000 as some scanners write it."""
    return bytes(img2pdf.convert(picture("RGB", "JPEG2000")))


def png_alpha() -> bytes:
    """An image file with a soft edge, not a PDF at all."""
    page = paper().convert("RGBA")
    page.putalpha(Image.linear_gradient("L").resize(page.size).point(lambda value: 128 + value // 2))
    out = io.BytesIO()
    page.save(out, "PNG", dpi=(150, 150))
    return out.getvalue()


def transparent() -> bytes:
    """A watermark that lets the text through."""
    out = io.BytesIO()
    canvas = _canvas(out)
    canvas.setFont("Liberation", 11)
    for line in range(LINES):
        canvas.drawString(60, 760 - 18 * line, SENTENCE)
    canvas.setFillColor(Color(0.8, 0.1, 0.1, alpha=0.3))
    canvas.rect(100, 300, 300, 200, fill=1, stroke=0)
    canvas.save()
    return out.getvalue()


def symbol() -> bytes:
    """Greek and ticks in the two symbol fonts that every reader has, and no file."""
    out = io.BytesIO()
    canvas = _canvas(out)
    canvas.setFont("Symbol", 14)
    canvas.drawString(60, 760, "αβγδ \u2265 µ")
    canvas.setFont("ZapfDingbats", 14)
    canvas.drawString(60, 730, "\u2714 \u2718 \u25a0")
    canvas.setFont("Liberation", 11)
    for line in range(LINES // 2):
        canvas.drawString(60, 600 - 18 * line, SENTENCE)
    canvas.save()
    return out.getvalue()


def cjk() -> bytes:
    """Japanese in a font that is only named."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    out = io.BytesIO()
    canvas = _canvas(out)
    canvas.setFont("HeiseiMin-W3", 14)
    canvas.drawString(60, 760, "診療情報提供書")
    canvas.setFont("Liberation", 11)
    for line in range(LINES // 2):
        canvas.drawString(60, 600 - 18 * line, SENTENCE)
    canvas.save()
    return out.getvalue()


def spot() -> bytes:
    """A printer's letterhead: a spot colour, and CMYK."""
    out = io.BytesIO()
    canvas = _canvas(out)
    canvas.setFillColor(CMYKColorSep(1, 0.6, 0, 0.1, spotName="PANTONE 300 C"))
    canvas.rect(60, 780, 400, 20, fill=1, stroke=0)
    canvas.setFillColor(CMYKColor(0.1, 0.9, 0.8, 0.05))
    canvas.rect(60, 740, 200, 20, fill=1, stroke=0)
    canvas.setFillColor(CMYKColor(0, 0, 0, 1))
    canvas.setFont("Liberation", 11)
    for line in range(LINES // 2):
        canvas.drawString(60, 600 - 18 * line, SENTENCE)
    canvas.save()
    return out.getvalue()


def form(*, looks: bool) -> bytes:
    """A filled form; without *looks* a reader has to draw the fields itself."""
    out = io.BytesIO()
    canvas = _canvas(out)
    canvas.setFont("Liberation", 11)
    canvas.drawString(60, 760, "Nom, allergies, fumeur :")
    canvas.acroForm.textfield(name="nom", value="Hoffmann", x=60, y=700, width=200, height=20)
    canvas.acroForm.textfield(name="allergies", value="aucune", x=60, y=660, width=200, height=20)
    canvas.acroForm.checkbox(name="fumeur", checked=True, x=60, y=630, size=16)
    canvas.save()
    if looks:
        return out.getvalue()
    with pikepdf.open(out) as pdf:
        for note in pdf.pages[0].Annots:
            if Name.Tx == note.FT:
                del note["/AP"]
        pdf.Root.AcroForm.NeedAppearances = True
        saved = io.BytesIO()
        pdf.save(saved)
        return saved.getvalue()


def type3() -> bytes:
    """A font whose characters are drawings."""
    with pikepdf.open(io.BytesIO(letter())) as pdf:
        box = pdf.make_stream(b"600 0 0 0 500 500 d1 0 0 500 500 re f")
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 600, 600],
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            CharProcs=Dictionary(box=box), Encoding=Dictionary(Differences=Array([97, Name.box])),
            FirstChar=97, LastChar=97, Widths=[600], Resources=Dictionary(),
        )  # fmt: skip
        page = pdf.pages[0]
        page.Resources.Font["/T3"] = pdf.make_indirect(font)
        page.contents_add(pdf.make_stream(b"BT /T3 20 Tf 60 60 Td (aaa) Tj ET"))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def word_letter() -> bytes:
    """A .docx letter of two pages."""
    import docx

    document = docx.Document()
    document.add_heading("Lettre", 1)
    for _ in range(LINES):
        document.add_paragraph(SENTENCE)
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "Hb"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lzw(content: bytes) -> bytes:
    """LZW with codes that never grow beyond nine bits: the table is cleared in time."""
    bits = (
        "".join(f"{256:09b}" * (place % 250 == 0) + f"{byte:09b}" for place, byte in enumerate(content))
        + f"{257:09b}"
    )
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
