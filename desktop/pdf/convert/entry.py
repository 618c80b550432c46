"""Tells the kind of a file by its first bytes and sends it to the right converter."""

from dataclasses import replace

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.convert.document import convert_document
from desktop.pdf.convert.images import images_to_pdf, is_image
from desktop.pdf.convert.office import is_office, office_to_pdf

HEADER_WITHIN = 1024


def convert(content: bytes, name: str) -> Result[Conversion]:
    """A copy that our own checker calls conforming.

    *name* is only asked for its ending, and only for office files. FILE_EMPTY, FILE_KIND_UNKNOWN,
    FILE_LOCKED, FILE_SIGNED (a copy would lose the signature), FILE_HAS_FORM (a form that draws itself
    by program), FILE_UNREADABLE, FILE_UNSAFE, FILE_UNCONFIRMED, OFFICE_MISSING.
    """
    if not content:
        return Failure.of(Code.FILE_EMPTY)
    if b"%PDF-" in content[:HEADER_WITHIN]:
        return convert_document(content)
    if is_image(content):
        pdf = images_to_pdf(content)
        if isinstance(pdf, Failure):
            return pdf
        return Conversion(pdf.content, pdf.report, differs=False, changes=("pdfa.change_from_image",))
    if is_office(content, name):
        return _office(content, name)
    return Failure.of(Code.FILE_KIND_UNKNOWN)


def _office(content: bytes, name: str) -> Result[Conversion]:
    pdf = office_to_pdf(content, name)
    copy = pdf if isinstance(pdf, Failure) else convert_document(pdf)
    if isinstance(copy, Failure):
        return copy
    return replace(copy, changes=("pdfa.change_from_office", *copy.changes))
