"""What the engine does not look at, and what it says that is not certain."""

import io
import re
from collections.abc import Callable

import msgspec
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.domain.deposit import CheckReport, Verdict
from desktop.domain.errors import Code, Failure
from desktop.pdf.check import check
from desktop.pdf.check.font_programs import profile_fault, truetype_fault
from desktop.pdf.check.rdf import read_packet
from desktop.pdf.convert import convert
from tests.unit.pdf.pdf_samples import changed, letter

PLAIN = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}
Change = Callable[[pikepdf.Pdf], None]


def report_of(content: bytes) -> CheckReport:
    report = check(content)
    assert isinstance(report, CheckReport)
    return report


def programs() -> tuple[bytes, bytes]:
    """The TrueType program and the output profile of a letter."""
    with pikepdf.open(io.BytesIO(letter())) as pdf:
        (font,) = [thing.FontFile2 for thing in pdf.objects if _has(thing, "/FontFile2")]
        return font.read_bytes(), pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()


def _has(thing: object, key: str) -> bool:
    return isinstance(thing, Dictionary) and key in thing


def test_whole_programs_have_no_fault() -> None:
    font, profile = programs()
    assert truetype_fault(font) == ""
    assert profile_fault(profile) == ""


@pytest.mark.parametrize("tag", [b"head", b"hhea", b"maxp", b"hmtx", b"loca", b"glyf"])
def test_a_font_program_without_a_table_is_not_vouched_for(tag: bytes) -> None:
    font, _ = programs()
    assert tag.decode() in truetype_fault(font.replace(tag, b"zzzz", 1))


def test_a_font_program_cut_short_or_of_another_kind() -> None:
    font, _ = programs()
    assert truetype_fault(font[:-5]) != ""
    assert truetype_fault(b"abcd" + font[4:]) != ""


@pytest.mark.parametrize("place", [0, 36, 128, 136])
def test_a_profile_with_a_damaged_frame_is_not_vouched_for(place: int) -> None:
    _, profile = programs()
    assert profile_fault(profile[:place] + b"\x7f\xff\xff\xff" + profile[place + 4 :]) != ""


def test_a_profile_with_a_damaged_description_is_not_vouched_for() -> None:
    _, profile = programs()
    start = profile.index(b"desc", profile.index(b"desc") + 4)
    assert profile_fault(profile[: start + 8] + b"\x7f\xff\xff\xff" + profile[start + 12 :]) != ""


def _long_name(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Foo"] = Name("/" + "n" * 128)


def _unused_state(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources["/ExtGState"] = Dictionary(Unused=Dictionary(Foo=Name("/" + "n" * 128)))


def _glued_comment(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.make_stream(b"q 1 0 0 rg%x\nQ"))


def _stray_text(pdf: pikepdf.Pdf) -> None:
    old = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(old.replace(b"<rdf:Description", b"text<rdf:Description", 1))


def _unused_font(pdf: pikepdf.Pdf) -> None:
    name = pikepdf.Object.parse(b"/ABC#ff#fe")
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=name)
    pdf.pages[0].Resources.Font["/Unused"] = pdf.make_indirect(font)


@pytest.mark.parametrize("change", [_unused_font, _long_name, _unused_state, _glued_comment, _stray_text])
def test_what_the_engine_never_meets_is_not_approved(change: Change) -> None:
    assert report_of(changed(letter("PDF/A-2B"), change, **PLAIN)).confirmed is None


def test_a_bare_number_beyond_the_limits_is_not_approved() -> None:
    content = letter("PDF/A-2B")
    last = re.search(rb"startxref\s+(\d+)", content)
    root = re.search(rb"/Root \d+ 0 R", content)
    name = re.search(rb"/ID\s*\[[^\]]*\]", content)
    assert last and root and name
    for number, approved in ((b"7", True), (b"99999999999", False)):
        body = b"15 0 obj\n%s\nendobj\n" % number
        start = len(content) + 1
        update = (
            b"\n"
            + body
            + b"xref\n15 1\n%010d 00000 n \ntrailer\n<<%s %s/Size 16/Prev %s>>"
            % (
                start,
                root.group(),
                name.group(),
                last.group(1),
            )
        )
        update += b"\nstartxref\n%d\n%%%%EOF\n" % (start + len(body))
        assert (report_of(content + update).confirmed is not None) is approved


def _operators_run_together(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.make_stream(b"q 5w10w Q"))


def _resource_gone(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.make_stream(b"q /Nowhere gs Q"))


def _thread(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.Thread, D=0)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[1, 1, 9, 9], F=4, A=action)
    pdf.pages[0]["/Annots"] = Array([pdf.make_indirect(link)])


@pytest.mark.parametrize("change", [_operators_run_together, _resource_gone, _thread])
def test_what_readers_see_differently_is_not_called_wrong(change: Change) -> None:
    assert report_of(changed(letter(), change, **PLAIN)).verdict is Verdict.UNCONFIRMED


def _launch(pdf: pikepdf.Pdf) -> None:
    pdf.Root["/OpenAction"] = Dictionary(S=Name.Launch, F=String("x.exe"))


def _unknown_operator(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.make_stream(b"q zorglub Q"))


@pytest.mark.parametrize("change", [_launch, _unknown_operator])
def test_what_is_wrong_for_everybody_is_called_wrong(change: Change) -> None:
    assert report_of(changed(letter(), change, **PLAIN)).verdict is Verdict.NONCONFORMING


def test_the_inside_of_a_repaired_file_is_not_called_wrong() -> None:
    content = changed(letter(), _unknown_operator, **PLAIN)
    broken = re.sub(rb"startxref\s+\d+", b"startxref\n7", content)
    report = report_of(broken)
    assert report.verdict is Verdict.UNCONFIRMED
    assert "damaged" in [reason.family for reason in report.reasons]


HEAD = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
)


@pytest.mark.parametrize(
    "inside",
    [
        b'text<rdf:Description rdf:about=""/>',
        b'<rdf:Description rdf:about=""/>\xc2\xa0',
        b'<rdf:Description rdf:about=""><a:b xmlns:a="urn:a"><![CDATA[x]]></a:b></rdf:Description>',
        b'<rdf:Description rdf:about="" xmlns:a="urn:a" xmlns:b="urn:a" b:c="x"/>',
        b'<rdf:Description rdf:about="" xml:space="preserve"/>',
    ],
)
def test_writing_that_readers_of_xmp_take_differently_is_odd(inside: bytes) -> None:
    assert read_packet(HEAD + inside + b"</rdf:RDF></x:xmpmeta>").odd


def test_names_that_are_no_text_can_be_told() -> None:
    content = letter()
    assert b"/OpenAction" in content
    report = report_of(content.replace(b"/OpenAction", b"/Ope\xd1Action"))
    assert report.confirmed is None
    msgspec.msgpack.encode(report)


def test_an_error_of_the_checker_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr("desktop.pdf.check.verdict.Metadata", broken)
    report = report_of(letter())
    assert (report.verdict, report.reasons[0].family) == (Verdict.UNCONFIRMED, "not_checked")


def _signed_form(pdf: pikepdf.Pdf) -> None:
    seal = Dictionary(Type=Name.Sig, ByteRange=Array([0, 10, 20, 30]), Contents=String(b"\0" * 16))
    field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("s"), V=pdf.make_indirect(seal)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def test_a_signature_is_told_of_whatever_breaks_the_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a copy would lose it without a word."""
    content = changed(letter(), _signed_form)

    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("desktop.pdf.check.verdict.Metadata", broken)
    report = report_of(content)
    assert report.verdict is Verdict.UNCONFIRMED and report.signed and report.has_form
    copy = convert(content)
    assert isinstance(copy, Failure) and copy.code is Code.FILE_SIGNED
