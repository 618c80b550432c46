"""The document that is read: beside the list or in the whole window, closed, come back to after a lock."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.domain.record import Document
from desktop.ui.record.controller import RecordController
from desktop.ui.record.open_row import OpenRow
from desktop.ui.record.page_view import PagePlace
from desktop.ui.record.record_frame import RecordFrame
from desktop.ui.record.viewer import Viewer
from desktop.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Which document, where in it: an id and numbers, the only that may outlive a lock (CF-017)."""

    document_id: str
    large: bool
    pages: PagePlace | None


class Reading(QObject):
    """Signals: ``laid_out`` (the room is shared anew), ``made`` (the viewer: whoever listens to it may)."""

    laid_out = Signal()
    made = Signal(object)

    _controller: RecordController

    def __init__(self, tasks: Tasks, frame: RecordFrame, open_row: OpenRow, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._frame, self._open_row = tasks, frame, open_row
        self._viewer: Viewer | None = None
        self._attached = False
        self.open = self.large = False

    @property
    def is_made(self) -> bool:
        """Whether the viewer stands ready."""
        return self._viewer is not None

    @property
    def viewer(self) -> Viewer:
        """Made ahead, or once the list stands: its making is as long a turn as the view's own."""
        return self._viewer or self.make()

    def make(self) -> Viewer:
        """The viewer, empty and hidden."""
        viewer = self._viewer = Viewer(self._tasks, self._frame.content)
        viewer.hide()  # before the splitter has it, which would show it
        self._frame.split.addWidget(viewer)
        self._open_row.show_in(viewer.bar, viewer.message)
        viewer.large_toggled.connect(self._toggle_large)
        if self._attached:
            viewer.attach(self._controller)
        self.made.emit(viewer)
        return viewer

    def attach(self, controller: RecordController) -> None:
        """Whose documents they are."""
        self._controller, self._attached = controller, True
        if self._viewer is not None:
            self._viewer.attach(controller)

    def show_document(
        self, document: Document, *, large: bool, inside: bytes = b"", at: PagePlace | None = None
    ) -> None:
        """Read *document* (one traced access, CF-062), or show *inside*, a PDF that was found in it when it
        was read; *at*: where in its pages."""
        self.open, self.large = True, large
        self._lay_out()
        if inside:
            self.viewer.show_inside(document, inside)
        else:
            self.viewer.show_document(document, at)
        self._open_row.set_open(document.id)

    def close(self) -> None:
        """Nothing is read any more."""
        self.put_away()
        self.open = self.large = False
        self._lay_out()

    def put_away(self) -> None:
        """Nothing of it stays in either process; what it covered stays covered."""
        if self._viewer is not None:
            self._viewer.clear()

    def place(self) -> ReadingPlace | None:
        """Where the reader is."""
        document = self._viewer.whole_document() if self._viewer is not None and self.open else None
        if document is None:
            return None
        return ReadingPlace(document.id, self.large, self.viewer.pages.place())

    def _toggle_large(self) -> None:
        self.large = not self.large
        self._lay_out()

    def _lay_out(self) -> None:
        if self.open or self._viewer is not None:
            self.viewer.setVisible(self.open)
            self.viewer.bar.set_large(large=self.large)
        if not self.open:
            self._open_row.set_open("")
        self._frame.main.setVisible(not self.large)
        self.laid_out.emit()
