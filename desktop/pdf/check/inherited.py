"""Resources that a page has from the nodes above it: the engine looks at the page alone."""

from collections.abc import Iterator

import pikepdf

from desktop.pdf.check.finding import Finding
from desktop.pdf.check.usage import Unclear, instructions, resources_of

_NAMING = {"Do", "Tf", "gs", "cs", "CS", "sh", "scn", "SCN", "BDC", "DP"}
CLAUSE = "6.2.2-2"


def give_inherited_resources(pdf: pikepdf.Pdf, part: int) -> Iterator[Finding]:
    """Put them into the page on the copy in memory; from part 2 on what a page names must be its own."""
    for number, page in enumerate(pdf.pages, 1):
        if "/Resources" in page.obj:
            continue
        inherited = resources_of(page.obj)
        if inherited is None:
            continue
        if part > 1 and _names_something(page.obj):
            yield Finding("content", certain=True, clause=CLAUSE, detail="inherited resources", page=number)
        page.obj["/Resources"] = inherited


def _names_something(page: pikepdf.Object) -> bool:
    try:
        return any(
            operator in _NAMING and any(isinstance(operand, pikepdf.Name) for operand in operands)
            for operands, operator in instructions(page)
        )
    except Unclear:
        return True
