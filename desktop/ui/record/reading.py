"""What is read: one document beside the list or in the whole window, or two beside each other."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.domain.record import Document
from desktop.domain.texts import text
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
    """Signals: ``laid_out`` (the room is shared anew), ``made`` (a viewer: whoever listens to it may),
    ``closed`` (nothing is read any more). F6 goes from one of two documents to the other."""

    laid_out = Signal()
    made = Signal(object)
    closed = Signal()

    _controller: RecordController

    def __init__(self, tasks: Tasks, frame: RecordFrame, open_row: OpenRow, page: QWidget) -> None:
        super().__init__(page)
        self._tasks, self._frame, self._open_row = tasks, frame, open_row
        self._viewer: Viewer | None = None
        self._second: Viewer | None = None  # made when it is first wanted
        self._attached = False
        self.open = self.large = self.beside = False
        other = QShortcut(QKeySequence("F6"), page)
        other.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        other.activated.connect(self._go_to_other)

    @property
    def is_made(self) -> bool:
        """Whether the viewer stands ready."""
        return self._viewer is not None

    @property
    def viewer(self) -> Viewer:
        """Made ahead, or once the list stands: its making is as long a turn as the view's own."""
        return self._viewer or self.make()

    @property
    def second(self) -> Viewer | None:
        """The one at the right of two."""
        return self._second if self.beside else None

    def make(self) -> Viewer:
        """The viewer, empty and hidden."""
        viewer = self._viewer = self._made("viewer")
        self._open_row.show_in(viewer.bar, viewer.message)
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
        was read; *at*: where in its pages. Of two, it takes the place of the first."""
        self.open, self.large = True, large and not self.beside
        self._lay_out()
        if inside:
            self.viewer.show_inside(document, inside)
        else:
            self.viewer.show_document(document, at)
        self._open_row.set_open(document.id)

    def show_beside(self, document: Document) -> None:
        """Read *document* at the right of the one that is open; where none is, it is the one."""
        if not self.open:
            self.show_document(document, large=False)
            return
        shown = self.viewer.document()
        if shown is not None and shown.id == document.id:
            self.viewer.message.show_text(text("viewer.beside_itself"), closable=True)
            return
        if self._second is None:
            self._second = self._made("viewer-second")
        self.beside, self.large = True, False
        self._lay_out()
        self._second.show_document(document)

    def once_shown(self, document_id: str, act: Callable[[Viewer], object]) -> None:
        """Do it in the viewer as soon as a page of that document stands; not where another comes first."""
        viewer, shown = self.viewer, self.viewer.document()
        if shown is not None and shown.id == document_id and viewer.pages.page_count():
            act(viewer)
            return

        def first(name: str) -> None:
            if name == document_id:
                act(viewer)

        viewer.first_page_shown.connect(first, Qt.ConnectionType.SingleShotConnection)

    def close_innermost(self) -> bool:
        """What stands open in the viewer with the focus, then that one of two; False where there is one."""
        second = self.second
        front = second if second is not None and second.isAncestorOf(self._focus()) else self.viewer
        if front.close_innermost():
            return True
        if second is None:
            return False
        self._close(front)
        return True

    def close(self) -> None:
        """Nothing is read any more."""
        self.put_away()
        self.open = self.large = self.beside = False
        self._lay_out()

    def put_away(self) -> None:
        """Nothing of it stays in either process; what it covered stays covered."""
        for viewer in (self._viewer, self._second):
            if viewer is not None:
                viewer.clear()

    def place(self) -> ReadingPlace | None:
        """Where the reader is; of two documents, in the first."""
        document = self._viewer.whole_document() if self._viewer is not None and self.open else None
        if document is None:
            return None
        return ReadingPlace(document.id, self.large, self.viewer.pages.place())

    def _made(self, name: str) -> Viewer:
        viewer = Viewer(self._tasks, self._frame.content)
        viewer.setObjectName(name)
        viewer.hide()  # before the splitter has it, which would show it
        self._frame.split.addWidget(viewer)
        viewer.large_toggled.connect(self._toggle_large)
        viewer.closed.connect(lambda: self._close(viewer))
        if self._attached:
            viewer.attach(self._controller)
        self.made.emit(viewer)
        return viewer

    def _close(self, viewer: Viewer) -> None:
        """Of two, the other one stays, beside the list."""
        second = self.second
        if second is None:
            self.close()
            self.closed.emit()
            return
        viewer.clear()
        if viewer is self._viewer:
            self._viewer, self._second = second, viewer
            self._frame.split.insertWidget(1, second)  # the list is the first
            shown = second.document()
            self._open_row.show_in(second.bar, second.message)
            self._open_row.set_open(shown.id if shown else "")
        self.beside = self.large = False
        self._lay_out()
        self.viewer.pages.setFocus()

    def _go_to_other(self) -> None:
        second = self.second
        if second is not None:
            there = second.isAncestorOf(self._focus())
            (self.viewer if there else second).pages.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus(self) -> QWidget:
        return self._frame.window().focusWidget() or self._frame

    def _toggle_large(self) -> None:
        second = self.second
        if second is not None:
            self._close(second)
            return
        self.large = not self.large
        self._lay_out()

    def _lay_out(self) -> None:
        if self.open or self._viewer is not None:
            self.viewer.setVisible(self.open)
            self.viewer.bar.set_large(large=self.large or self.beside)
        if self._second is not None:
            self._second.setVisible(self.beside)
            self._second.bar.set_large(large=True)
            self._second.bar.set_steps(there=False)
            self.viewer.bar.set_steps(there=not self.beside)
        if not self.open:
            self._open_row.set_open("")
        self._frame.main.setVisible(not (self.large or self.beside))
        if self.beside:
            split = self._frame.split
            across = split.orientation() is Qt.Orientation.Horizontal
            half = (split.width() if across else split.height()) // 2
            split.setSizes([0, half, half])
        self.laid_out.emit()
