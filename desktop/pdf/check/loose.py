"""Implementation limits of every value: the engine never meets bare numbers, nor what is taken off for it."""

import pikepdf
from pikepdf.pdfa._flavour import Flavour
from pikepdf.pdfa._limits import LimitChecker

from desktop.pdf.check.finding import Finding, unsure


def check_limits(pdf: pikepdf.Pdf, part: int) -> list[Finding]:
    """Numbers, strings, names and sizes of all objects and of the trailer (6.1.12; 6.1.13)."""
    limits = LimitChecker(Flavour(f"{part}b"))
    with pikepdf.explicit_conversion():
        for value in [pdf.trailer, *pdf.objects]:
            for _, message in limits.problems(value):
                return [unsure("limits", message, "6.1.12" if part == 1 else "6.1.13")]
    return []
