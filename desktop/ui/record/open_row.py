"""Which row is open in the viewer: marked in the list, with its place there, and the rows beside it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.domain.record import Document
from desktop.domain.texts import text
from desktop.ui.record.document_model import DocumentModel
from desktop.ui.record.viewer_bar import ViewerBar
from desktop.ui.widgets.message import Message


class OpenRow(QObject):
    """The mark stays on what is open, wherever the cursor goes. Signal: ``chosen`` (the document beside, to
    be opened: one traced access, asked for by the user; nothing is fetched ahead).
    """

    chosen = Signal(str)

    def __init__(self, model: DocumentModel, page: QWidget) -> None:
        """Ctrl+↓ and Ctrl+↑ are heard anywhere in *page*."""
        super().__init__(page)
        self._model = model
        self._viewer: tuple[ViewerBar, Message] | None = None
        self._bars: list[ViewerBar] = []  # each is heard once
        for moved in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
            moved.connect(self._tell)
        for keys, by in (("Ctrl+Down", 1), ("Ctrl+Up", -1)):
            steps = QShortcut(QKeySequence(keys), page)
            steps.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            steps.activated.connect(partial(self.step, by))

    def show_in(self, bar: ViewerBar, message: Message) -> None:
        """The viewer's *bar* tells the place and asks for the next; *message*, that there is none."""
        self._viewer = bar, message
        if bar not in self._bars:
            self._bars.append(bar)
            bar.step_requested.connect(self.step)
        self._tell()

    def set_open(self, document_id: str) -> None:
        """ "" for none."""
        self._model.set_open(document_id)
        self._tell()

    def step(self, by: int) -> None:
        """The row *by* further in the list as it is shown; the first, where it does not show what is open."""
        if not self._model.open_id() or self._viewer is None:
            return
        shown = self._model.documents()
        here = _place(shown, self._model.open_id())
        row = 0 if here is None else here + by
        if 0 <= row < len(shown):
            self.chosen.emit(shown[row].id)
        else:
            self._viewer[1].show_text(text("viewer.last" if by > 0 else "viewer.first"), closable=True)

    def _tell(self) -> None:
        opened = self._model.open_id()
        if self._viewer is None or not opened:
            return
        shown = self._model.documents()
        here = _place(shown, opened)
        self._viewer[0].set_place(0 if here is None else here + 1, len(shown))


def _place(shown: Sequence[Document], document_id: str) -> int | None:
    return next((n for n, document in enumerate(shown) if document.id == document_id), None)
