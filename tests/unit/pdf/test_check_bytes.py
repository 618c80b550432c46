"""Bytes that tolerant readers patch in silence: damaged compression, vertical tabs, odd encodings."""

import re
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.domain.deposit import CheckReport
from desktop.pdf.check import check
from desktop.pdf.check.flate import PIECE, Flate
from desktop.pdf.check.rdf import encoding_of
from desktop.pdf.check.tokens import ambiguous_byte, hexadecimal_fault
from tests.unit.pdf.pdf_samples import changed, letter

PLAIN = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}


@pytest.mark.parametrize("size", [0, 10, PIECE, 2 * PIECE, 2 * PIECE + 1])
def test_compressed_data_is_whole(size: int) -> None:
    packed = zlib.compress(bytes(size))
    assert Flate().is_whole(memoryview(packed))
    assert Flate().is_whole(memoryview(packed + b"\r\n"))


def test_compressed_data_is_not_whole() -> None:
    packed = zlib.compress(b"some text that is long enough to be packed" * 9)
    assert not Flate().is_whole(memoryview(packed[:-1]))
    assert not Flate().is_whole(memoryview(packed[:-1] + b"x"))
    assert not Flate().is_whole(memoryview(packed + b"more"))
    assert not Flate().is_whole(memoryview(b""))


def test_a_stream_with_a_wrong_checksum_is_not_approved() -> None:
    content = letter()
    spot = re.search(rb"/FlateDecode.*?stream\n(.*?)\nendstream", content, re.DOTALL)
    assert spot is not None
    last = spot.end(1) - 1
    spoilt = content[:last] + bytes([content[last] ^ 1]) + content[last + 1 :]
    report = check(spoilt)
    assert isinstance(report, CheckReport)
    assert report.confirmed is None
    assert "damaged" in [reason.family for reason in report.reasons]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"q\x0bQ", True),
        (b"(\x0b) Tj", False),
        (b"((a\\)\x0b)) Tj", False),
        (b"BI /W 1 ID \x0b\x0b EI Q", False),
        (b"BI /W 1 ID \x0b\x0b EI \x0b Q", True),
        (b"q Q", False),
        (b"q %x\nQ", False),
        (b"q%x\nQ", True),
        (b"(50%) Tj", False),
        (b"%(\n(\x0b)", False),
    ],
)
def test_odd_bytes_outside_strings(content: bytes, expected: bool) -> None:
    assert bool(ambiguous_byte(content)) is expected


@pytest.mark.parametrize(
    ("content", "good"),
    [
        (b"<</A <0aF >>>", False),
        (b"<</A <0aF0>>>", True),
        (b"<</A <0 a F 0>>>", True),
        (b"<</A <0g>>>", False),
        (b"<</A (<0>) /B <00>>>", True),
        (b"% <0\n<</A <00>>>", True),
        (b"<</A <00", False),
    ],
)
def test_hexadecimal_strings(content: bytes, good: bool) -> None:
    assert (hexadecimal_fault(content) == "") is good


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_the_encoding_of_a_packet_shows_in_its_first_bytes(encoding: str) -> None:
    assert encoding_of("<?xpacket".encode(encoding)) == encoding
    if encoding != "utf-8":
        assert encoding_of("\ufeff<?xpacket".encode(encoding)) == encoding


def _with_file(level: str, *, listed: bool) -> CheckReport:
    def add(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(b"a,b\n", Type=Name.EmbeddedFile, Subtype=Name("/text/csv"))
        stream.Params = Dictionary(ModDate=String("D:20260105100000Z"))
        spec = Dictionary(Type=Name.Filespec, F=String("a.csv"), UF=String("a.csv"), EF=Dictionary(F=stream))
        spec.AFRelationship = Name.Data
        spec = pdf.make_indirect(spec)
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.csv"), spec])))
        if listed:
            pdf.pages[0].obj["/AF"] = Array([spec])

    report = check(changed(letter(level), add, **PLAIN))
    assert isinstance(report, CheckReport)
    return report


def test_a_file_that_belongs_to_a_page_is_allowed_in_part_3_only() -> None:
    assert _with_file("PDF/A-3B", listed=True).confirmed == "3b"
    assert _with_file("PDF/A-3B", listed=False).confirmed is None
    assert _with_file("PDF/A-1B", listed=False).confirmed is None
