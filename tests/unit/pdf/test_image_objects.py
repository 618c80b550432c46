"""Pictures of pages: as small as they can be while nothing on them goes."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from desktop.common.resource_files import resource
from desktop.pdf.convert.image_objects import has_few_levels, image_stream, with_few_levels

Ink = int | tuple[int, int, int]


def _page(ink: Ink, paper: Ink, mode: str = "L") -> Image.Image:
    picture = Image.new(mode, (401, 120), paper)
    face = ImageFont.truetype(str(resource("fonts", "LiberationSans-Regular.ttf")), 28)
    ImageDraw.Draw(picture).text((10, 40), "Metformine 500 mg, 1-0-1", ink, font=face)
    return picture


def _drawn(picture: Image.Image) -> Image.Image:
    """As a reader shows the image object, a pixel a pixel."""
    with pikepdf.new() as pdf:
        width, height = picture.size
        page = pdf.add_blank_page(page_size=picture.size)
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image_stream(pdf, picture)))
        page.obj.Contents = pdf.make_stream(b"%d 0 0 %d 0 0 cm /Im Do" % (width, height))
        out = io.BytesIO()
        pdf.save(out)
    document = pypdfium2.PdfDocument(out.getvalue())
    try:
        shown: Image.Image = document[0].render(scale=1).to_pil().convert(picture.mode)
        return shown
    finally:
        document.close()


def _farthest(first: Image.Image, second: Image.Image) -> int:
    extremes = ImageChops.difference(first, second).getextrema()
    return max(int(pair[1] if isinstance(pair, tuple) else pair) for pair in extremes)


@pytest.mark.parametrize(
    ("ink", "paper", "mode"), [(0, 255, "L"), ((180, 0, 0), (255, 255, 255), "RGB"), (90, 200, "L")]
)
def test_letters_keep_their_looks_in_a_third_of_the_bytes(ink: Ink, paper: Ink, mode: str) -> None:
    page = _page(ink, paper, mode)
    small = with_few_levels(page)
    assert small is not page
    assert _farthest(page, small) <= 8
    assert _farthest(small, _drawn(small)) == 0
    with pikepdf.new() as pdf:
        plain, made = image_stream(pdf, page), image_stream(pdf, small)
        assert len(made.read_raw_bytes()) < 0.75 * len(plain.read_raw_bytes())


@pytest.mark.parametrize(
    ("ink", "paper", "mode"), [(240, 246, "L"), (104, 110, "L"), ((240, 240, 255), (246, 246, 255), "RGB")]
)
def test_what_would_fade_into_its_paper_keeps_its_own_grey(ink: Ink, paper: Ink, mode: str) -> None:
    page = _page(ink, paper, mode)
    ImageDraw.Draw(page).rectangle((300, 5, 330, 30), fill=ink)
    assert with_few_levels(page) is page
    assert _farthest(page, _drawn(page)) == 0


def test_a_photo_is_left_alone() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((200, 200), 60) for _ in range(3)])
    assert with_few_levels(noise) is noise


def test_only_what_four_bits_hold_is_written_with_them() -> None:
    assert has_few_levels(Image.new("L", (3, 3), 17 * 7))
    assert not has_few_levels(Image.new("L", (3, 3), 17 * 7 + 1))
    odd = Image.new("L", (5, 3), 0)
    odd.putpixel((4, 2), 255)
    assert _farthest(odd, _drawn(odd)) == 0
