"""The one code in a picture that says something at a counter; a child opens what is foreign."""

from datetime import date
from pathlib import Path

from desktop.common.foreign_files import read_file
from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.prescription.unread import Unread
from desktop.features.counter.domain.codes import CounterCode
from desktop.ports.code_pictures import CodePicturesPort
from desktop.scanning.reading import Scanned, read_picture_text

LIMIT = 40 * 2**20
"""Bytes of a file that is opened: a telephone's picture has 3 to 12 million, a scanned PDF page less."""
_WORDED: dict[ErrorCode, CounterCode] = {
    Code.FILE_NOT_PDF: CounterCode.NOT_A_PICTURE,
    Code.FILE_TOO_LARGE: CounterCode.PICTURE_TOO_LARGE,
}


def code_in_file(pictures: CodePicturesPort, path: Path, today: date) -> Result[Scanned | Unread]:
    """Of a picture, or of the first pages of a PDF; fails as :func:`code_in`, and as a file that is none."""
    content = read_file(path, LIMIT)
    return _worded(content) if isinstance(content, Failure) else code_in(pictures, content, today)


def code_in(pictures: CodePicturesPort, content: bytes, today: date) -> Result[Scanned | Unread]:
    """A box may bear another that leads to a web page: that one does not count.

    PICTURE_NO_CODE, PICTURE_MANY_CODES; NOT_A_PICTURE, PICTURE_TOO_LARGE; the other FILE_ failures.
    """
    codes = pictures.read(content)
    if isinstance(codes, Failure):
        return _worded(codes)
    read = [read_picture_text(one.symbology, one.text, today) for one in codes]
    ours = [one for one in read if not isinstance(one, Unread)]
    if len(ours) > 1:
        return Failure.of(CounterCode.PICTURE_MANY_CODES, count=len(ours))
    return next(iter(ours or read), Failure(CounterCode.PICTURE_NO_CODE))


def _worded(failure: Failure) -> Failure:
    """The kernel's words for a document that is deposited are none for a photograph."""
    return Failure(_WORDED.get(failure.code, failure.code), failure.facts)
