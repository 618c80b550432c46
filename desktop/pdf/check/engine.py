"""The engine (``pikepdf.pdfa``) on a copy without harmless constructs, and what to believe of it."""

import re
from collections.abc import Iterator

import pikepdf
from pikepdf.pdfa import _engine

from desktop.pdf.check.families import family_of
from desktop.pdf.check.finding import Finding
from desktop.pdf.check.places import Places
from desktop.pdf.check.usage import drawn_objects, has_transparency

_RULE = re.compile(r"ISO_19005_\d:(.+)")
_OBJECT = re.compile(r"obj (\d+) (\d+) \((\w+)\)")
_DOUBTED = {
    # nesting of q and Q is counted through forms; the engine is stricter on lists of glyphs and CID maps
    1: ("6.1.12-8", "6.3.3.2-1", "6.3.5-2"),
    2: ("6.1.13-8", "6.2.11.4.2-1", "6.2.11.4.2-2"),
}
_MAY_BE_UNUSED = ("FormXObject", "Font", "ImageXObject", "ExtGState", "ColorSpace", "XObject")


def run_engine(pdf: pikepdf.Pdf, part: int) -> Iterator[Finding]:
    """Findings of the engine for level b of *part*; what it calls a violation is believed with care."""
    report = _engine.run(pdf, f"{part}b")
    places = Places(pdf)
    drawn: set[tuple[int, int]] | None = None
    for finding in report.findings:
        if finding.rule == "pikepdf:output-intent" and (part == 1 or not has_transparency(pdf)):
            continue  # device colours are looked at one by one; only blending needs the intent itself
        rule = _RULE.fullmatch(finding.rule)
        clause = rule.group(1) if rule else ""
        spot = _OBJECT.match(finding.where)
        place = (int(spot.group(1)), int(spot.group(2))) if spot else None
        believed = rule is not None and finding.kind == "violation" and clause not in _DOUBTED[min(part, 2)]
        if believed and spot is not None and spot.group(3) in _MAY_BE_UNUSED:
            drawn = drawn_objects(pdf) if drawn is None else drawn
            believed = place in drawn
        yield Finding(
            family_of(clause, part) if rule else "not_checked",
            believed,
            clause,
            f"{finding.where}: {finding.message}",
            places.page_of(place) if place else None,
        )
