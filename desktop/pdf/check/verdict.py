"""Opens the file, runs the layers, and weighs what they found."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import pikepdf

from desktop.domain.deposit import CheckReport, Reason, Verdict
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.check.decoding import damaged_parts
from desktop.pdf.check.engine import run_engine
from desktop.pdf.check.engine_workarounds import remove_unsupported_constructs, replace_metadata
from desktop.pdf.check.finding import Finding, certain, unsure
from desktop.pdf.check.font_programs import check_programs
from desktop.pdf.check.forms import settle_form
from desktop.pdf.check.implementation_limits import check_limits, check_names
from desktop.pdf.check.inherited import give_inherited_resources
from desktop.pdf.check.lost_layers import settle_lost_layers
from desktop.pdf.check.patterns import settle_patterns
from desktop.pdf.check.property_lists import settle_property_lists
from desktop.pdf.check.reader_warnings import is_harmless
from desktop.pdf.check.syntax import check_syntax
from desktop.pdf.check.type3 import settle_type3
from desktop.pdf.check.vouched import Carriers
from desktop.pdf.check.xmp import Metadata

HEADER_WITHIN = 1024
MOST_REASONS = 40


@dataclass(frozen=True, slots=True)
class Examined:
    """A report, and all that the engine found behind it, for who wants to mend it.

    ``damaged``: pages (0-based) with a part that cannot be decoded; None where that could not be looked at.
    """

    report: CheckReport
    inside: tuple[Finding, ...] = ()
    damaged: frozenset[int] | None = None


def check(content: bytes) -> Result[CheckReport]:
    """Verdict on PDF/A-1b, 2b or 3b, whichever the file declares.

    FILE_EMPTY, FILE_NOT_PDF, FILE_LOCKED, FILE_UNREADABLE. A file that declares level a or u is
    confirmed to level b only.
    """
    examined = examine(content)
    return examined if isinstance(examined, Failure) else examined.report


def examine(content: bytes) -> Result[Examined]:
    """As :func:`check`, with the engine's findings."""
    if not content:
        return Failure.of(Code.FILE_EMPTY)
    if b"%PDF-" not in content[:HEADER_WITHIN]:
        return Failure.of(Code.FILE_NOT_PDF)
    try:
        with pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
            pages = len(pdf.pages)
            if pages == 0:
                return Failure.of(Code.FILE_UNREADABLE)
            return _judge_safely(content, pdf, pages)
    except pikepdf.PasswordError:
        return Failure.of(Code.FILE_LOCKED)
    except pikepdf.PdfError:
        return Failure.of(Code.FILE_UNREADABLE)


def _judge_safely(content: bytes, pdf: pikepdf.Pdf, pages: int) -> Examined:
    """A file that breaks the checker is not vouched for, and no more: its signature is still told of."""
    signed = re.search(rb"/ByteRange\s*\[", content) is not None
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    has_form = isinstance(fields, pikepdf.Array) and len(fields) > 0
    try:
        examined = _judge(content, pdf, pages)
    except (pikepdf.PdfError, MemoryError, RecursionError):
        raise
    except Exception as problem:  # noqa: BLE001 - foreign bytes may break any reader in any way
        reason = Reason("not_checked", None, "", type(problem).__name__)
        examined = Examined(CheckReport(Verdict.UNCONFIRMED, None, None, (reason,), pages))
    return replace(examined, report=replace(examined.report, signed=signed, has_form=has_form))


def _judge(content: bytes, pdf: pikepdf.Pdf, pages: int) -> Examined:
    metadata = Metadata(pdf)
    declared = metadata.declared()
    findings: list[Finding] = []
    inside: list[Finding] = []
    damage = _safely(lambda: _damage(pdf))  # before the layers take anything off
    part = int(declared[0]) if declared else 0
    if declared is None:
        findings += _repairs(pdf)
        understood = metadata.is_plain() and not findings
        findings.append(certain("not_declared", "", "") if understood else unsure("not_declared", ""))
    elif part not in (1, 2, 3):
        findings.append(unsure("other_part", declared))
    else:
        findings += _safely(lambda: check_syntax(content, pdf, part))
        findings += _safely(lambda: metadata.check(part))
        inside = _safely(lambda: _content_findings(pdf, metadata, part))
        repairs = list(_repairs(pdf))
        if repairs:  # another reader may repair in another way
            inside = [replace(finding, certain=False) for finding in inside]
        findings += [*inside, *repairs]
    findings = [*damage, *findings]
    verdict = _weigh(findings)
    confirmed = f"{part}b" if verdict is Verdict.CONFORMING else None
    report = CheckReport(verdict, declared, confirmed, _reasons(findings, verdict), pages)
    pages_damaged = frozenset(finding.page - 1 for finding in damage if finding.page is not None)
    was_looked_at = all(finding.page is not None for finding in damage)
    return Examined(report, tuple(inside), pages_damaged if was_looked_at else None)


def _content_findings(pdf: pikepdf.Pdf, metadata: Metadata, part: int) -> Iterator[Finding]:
    yield from check_limits(pdf, part)
    yield from check_names(pdf, part)
    yield from check_programs(pdf, part)
    yield from give_inherited_resources(pdf, part)
    remove_unsupported_constructs(pdf, part)
    yield from settle_form(pdf, part)
    replace_metadata(pdf, metadata.owners(), part)
    carriers = Carriers(pdf)
    pardons = [
        *settle_lost_layers(pdf, part),
        *settle_property_lists(pdf),
        *settle_patterns(pdf, part, carriers),
        *settle_type3(pdf, part, carriers),
    ]
    yield from run_engine(pdf, part, pardons, carriers.places)


def _safely(layer: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """A layer's findings; a file that breaks the layer is not approved, and no more."""
    found: list[Finding] = []
    try:
        found.extend(layer())
    except Exception as problem:  # noqa: BLE001 - foreign bytes may break any reader in any way
        found.append(unsure("not_checked", type(problem).__name__))
    return found


def _damage(pdf: pikepdf.Pdf) -> Iterator[Finding]:
    """What a page draws and no reader can decode; to be asked before anything is taken off the copy."""
    for part in damaged_parts(pdf):
        yield Finding("page_damaged", certain=False, clause="", detail=part.detail, page=part.page + 1)


def _repairs(pdf: pikepdf.Pdf) -> Iterator[Finding]:
    """What qpdf had to repair; only its remarks on usual and harmless things are passed over.

    To be asked once: qpdf forgets what it told.
    """
    for warning in map(str, pdf.get_warnings()):
        if not is_harmless(warning):
            yield unsure("damaged", warning[:300])


def _weigh(findings: list[Finding]) -> Verdict:
    if any(finding.certain for finding in findings):
        return Verdict.NONCONFORMING
    return Verdict.UNCONFIRMED if findings else Verdict.CONFORMING


def _reasons(findings: Iterable[Finding], verdict: Verdict) -> tuple[Reason, ...]:
    """One reason a family and page, the certain ones only when there are some; damage is always told."""
    wanted = verdict is Verdict.NONCONFORMING
    told: dict[tuple[str, int | None], Reason] = {}
    for finding in findings:
        if finding.certain is wanted or finding.family == "page_damaged":
            reason = Reason(finding.family, finding.page, finding.clause, _sayable(finding.detail))
            told.setdefault((finding.family, finding.page), reason)
    return tuple(told.values())[:MOST_REASONS]


def _sayable(detail: str) -> str:
    """Names in foreign files may hold bytes that are no letters, and no pipe carries."""
    return detail[:300].encode("utf-8", "backslashreplace").decode("utf-8")
