"""Notes without a picture of their own get the one that PDFium draws: their page keeps its vectors.

Whether a note looks in the copy as it did is asked for each (:mod:`desktop.pdf.convert.annotation_check`).
"""

import io

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pikepdf import Array, Dictionary, Stream

from desktop.pdf.convert.annotations import drawn_by_readers

_SMALL = 0.1


def draw_bare_notes(pdf: pikepdf.Pdf, content: bytes) -> bool:
    """Change *pdf*, which was read from *content*, in memory; True when a note got a picture.

    What PDFium does not draw stays as it is.
    """
    wanted = {
        number: places
        for number, page in enumerate(pdf.pages)
        if (places := [place for place, note in enumerate(_listed(page.obj)) if drawn_by_readers(note)])
    }
    if not wanted:
        return False
    taken = False
    try:
        with pikepdf.open(io.BytesIO(_with_looks(content, list(wanted)))) as drawn:
            for number, places in wanted.items():
                notes, others = _listed(pdf.pages[number].obj), _listed(drawn.pages[number].obj)
                taken = _take(pdf, notes, others, places) or taken
    except (pdfium.PdfiumError, pikepdf.PdfError, IndexError):
        pass
    return taken


def _listed(page: pikepdf.Object) -> list[pikepdf.Object]:
    notes = page.get("/Annots")
    return list(notes) if isinstance(notes, Array) else []


def _with_looks(content: bytes, pages: list[int]) -> bytes:
    """*content* as PDFium saves it while these pages are open and drawn: it then holds what it drew."""
    document = pdfium.PdfDocument(content)
    opened = []
    try:
        for number in pages:
            page = document[number]
            count = pdfium_c.FPDFPage_GetAnnotCount(page)
            opened.append((page, [pdfium_c.FPDFPage_GetAnnot(page, place) for place in range(count)]))
            page.render(scale=_SMALL)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()
    finally:
        for page, notes in opened:
            for note in notes:
                pdfium_c.FPDFPage_CloseAnnot(note)
            page.close()
        document.close()


def _take(
    pdf: pikepdf.Pdf, notes: list[pikepdf.Object], drawn: list[pikepdf.Object], places: list[int]
) -> bool:
    taken = False
    if len(notes) != len(drawn):
        return taken
    for place in places:
        note, other = notes[place], drawn[place]
        looks = other.get("/AP") if isinstance(other, Dictionary) else None
        look = looks.get("/N") if isinstance(looks, Dictionary) else None
        if isinstance(look, Stream) and other.get("/Subtype") == note.get("/Subtype"):
            note.AP = Dictionary(N=pdf.copy_foreign(look))
            taken = True
    return taken
