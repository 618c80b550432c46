"""``pdfa check`` and ``pdfa convert``: one JSON object a line, exit codes 0, 1 and 2."""

import json
from pathlib import Path

import pytest
from pdf_samples import letter

from desktop.domain.deposit import CheckReport, Conversion, Verdict
from desktop.domain.errors import Code, Failure
from desktop.pdf import cli
from desktop.pdf.service import PdfService


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
