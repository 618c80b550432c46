"""Keys that were typed for what stood there before: they reach nothing of what has come since.

Answers come while somebody types. Who types a name, Enter, and goes on with the first name, looks at the
keyboard: his Space would tick an identity that he has not compared, his Enter would open it.
"""

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.widgets.letters import writes

RUN_MS = 350
"""Who types goes on within this time; who has read what came has paused longer."""
_JUMP_MS = 60_000  # the system's clock of events is another since
_ROUNDED_MS = 2  # both clocks are told in whole milliseconds
_ACTS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select})
_LEADS = _ACTS | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Tab}
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_AIMED = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)


class TypedAhead(QObject):
    """At the window of *parent*, before any widget. Once :meth:`came` told that something else is in front:

    * A key that was pressed before that is dropped, whatever it is, but for those that are meant for no page:
      Ctrl+L, since a lock is meant always, and Ctrl+Tab, of who walks over several. Dropped is also
      one that was pressed while a key before it was still bringing the page.
    * Where it came by itself, not by a key: Enter and Space that go on with what was being typed are dropped
      until there is a pause of :data:`RUN_MS`, or a click; in a field they write, and act on what is written
      there.

    And while *parent* shows nothing new, since a page is made that the user waits for, no key is meant for
    what stands behind.

    What a scanner types is lifted out before: :class:`desktop.ui.scanner.ScannerKeys` begins to listen later,
    and who came last hears first.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pages = parent
        self._window: QWindow | None = None
        self._clock = QElapsedTimer()
        self._clock.start()
        self._ahead: int | None = None  # of the events' clock before ours, with the least delay that was seen
        self._came_ms = 0
        self._listed_ms = 0
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
        """Another page is in front."""
        if self._acting is not None or self._ahead is not None:
            self._came_ms = max(self._now() - _ROUNDED_MS, self._acting or 0)
            self._runs_on = self._acting is None

    def list_came(self) -> None:
        """As :meth:`came`, of a list below the field in which somebody types: his letters are meant for the
        field. What would lead into the list was not meant for this one."""
        if self._ahead is not None:
            self._listed_ms = self._now() - _ROUNDED_MS

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for a key that nobody gets."""
        if event.type() in _AIMED:
            self._runs_on = False  # whoever aims has seen what came
        if event.type() not in _KEYS or not isinstance(event, QKeyEvent):
            return False
        at_ms = self._time(event)
        if _is_for_no_page(event):
            return False
        pressed = event.type() == QEvent.Type.KeyPress
        unseen = not self._pages.updatesEnabled()
        drops = unseen or self._is_ahead(event, at_ms) or self._goes_on(event, at_ms)
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

    def _now(self) -> int:
        """By the clock of events."""
        return self._clock.elapsed() + (self._ahead or 0)

    def _time(self, event: QKeyEvent) -> int:
        """When it was pressed, by the clock of events; a key that a program made may have no time."""
        now, told = self._clock.elapsed(), event.timestamp()
        if not told:
            return self._now()
        ahead = told - now
        if self._ahead is None or ahead > self._ahead or self._ahead - ahead > _JUMP_MS:
            self._ahead = ahead
        return told

    def _is_ahead(self, event: QKeyEvent, at_ms: int) -> bool:
        """A key that is held down was pressed when it was first pressed."""
        if event.isAutoRepeat():
            at_ms = min(at_ms, self._pressed_ms)
        leads = event.key() in _LEADS and not (_in_a_field() and writes(event))
        before = at_ms < self._came_ms or (event.isAutoRepeat() and at_ms == self._came_ms)
        return before or (leads and at_ms < self._listed_ms)

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


def _is_for_no_page(event: QKeyEvent) -> bool:
    plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
    locks = event.key() == Qt.Key.Key_L and event.modifiers() == plain
    walks = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
    return plain == Qt.KeyboardModifier.ControlModifier and (locks or walks)


def _in_a_field() -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
