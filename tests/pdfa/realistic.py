"""Documents of the kinds that a practice drops, made on the spot: generators, scans, office exports.

Everything that is not installed here is left out and named.
"""

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pikepdf

FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "LiberationSans-Regular.ttf"
STANDARDS: tuple[Literal["a-1b", "a-1a", "a-2b", "a-2u", "a-2a", "a-3b", ""], ...] = (
    "a-1b", "a-1a", "a-2b", "a-2u", "a-2a", "a-3b", "",
)  # fmt: skip
TEXTS = {
    "fr": "Compte rendu d'hospitalisation : évolution favorable, œdème résorbé, contrôle à 6 semaines",
    "de": "Entlassungsbrief: günstiger Verlauf, Ödem zurückgebildet, Kontrolle in 6 Wochen. Größe 1,70 m",
    "lb": "Entloossungsbréif: gutt Evolutioun, Ödem zréckgaangen, Kontroll a 6 Wochen, Féiwer",
    "en": "Discharge letter: good progress, oedema gone, check in 6 weeks. Temperature 37.2 °C, weight 70 kg",
}
Document = tuple[str, bytes]


def documents(left_out: list[str]) -> Iterator[Document]:
    """Named documents, PDF/A or not; what could not be made is added to *left_out*."""
    makers: dict[str, Callable[[], Iterator[Document]]] = {
        "own documents": _own,
        "typst": _typst,
        "fpdf2": _fpdf,
        "reportlab": _reportlab,
        "QPdfWriter": _qt,
        "scans": _scans,
        "LibreOffice": _libreoffice,
        "Chromium": _chromium,
    }
    for name, maker in makers.items():
        try:
            yield from maker()
        except (ImportError, FileNotFoundError) as problem:
            left_out.append(f"{name} ({problem})")


def _own() -> Iterator[Document]:
    """Every template of the program in every language."""
    from desktop.pdf.write import TEMPLATES, DocumentWriter

    items = [{"head": "Diabète", "details": "type 2", "when": "05.01.2020"}] * 30
    known = [
        *({"title": title, "items": items} for title in ("Problèmes", "Traitement")),
        {"title": "Allergies", "state": "Aucune allergie connue", "alarming": True},
    ]
    plain = [{"title": "Réseau", "paragraphs": ["Œdème ≤ 3 mm, 37,2 °C"], "items": ["a", "b"]}]
    for template in TEMPLATES:
        for language in TEXTS:
            written = DocumentWriter().write(
                template,
                language,
                {
                    "date": "2026-11-21", "place": "Capellen", "kind": "incapacite", "version": "2",
                    "from": "2026-11-21", "until": "2026-11-25", "subject": "Avis", "title": "Rapport",
                    "author": {"name": "Dr Claire Weber", "profession": "Médecin"},
                    "patient": {
                        "name": "MULLER Anne", "birth_date": "1993-05-12", "matricule": "1793 0512 103 23",
                    },
                    "recipient": {"name": "Dr Hélène Klein", "address": "Luxembourg"},
                    "paragraphs": [TEXTS[language]],
                    "sections": known if template == "resume-patient" else plain,
                },
            )  # fmt: skip
            assert isinstance(written, bytes), written
            yield f"own-{template}-{language}", written


def _typst() -> Iterator[Document]:
    import typst

    for language, body in TEXTS.items():
        source = (
            f'#set document(title: "Lettre", date: datetime(year: 2026, month: 1, day: 5))\n'
            f'#set text(lang: "{language}")\n= {body}\n\n'
            "#table(columns: 3, [a], [b], [1,5 mg], [é], [œ], [€])\n"
            '#lorem(300)\n#pagebreak()\n== 2\n#lorem(80) #link("https://example.org")[lien]'
        )
        for standard in STANDARDS:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "a.typ")
                path.write_text(source, encoding="utf-8")
                made = typst.compile(str(path), pdf_standards=standard or [])
            yield f"typst-{language}-{standard or 'plain'}", bytes(made)


def _fpdf() -> Iterator[Document]:
    import fpdf

    for level in ("PDF/A-1B", "PDF/A-2B", "PDF/A-2U", "PDF/A-3B", "PDF/A-3U", None):
        for language, body in TEXTS.items():
            pdf = fpdf.FPDF(enforce_compliance=level)
            pdf.set_title("Lettre")
            pdf.set_lang(language)
            pdf.add_font("Liberation", fname=str(FONT))
            pdf.set_font("Liberation", size=11)
            pdf.add_page()
            pdf.multi_cell(0, 6, body, new_x="LMARGIN", new_y="NEXT")
            pdf.set_text_color(180, 20, 20)
            pdf.multi_cell(0, 6, body, new_x="LMARGIN", new_y="NEXT")
            pdf.rect(20, 120, 60, 30)
            yield f"fpdf2-{language}-{level or 'plain'}", bytes(pdf.output())


def _reportlab() -> Iterator[Document]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Liberation", str(FONT)))
    for font in ("Liberation", "Helvetica"):
        for pages in (1, 4):
            out = io.BytesIO()
            canvas = Canvas(out, invariant=1)
            canvas.setTitle("Lettre")
            for _ in range(pages):
                canvas.setFont(font, 11)
                canvas.drawString(60, 780, "Évolution favorable, contrôle à 6 semaines")
                canvas.setFillColorRGB(0.2, 0.4, 0.6)
                canvas.rect(60, 600, 90, 40, fill=1)
                canvas.showPage()
            canvas.save()
            yield f"reportlab-{font}-{pages}", out.getvalue()
            yield from _saved(f"reportlab-{font}-{pages}", out.getvalue())


def _saved(name: str, content: bytes) -> Iterator[Document]:
    """The same through the engine's own save, where it can; the metadata is then a real claim."""
    from pikepdf import pdfa

    for flavour in ("1b", "2b", "3b"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            out = io.BytesIO()
            try:
                pdfa.save(pdf, out, flavour)
            except pdfa.PdfaError:
                continue
            yield f"{name}-saved-{flavour}", out.getvalue()


def _qt() -> Iterator[Document]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QGuiApplication, QPageSize, QPainter, QPdfWriter

    QGuiApplication.instance() or QGuiApplication([])
    for version in (QPdfWriter.PdfVersion.PdfVersion_A1b, QPdfWriter.PdfVersion.PdfVersion_1_6):
        for language, body in TEXTS.items():
            data = QByteArray()
            buffer = QBuffer(data)
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            writer = QPdfWriter(buffer)
            writer.setPdfVersion(version)
            writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
            writer.setTitle("Lettre")
            painter = QPainter(writer)
            painter.drawText(500, 900, body)
            painter.end()
            buffer.close()
            yield f"qt-{language}-{version.name[11:]}", bytes(data.data())


def _scans() -> Iterator[Document]:
    import img2pdf
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    for line in range(40):
        pen.line((100, 120 + 38 * line, 1100, 120 + 38 * line), fill=(30, 30, 90), width=3)
    pen.ellipse((700, 1200, 1000, 1500), outline=(160, 20, 20), width=8)
    kinds = {
        "grey-jpeg": ("L", "JPEG"),
        "rgb-jpeg": ("RGB", "JPEG"),
        "rgb-png": ("RGB", "PNG"),
        "palette-png": ("P", "PNG"),
        "bits-png": ("1", "PNG"),
        "fax-tiff": ("1", "TIFF"),
    }
    icc = str(files("pikepdf.pdfa").joinpath("data", "sRGB.icc"))
    for name, (mode, form) in kinds.items():
        out = io.BytesIO()
        page.convert(mode).save(out, form, **({"compression": "group4"} if form == "TIFF" else {}))
        plain = img2pdf.convert(out.getvalue())
        yield f"scan-{name}-plain", plain
        yield f"scan-{name}-pdfa", img2pdf.convert(out.getvalue(), pdfa=icc)
        yield from _saved(f"scan-{name}", plain)


def pictures() -> Iterator[Document]:
    """Pictures of every kind that is dropped, as files."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(page).ellipse((200, 200, 500, 500), outline=(160, 20, 20), width=8)
    see_through = page.copy()
    see_through.putalpha(128)
    kinds = [("a.jpg", page.convert("L")), ("b.jpg", page), ("c.jpg", page.convert("CMYK")), ("d.png", page)]
    kinds += [("e.png", page.convert("P")), ("f.png", page.convert("1")), ("g.png", see_through)]
    kinds += [("h.bmp", page), ("i.webp", page), ("j.tiff", page), ("k.tiff", page.convert("1"))]
    forms = {"jpg": "JPEG", "tiff": "TIFF"}
    for name, picture in kinds:
        out = io.BytesIO()
        ending = name.partition(".")[2]
        picture.save(out, forms.get(ending, ending.upper()))
        yield name, out.getvalue()
    out = io.BytesIO()
    page.save(out, "TIFF", save_all=True, append_images=[page, page], compression="jpeg")
    yield "several.tiff", out.getvalue()


def _libreoffice() -> Iterator[Document]:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise FileNotFoundError("not installed")
    import docx

    for language, body in TEXTS.items():
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "a.docx")
            letter = docx.Document()
            letter.add_heading("Lettre", 1)
            letter.add_paragraph(body)
            letter.add_table(rows=2, cols=2).cell(0, 0).text = "é"
            letter.save(str(source))
            for number in (1, 2, 3):
                options = f'pdf:writer_pdf_Export:{{"SelectPdfVersion":{{"type":"long","value":"{number}"}}}}'
                subprocess.run(
                    [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
                    + [options, "--outdir", folder, str(source)],
                    check=True,
                    capture_output=True,
                    timeout=120,
                )
                yield f"libreoffice-{language}-{number}", Path(folder, "a.pdf").read_bytes()


def _chromium() -> Iterator[Document]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("not installed")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.html"), Path(folder, "a.pdf")
        source.write_text(f"<h1>Lettre</h1><p>{TEXTS['fr']}</p>", encoding="utf-8")
        subprocess.run(
            [program, "--headless", "--no-sandbox", f"--print-to-pdf={target}", source.as_uri()],
            check=True,
            capture_output=True,
            timeout=60,
        )
        yield "chromium", target.read_bytes()
