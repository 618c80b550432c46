"""Appearances of fields that have a value and no usable picture of it, drawn in the value's own signs.

qpdf's generator knows Latin-1, export codes and no passwords; PDFium leaves out signs that a font of the file
lacks and cuts what is too long. Here a text that does not fit is set smaller.
"""

import re
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.forms import inherited
from desktop.pdf.check.usage import Unclear, instructions
from desktop.pdf.convert.drawn_font import ASCENT, DESCENT, DrawnFont
from desktop.pdf.convert.field_values import ShownField, shown_fields
from desktop.pdf.convert.fonts import face_of

NOT_DRAWN = "pdfa.change_field_signs"
CUT = "pdfa.change_field_cut"
_PLAIN = "LiberationSans-Regular"
_SIZE = re.compile(rb"(-?[\d.]+)\s+Tf")
_FONT = re.compile(rb"/([^\s/\[\]()<>{}%]+)\s+-?[\d.]+\s+Tf")
_COLOUR = re.compile(rb"(?:-?[\d.]+\s+){1,4}(?:g|rg|k)\b")
_MARGIN = 2.0  # points
_LEADING = 1.15
_LARGEST, _PLAIN_SIZE, _SMALLEST, _STEP = 14.0, 12.0, 3.0, 0.5
_SHOWS = {"Tj", "TJ", "'", '"', "Do", "INLINE IMAGE"}
_TURNED = {
    90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    """Points; a size of 0 means: as it fits."""

    font: DrawnFont
    size: float
    colour: bytes
    quadding: int


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    x: float
    y: float


def draw_field_values(pdf: pikepdf.Pdf) -> tuple[list[ShownField], list[str]]:
    """Give every shown field its words to see; those fields, and text keys of what could not be drawn."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return [], []
    anew = form.get("/NeedAppearances") is True
    fonts: dict[str, DrawnFont] = {}
    told: list[str] = []
    fields = list(shown_fields(pdf))
    for shown in fields:
        size = _size_of(shown.widget)
        if size is None or (not anew and _has_words(shown.widget)):
            continue
        style = _style(pdf, form, shown.widget, fonts)
        told += _draw(pdf, shown, style, *size)
    for font in fonts.values():
        font.finish()
    if anew:
        del form["/NeedAppearances"]
    return fields, list(dict.fromkeys(told))


def _size_of(widget: Object) -> tuple[float, float] | None:
    box = widget.get("/Rect")
    if not isinstance(box, Array) or len(box) != 4:
        return None
    left, bottom, right, top = (float(value) for value in box)
    across, down = abs(right - left), abs(top - bottom)
    return (across, down) if across and down else None


def _has_words(widget: Object) -> bool:
    looks = widget.get("/AP")
    normal = looks.get("/N") if isinstance(looks, Dictionary) else None
    if not isinstance(normal, Stream):
        return False
    try:
        return any(operator in _SHOWS for _, operator in instructions(normal))
    except Unclear:
        return False


def _style(pdf: pikepdf.Pdf, form: Object, widget: Object, fonts: dict[str, DrawnFont]) -> _Style:
    told = inherited(widget, "/DA") or form.get("/DA")
    default = bytes(told) if isinstance(told, pikepdf.String) else b""
    size, colour = _SIZE.search(default), _COLOUR.findall(default)
    quadding = inherited(widget, "/Q")
    if quadding is None:
        quadding = form.get("/Q")
    face = _face_named(form, default)
    if face not in fonts:
        fonts[face] = DrawnFont(pdf, face)
    return _Style(
        fonts[face], abs(float(size.group(1))) if size else 0.0, colour[-1] if colour else b"0 g",
        int(quadding) if isinstance(quadding, int) else 0,
    )  # fmt: skip


def _face_named(form: Object, default: bytes) -> str:
    named = _FONT.search(default)
    resources = form.get("/DR")
    fonts = resources.get("/Font") if isinstance(resources, Dictionary) else None
    key = "/" + named.group(1).decode("latin-1") if named else ""
    font = fonts.get(key) if isinstance(fonts, Dictionary) and named else None
    base = font.get("/BaseFont") if isinstance(font, Dictionary) else None
    return (face_of(str(base)[1:]) if isinstance(base, Name) else None) or _PLAIN


def _draw(pdf: pikepdf.Pdf, shown: ShownField, style: _Style, across: float, down: float) -> list[str]:
    marks = shown.widget.get("/MK")
    turned = marks.get("/R", 0) if isinstance(marks, Dictionary) else 0
    turn = int(turned) % 360 if isinstance(turned, int) else 0
    width, height = (down, across) if turn in (90, 270) else (across, down)
    size, lines, cut = _lay(shown, style, width, height)
    content = [b"/Tx BMC q BT", style.colour, b"/F0 %.2f Tf" % size]
    content += [
        b"1 0 0 1 %.2f %.2f Tm %s Tj" % (line.x, line.y, style.font.shown(line.words)) for line in lines
    ]
    stream = pdf.make_stream(b"\n".join([*content, b"ET Q EMC"]))
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, round(width, 3), round(height, 3)])
    stream.Resources = Dictionary(Font=Dictionary(F0=style.font.resource))
    if turn in _TURNED:
        stream.Matrix = Array(
            [*_TURNED[turn], across if turn in (90, 180) else 0, down if turn in (180, 270) else 0]
        )
    shown.widget.AP = Dictionary(N=pdf.make_indirect(stream))
    missing = any(not sign.isspace() and not style.font.has(sign) for sign in shown.words)
    return [key for key, happened in ((NOT_DRAWN, missing), (CUT, cut)) if happened]


def _lay(shown: ShownField, style: _Style, width: float, height: float) -> tuple[float, list[_Line], bool]:
    """Size, lines from the top, and True when not all of it fits even at the smallest size."""
    words = shown.words.replace("\t", " ") if shown.multiline else " ".join(shown.words.split("\n"))
    if shown.cells:
        return _in_cells(words, shown.cells, style, width, height)
    room = max(width - 2 * _MARGIN, 1.0)
    fitting = _PLAIN_SIZE if shown.multiline else min((height - 2) / (ASCENT + DESCENT), _LARGEST)
    size = max(style.size or fitting, _SMALLEST)
    while True:
        rows = [words]
        if shown.multiline or style.font.width(words) * size > room:
            rows = _wrapped(words, style.font, room / size)
        high = size * (ASCENT + DESCENT + _LEADING * (len(rows) - 1))
        fits = high <= max(height, size) and all(style.font.width(row) * size <= room for row in rows)
        if fits or size <= _SMALLEST:
            break
        size = max(size - _STEP, _SMALLEST)
    if shown.multiline or len(rows) > 1:
        top = height - _MARGIN / 2 - size * ASCENT
    else:
        top = (height - size * (ASCENT + DESCENT)) / 2 + size * DESCENT
    lines = [
        _Line(row, _start(style, style.font.width(row) * size, width), top - number * size * _LEADING)
        for number, row in enumerate(rows)
    ]
    return size, lines, not fits


def _start(style: _Style, length: float, width: float) -> float:
    if style.quadding == 1:
        return (width - length) / 2
    return width - length - _MARGIN if style.quadding == 2 else _MARGIN


def _in_cells(
    words: str, cells: int, style: _Style, width: float, height: float
) -> tuple[float, list[_Line], bool]:
    cell = width / cells
    size = max(min(style.size or _LARGEST, (height - 2) / (ASCENT + DESCENT), cell / 0.6), _SMALLEST)
    base = (height - size * (ASCENT + DESCENT)) / 2 + size * DESCENT
    lines = [
        _Line(sign, cell * number + (cell - style.font.width(sign) * size) / 2, base)
        for number, sign in enumerate(words[:cells])
    ]
    return size, lines, len(words) > cells


def _wrapped(words: str, font: DrawnFont, room: float) -> list[str]:
    """Lines no longer than *room* (in parts of the size); a word that is longer stands alone."""
    rows: list[str] = []
    for paragraph in words.split("\n"):
        row = ""
        for word in paragraph.split(" "):
            longer = f"{row} {word}" if row else word
            if row and font.width(longer) > room:
                rows.append(row)
                row = word
            else:
                row = longer
        rows.append(row)
    return rows
