"""The file-syntax layer: what qpdf repairs in silence is never approved (notes §3.3, rule 4)."""

import re
from collections.abc import Callable

import pytest
from pdf_samples import letter, updated

from desktop.domain.deposit import CheckReport, Verdict
from desktop.pdf.check import check

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
