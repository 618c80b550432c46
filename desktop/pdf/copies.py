"""A copy to keep: the document's own pages with their text, each with a foot below it. Runs in a child.

The page grows by the foot, so nothing of the original is covered or drawn anew; the foot is a page of our own
writer (its font embedded, grey), with which a PDF/A stays one. What the check does not approve becomes a
conforming copy, as for a deposit. A signed document stays as it is, to the byte, and has a sheet beside it
(CF-068).
"""

import io
import json
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Name

from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.check.verdict import examine
from desktop.pdf.convert import convert
from desktop.pdf.write import compiled
from desktop.ports.pdf import CopyWords, PdfCopy

FOOT = 26.0  # points
_MARKED = ("BMC", "BDC", "EMC", "DP", "MP")


def kept(content: bytes, words: CopyWords, created: int) -> Result[PdfCopy]:
    """A PDF/A with its text, or the signed original and its cover sheet.

    FILE_LOCKED, FILE_UNREADABLE, FILE_UNSAFE, and what no conforming copy can be made of.
    """
    examined = examine(content)
    if isinstance(examined, Failure):
        return examined
    if examined.report.signed:
        data = {"title": words.title, "paragraphs": list(words.cover)}
        sheet = compiled("garde", _asked(words.language, data), created)
        return sheet if isinstance(sheet, Failure) else PdfCopy(content, sheet)
    try:
        stamped = with_feet(content, words.feet, words.language, created)
    except pikepdf.PasswordError:
        return Failure.of(Code.FILE_LOCKED)
    except pikepdf.PdfError:
        return Failure.of(Code.FILE_UNREADABLE)
    if isinstance(stamped, Failure):
        return stamped
    copy = convert(stamped)  # what conforms comes back as it is
    return copy if isinstance(copy, Failure) else PdfCopy(copy.content)


def with_feet(content: bytes, feet: Sequence[str], language: str, created: int) -> Result[bytes]:
    """*content* with each of the *feet* below its page; raises PdfError."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        turns = [int(page.obj.get("/Rotate", _inherited(page, "/Rotate", 0))) % 360 for page in pdf.pages]
        sizes = [_size(page, turn) for page, turn in zip(pdf.pages, turns, strict=True)]
        data = [
            {"words": words, "width": width, "height": FOOT}
            for words, (width, _) in zip(feet, sizes, strict=True)
        ]
        drawn = compiled("pied", _asked(language, {"feet": data}), created)
        if isinstance(drawn, Failure):
            return drawn
        with pikepdf.open(io.BytesIO(drawn)) as sheets:
            for page, sheet, turn in zip(pdf.pages, sheets.pages, turns, strict=True):
                _stand_on(pdf, page, sheets, sheet, turn)
        out = io.BytesIO()
        pdf.save(
            out,
            force_version=pdf.pdf_version,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            fix_metadata_version=False,
        )
        return out.getvalue()


def _asked(language: str, data: object) -> str:
    return json.dumps({"language": language, "labels": {}, "data": data}, ensure_ascii=False)


def _inherited(page: pikepdf.Page, key: str, otherwise: object) -> object:
    node = page.obj.get("/Parent")
    while node is not None:
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return otherwise


def _shown(page: pikepdf.Page) -> list[float]:
    """The box that a reader shows, lower left and upper right."""
    box = [float(side) for side in page.cropbox]  # the media box where there is none
    return [min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])]


def _size(page: pikepdf.Page, turn: int) -> tuple[float, float]:
    left, bottom, right, top = _shown(page)
    return (top - bottom, right - left) if turn in (90, 270) else (right - left, top - bottom)


def _stand_on(
    pdf: pikepdf.Pdf, page: pikepdf.Page, sheets: pikepdf.Pdf, sheet: pikepdf.Page, turn: int
) -> None:
    """*sheet* below *page* as it is seen; the page's own coordinates stay."""
    left, bottom, right, top = _shown(page)
    place, grown = {
        0: ((1, 0, 0, 1, left, bottom - FOOT), (left, bottom - FOOT, right, top)),
        90: ((0, 1, -1, 0, right + FOOT, bottom), (left, bottom, right + FOOT, top)),
        180: ((-1, 0, 0, -1, right, top + FOOT), (left, bottom, right, top + FOOT)),
        270: ((0, -1, 1, 0, left - FOOT, top), (left - FOOT, bottom, right, top)),
    }[turn if turn in (0, 90, 180, 270) else 0]
    foot = pdf.copy_foreign(_unmarked(sheets, sheet))
    name = page.add_resource(foot, Name.XObject, prefix="DspFoot")
    numbers = " ".join(f"{number:.3f}" for number in place)
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ\nq {numbers} cm {name} Do Q\n".encode())
    media = [float(side) for side in page.mediabox]
    outer = (
        min(media[0], media[2]),
        min(media[1], media[3]),
        max(media[0], media[2]),
        max(media[1], media[3]),
    )
    page.obj.MediaBox = Array(
        [min(outer[0], grown[0]), min(outer[1], grown[1]), max(outer[2], grown[2]), max(outer[3], grown[3])]
    )
    if "/CropBox" in page.obj or _inherited(page, "/CropBox", None) is not None:
        page.obj.CropBox = Array(list(grown))


def _unmarked(sheets: pikepdf.Pdf, sheet: pikepdf.Page) -> pikepdf.Object:
    """The sheet as a form without marked contents: they belong to a structure that stays behind."""
    form = sheet.as_form_xobject()
    kept_ones = [one for one in pikepdf.parse_content_stream(form) if str(one.operator) not in _MARKED]
    form.write(pikepdf.unparse_content_stream(kept_ones))
    for key in ("/StructParents", "/StructParent", "/Group"):
        if key in form:
            del form[key]
    return form
