"""Fonts that PDF/A does not take are drawn anew: vectors, words and every sign stay, and it is told."""

import io
from collections.abc import Callable
from functools import cache

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object

from desktop.domain.deposit import Conversion
from desktop.pdf.convert import convert
from desktop.pdf.convert.glyph_outlines import look_alike, outlines_of
from desktop.services.deposit import must_be_compared
from tests.pdfa.verapdf import BUILT, judge
from tests.unit.pdf.pdf_samples import changed
from tests.unit.pdf.test_convert import HELLO, difference, helvetica, page, saved, words

TOLD = "pdfa.change_drawn_fonts"
ACCENTS = b"BT /F1 14 Tf 72 700 Td (contr\364le \340 6 semaines, 12 \200, 1,5 mg \261 2) Tj ET"


def _copy(content: bytes) -> Conversion:
    made = convert(content)
    assert isinstance(made, Conversion), made
    return made


@cache
def _drawn_letter() -> bytes:
    """A page whose one font is a Type1C program."""
    return _copy(saved(page(ACCENTS, Font=_named("Univers")))).content


def _named(name: str) -> Dictionary:
    """A font that is only named, as wide as the document says: without that, PDFium has a width each time."""
    fonts = helvetica(name)
    fonts.F1.FirstChar, fonts.F1.LastChar, fonts.F1.Widths = 32, 255, Array([580] * 224)
    return fonts


def _only_named(pdf: pikepdf.Pdf) -> None:
    font = _font(pdf)
    del font["/FontDescriptor"]
    font.BaseFont = Name("/Univers")


def _multiple_masters(pdf: pikepdf.Pdf) -> None:
    _font(pdf).Subtype = Name.MMType1


def _other_widths(pdf: pikepdf.Pdf) -> None:
    font = _font(pdf)
    font.Widths = Array([float(width) + 20 if width else 0 for width in font.Widths])


def _by_name_in_a_composite(pdf: pikepdf.Pdf) -> None:
    """A program whose glyphs have names, under a font that numbers them and counts on other widths."""
    font = _font(pdf)
    program, wide = font.FontDescriptor.FontFile3, [0, *(width + 20 for width in font.Widths if width)]
    program.Subtype = Name.CIDFontType0C
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=font.BaseFont, W=Array([0, Array(wide)]),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=font.FontDescriptor,
    )  # fmt: skip
    pdf.pages[0].Resources.Font.F1 = pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=font.BaseFont, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
        )
    )  # fmt: skip
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F1 14 Tf 72 700 Td <00020003000400050006> Tj ET")


def _font(pdf: pikepdf.Pdf) -> Object:
    return pdf.pages[0].Resources.Font.F1


ODD: tuple[Callable[[pikepdf.Pdf], None], ...] = (
    _only_named, _multiple_masters, _other_widths, _by_name_in_a_composite,
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.__name__)
def test_a_font_that_pdf_a_does_not_take_costs_no_vector(odd: Callable[[pikepdf.Pdf], None]) -> None:
    content = changed(_drawn_letter(), odd)
    made = _copy(content)
    assert made.pictured_pages == ()
    assert TOLD in made.changes
    assert must_be_compared(made)
    assert words(made.content) == words(content)
    assert difference(content, made.content) < 0.5
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert "/FontDescriptor" in _font(pdf) or "/FontDescriptor" in _font(pdf).DescendantFonts[0]


@pytest.mark.skipif(not (BUILT / "judge.jar").exists(), reason="the judge is built by dev.py test pdfa")
def test_the_judge_takes_every_drawn_font() -> None:
    copies = [("2b", _copy(changed(_drawn_letter(), odd)).content) for odd in ODD]
    said = zip(ODD, judge(copies), strict=True)
    assert [(odd.__name__, sentence.rules) for odd, sentence in said if not sentence.conforms] == []


def test_a_font_that_is_fine_is_left_alone() -> None:
    assert _copy(_drawn_letter()).content == _drawn_letter()
    with pikepdf.open(io.BytesIO(_drawn_letter())) as pdf:
        pdf.pages[0].Resources.Font = Dictionary(F1=_named("Univers").F1, F2=helvetica().F1)
        pdf.pages[0].Contents = pdf.make_stream(
            HELLO + b" " + HELLO.replace(b"/F1", b"/F2").replace(b"700", b"600")
        )
        made = _copy(saved_copy(pdf))
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        shown = pdf.pages[0].Resources.Font
        assert str(shown.F1.BaseFont).startswith("/DSPCCC+")
        assert str(shown.F2.BaseFont) == "/DSPAAA+LiberationSans-Regular"


def saved_copy(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_one_other_sign_is_another_font() -> None:
    """« 2 » drawn as « 3 », a sign left out, other letters of the same widths: never the same."""
    with pikepdf.new() as pdf:
        fonts = _named("Univers")
        font = pdf.make_indirect(fonts.F1)
        codes = list(b"12,5 mg")
        assert look_alike(font, font, codes, 1)
        for wrong in (Name.three, Name.space, Name.Z):
            other = pdf.make_indirect(Dictionary(_named("Univers").F1))
            other.Encoding = Dictionary(
                Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=Array([ord("2"), wrong])
            )
            assert not look_alike(font, other, codes, 1), wrong
        with_serifs = pdf.make_indirect(_named("Times-Roman").F1)
        assert not look_alike(font, with_serifs, codes, 1)


def test_every_code_has_its_own_outline_width_and_character() -> None:
    with pikepdf.new() as pdf:
        found = outlines_of(pdf.make_indirect(helvetica().F1), list(b"Ai \351"), 1)
    assert [found[code].text for code in b"Ai \351"] == ["A", "i", " ", "é"]
    assert [found[code].width for code in b"Ai \351"] == [667, 222, 278, 556]
    assert [len(found[code].contours) for code in b"Ai \351"] == [2, 2, 0, 3]


def test_a_sign_that_cannot_be_drawn_here_keeps_the_font_from_being_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page is then looked at as a picture, and told of when a sign is missing there."""
    from desktop.pdf.convert import drawn_fonts

    def without_a_sign(font: Object, codes: list[int], size: int) -> object:
        found = outlines_of(font, codes, size)
        found[ord("6")] = type(found[ord("6")])(556.0, (), "6", embedded=False)
        return found

    monkeypatch.setattr(drawn_fonts, "outlines_of", without_a_sign)
    made = _copy(saved(page(ACCENTS, Font=_named("Univers"))))
    assert made.pictured_pages == (1,)
    assert TOLD not in made.changes
