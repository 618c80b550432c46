"""The engine (``pikepdf.pdfa``) on a copy without harmless constructs, and what to believe of it."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pikepdf

from desktop.pdf.check.cff import drop_unit_matrices, write_charsets
from desktop.pdf.check.clause_families import family_of
from desktop.pdf.check.finding import Finding, unsure
from desktop.pdf.check.font_matrices import straighten
from desktop.pdf.check.object_pages import ObjectPages
from desktop.pdf.check.schema_memory import remember
from desktop.pdf.check.stand_in_fonts import stand_in
from desktop.pdf.check.usage import (
    ambiguous_content,
    has_transparency,
    paints_in_default_colour,
    prune_unused,
)
from desktop.pdf.check.violation_filter import ViolationFilter
from desktop.pdf.check.vouched import Pardon
from desktop.pdf.pikepdf_internals import WriteModel, run_rules

_RULE = re.compile(r"ISO_19005_\d:(.+)")
_OBJECT = re.compile(r"obj (\d+) (\d+)")
_BY_RESOURCES = re.compile(
    r"\((FormXObject|ImageXObject|ExtGState|ColorSpace|XObject|Font|Resources|Shading|Pattern|CIDFont)"
    r"|/Resources"
)
_ODD_PROGRAM = ("FontMatrix", "non-CID-keyed CFF")
_OVERPRINT = ":6.2.4.2-2"
NEWEST = {1: "1.4", 2: "1.7", 3: "1.7"}


_WORDS = (
    ("/AcroForm", "form"),
    ("(Annot) /Subtype", "annotation"),
    ("Action", "action"),
    ("/AA", "action"),
    ("/OCProperties", "layers"),
    ("embedded files", "embedded_file"),
    ("(FileSpec)", "embedded_file"),
    ("/Perms", "signature"),
    ("/Separation", "spot_colour"),
    ("/DeviceN", "spot_colour"),
    ("output intent", "output_intent"),
    ("OutputIntent", "output_intent"),
    ("ICC", "icc_profile"),
    ("JPXDecode", "jpeg2000"),
    ("/SMask", "transparency"),
    ("(Page): /", "page_size"),
    ("(ImageXObject)", "image"),
    ("(Font", "font_structure"),
    ("Type 3 fonts", "font_structure"),
)


class _AsVersion4(WriteModel):  # type: ignore[misc]
    """PDF/A-1 asks for constructs of PDF 1.4, not for that number in the header."""

    __slots__ = ()

    def version(self, pdf: pikepdf.Pdf) -> str:
        return min(super().version(pdf), NEWEST[1])  # type: ignore[no-any-return]


def run_engine(
    pdf: pikepdf.Pdf,
    part: int,
    pardons: Sequence[Pardon] = (),
    carriers: Collection[tuple[int, int]] = (),
) -> Iterator[Finding]:
    """Findings of the engine for level b of *part*; what it calls a violation is believed with care.

    *pardons* are the objections that were answered before, *carriers* the objects made for the engine.
    """
    found = _ask(pdf, part, pardons)
    if any(_BY_RESOURCES.search(finding.where) for finding in found):
        changed = prune_unused(pdf)
        if any(word in finding.message for finding in found for word in _ODD_PROGRAM):
            changed = stand_in(pdf, part) or changed
        if any("FontMatrix" in finding.message for finding in found):
            drop_unit_matrices(pdf)
            straighten(pdf)
            changed = True
        if any("cannot read CFF charset" in finding.message for finding in found):
            write_charsets(pdf)
            changed = True
        if changed:
            found = _ask(pdf, part, pardons)
    odd = ambiguous_content(pdf)
    if odd:
        yield unsure("content", odd)
    places = ObjectPages(pdf)
    violations = ViolationFilter(pdf, part, found)
    for finding in found:
        if finding.rule == "pikepdf:output-intent" and _needs_no_intent(pdf, part):
            continue
        if finding.rule.endswith(_OVERPRINT) and not _has_cmyk_profile(pdf):
            continue
        rule = _RULE.fullmatch(finding.rule)
        clause = rule.group(1) if rule else ""
        spot = _OBJECT.match(finding.where)
        place = (int(spot.group(1)), int(spot.group(2))) if spot else None
        yield Finding(
            family_of(clause, part) if rule else _family_by_words(f"{finding.where}: {finding.message}"),
            place not in carriers and violations.in_violation(finding, clause, place),
            clause,
            f"{finding.where}: {finding.message}",
            places.page_of(place) if place else None,
        )


def _family_by_words(detail: str) -> str:
    """The family of what the engine does not know or describes without a clause."""
    return next((family for word, family in _WORDS if word in detail), "not_checked")


def _ask(pdf: pikepdf.Pdf, part: int, pardons: Sequence[Pardon]) -> list[Any]:
    model = _AsVersion4() if part == 1 else None
    remember(f"{part}b")
    found = run_rules(pdf, f"{part}b", model).findings
    return [finding for finding in found if not any(pardon.covers(finding) for pardon in pardons)]


def _has_cmyk_profile(pdf: pikepdf.Pdf) -> bool:
    """Overprinting matters to PDF/A in colours of a CMYK profile only (6.2.4.2)."""
    return any(isinstance(thing, pikepdf.Stream) and thing.get("/N") == 4 for thing in pdf.objects)


def _needs_no_intent(pdf: pikepdf.Pdf, part: int) -> bool:
    """Device colours are looked at one by one; what remains is black by default, and blending."""
    return not paints_in_default_colour(pdf) and (part == 1 or not has_transparency(pdf))
