"""``dsp-desktop pdfa check FILE… [--json]`` and ``pdfa convert IN OUT``."""

import argparse
import io
import json
import os
import sys
from contextlib import closing
from pathlib import Path

from desktop.common.foreign_files import write_file
from desktop.domain.deposit import CheckReport, Conversion, Reason, Verdict
from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.texts import failure_next_step, failure_text, text
from desktop.pdf.check_many import read_plain, reports
from desktop.pdf.service import PdfService

CONFORMING, NONCONFORMING, UNREADABLE = 0, 1, 2


def main(argv: list[str]) -> int:
    """Exit code: 0 = all conform (or converted), 1 = some do not (or refused), 2 = unreadable."""
    parser = argparse.ArgumentParser(prog="dsp-desktop pdfa")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check")
    checking.add_argument("files", nargs="+", metavar="FILE")
    checking.add_argument("--json", action="store_true")
    converting = commands.add_parser("convert")
    converting.add_argument("source", metavar="IN", type=Path)
    converting.add_argument("target", metavar="OUT", type=Path)
    converting.add_argument("--without-signature", action="store_true", help=text("pdfa.option_signature"))
    options = parser.parse_args(argv)
    _speak_any_name()
    try:
        if options.command == "check":
            found = zip(options.files, reports(options.files), strict=True)
            return max(_tell(name, report, as_json=options.json) for name, report in found)
        with closing(PdfService()) as service:
            signature_may_go = options.without_signature
            return _convert(service, options.source, options.target, signature_may_go=signature_may_go)
    except BrokenPipeError:  # whoever read the lines has gone, as « head » does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREADABLE


def _speak_any_name() -> None:
    """Names of files may hold bytes that no terminal can write; Windows' pipes know few letters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _tell(name: str, report: Result[CheckReport], *, as_json: bool) -> int:
    if isinstance(report, Failure):
        # of the file itself, not of what it holds
        missing = report.code is Code.FILE_UNREADABLE and "name" in report.facts
        said = text("pdfa.in_unreadable") if missing else failure_text(report)
        _write(json.dumps(_as_error(name, report.code, said)) if as_json else f"{name}: {said}")
        return UNREADABLE
    _write(json.dumps(_as_object(name, report)) if as_json else _as_lines(name, report))
    return CONFORMING if report.verdict is Verdict.CONFORMING else NONCONFORMING


def _convert(service: PdfService, source: Path, target: Path, *, signature_may_go: bool) -> int:
    """OUT appears whole or not at all, and IN stays as it is whatever OUT names."""
    if _is_same(source, target):
        _complain(f"{target}: {text('pdfa.out_is_in')}")
        return UNREADABLE
    content = read_plain(source)
    if isinstance(content, Failure):
        _complain(f"{source}: {text('pdfa.in_unreadable')}")
        return UNREADABLE
    if signature_may_go:
        conversion = service.convert(content, source.name, signature_may_go=True)
    else:
        conversion = service.convert(content, source.name)
    if isinstance(conversion, Failure):
        _complain(f"{source}: {failure_text(conversion)} {failure_next_step(conversion)}")
        return UNREADABLE if conversion.code in _UNREADABLE else NONCONFORMING
    if not _replace(target, conversion.content):
        _complain(f"{target}: {text('pdfa.out_unwritable')}")
        return UNREADABLE
    _write(_as_lines(str(target), conversion.report))
    for line in _change_lines(conversion):
        _write(f"  - {line}")
    if conversion.differs:
        _write(text("pdfa.look_differs"))
    return CONFORMING


def _is_same(source: Path, target: Path) -> bool:
    """True also through links and other spellings."""
    try:
        return target.samefile(source)
    except OSError:
        return source.absolute() == target.absolute()


def _replace(target: Path, content: bytes) -> bool:
    """Put it in place in one step, for this user alone."""
    try:
        write_file(target, content)
    except OSError:
        return False
    return True


def _change_lines(conversion: Conversion) -> list[str]:
    lines = [text(change) for change in conversion.changes]
    if conversion.damaged_pages:
        pages = ", ".join(str(page) for page in conversion.damaged_pages)
        lines.insert(0, text("deposit.damaged_pages", pages=pages))
    if conversion.pictured_pages:
        pages = ", ".join(str(page) for page in conversion.pictured_pages)
        lines.append(text("deposit.pictured", pages=pages))
    return lines


_UNREADABLE = (
    Code.FILE_NOT_PDF,
    Code.FILE_EMPTY,
    Code.FILE_TOO_LARGE,
    Code.FILE_LOCKED,
    Code.FILE_UNREADABLE,
    Code.FILE_PAGE_DAMAGED,
    Code.FILE_UNSAFE,
    Code.FILE_KIND_UNKNOWN,
    Code.FILE_NO_FILE,
    Code.FILE_SILENT,
)


def _as_error(name: str, code: ErrorCode, said: str) -> dict[str, object]:
    return {
        "file": name,
        "verdict": Verdict.UNCONFIRMED.value,
        "declared": None,
        "confirmed": None,
        "reasons": [],
        "error": {"code": code.value, "text": said},
    }


def _as_object(name: str, report: CheckReport) -> dict[str, object]:
    return {
        "file": name,
        "verdict": report.verdict.value,
        "declared": report.declared,
        "confirmed": report.confirmed,
        "reasons": [_reason_object(reason) for reason in report.reasons],
    }


def _reason_object(reason: Reason) -> dict[str, object]:
    return {
        "family": reason.family,
        "text": text(f"pdfa.{reason.family}"),
        "advice": _advice(reason),
        "page": reason.page,
        "clause": reason.clause,
        "detail": reason.detail,
    }


def _as_lines(name: str, report: CheckReport) -> str:
    verdicts = {
        Verdict.CONFORMING: text("pdfa.verdict_conforming", level=report.confirmed or ""),
        Verdict.NONCONFORMING: text("pdfa.verdict_nonconforming"),
        Verdict.UNCONFIRMED: text("pdfa.verdict_unconfirmed"),
    }
    lines = [f"{name}: {verdicts[report.verdict]}"]
    if report.confirmed and report.declared != report.confirmed:
        lines.append("  " + text("pdfa.declares", declared=report.declared or "", confirmed=report.confirmed))
    lines += [f"  - {_reason_line(reason)}" for reason in report.reasons]
    lines += [f"  → {advice}" for advice in dict.fromkeys(_advice(reason) for reason in report.reasons)]
    return "\n".join(lines)


def _advice(reason: Reason) -> str:
    return text(f"pdfa.{reason.family}_do")


def _reason_line(reason: Reason) -> str:
    parts = [text(f"pdfa.{reason.family}")]
    if reason.page:
        parts.append(text("pdfa.on_page", page=reason.page))
    if reason.clause:
        parts.append(text("pdfa.clause", clause=reason.clause))
    return parts[0] + (f" ({', '.join(parts[1:])})" if parts[1:] else "")


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


def _complain(line: str) -> None:
    sys.stderr.write(line + "\n")
