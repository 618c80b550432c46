"""The verdicts: only what conforms is approved, and every reason can be read by a person."""

import io
import tomllib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.common.resource_files import resource
from desktop.domain.deposit import CheckReport, Verdict
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import Language, text
from desktop.pdf.check import check
from desktop.pdf.check.clause_families import FAMILIES
from tests.unit.pdf.pdf_samples import changed, letter

PLAIN = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}


def report_of(content: bytes) -> CheckReport:
    report = check(content)
    assert isinstance(report, CheckReport), report
    return report


@pytest.mark.parametrize(
    ("level", "confirmed"),
    [("PDF/A-1B", "1b"), ("PDF/A-2B", "2b"), ("PDF/A-2U", "2b"), ("PDF/A-3B", "3b"), ("PDF/A-3U", "3b")],
)
def test_a_good_letter_is_confirmed_to_level_b_of_its_part(level: str, confirmed: str) -> None:
    report = report_of(letter(level))
    assert (report.verdict, report.confirmed, report.reasons) == (Verdict.CONFORMING, confirmed, ())
    assert report.declared == level[6:].lower()


def test_level_a_is_declared_but_only_b_confirmed() -> None:
    report = report_of(with_xmp(letter(), b"conformance>B<", b"conformance>A<"))
    assert (report.declared, report.confirmed) == ("1a", "1b")


def test_a_plain_pdf_is_not_declared() -> None:
    report = report_of(letter(None))
    assert report.verdict is Verdict.NONCONFORMING
    assert [reason.family for reason in report.reasons] == ["not_declared"]
    assert report.confirmed is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.FILE_EMPTY),
        (b"PK\x03\x04 no pdf", Code.FILE_NOT_PDF),
        (b"%PDF-1.4\nnothing else", Code.FILE_UNREADABLE),
    ],
)
def test_what_is_no_pdf_is_a_failure(content: bytes, code: Code) -> None:
    assert check(content) == Failure.of(code)


def test_a_locked_file_is_told() -> None:
    locked = changed(letter(), lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert check(locked) == Failure.of(Code.FILE_LOCKED)


def test_part_4_is_not_judged() -> None:
    report = report_of(with_xmp(letter(), b"part>1<", b"part>4<"))
    assert report.verdict is Verdict.UNCONFIRMED
    assert [reason.family for reason in report.reasons] == ["other_part"]


def test_a_truncated_file_is_never_called_nonconforming_for_what_was_lost() -> None:
    report = check(letter()[: len(letter()) // 2])
    assert isinstance(report, Failure) or report.verdict is Verdict.UNCONFIRMED


def test_signature_and_form_are_seen() -> None:
    field = Dictionary(FT=Name.Tx, T=String("a"))

    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))
        pdf.Root.Sig = pdf.make_indirect(Dictionary(ByteRange=Array([0, 1, 2, 3])))

    report = report_of(changed(letter(), add, object_stream_mode=pikepdf.ObjectStreamMode.disable))
    assert report.has_form
    assert report.signed
    assert report.confirmed is None


def with_xmp(content: bytes, old: bytes, new: bytes) -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes()
        assert old in packet
        pdf.Root.Metadata.write(packet.replace(old, new))

    return changed(content, edit, **PLAIN)


def _no_font(pdf: pikepdf.Pdf) -> None:
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and "/FontFile2" in thing:
            del thing["/FontFile2"]


def _no_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _cmyk(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.make_stream(b"q 1 0 0 0 k 0 0 9 9 re f Q"))


def _transparent(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj["/Group"] = Dictionary(S=Name.Transparency)


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("1"))


def _title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = String("Another")


def _operator(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.make_stream(b"zorglub"))


def _no_metadata(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes().replace(b"conformance>B<", b"conformance>C<"))


def _annotation(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), F=2)
    pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(note)])


FAULTS = {
    "font_missing": _no_font,
    "device_colour": _cmyk,
    "transparency": _transparent,
    "action": _script,
    "metadata_mismatch": _title,
    "content": _operator,
    "identification": _no_metadata,
    "annotation": _annotation,
}


@pytest.mark.parametrize("family", FAULTS)
def test_a_fault_is_named_by_its_family(family: str) -> None:
    report = report_of(changed(letter(), FAULTS[family], **PLAIN))
    assert report.verdict is Verdict.NONCONFORMING
    assert family in [reason.family for reason in report.reasons]


@pytest.mark.parametrize(("mode", "verdict"), [(0, Verdict.NONCONFORMING), (3, Verdict.UNCONFIRMED)])
def test_a_font_that_is_not_embedded_is_wrong_where_its_text_is_seen(mode: int, verdict: Verdict) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and "/Font" in thing:
                thing.Font["/Hv"] = pdf.make_indirect(font)
        shown = f"BT /Hv 9 Tf {mode} Tr 9 9 Td (Hello) Tj ET".encode()
        pdf.pages[0].contents_add(pdf.make_stream(shown))

    report = report_of(changed(letter(), add, **PLAIN))
    assert (report.verdict, [reason.family for reason in report.reasons]) == (verdict, ["font_missing"])


def test_a_fault_on_a_page_tells_the_page() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        pdf.pages[2].contents_add(pdf.make_stream(b"zorglub"))

    report = report_of(changed(letter(pages=3), spoil, **PLAIN))
    assert [(reason.family, reason.page, reason.clause) for reason in report.reasons] == [
        ("content", 3, "6.2.10-1")
    ]


def test_black_text_without_output_intent_is_not_approved() -> None:
    assert report_of(changed(letter(), _no_intent, **PLAIN)).confirmed is None


def test_a_font_that_no_page_uses_does_no_harm() -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and "/Font" in thing:
                thing.Font["/Unused"] = pdf.make_indirect(font)

    assert report_of(changed(letter(), add, **PLAIN)).confirmed == "1b"


def test_harmless_constructs_do_no_harm() -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
        pdf.Root.ViewerPreferences = Dictionary(Type=Name.ViewerPreferences, DisplayDocTitle=True)
        pdf.pages[0].obj["/Tabs"] = Name.S
        pdf.pages[0].obj["/Trans"] = Dictionary(S=Name.Dissolve)

    assert report_of(changed(letter(), add, **PLAIN)).confirmed == "1b"


def test_an_opening_action_with_something_after_it_is_no_harmless_one() -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        going = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))
        going["/Next"] = Dictionary(S=Name.JavaScript, JS=String("1"))
        pdf.Root.OpenAction = going

    assert report_of(changed(letter(), add, **PLAIN)).confirmed is None


def test_the_checker_changes_nothing() -> None:
    content = letter()
    before = bytes(content)
    check(content)
    assert content == before
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize("language", list(Language))
def test_every_family_has_a_text_and_a_remedy(language: Language) -> None:
    for family in FAMILIES:
        assert text(f"pdfa.{family}", language=language).endswith(".")
        assert text(f"pdfa.{family}_do", language=language).endswith(".")


def test_the_four_languages_have_the_same_keys() -> None:
    keys = []
    for language in Language:
        with resource("translations", language.value, "pdfa.toml").open("rb") as file:
            keys.append(set(tomllib.load(file)))
    assert all(found == keys[0] for found in keys)
