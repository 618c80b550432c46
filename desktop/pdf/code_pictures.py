"""``CodePicturesPort``: a child opens a foreign picture or PDF and looks for codes in it.

It ends with each file, as it saw a foreign one. Nothing that decodes is imported here.
"""

import threading
from functools import partial

from desktop.children.standby import Standby
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.child_client import PdfChild
from desktop.ports.code_pictures import PictureCode

DEADLINE_S = 10.0


class CodePictures:
    """See :class:`desktop.ports.code_pictures.CodePicturesPort`."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._child = Standby(partial(PdfChild, "codes"))
        self._lock = threading.Lock()
        self._closed = False

    def read(self, content: bytes) -> Result[tuple[PictureCode, ...]]:
        """The codes of one file; the child ends with it, as it saw a foreign one."""
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = self._child.take()
        try:
            return child.call(tuple[PictureCode, ...], "codes", content, seconds=self._deadline_s)
        finally:
            child.close()

    def warm(self) -> None:
        """Start the child; returns at once."""
        with self._lock:
            if not self._closed:
                self._child.child()

    def close(self) -> None:
        """End it for good."""
        with self._lock:
            self._closed = True
            self._child.close()
