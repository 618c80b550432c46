"""Where a record's screen stands in the window, with a blank one made ahead."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.texts import current_language
from desktop.ui.record.record_end import end_page
from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Generation, Tasks
from desktop.ui.turns import in_turns
from desktop.ui.views.drop_zone import files_of


class RecordPage(QWidget):
    """A screen knows one record from its opening to its end: nothing of one patient shows under another.

    Making one takes longer than a turn of the event loop may, so a blank one is made ahead, a part a turn.
    Signals: ``language_changed``, to whom a screen in the place belongs, once a blank one can take its place;
    ``files_dropped(tuple[Path, ...])`` anywhere on a record whose banner offers a deposit.
    """

    language_changed = Signal()
    files_dropped = Signal(object)

    def __init__(self, tasks: Tasks, banner_place: QWidget, parent: QWidget | None = None) -> None:
        """*banner_place*: where banners are shown."""
        super().__init__(parent)
        self.setObjectName("record-page")
        self._tasks, self._banner_place = tasks, banner_place
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._blank: RecordView | None = None
        self._shown: RecordView | None = None
        self._end: QWidget | None = None
        self._ended: tuple[Failure, Callable[[], object]] | None = None
        self._making = Generation()
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._may_deposit() and files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = files_of(event.mimeData())
        if self._may_deposit() and paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def _may_deposit(self) -> bool:
        """Whether « Déposer » stands in the banner: no right is judged twice."""
        shown = self._shown
        return shown is not None and shown.banner.deposit.isVisibleTo(shown.banner)

    def make_ahead(self) -> None:
        """Begin a blank screen in the next turn, unless there is one."""
        if self._blank is None:
            self._making.bump()
            in_turns(self, self._make_parts(), self._making)

    def take(self) -> RecordView:
        """A blank screen, to be opened; it may still lack parts."""
        self._making.bump()
        if self._blank is not None and self._blank.language is not current_language():
            self._throw_away()
        blank, self._blank = self._blank or self._make(), None
        return blank

    def show_view(self, view: RecordView) -> None:
        """In the place of the page."""
        self.clear_end()
        self._shown = view
        self._layout.addWidget(view)
        view.show()

    def remove(self, view: RecordView) -> None:
        """It is over."""
        self._shown = None
        view.throw_away()
        self._layout.removeWidget(view)

    def close_innermost(self) -> bool:
        """What Esc closes before the record."""
        return self._shown is not None and self._shown.close_innermost()

    def show_end(self, failure: Failure, close: Callable[[], object]) -> None:
        """The access ended: in the place of the screen why, and a button for *close*."""
        self.clear_end()
        self._ended = failure, close
        self._end = end_page(failure, close, self)
        self._layout.addWidget(self._end)
        self._end.show()

    def clear_end(self) -> None:
        """It was seen, or another record is shown."""
        end, self._end, self._ended = self._end, None, None
        if end is not None:
            end.hide()
            end.deleteLater()

    def retranslate(self) -> None:
        """What is made is made in one language."""
        if self._ended is not None:
            self.show_end(*self._ended)
        self._throw_away()
        self._making.bump()
        in_turns(self, self._make_again(), self._making)

    def _throw_away(self) -> None:
        blank, self._blank = self._blank, None
        if blank is not None:
            blank.throw_away()

    def _make_again(self) -> Iterator[None]:
        yield from self._make_parts()
        self.language_changed.emit()

    def _make_parts(self) -> Iterator[None]:
        blank = self._blank = self._make()
        yield
        while blank.make_next():
            yield

    def _make(self) -> RecordView:
        view = RecordView(self._tasks, self, banner_place=self._banner_place)
        view.hide()
        return view
