"""``pdfa check`` and ``pdfa convert``: one JSON object a line, exit codes 0, 1 and 2."""

import json
import os
import threading
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name, String

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Code, Failure
from desktop.pdf import check_many, cli
from desktop.pdf.service import PdfService
from tests.unit.pdf.pdf_samples import changed, letter


def write(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_json_lines_and_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write(tmp_path, "good.pdf", letter("PDF/A-3U"))
    plain = write(tmp_path, "plain.pdf", letter(None))
    text = write(tmp_path, "text.txt", b"hello")
    assert cli.main(["check", "--json", good]) == 0
    assert cli.main(["check", "--json", good, plain]) == 1
    capsys.readouterr()
    assert cli.main(["check", "--json", good, plain, text, str(tmp_path / "none.pdf")]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["verdict"], line["declared"], line["confirmed"]) for line in lines] == [
        ("conforming", "3u", "3b"),
        ("nonconforming", None, None),
        ("unconfirmed", None, None),
        ("unconfirmed", None, None),
    ]
    assert [line["file"] for line in lines][:2] == [good, plain]
    assert lines[1]["reasons"][0]["family"] == "not_declared"
    assert [line["error"]["code"] for line in lines[2:]] == ["DSP-701", "DSP-705"]


def test_what_cannot_be_read_is_told_and_the_rest_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate((check_many.MOST_MEGABYTES + 1) << 20)
    names = [str(tmp_path / "folder"), str(tmp_path / "none.pdf"), str(huge), "a\x00b", "b\udcff.pdf"]
    good = write(tmp_path, "good.pdf", letter())
    assert cli.main(["check", *names, write(tmp_path, "empty.pdf", b""), good, "--json"]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines[: len(names)]] == names
    assert [line["error"]["code"] for line in lines[:-1]] == [
        *("DSP-715", "DSP-705", "DSP-703", "DSP-705", "DSP-705"),
        "DSP-702",
    ]
    assert (lines[-1]["verdict"], lines[-1]["confirmed"]) == ("conforming", "1b")
    assert all(set(line) >= {"file", "verdict", "declared", "confirmed", "reasons"} for line in lines)


def test_files_are_checked_beside_each_other_and_told_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    second_began = threading.Event()

    def check(_: PdfService, content: bytes) -> Failure:
        if content == b"second":
            second_began.set()
            return Failure.of(Code.FILE_NOT_PDF)
        return Failure.of(Code.FILE_LOCKED if second_began.wait(30) else Code.FILE_UNSAFE)

    monkeypatch.setattr(PdfService, "check", check)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    names = [write(tmp_path, f"{name}.pdf", name.encode()) for name in ("first", "second")]
    assert cli.main(["check", "--json", *names]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["file"], line["error"]["code"]) for line in lines] == [
        (names[0], Code.FILE_LOCKED.value),
        (names[1], Code.FILE_NOT_PDF.value),
    ]


def test_reasons_say_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--json", write(tmp_path, "a.pdf", letter(None))]) == 1
    (reason,) = json.loads(capsys.readouterr().out)["reasons"]
    assert set(reason) == {"family", "text", "advice", "page", "clause", "detail"}
    assert "copie" in reason["advice"]


def test_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", write(tmp_path, "a.pdf", letter(None))]) == 1
    out = capsys.readouterr().out
    assert "Non conforme à PDF/A" in out
    assert "ne se déclare pas PDF/A" in out


@pytest.mark.parametrize(
    ("code", "expected"), [(Code.FILE_LOCKED, 2), (Code.FILE_SIGNED, 1), (Code.FILE_KIND_UNKNOWN, 2)]
)
def test_a_refused_conversion_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: Code, expected: int
) -> None:
    monkeypatch.setattr(PdfService, "convert", lambda self, content, name: Failure.of(code))
    source, target = write(tmp_path, "a.pdf", letter(None)), tmp_path / "out.pdf"
    assert cli.main(["convert", source, str(target)]) == expected
    assert not target.exists()


def test_a_conversion_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = CheckReport(Verdict.CONFORMING, "1b", "1b", (), 1)
    monkeypatch.setattr(PdfService, "convert", lambda self, content, name: Conversion(b"copy", report, True))
    target = tmp_path / "out.pdf"
    assert cli.main(["convert", write(tmp_path, "a.pdf", b"x"), str(target)]) == 0
    assert target.read_bytes() == b"copy"
    assert "comparez" in capsys.readouterr().out


def test_the_source_is_never_replaced(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(letter(None))
    linked = tmp_path / "b.pdf"
    linked.hardlink_to(source)
    for target in (source, linked, tmp_path / "x" / ".." / "a.pdf"):
        assert cli.main(["convert", str(source), str(target)]) == 2
    assert source.read_bytes() == letter(None)


def test_a_copy_appears_whole_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path, "a.pdf", letter(None))
    busy = tmp_path / "out.pdf"
    busy.mkdir()
    (busy / "x").touch()
    assert cli.main(["convert", source, str(busy)]) == 2
    assert cli.main(["convert", source, str(tmp_path / "none" / "out.pdf")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "home") == ["a.pdf", "out.pdf"]
    assert "ne peut pas être écrite" in capsys.readouterr().err
    target = tmp_path / "copy.pdf"
    assert cli.main(["convert", source, str(target)]) == 0
    assert cli.main(["check", str(target)]) == 0


def test_a_signature_goes_only_when_asked(tmp_path: Path) -> None:
    def sign(pdf: pikepdf.Pdf) -> None:
        value = Dictionary(Type=Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"00")
        pdf.Root.AcroForm = Dictionary(Fields=[Dictionary(FT=Name.Sig, T=String("s"), V=value)])

    source = write(tmp_path, "a.pdf", changed(letter(None), sign))
    target = tmp_path / "out.pdf"
    assert cli.main(["convert", source, str(target)]) == 1
    assert not target.exists()
    assert cli.main(["convert", "--without-signature", source, str(target)]) == 0
    assert b"ByteRange" not in target.read_bytes()
