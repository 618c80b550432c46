"""The engine (``pikepdf.pdfa``) on a copy without harmless constructs, and what to believe of it."""

import re
from collections.abc import Iterator

import pikepdf
from pikepdf.pdfa import _engine

from desktop.pdf.check.families import family_of
from desktop.pdf.check.finding import Finding
from desktop.pdf.check.places import Places

_RULE = re.compile(r"ISO_19005_\d:(.+)")
_OBJECT = re.compile(r"obj (\d+) (\d+)")
_DOUBTED_1 = ("6.1.12-8",)
_DOUBTED_2 = ("6.1.13-8", "6.2.11.4.2-2")


def run_engine(pdf: pikepdf.Pdf, part: int) -> Iterator[Finding]:
    """Findings of the engine for level b of *part*; what it calls a violation is believed with care."""
    report = _engine.run(pdf, f"{part}b")
    places = Places(pdf)
    doubted = _DOUBTED_1 if part == 1 else _DOUBTED_2
    for finding in report.findings:
        rule = _RULE.fullmatch(finding.rule)
        clause = rule.group(1) if rule else ""
        family = family_of(clause, part) if rule else "not_checked"
        believed = rule is not None and finding.kind == "violation" and clause not in doubted
        spot = _OBJECT.match(finding.where)
        page = places.page_of((int(spot.group(1)), int(spot.group(2)))) if spot else None
        yield Finding(family, believed, clause, f"{finding.where}: {finding.message}", page)
