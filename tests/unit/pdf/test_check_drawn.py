"""What the engine does not know and the checker judges: patterns, shadings, drawn letters, property lists.

Faults in them by the dozen, before veraPDF: ``tests/pdfa/mutants_drawn.py``.
"""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.domain.deposit import CheckReport
from desktop.pdf.check import check
from desktop.pdf.check.usage import prune_unused
from desktop.pdf.check.vouched import CARRIER, Carriers
from tests.unit.pdf.pdf_samples import changed, letter
from tests.unit.pdf.test_convert import copy_of, saved

Change = Callable[[pikepdf.Pdf], None]


def _confirmed(change: Change, level: str = "PDF/A-2B") -> bool:
    report = check(changed(letter(level), change, compress_streams=False))
    assert isinstance(report, CheckReport)
    return report.confirmed is not None


def _use(pdf: pikepdf.Pdf, category: str, thing: object, content: bytes) -> None:
    page = pdf.pages[0]
    if category not in page.obj.Resources:
        page.obj.Resources[category] = Dictionary()
    page.obj.Resources[category]["/X9"] = thing
    page.contents_add(pdf.make_stream(b"q " + content + b" Q"))


def _tiling(content: bytes, **entries: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        tile = pdf.make_stream(
            content, Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, XStep=6, YStep=6
        )
        tile.BBox, tile.Resources = Array([0, 0, 5, 5]), Dictionary()
        for key, value in entries.items():
            tile[f"/{key}"] = value
        _use(pdf, "/Pattern", tile, b"/Pattern cs /X9 scn 9 9 50 50 re f")

    return change


def _shading(space: Name, **entries: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        count = 4 if space == Name.DeviceCMYK else 3
        function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * count, C1=[1] * count, N=1)
        shading = Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 9, 0], Function=function)
        if entries:
            pattern = Dictionary(PatternType=2, Shading=shading)
            for key, value in entries.items():
                pattern[f"/{key}"] = value
            _use(pdf, "/Pattern", pattern, b"/Pattern cs /X9 scn 9 9 50 50 re f")
        else:
            _use(pdf, "/Shading", shading, b"9 9 50 50 re W n /X9 sh")

    return change


def _letters(drawing: bytes, shown: bytes = b"a", width: float = 500) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 9, 9], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            CharProcs=Dictionary(a=pdf.make_stream(drawing)), FirstChar=97, LastChar=97, Widths=[width],
            Encoding=Dictionary(Differences=Array([97, Name.a])),
        )  # fmt: skip
        _use(pdf, "/Font", pdf.make_indirect(font), b"BT /X9 9 Tf 9 9 Td (" + shown + b") Tj ET")

    return change


def _list(held: dict[str, object], tag: bytes = b"/Span") -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        _use(pdf, "/Properties", pdf.make_indirect(Dictionary(held)), tag + b" /X9 BDC 0 g 9 9 5 5 re f EMC")

    return change


SQUARE = b"500 0 d0 0 0 400 400 re f"
FINE = {
    "tiling": _tiling(b"1 0 0 rg 0 0 3 3 re f"),
    "shading": _shading(Name.DeviceRGB),
    "shading pattern": _shading(Name.DeviceRGB, Type=Name.Pattern),
    "letters": _letters(SQUARE),
    "list": _list({"/MCID": 1, "/Lang": String("fr")}),
    "layer that is lost": _list({"/Type": Name.OCG, "/Name": String("x")}),
}
WRONG = {
    "tile in printing colours": _tiling(b"0 0 0 1 k 0 0 3 3 re f"),
    "tile with an unknown operator": _tiling(b"0 0 3 3 re odd"),
    "tile with a font that is not there": _tiling(b"BT /F9 9 Tf (a) Tj ET"),
    "tile without a step": _tiling(b"0 0 3 3 re f", XStep=0),
    "tile of a key that nobody knows": _tiling(b"0 0 3 3 re f", Odd=1),
    "shading in printing colours": _shading(Name.DeviceCMYK),
    "pattern in printing colours": _shading(Name.DeviceCMYK, Type=Name.Pattern),
    "pattern with a graphics state": _shading(Name.DeviceRGB, ExtGState=Dictionary(TR=Name.X)),
    "letter in printing colours": _letters(b"500 0 d0 0 0 0 1 k 0 0 9 9 re f"),
    "letter of another width": _letters(SQUARE, width=520),
    "letter that is not drawn": _letters(SQUARE, shown=b"b"),
    "letter without its width": _letters(b"0 0 400 400 re f"),
    "mark of a layer": _list({"/MCID": 1}, tag=b"/OC"),
}


@pytest.mark.parametrize("name", FINE)
def test_what_conforms_is_confirmed(name: str) -> None:
    assert _confirmed(FINE[name])
    assert name == "list" or not _confirmed(FINE[name], "PDF/A-1B")  # not judged there


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_inside_is_never_confirmed(name: str) -> None:
    assert not _confirmed(WRONG[name])


def test_a_pattern_that_is_not_there_is_not_vouched_for() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        _tiling(b"0 0 3 3 re f")(pdf)
        pdf.pages[0].contents_add(pdf.make_stream(b"q /Pattern cs /X8 scn 9 9 5 5 re f Q"))

    assert not _confirmed(change)


def test_what_is_carried_for_the_engine_is_never_pruned() -> None:
    with pikepdf.open(io.BytesIO(letter("PDF/A-2B"))) as pdf:
        Carriers(pdf).carry(pdf.make_stream(b"0 0 3 3 re odd"))
        pdf.pages[0].obj.Resources.XObject["/Unsaid"] = pdf.make_stream(b"")
        assert prune_unused(pdf)
        assert list(pdf.pages[0].obj.Resources.XObject.keys()) == [f"{CARRIER}0"]


@pytest.mark.parametrize("name", FINE)
def test_a_copy_keeps_it_as_it_is(name: str) -> None:
    with pikepdf.open(io.BytesIO(letter(None))) as pdf:
        FINE[name](pdf)
        copy = copy_of(saved(pdf))
    assert copy.pictured_pages == ()
    assert not copy.differs


def test_numbers_and_labels_behind_a_reference_are_the_same_numbers_and_labels() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"0.5 g 0 0 99 99 re f", Type=Name.XObject, Subtype=Name.Form)
        form.BBox, form.Resources = Array([0, 0, 99, 99]), Dictionary()
        form.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
        mask = Dictionary(S=Name.Luminosity, G=form, BC=pdf.make_indirect(Array([0])))
        state = Dictionary(Type=Name.ExtGState, SMask=mask)
        _use(pdf, "/ExtGState", pdf.make_indirect(state), b"/X9 gs 0 g 9 9 50 50 re f")
        label = pdf.make_indirect(Dictionary(S=Name.r))
        pdf.Root.PageLabels = Dictionary(Nums=Array([0, label]))
        pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)

    assert _confirmed(change)
