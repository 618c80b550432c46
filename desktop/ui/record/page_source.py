"""Pictures and texts of one opened document, fetched in the PDF lane and kept within a limit."""

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop.domain.errors import Failure
from desktop.ports.pdf import OpenedPdf, PageImage, PageText, PdfPagesPort
from desktop.ui.tasks import Generation, Lane, Tasks

KEEP_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 9_000_000  # a picture; above it the page is drawn enlarged
IN_FLIGHT = 2

Key = tuple[int, int, int]  # page, width in device pixels, rotation


class PageSource(QObject):
    """Answers at once with what it has, and emits when more has come."""

    image_ready = Signal(int)
    text_ready = Signal(int)
    failed = Signal(object)

    def __init__(
        self, tasks: Tasks, pdf: PdfPagesPort, opened: OpenedPdf, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks, self._pdf, self.opened = tasks, pdf, opened
        self._generation = Generation()
        self._images: OrderedDict[Key, QImage] = OrderedDict()
        self._bytes = 0
        self._texts: dict[int, PageText] = {}
        self._flying: set[Key | int] = set()
        self._broken: set[Key | int] = set()

    def close(self) -> None:
        """Forget everything; answers on their way are dropped."""
        self._generation.bump()
        self._images.clear()
        self._texts.clear()
        self._bytes = 0
        pdf, opened = self._pdf, self.opened
        self._tasks.run(Lane.PDF, lambda: pdf.release(opened), lambda _: None, owner=self._tasks)

    def wanted_width(self, page: int, width: int, rotation: int) -> int:
        """*width* device pixels, less where the picture would be too large."""
        across, down = self.opened.page_sizes[page]
        if rotation in (90, 270):
            across, down = down, across
        most = (MOST_PIXELS * across / down) ** 0.5
        return max(min(width, int(most)), 16)

    def image(self, page: int, width: int, rotation: int) -> QImage | None:
        """The sharp picture, or None."""
        key = (page, width, rotation)
        found = self._images.get(key)
        if found is not None:
            self._images.move_to_end(key)
        return found

    def is_broken(self, page: int, width: int, rotation: int) -> bool:
        """True when the child could not draw this picture."""
        return (page, width, rotation) in self._broken

    def any_image(self, page: int, rotation: int) -> QImage | None:
        """The best picture there is of a page, to be scaled until the sharp one comes."""
        fitting = [key for key in self._images if key[0] == page and key[2] == rotation]
        return self._images[max(fitting, key=lambda key: key[1])] if fitting else None

    def text(self, page: int) -> PageText | None:
        """The page's text, or None while it is not there."""
        return self._texts.get(page)

    def want_image(self, page: int, width: int, rotation: int) -> bool:
        """Ask for a picture; False when enough is under way (ask again when something came)."""
        key = (page, width, rotation)
        if key in self._images or key in self._flying or key in self._broken:
            return True
        if len(self._flying) >= IN_FLIGHT:
            return False
        self._flying.add(key)
        pdf, opened = self._pdf, self.opened
        self._tasks.run(
            Lane.PDF,
            lambda: pdf.page_image(opened, page, width, rotation),
            lambda result: self._got_image(key, result),
            owner=self,
            generation=self._generation,
        )
        return True

    def want_text(self, page: int) -> bool:
        """Ask for a text; as :meth:`want_image`."""
        if page in self._texts or page in self._flying or page in self._broken:
            return True
        if len(self._flying) >= IN_FLIGHT:
            return False
        self._flying.add(page)
        pdf, opened = self._pdf, self.opened
        self._tasks.run(
            Lane.PDF,
            lambda: pdf.page_text(opened, page),
            lambda result: self._got_text(page, result),
            owner=self,
            generation=self._generation,
        )
        return True

    def _got_image(self, key: Key, result: PageImage | Failure) -> None:
        self._flying.discard(key)
        if isinstance(result, Failure):
            self._broken.add(key)
            self.failed.emit(result)
            self.image_ready.emit(key[0])  # so that the page says so, and the others are asked for
            return
        image = to_image(result)
        self._images[key] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > KEEP_BYTES and len(self._images) > 1:
            _, old = self._images.popitem(last=False)
            self._bytes -= old.sizeInBytes()
        self.image_ready.emit(key[0])

    def _got_text(self, page: int, result: PageText | Failure) -> None:
        self._flying.discard(page)
        if isinstance(result, Failure):
            self._broken.add(page)
            return
        self._texts[page] = result
        self.text_ready.emit(page)


def to_image(picture: PageImage) -> QImage:
    """A picture of its own memory."""
    image = QImage(
        picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGBX8888
    )
    # Converted once to the format that the screen paints fastest; also a copy, as the bytes are not ours.
    return image.convertToFormat(QImage.Format.Format_RGB32)
