"""Writing a candidate, and asking what still keeps it from conforming; all of it in memory."""

import io
import re
from dataclasses import dataclass

import pikepdf
from pikepdf import Name, pdfa

from desktop.domain.deposit import CheckReport
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.check.engine import NEWEST
from desktop.pdf.check.verdict import examine
from desktop.pdf.convert.target import PLAIN, Target

_OBJECT = re.compile(r"obj (\d+) (\d+)")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What the engine does not accept, and the object where it saw that (None: the whole file)."""

    family: str
    detail: str
    place: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Approved:
    """A file that conforms, with the report that says so; nothing else leaves the converter."""

    content: bytes
    report: CheckReport


def write(pdf: pikepdf.Pdf, target: Target = PLAIN) -> bytes:
    """Bytes with output intent, metadata and declaration; the engine's own save uses a temporary file."""
    pdfa.prepare(pdf, target.flavour)
    if target.packet is not None:
        pdf.Root.Metadata = pdf.make_stream(target.packet, Type=Name.Metadata, Subtype=Name.XML)
    saving = pdfa.resolve_save_kwargs(target.flavour)
    if (
        pdf.pdf_version > NEWEST[target.part]
    ):  # what only a newer reader knows was taken out, or is objected to
        for key in ("/Version", "/Extensions"):
            if key in pdf.Root:
                del pdf.Root[key]
        saving["force_version"] = NEWEST[target.part]
    out = io.BytesIO()
    pdf.save(out, **saving)
    return out.getvalue()


def write_conforming(pdf: pikepdf.Pdf, target: Target = PLAIN) -> Result[Approved]:
    """Bytes that our checker approves, or FILE_UNCONFIRMED."""
    copy = judged(write(pdf, target))
    return copy if isinstance(copy, Approved) else Failure.of(Code.FILE_UNCONFIRMED)


def judged(content: bytes) -> Approved | list[Obstacle]:
    """Bytes made by :func:`write`, approved, or everything that the engine still objects to in them."""
    examined = examine(content)
    if isinstance(examined, Failure):
        return []
    if examined.report.confirmed is not None:
        return Approved(content, examined.report)
    found = []
    for finding in examined.inside:
        spot = _OBJECT.match(finding.detail)
        place = (int(spot.group(1)), int(spot.group(2))) if spot else None
        found.append(Obstacle(finding.family, finding.detail, place))
    return found
