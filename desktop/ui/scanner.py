"""A keyboard-wedge scanner in the window: its codes are lifted out of whatever has the focus.

Which keys are a code is decided by :mod:`desktop.scanning.wedge`; here keys come in and go out. They are
taken at the window, before any field: a QLineEdit drops the separator (ASCII 29), and Enter would press a
button.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from desktop.scanning.separators import EOT, GS, RS, ScannerSettings
from desktop.scanning.wedge import Burst, Heard, KeyKind, Keystroke, Wedge

_SLACK_MS = 5
_LATE_MS = 15  # the loop was held up: keys may lie in the queue that are older than the timer
_MOST_WAITS = 3
_ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})
_SILENT_KEYS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
_BRACKET_ELSEWHERE = frozenset({Qt.Key.Key_Dollar, Qt.Key.Key_Plus, Qt.Key.Key_Dead_Diaeresis})
"""The key right of P's neighbour on French, Belgian, German and Swiss keyboards."""
_CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_PLAIN = Qt.KeyboardModifier.NoModifier
_BETWEEN = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.FocusOut, QEvent.Type.Close}
)


class ScannerKeys(QObject):
    """Signal: ``scanned(Burst)``. A page starts it when it comes in front and stops it when it goes.

    What a person types goes to the edit that has the focus, else to *field*, the scan field; it comes at most
    ``gap_ms`` later than it was typed.
    """

    scanned = Signal(object)

    def __init__(self, field: QWidget, settings: Callable[[], ScannerSettings], parent: QObject) -> None:
        super().__init__(parent)
        self._field = field
        self._settings = settings
        self._wedge: Wedge[QKeyEvent] = Wedge(settings)
        self._window: QWindow | None = None
        self._given = False  # what a person typed is on its way
        self._clock = QElapsedTimer()
        self._clock.start()
        self._armed_at = 0
        self._waits = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._came_to_rest)

    def start(self) -> None:
        """Listen at the field's window, which is shown."""
        self.stop()
        self._window = self._field.window().windowHandle()
        if self._window is not None:
            self._window.installEventFilter(self)

    def stop(self) -> None:
        """Give on what was held back, listen no more, and forget what was read."""
        self._decide()
        self._wedge.forget()
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for a key that nobody else gets, or gets later."""
        if self._given:
            return False
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._outranks_shortcuts(event):
                event.accept()
                return True
        elif kind in _BETWEEN:
            self._decide()
        return False

    # -- keys -------------------------------------------------------------------------------------------

    def _outranks_shortcuts(self, event: QKeyEvent) -> bool:
        """A key of a code, or one that may not act, is no shortcut."""
        stroke = self._stroke(event)
        if stroke is None:
            return False
        if self._wedge.silent_at(stroke.at_ms):
            return True
        if stroke.kind is KeyKind.CHARACTER:
            return self._wedge.holds
        if stroke.kind is KeyKind.END and self._wedge.in_burst:
            return True
        self._decide()
        return self._wedge.silent_at(stroke.at_ms)

    def _pressed(self, event: QKeyEvent) -> bool:
        stroke = self._stroke(event)
        if stroke is None:
            return False
        heard = self._wedge.press(stroke)
        passes = self._hand_on(heard, but=stroke.event)
        if self._wedge.holds:
            self._waits = 0
            self._arm()
        else:
            self._timer.stop()
        return not passes

    def _stroke(self, event: QKeyEvent) -> Keystroke[QKeyEvent] | None:
        """None for a key that says nothing by itself."""
        key, modifiers, text = event.key(), event.modifiers(), event.text()
        if key in _SILENT_KEYS:
            return None
        chord = modifiers & _CHORD
        if event.isAutoRepeat():
            kind, character = KeyKind.REPEAT, text if text.isprintable() and chord == _PLAIN else ""
        elif key in _ENDS and chord == _PLAIN:
            kind, character = KeyKind.END, ""
        elif character := _separator(event, begun=self._wedge.holds):
            kind = KeyKind.CHARACTER
        elif text and text.isprintable() and chord in (_PLAIN, _CHORD):  # AltGr is Ctrl+Alt on Windows
            kind, character = KeyKind.CHARACTER, text
        else:
            kind, character = KeyKind.OTHER, ""
        at_ms = event.timestamp() or self._clock.elapsed()  # a key that was made by a program may have none
        return Keystroke(kind, character, at_ms, event.clone(), _is_edit(QApplication.focusWidget()))

    # -- what was heard ---------------------------------------------------------------------------------

    def _arm(self) -> None:
        self._armed_at = self._clock.elapsed()
        self._timer.start(self._settings().gap_ms + _SLACK_MS)

    def _came_to_rest(self) -> None:
        late = self._clock.elapsed() - self._armed_at - self._timer.interval()
        if late > _LATE_MS and self._waits < _MOST_WAITS:
            self._waits += 1
            self._arm()
        else:
            self._decide()

    def _decide(self) -> None:
        self._timer.stop()
        self._hand_on(self._wedge.quiet(), but=None)

    def _hand_on(self, heard: tuple[Heard[QKeyEvent], ...], but: QKeyEvent | None) -> bool:
        """True when *but*, the key that is just being delivered, may go on by itself."""
        passes = False
        for one in heard:
            if isinstance(one, Burst):
                self.scanned.emit(one)
                continue
            for event in one.events:
                if event is but:
                    passes = True
                else:
                    self._give(event)
        return passes

    def _give(self, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget()
        if not _is_edit(focus) and event.text().strip():
            self._field.setFocus()
            focus = self._field
        if focus is None:
            return
        self._given = True
        try:
            QCoreApplication.sendEvent(focus, event)
        finally:
            self._given = False


def _separator(event: QKeyEvent, *, begun: bool) -> str:
    """What a scanner sends for what no key has. Within a code (*begun*) also the key of ``Ctrl+]`` as other
    layouts name it; outside one they have a meaning of their own."""
    key, modifiers, text = event.key(), event.modifiers(), event.text()
    if text in (GS, RS, EOT):
        return text
    control = modifiers == Qt.KeyboardModifier.ControlModifier
    bare = key == Qt.Key.Key_F8 and modifiers == _PLAIN
    bracket = key == Qt.Key.Key_BracketRight or (begun and key in _BRACKET_ELSEWHERE)
    return GS if bare or (control and bracket) else ""


def _is_edit(widget: QWidget | None) -> bool:
    """Whether letters would be written into it."""
    if widget is None or not widget.isEnabled():
        return False
    writes = widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    return writes and not bool(widget.property("readOnly"))
