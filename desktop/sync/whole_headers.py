"""Answers as RFC 9110 and 9112 have them.

http.client takes headers that were cut for whole, and an early hint (103) for the answer itself.
"""

from http.client import HTTPResponse
from typing import Any, BinaryIO

_BLANK = (b"\r\n", b"\n")
_OF_ITS_OWN = (b"100", b"101")  # http.client knows the one; after the other no answer follows


class HeadersCut(ConnectionResetError):
    """The connection ended before the empty line that ends the headers."""


class WholeHeadersResponse(HTTPResponse):
    """Raises :class:`HeadersCut`, and passes over answers that only announce the final one (1xx)."""

    def begin(self) -> None:
        """Read status and headers."""
        lines: Any = _HeaderLines(self.fp)
        self.fp = lines
        super().begin()
        if self.fp is not None:  # http.client lets go of it where the answer has no body
            self.fp = lines.stream


class _HeaderLines:
    """A stream whose lines are those of one answer's head."""

    def __init__(self, stream: Any) -> None:
        self.stream: BinaryIO = stream
        self._inside = False

    def readline(self, limit: int = -1) -> bytes:
        line = self.stream.readline(limit)
        if not self._inside:
            while _announces(line):
                while line not in _BLANK:
                    line = self._more(limit)
                line = self.stream.readline(limit)
            self._inside = True
            return line  # nothing at all: http.client has a name for it
        if line in _BLANK:
            self._inside = False
        elif not line.endswith(b"\n") and (limit < 0 or len(line) < limit):
            raise HeadersCut
        return line

    def close(self) -> None:
        self.stream.close()

    def flush(self) -> None:
        self.stream.flush()

    def _more(self, limit: int) -> bytes:
        line = self.stream.readline(limit)
        if not line:
            raise HeadersCut
        return line


def _announces(status_line: bytes) -> bool:
    words = status_line.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        return False
    return len(words[1]) == 3 and words[1].startswith(b"1") and words[1] not in _OF_ITS_OWN
