"""Opens the file, runs the layers, and weighs what they found."""

import io
import re
from collections.abc import Iterable

import pikepdf
from lxml import etree  # type: ignore[import-untyped]

from desktop.domain.deposit import CheckReport, Reason, Verdict
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.check.engine import run_engine
from desktop.pdf.check.finding import Finding, certain, unsure
from desktop.pdf.check.harmless import straighten_dates, take_off_harmless
from desktop.pdf.check.syntax import check_syntax

HEADER_WITHIN = 1024
MOST_REASONS = 40
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"


def check(content: bytes) -> Result[CheckReport]:
    """Verdict on PDF/A-1b, 2b or 3b, whichever the file declares.

    FILE_EMPTY, FILE_NOT_PDF, FILE_LOCKED, FILE_UNREADABLE. A file that declares level a or u is
    confirmed to level b only.
    """
    if not content:
        return Failure.of(Code.FILE_EMPTY)
    if b"%PDF-" not in content[:HEADER_WITHIN]:
        return Failure.of(Code.FILE_NOT_PDF)
    try:
        with pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
            pages = len(pdf.pages)
            if pages == 0:
                return Failure.of(Code.FILE_UNREADABLE)
            return _judge(content, pdf, pages)
    except pikepdf.PasswordError:
        return Failure.of(Code.FILE_LOCKED)
    except pikepdf.PdfError:
        return Failure.of(Code.FILE_UNREADABLE)


def _judge(content: bytes, pdf: pikepdf.Pdf, pages: int) -> CheckReport:
    declared = _declared(pdf)
    signed = re.search(rb"/ByteRange\s*\[", content) is not None
    form = pdf.Root.get("/AcroForm")
    has_form = isinstance(form, pikepdf.Dictionary) and len(form.get("/Fields", [])) > 0
    findings: list[Finding] = []
    part = int(declared[0]) if declared else 0
    if declared is None:
        findings.append(certain("not_declared", "", ""))
    elif part not in (1, 2, 3):
        findings.append(unsure("other_part", declared))
    else:
        findings += check_syntax(content, pdf, part)
        take_off_harmless(pdf)
        straighten_dates(pdf.trailer.get("/Info"))
        findings += run_engine(pdf, part)
        if pdf.get_warnings():
            findings.append(unsure("damaged", "; ".join(map(str, pdf.get_warnings()))[:300]))
    verdict = _weigh(findings)
    confirmed = f"{part}b" if verdict is Verdict.CONFORMING else None
    return CheckReport(verdict, declared, confirmed, _reasons(findings, verdict), pages, signed, has_form)


def _weigh(findings: list[Finding]) -> Verdict:
    if any(finding.certain for finding in findings):
        return Verdict.NONCONFORMING
    return Verdict.UNCONFIRMED if findings else Verdict.CONFORMING


def _reasons(findings: Iterable[Finding], verdict: Verdict) -> tuple[Reason, ...]:
    """One reason a family and page, the certain ones only when there are some."""
    wanted = verdict is Verdict.NONCONFORMING
    told: dict[tuple[str, int | None], Reason] = {}
    for finding in findings:
        if finding.certain is wanted:
            reason = Reason(finding.family, finding.page, finding.clause, finding.detail[:300])
            told.setdefault((finding.family, finding.page), reason)
    return tuple(told.values())[:MOST_REASONS]


def _declared(pdf: pikepdf.Pdf) -> str | None:
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return None
    try:
        tree = etree.fromstring(
            metadata.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True)
        )
    except (pikepdf.PdfError, etree.XMLSyntaxError, ValueError):
        return None
    values = {"part": "", "conformance": ""}
    for node in tree.iter("*"):
        for name in values:
            values[name] = values[name] or node.get(_PDFAID + name, "")
            if node.tag == _PDFAID + name:
                values[name] = values[name] or (node.text or "")
    if not values["part"].strip().isdigit():
        return None
    return values["part"].strip() + values["conformance"].strip().lower()
