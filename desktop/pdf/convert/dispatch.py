"""Tells the kind of a file by its first bytes and sends it to the right converter."""

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.convert.document import convert_document
from desktop.pdf.convert.images import images_to_pdf, is_image

HEADER_WITHIN = 1024


def convert(content: bytes) -> Result[Conversion]:
    """A copy of a PDF or a picture that our own checker calls conforming.

    FILE_EMPTY, FILE_KIND_UNKNOWN, FILE_LOCKED, FILE_SIGNED (a copy would lose the signature),
    FILE_HAS_FORM (a form that draws itself by program), FILE_UNREADABLE, FILE_UNSAFE, FILE_UNCONFIRMED.
    """
    if not content:
        return Failure.of(Code.FILE_EMPTY)
    if is_image(content):  # first: a photo may speak of PDF in its notes
        return images_to_pdf(content)
    if b"%PDF-" in content[:HEADER_WITHIN]:
        return convert_document(content)
    return Failure.of(Code.FILE_KIND_UNKNOWN)
