"""Codes in pictures, in memory."""

from desktop.domain.errors import Code, Failure, Result
from desktop.ports.code_pictures import CodePicturesPort, PictureCode


class FakeCodePictures(CodePicturesPort):
    """``codes``: what is in each file, by its content; any other is no picture. ``warmed`` counts."""

    def __init__(self) -> None:
        self.codes: dict[bytes, tuple[PictureCode, ...]] = {}
        self.warmed = 0
        self.closed = False

    def read(self, content: bytes) -> Result[tuple[PictureCode, ...]]:
        if self.closed:
            return Failure.of(Code.CANCELLED)
        if not content:
            return Failure.of(Code.FILE_EMPTY)
        return self.codes.get(content, Failure.of(Code.FILE_NOT_PDF))

    def warm(self) -> None:
        self.warmed += not self.closed

    def close(self) -> None:
        self.closed = True
