"""The service over its children: pictures, text, search; deadlines, wiping and limits."""

import io
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Code, Failure
from desktop.pdf.service import MOST_RESTARTS, PdfService
from desktop.ports.pdf import OpenedPdf, PageImage, PageText
from tests.unit.pdf.impatience import PATIENT, impatient
from tests.unit.pdf.pdf_samples import hostile, letter
from tests.waiting import LIMIT_S, ended


@pytest.fixture
def service() -> Iterator[PdfService]:
    made = PdfService(PATIENT)
    yield made
    made.close()


def opened(service: PdfService, content: bytes) -> OpenedPdf:
    found = service.open(content)
    assert isinstance(found, OpenedPdf), found
    return found


def hangs(service: PdfService, document: OpenedPdf, page: int) -> bool:
    """Whether a page is given up at its deadline; the others keep theirs."""
    with impatient(service, page=1.0):
        return service.page_image(document, page, 100, 0) == Failure.of(Code.FILE_UNSAFE)


def hanging_second_page() -> bytes:
    """A sound first page, and one that no reader ever finishes."""
    out = io.BytesIO()
    with (
        pikepdf.open(io.BytesIO(letter())) as sound,
        pikepdf.open(io.BytesIO(hostile()["nested forms"])) as bad,
    ):
        sound.pages.extend(bad.pages)
        sound.save(out)
    return out.getvalue()


def signed_letter() -> bytes:
    """A plain letter with a (worthless) signature field that has a value."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter(None))) as pdf:
        signature = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite"), ByteRange=[0, 10, 20, 30],
                Contents=pikepdf.String(bytes(64)),
            )
        )  # fmt: skip
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                FT=pikepdf.Name.Sig, T="S", V=signature, Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget, Rect=[0, 0, 0, 0], F=132, P=pdf.pages[0].obj,
            )
        )  # fmt: skip
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([field]))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        pdf.save(out)
    return out.getvalue()


def turned_photo() -> bytes:
    """Lies on its side; the camera noted that it stands, red above blue."""
    picture = Image.effect_noise((400, 200), 90).convert("RGB")
    picture.paste((250, 0, 0), (0, 0, 200, 200))
    picture.paste((0, 0, 250), (200, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def test_a_page_is_drawn_at_the_asked_width(service: PdfService) -> None:
    document = opened(service, letter(pages=2))
    assert len(document.page_sizes) == 2
    picture = service.page_image(document, 1, 400, 0)
    assert isinstance(picture, PageImage)
    assert (picture.width, picture.stride, len(picture.pixels)) == (400, 1600, 1600 * picture.height)
    assert picture.pixels[:3] == b"\xff\xff\xff"
    assert min(picture.pixels[0::4]) < 80  # there is ink
    turned = service.page_image(document, 1, 400, 90)
    assert isinstance(turned, PageImage)
    assert turned.width == 400
    assert turned.height < 400


def test_text_has_a_box_for_each_character(service: PdfService) -> None:
    document = opened(service, letter())
    page = service.page_text(document, 0)
    assert isinstance(page, PageText)
    assert "Évolution favorable, œdème" in page.content
    assert len(page.content) == len(page.boxes)
    width, height = document.page_sizes[0]
    first = page.boxes[page.content.index("É")]
    assert 0 < first[0] < first[2] < width
    assert 0 < first[1] < first[3] < height / 4  # near the top


def test_search_folds_accents_case_and_broken_words(service: PdfService) -> None:
    document = opened(service, letter(pages=3))
    hits = service.find(document, "OEDEME resorbe")
    assert not isinstance(hits, Failure)
    assert [hit.page for hit in hits] == [0, 1, 2]
    assert all(hit.boxes for hit in hits)
    broken = service.find(document, "traitement")
    assert not isinstance(broken, Failure)
    assert [len(hit.boxes) for hit in broken] == [2, 2, 2]  # one box a line
    assert service.find(document, "zorglub") == ()


def test_check_in_the_work_child(service: PdfService) -> None:
    report = service.check(letter("PDF/A-2B"))
    assert isinstance(report, CheckReport)
    assert (report.verdict, report.confirmed) == (Verdict.CONFORMING, "2b")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", Code.FILE_EMPTY), (b"hello", Code.FILE_NOT_PDF), (b"%PDF-1.4\n", Code.FILE_UNREADABLE)],
)
def test_what_cannot_be_opened_is_told(service: PdfService, content: bytes, code: Code) -> None:
    assert service.open(content) == Failure.of(code)
    assert isinstance(service.open(letter()), OpenedPdf)


def test_a_page_that_is_not_there(service: PdfService) -> None:
    document = opened(service, letter())
    answer = service.page_image(document, 7, 100, 0)
    assert isinstance(answer, Failure)
    assert answer.code is Code.RENDER_FAILED


def test_a_released_document_is_gone_and_its_child_used_again(service: PdfService) -> None:
    first = opened(service, letter())
    service.release(first)
    assert service.page_text(first, 0) == Failure.of(Code.CANCELLED)
    second = opened(service, letter())
    assert isinstance(service.page_text(second, 0), PageText)


def test_a_hostile_document_takes_nothing_else_with_it() -> None:
    service = PdfService(PATIENT)
    try:
        good = opened(service, letter())
        bad = opened(service, hostile()["nested forms"])
        assert hangs(service, bad, 0)
        assert hangs(service, bad, 0)
        assert isinstance(service.page_image(good, 0, 100, 0), PageImage)
    finally:
        service.close()


def test_a_page_that_hangs_does_not_take_the_others_with_it() -> None:
    """Its child is killed; a new one draws the next page, a limited number of times."""
    service = PdfService(PATIENT)
    try:
        both = opened(service, hanging_second_page())
        assert isinstance(service.page_image(both, 0, 100, 0), PageImage)
        for _ in range(MOST_RESTARTS):
            assert hangs(service, both, 1)
            assert isinstance(service.page_image(both, 0, 100, 0), PageImage)
        assert hangs(service, both, 1)
        assert service.page_image(both, 0, 100, 0) == Failure.of(Code.FILE_UNSAFE)
    finally:
        service.close()


def test_a_wiped_document_gets_no_new_child() -> None:
    service = PdfService(PATIENT)
    try:
        both = opened(service, hanging_second_page())
        assert hangs(service, both, 1)
        service.wipe()
        assert service.page_image(both, 0, 100, 0) == Failure.of(Code.CANCELLED)
        assert not service._children.opened
    finally:
        service.close()


def test_a_photo_is_shown_as_any_viewer_shows_it(service: PdfService) -> None:
    """The « before » of a comparison: turned by what the camera noted, on white, without text."""
    photo = opened(service, turned_photo())
    assert photo.page_sizes == ((421.0, 842.0),)
    picture = service.page_image(photo, 0, 100, 0)
    assert isinstance(picture, PageImage)
    assert (picture.width, picture.height) == (100, 200)
    assert picture.pixels[:3] > bytes((200, 0, 0)), "the red half stands above"
    last = picture.pixels[-picture.stride :][:3]
    assert last[2] > 200 > last[0], "the blue half below"
    turned = service.page_image(photo, 0, 100, 90)
    assert isinstance(turned, PageImage) and (turned.width, turned.height) == (100, 50)
    text = service.page_text(photo, 0)
    assert isinstance(text, PageText) and text.content == ""
    assert service.find(photo, "bilan") == ()
    service.release(photo)
    assert service.page_image(photo, 0, 100, 0) == Failure.of(Code.CANCELLED)


@pytest.mark.parametrize("cut", [40, 400, -300])
def test_a_damaged_photo_is_told(service: PdfService, cut: int) -> None:
    content = turned_photo()[:cut]
    photo = service.open(content)
    if isinstance(photo, OpenedPdf):
        drawn = service.page_image(photo, 0, 100, 0)
        assert isinstance(drawn, Failure) and drawn.code is Code.RENDER_FAILED
        service.release(photo)
    else:
        assert photo.code in (Code.FILE_UNREADABLE, Code.FILE_NOT_PDF)


def _png_of(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""
    out = io.BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    made = bytearray(out.getvalue())
    made[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    made[29:33] = zlib.crc32(made[12:29]).to_bytes(4, "big")
    return bytes(made)


@pytest.mark.parametrize("size", [(13_000, 13_000), (60_000, 60_000), (2_000_000_000, 3)])
def test_a_picture_bomb_is_refused(service: PdfService, size: tuple[int, int]) -> None:
    photo = service.open(_png_of(*size))
    assert photo == Failure.of(Code.FILE_UNSAFE)


def test_every_page_of_a_scan_is_shown(service: PdfService) -> None:
    """A multi-page TIFF of black and white sheets, as scanners write it."""
    sheets = [Image.new("1", (800, 1100), 1) for _ in range(3)]
    sheets[1].paste(0, (0, 0, 800, 1100))
    out = io.BytesIO()
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:], compression="group4")
    scan = opened(service, out.getvalue())
    assert len(scan.page_sizes) == 3
    drawn = [service.page_image(scan, page, 80, 0) for page in (2, 1, 0)]
    assert [d.pixels[0] for d in drawn if isinstance(d, PageImage)] == [255, 0, 255]


def test_wipe_kills_the_children_and_cancels_what_runs() -> None:
    service = PdfService(PATIENT)
    try:
        bad = opened(service, hostile()["nested forms"])
        answers: list[object] = []
        started = threading.Event()

        def draw() -> None:
            started.set()
            answers.append(service.page_image(bad, 0, 300, 0))

        thread = threading.Thread(target=draw)
        thread.start()
        assert started.wait(LIMIT_S)
        service.wipe()
        ended(thread)
        assert answers == [Failure.of(Code.CANCELLED)]
        assert service.page_text(bad, 0) == Failure.of(Code.CANCELLED)
        assert isinstance(opened(service, letter()), OpenedPdf)  # and works again
    finally:
        service.close()


def test_a_closed_service_answers_cancelled() -> None:
    service = PdfService()
    service.warm()
    service.close()
    assert service.check(letter()) == Failure.of(Code.CANCELLED)
    assert service.open(letter()) == Failure.of(Code.CANCELLED)
    service.warm()
    service.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_render_child_can_write_no_file_and_has_a_memory_limit(service: PdfService) -> None:
    document = opened(service, letter())
    child = service._children.opened[document.handle].child
    limits = Path(f"/proc/{child.pid}/limits").read_text()
    named = {line[:25].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert named["Max file size"] == "0"
    assert named["Max core file size"] == "0"
    assert int(named["Max address space"]) == 2 << 30


def test_a_plain_letter_becomes_a_conforming_copy_in_the_work_child(service: PdfService) -> None:
    answer = service.convert(letter(None), "lettre.pdf")
    assert isinstance(answer, Conversion), answer
    copy = service.check(answer.content)
    assert isinstance(copy, CheckReport)
    assert copy.confirmed == answer.report.confirmed
    assert copy.verdict is Verdict.CONFORMING


def test_a_signature_goes_only_when_the_user_said_so(service: PdfService) -> None:
    """Told first, never changed silently."""
    content = signed_letter()
    report = service.check(content)
    assert isinstance(report, CheckReport) and report.signed
    assert service.convert(content, "lettre.pdf") == Failure.of(Code.FILE_SIGNED)
    copy = service.convert(content, "lettre.pdf", signature_may_go=True)
    assert isinstance(copy, Conversion), copy
    assert copy.changes[0] == "pdfa.change_signature"
    after = service.check(copy.content)
    assert isinstance(after, CheckReport)
    assert after.verdict is Verdict.CONFORMING and not after.signed


def test_a_verdict_does_not_wait_behind_a_copy(service: PdfService) -> None:
    """They have a child each."""
    assert isinstance(service.convert(letter(None), "a.pdf"), Conversion)
    assert isinstance(service.check(letter()), CheckReport)
    assert service._children.work.child() is not service._children.convert.child()
