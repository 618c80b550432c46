"""The file-syntax layer: what qpdf repairs in silence is never approved."""

import re
from collections.abc import Callable

import pytest

from desktop.domain.deposit import CheckReport, Verdict
from desktop.pdf.check import check
from tests.unit.pdf.pdf_samples import letter, updated

Edit = Callable[[bytes], bytes]


def _sub(pattern: bytes, new: bytes) -> Edit:
    def edit(content: bytes) -> bytes:
        changed = re.sub(pattern, new, content, count=1, flags=re.DOTALL)
        assert changed != content
        return changed

    return edit


NONCONFORMING: dict[str, Edit] = {
    "no binary comment": _sub(rb"\A(%PDF-1\.4\n)%[^\n]{4}", rb"\1%abcd"),
    "data after the end": lambda content: content + b"\nmore",
    "two line ends after the end": lambda content: content.rstrip(b"\n") + b"\n\n",
    "no ID": _sub(rb"/ID ?\[", rb"/Id ["),
    "stream keyword": _sub(rb">>\nstream\n", rb">>\nstream\r"),
    "object spacing": _sub(rb"\n1 0 obj\n", b"\n1 0 obj "),
    "endobj": _sub(rb">>\nendobj", b">> endobj"),
    "odd hexadecimal string": _sub(rb"(/ID ?\[<[0-9A-F]{6})[0-9A-F]", rb"\1 "),
    "xref keyword": _sub(rb"xref\n0", b"xref 0"),
}
NOT_APPROVED: dict[str, Edit] = {
    "bytes before the header": lambda content: b"\n" + content,
    "junk in the header line": _sub(rb"\A%PDF-1\.4", b"%PDF-1.4 x"),
    "stream length": lambda content: _longer_stream(content),
    "no startxref": _sub(rb"startxref", b"startxrfe"),
}


def _longer_stream(content: bytes) -> bytes:
    found = re.search(rb"/Length (\d+)", content)
    assert found is not None
    number = str(int(found.group(1)) - 1).encode().rjust(len(found.group(1)), b"0")
    return content[: found.start(1)] + number + content[found.end(1) :]


def test_the_letter_itself_is_clean() -> None:
    report = check(letter())
    assert isinstance(report, CheckReport)
    assert report.verdict is Verdict.CONFORMING


@pytest.mark.parametrize("name", NONCONFORMING)
def test_a_syntax_fault_is_a_violation(name: str) -> None:
    report = check(NONCONFORMING[name](letter()))
    assert isinstance(report, CheckReport)
    assert report.verdict is Verdict.NONCONFORMING
    assert {reason.family for reason in report.reasons} <= {"file_syntax", "after_end", "stream_length"}


@pytest.mark.parametrize("name", NOT_APPROVED)
def test_a_file_that_had_to_be_repaired_is_never_approved(name: str) -> None:
    report = check(NOT_APPROVED[name](letter()))
    assert not isinstance(report, CheckReport) or report.confirmed is None


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b"<</A 1>>\nendobj", Verdict.CONFORMING),
        (b"<</A 1>> endobj", Verdict.NONCONFORMING),
        (b"(/XRef) endobj", Verdict.NONCONFORMING),
        (b"<</A <012>>>\nendobj", Verdict.NONCONFORMING),
    ],
)
def test_an_object_before_a_cross_reference_stream_is_looked_at(body: bytes, verdict: Verdict) -> None:
    report = check(updated(letter("PDF/A-2B"), body))
    assert isinstance(report, CheckReport)
    assert report.verdict is verdict


def _second_update(trailer: Callable[[int, int], bytes]) -> CheckReport:
    """An update whose object is spoilt, and one after it whose trailer is *trailer(first, spoilt)*."""
    content = letter()
    first = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    identifier = re.findall(rb"/ID\s*\[[^\]]*\]", content)[-1]
    root = re.findall(rb"/Root \d+ 0 R", content)[-1]
    number = int(re.findall(rb"/Size (\d+)", content)[-1])
    spoilt = 0
    for body, entries in ((b"<</A 1>> endobj", b"/Prev %d" % first), (b"<</B 1>>\nendobj", b"")):
        start = len(content)
        content += b"%d 0 obj\n%s\n" % (number, body)
        section = len(content)
        entries = entries or trailer(first, spoilt)
        content += b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d %s %s %s>>\nstartxref\n%d\n%%%%EOF\n" % (
            *(number, start, number + 1, root, b"" if b"/ID" in entries else identifier, entries, section),
        )
        spoilt, number = section, number + 1
    report = check(content)
    assert isinstance(report, CheckReport)
    return report


@pytest.mark.parametrize(
    "trailer",
    [
        lambda first, spoilt: b"/Prev %d" % spoilt,
        lambda first, spoilt: b"%%/Prev %d\n/Prev %d" % (first, spoilt),
        lambda first, spoilt: b"/Pre#76 %d %%/Prev %d\n" % (spoilt, first),
        lambda first, spoilt: b"/Pre#76 %d" % spoilt,
        lambda first, spoilt: b"/Info <</Prev %d>> /Prev %d" % (first, spoilt),
        lambda first, spoilt: b"/ID [(/Prev %d) (abcdefgh)] /Prev %d" % (first, spoilt),
        lambda first, spoilt: b"/ID [(startxref) (abcdefgh)] /Prev %d" % spoilt,
        lambda first, spoilt: b"/Prev +%d" % spoilt,
    ],
)
def test_no_section_hides_behind_a_trailer_that_can_be_read_in_two_ways(
    trailer: Callable[[int, int], bytes],
) -> None:
    assert _second_update(trailer).confirmed is None


def test_a_section_that_is_replaced_by_its_successor_is_not_vouched_for() -> None:
    """The parser shows only the newest object of a number."""
    content = updated(letter("PDF/A-2B"), b"<</A 1>> endobj")
    previous = re.findall(rb"startxref\s+(\d+)", content)[-1]
    last = re.search(rb"(\d+) 0 obj\n<</Type /XRef[^\n]*>>\nstream\n.*?endobj\n", content, re.DOTALL)
    assert last is not None
    number = last.group(1)
    start = len(content)
    row = b"\1" + start.to_bytes(4, "big") + b"\0\0"
    again = re.sub(rb"/Prev \d+", b"/Prev " + previous, last.group().split(b"stream\n")[0])
    again = re.sub(rb"/Index \[\d+ 2\]", b"/Index [" + number + b" 1]", again).replace(
        b"/Length 14", b"/Length 7"
    )
    content += again + b"stream\n" + row + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    report = check(content)
    assert isinstance(report, CheckReport)
    assert report.confirmed is None
    assert report.verdict is Verdict.UNCONFIRMED
