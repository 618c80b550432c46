"""Keys that were typed for what stood there before: they reach nothing of what has come since.

Answers come while somebody types. Who types a name, Enter, and goes on with the first name, looks at the
keyboard: his Space would tick an identity that he has not compared, his Enter would open it.
"""

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from desktop.ui.widgets.letters import writes

RUN_MS = 350
"""Who types goes on within this time; who has read what came has paused longer."""
_JUMP_MS = 60_000  # the system's clock of events is another since
_ACTS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select})
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_AIMED = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)


class TypedAhead(QObject):
    """At the window, before any widget. Two rules, once :meth:`came` told that something else is in front:

    * A key that was pressed before that is dropped, whatever it is, but for Ctrl+L: a lock is meant always.
    * Where it came by itself, not by a key: Enter and Space that go on with what was being typed are dropped
      until there is a pause of :data:`RUN_MS`, or a click; in a field they write, and act on what is written
      there.

    What a scanner types is lifted out before: :class:`desktop.ui.scanner.ScannerKeys` begins to listen later,
    and who came last hears first.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._window: QWindow | None = None
        self._clock = QElapsedTimer()
        self._clock.start()
        self._ahead: int | None = None  # of the events' clock before ours, with the least delay that was seen
        self._came_ms = 0
        self._acting: int | None = None  # when the key was pressed that is being delivered
        self._pressed_ms = 0  # the last key that was not held down
        self._typed_ms: int | None = None  # the last key of a text
        self._runs_on = False

    def watch(self, window: QWindow | None) -> None:
        """Listen at *window*, once there is one."""
        if window is not None and window is not self._window:
            self._window = window
            window.installEventFilter(self)

    def came(self) -> None:
        """Another page is in front, or another list below the hand."""
        if self._acting is not None:
            self._came_ms, self._runs_on = self._acting, False
        elif self._ahead is not None:
            self._came_ms, self._runs_on = self._clock.elapsed() + self._ahead, True

    def list_came(self) -> None:
        """As :meth:`came`, of a list whose first row Enter is meant for: only what was typed before is none
        of its keys. Letters go on to the page's field by themselves."""
        self.came()
        self._runs_on = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for a key that nobody gets."""
        if event.type() in _AIMED:
            self._runs_on = False  # whoever aims has seen what came
        if event.type() not in _KEYS or not isinstance(event, QKeyEvent):
            return False
        at_ms = self._time(event)
        if _locks(event):
            return False
        pressed = event.type() == QEvent.Type.KeyPress
        drops = self._is_ahead(event, at_ms) or self._goes_on(event, at_ms)
        if pressed:
            self._note(event, at_ms, dropped=drops)
        if drops:
            event.accept()  # no shortcut either
            return True
        self._acting = at_ms
        # Back before any answer that lies in the queue already: that one comes by itself.
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), Qt.EventPriority.HighEventPriority.value)
        return False

    def customEvent(self, event: QEvent) -> None:
        """The key was delivered."""
        self._acting = None

    def _time(self, event: QKeyEvent) -> int:
        """When it was pressed, by the clock of events; a key that a program made may have no time."""
        now, told = self._clock.elapsed(), event.timestamp()
        if not told:
            return now + (self._ahead or 0)
        ahead = told - now
        if self._ahead is None or ahead > self._ahead or self._ahead - ahead > _JUMP_MS:
            self._ahead = ahead
        return told

    def _is_ahead(self, event: QKeyEvent, at_ms: int) -> bool:
        """A key that is held down was pressed when it was first pressed."""
        return at_ms < self._came_ms or (event.isAutoRepeat() and self._pressed_ms <= self._came_ms)

    def _goes_on(self, event: QKeyEvent, at_ms: int) -> bool:
        if not self._runs_on:
            return False
        if self._typed_ms is None or at_ms - self._typed_ms >= RUN_MS:
            self._runs_on = False
            return False
        return event.key() in _ACTS and not _in_a_field()

    def _note(self, event: QKeyEvent, at_ms: int, *, dropped: bool) -> None:
        if not event.isAutoRepeat():
            self._pressed_ms = at_ms
        is_text = writes(event) or event.key() in _ACTS
        if is_text and (_in_a_field() or dropped or self._runs_on):
            self._typed_ms = at_ms


def _locks(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier


def _in_a_field() -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
