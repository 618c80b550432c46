"""A deadline that must be seen expiring is short for the file that hangs, and for nothing beside it."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from desktop.pdf.service import PdfDeadlines, PdfService
from tests.waiting import LIMIT_S

PATIENT = PdfDeadlines(check=LIMIT_S, convert=3 * LIMIT_S, open=LIMIT_S, page=LIMIT_S, find=LIMIT_S)


@contextlib.contextmanager
def impatient(service: PdfService, **deadlines: float) -> Iterator[None]:
    """Within, *service* gives its calls these seconds (names of ``PdfDeadlines``)."""
    before = service._deadlines
    service._deadlines = replace(before, **deadlines)
    try:
        yield
    finally:
        service._deadlines = before
