"""Where a record's screen stands in the window, with a blank one made ahead."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.record.record_view import RecordView
from desktop.ui.tasks import Tasks
from desktop.ui.turns import TURN_MS


class RecordPage(QWidget):
    """A screen knows one record from its opening to its end: nothing of one patient shows under another.

    Making one takes longer than a turn of the event loop may, so a blank one is made ahead, a part a turn.
    Signal: ``language_changed``, to whom a screen in the place belongs.
    """

    language_changed = Signal()

    def __init__(self, tasks: Tasks, banner_place: QWidget, parent: QWidget | None = None) -> None:
        """*banner_place*: where banners are shown."""
        super().__init__(parent)
        self.setObjectName("record-page")
        self._tasks, self._banner_place = tasks, banner_place
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._blank: RecordView | None = None
        self._turns = QTimer(self, singleShot=True, interval=TURN_MS)
        self._turns.timeout.connect(self._make_part)

    def make_ahead(self) -> None:
        """Begin a blank screen in the next turn, unless there is one."""
        if self._blank is None:
            self._turns.start()

    def take(self) -> RecordView:
        """A blank screen, to be opened; it may still lack parts."""
        self._turns.stop()
        blank, self._blank = self._blank or self._make(), None
        return blank

    def show_view(self, view: RecordView) -> None:
        """In the place of the page."""
        self._layout.addWidget(view)
        view.show()

    def remove(self, view: RecordView) -> None:
        """It is over."""
        view.throw_away()
        self._layout.removeWidget(view)

    def retranslate(self) -> None:
        """A blank screen is made in one language."""
        blank, self._blank = self._blank, None
        if blank is not None:
            blank.throw_away()
            self.make_ahead()
        self.language_changed.emit()

    def _make(self) -> RecordView:
        view = RecordView(self._tasks, self, banner_place=self._banner_place)
        view.hide()
        return view

    def _make_part(self) -> None:
        if self._blank is None:
            self._blank = self._make()
        elif not self._blank.make_next():
            return
        self._turns.start()
