"""PDF/A-3: an embedded file belongs to what can own it and can be reached, or nobody vouches for it (6.8)."""

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, String

from desktop.domain.deposit import CheckReport, Verdict
from desktop.pdf.check import check
from tests.unit.pdf.pdf_samples import changed, letter

PLAIN = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}
Owner = Callable[[pikepdf.Pdf], Object]


def with_file_of(owner: Owner) -> CheckReport:
    """A letter with one embedded file, listed in the /AF of *owner*."""

    def add(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(b"hello", Type=Name.EmbeddedFile, Subtype=Name("/text/plain"))
        stream["/Params"] = Dictionary(ModDate=String("D:20260101000000Z"))
        spec = Dictionary(Type=Name.Filespec, F=String("a.txt"), UF=String("a.txt"), EF=Dictionary(F=stream))
        spec["/AFRelationship"] = Name.Data
        spec = pdf.make_indirect(spec)
        pdf.Root["/Names"] = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.txt"), spec])))
        owner(pdf)["/AF"] = Array([spec])

    report = check(changed(letter("PDF/A-3U"), add, **PLAIN))
    assert isinstance(report, CheckReport)
    return report


def page(pdf: pikepdf.Pdf) -> Object:
    return pdf.pages[0].obj


def drawing(pdf: pikepdf.Pdf) -> Object:
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form["/Resources"] = Dictionary()
    page(pdf).Resources["/XObject"] = Dictionary(F=form)
    return page(pdf).Resources.XObject.F


def annotation(pdf: pikepdf.Pdf) -> Object:
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    box = Dictionary(
        Type=Name.Annot, Subtype=Name.Square, F=4, Rect=Array([1, 1, 9, 9]), AP=Dictionary(N=look)
    )
    page(pdf)["/Annots"] = Array([pdf.make_indirect(box)])
    return page(pdf).Annots[0]


def element(pdf: pikepdf.Pdf) -> Object:
    inner = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P))
    outer = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array([inner])))
    pdf.Root["/StructTreeRoot"] = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=outer))
    return inner


def resources(pdf: pikepdf.Pdf) -> Object:
    return page(pdf).Resources


def pages(pdf: pikepdf.Pdf) -> Object:
    return pdf.Root.Pages


def stray_page(pdf: pikepdf.Pdf) -> Object:
    pdf.Root["/PieceInfo"] = Dictionary(A=pdf.make_indirect(Dictionary(Type=Name.Page)))
    return pdf.Root.PieceInfo.A


def font(pdf: pikepdf.Pdf) -> Object:
    return next(iter(dict(page(pdf).Resources.Font).values()))


def information(pdf: pikepdf.Pdf) -> Object:
    pdf.trailer["/Info"] = pdf.make_indirect(Dictionary())
    return pdf.trailer.Info


@pytest.mark.parametrize("owner", [page, drawing, annotation, element])
def test_a_file_of_a_page_or_its_parts_is_associated(owner: Owner) -> None:
    report = with_file_of(owner)
    assert report.verdict is Verdict.CONFORMING, report.reasons


@pytest.mark.parametrize("owner", [resources, pages, stray_page, font, information])
def test_a_file_of_anything_else_is_not_vouched_for(owner: Owner) -> None:
    assert with_file_of(owner).confirmed is None
