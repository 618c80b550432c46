"""Colours that PDF/A takes in another form: the copy shows the same ones, gradients as gradients."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

from desktop.pdf.convert.shading_colours import convert_gradients
from tests.unit.pdf.test_convert import copy_of, difference, helvetica, page, saved

CMYK = Name.DeviceCMYK
PURE = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 1, 0], N=1)
BACK = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 1, 1, 0], C1=[1, 0, 0, 0.2], N=2)
SPOT = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0.1], C1=[1], N=1)


def _stitched() -> Dictionary:
    return Dictionary(
        FunctionType=3, Domain=[0, 1], Functions=Array([PURE, BACK]), Bounds=[0.4], Encode=[0, 1, 0, 1]
    )


def _gradient(kind: int, space: object, function: object, **entries: object) -> pikepdf.Pdf:
    pdf = page(b"q 50 400 300 200 re W n /Sh sh Q")
    places = [50, 0, 350, 0] if kind == 2 else [200, 500, 10, 200, 500, 150]
    shading = Dictionary(
        ShadingType=kind, ColorSpace=space, Coords=places, Function=function, Extend=[True, True]
    )
    for key, value in entries.items():
        shading[f"/{key}"] = value
    pdf.pages[0].Resources.Shading = Dictionary(Sh=shading)
    return pdf


def _spot() -> Array:
    return Array([Name.Separation, Name.Gold, CMYK, Dictionary(PURE)])


@pytest.mark.parametrize("kind", [2, 3])
@pytest.mark.parametrize("which", ["printing", "stitched", "spot", "with a ground"])
def test_it_runs_through_the_same_colours_and_stays_a_gradient(kind: int, which: str) -> None:
    made = {
        "printing": lambda: _gradient(kind, CMYK, Dictionary(PURE)),
        "stitched": lambda: _gradient(kind, CMYK, _stitched()),
        "spot": lambda: _gradient(kind, _spot(), Dictionary(SPOT)),
        "with a ground": lambda: _gradient(kind, CMYK, Dictionary(PURE), Background=[0, 0, 1, 0]),
    }[which]()
    content = saved(made)
    copy = copy_of(content)
    assert copy.pictured_pages == ()
    assert "pdfa.change_colours" in copy.changes
    assert difference(content, copy.content) < 2


def test_a_sampled_function_is_read_between_its_samples() -> None:
    pdf = _gradient(2, CMYK, None)
    sampled = pdf.make_stream(
        bytes([0, 0, 0, 0, 0, 255, 255, 0, 255, 0, 0, 0]), FunctionType=0, BitsPerSample=8
    )
    sampled.Domain, sampled.Range, sampled.Size = Array([0, 1]), Array([0, 1] * 4), Array([3])
    pdf.pages[0].Resources.Shading.Sh.Function = sampled
    content = saved(pdf)
    copy = copy_of(content)
    assert copy.pictured_pages == ()
    assert difference(content, copy.content) < 2


def test_what_is_not_evaluated_stays_and_its_page_becomes_a_picture() -> None:
    pdf = _gradient(2, CMYK, None)
    program = pdf.make_stream(b"{ dup 0 exch 0 }", FunctionType=4)
    program.Domain, program.Range = Array([0, 1]), Array([0, 1] * 4)
    pdf.pages[0].Resources.Shading.Sh.Function = program
    assert not convert_gradients(pdf, lambda space: space == CMYK)
    assert pdf.pages[0].Resources.Shading.Sh.ColorSpace == CMYK
    assert copy_of(saved(pdf)).pictured_pages == (1,)


def test_screen_colours_are_left_alone() -> None:
    pdf = _gradient(2, Name.DeviceRGB, Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * 3, C1=[1] * 3, N=1))
    assert not convert_gradients(pdf, lambda space: space == CMYK)


@pytest.mark.parametrize("count", [1, 3])
def test_a_profile_of_another_number_of_colours_costs_no_vectors(count: int) -> None:
    """A grey picture under an RGB profile, as ImageMagick writes it: readers go by the number of colours."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pdf = page(b"BT /F1 14 Tf 72 670 Td (Radiographie) Tj ET q 99 0 0 99 72 400 cm /X Do Q", Font=helvetica())
    stream = pdf.make_stream(profile if count == 1 else profile[:16] + b"GRAY" + profile[20:], N=count)
    picture = pdf.make_stream(bytes(range(0, 256, 4)) * count, Type=Name.XObject, Subtype=Name.Image)
    picture.Width, picture.Height, picture.BitsPerComponent = 8, 8, 8
    picture.ColorSpace = Array([Name.ICCBased, stream])
    pdf.pages[0].Resources.XObject = Dictionary(X=picture)
    content = saved(pdf)
    copy = copy_of(content)
    assert copy.pictured_pages == ()
    assert difference(content, copy.content) < 1


def test_a_spot_colour_is_dropped_where_it_is_not_said_though_another_page_says_its_name() -> None:
    """Page by page the same name for another colour, as layout programs write them."""
    pdf = page(b"/CS0 cs 0.5 scn 72 400 90 90 re f")
    pdf.pages[0].Resources.ColorSpace = Dictionary(CS0=_spot())
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[1].Contents = pdf.make_stream(b"/CS0 cs 0.2 0.4 0.6 scn 72 400 90 90 re f")
    plain = Array([Name.CalRGB, Dictionary(WhitePoint=[0.9505, 1, 1.089])])
    pdf.pages[1].Resources = Dictionary(ColorSpace=Dictionary(CS0=plain))
    content = saved(pdf)
    copy = copy_of(content)
    assert copy.pictured_pages == ()
    assert difference(content, copy.content) < 1
    assert difference(content, copy.content, 1) < 1
