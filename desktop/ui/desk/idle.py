"""Locks after a time without a key or a mouse move, with a visible count-down (CF-017)."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from desktop.ports.clock import ClockPort

LIMIT_S = 600
LONGEST_LIMIT_S = 900
WARNING_S = 60
_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleWatch(QObject):
    """Signals: ``counting(seconds left | -1)`` once a second in the last minute, ``idle()`` at the end.

    It listens at the windows, where keys and mouse come in, until the first sign of life of a second, then
    rests until the next; a window that is opened meanwhile is heard from the next second on. Never at the
    application: a filter in Python there is asked for every event of every object, which made a record's
    screen two and a half times as dear, and makes PySide6 build 170 classes that nobody uses.
    """

    counting = Signal(int)
    idle = Signal()

    def __init__(self, clock: ClockPort, parent: QObject, limit_s: int = LIMIT_S) -> None:
        super().__init__(parent)
        self._clock = clock
        self._limit = min(limit_s, LONGEST_LIMIT_S)
        self._last = clock.monotonic()
        self._warned = False
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """A session became active."""
        self._last = self._clock.monotonic()
        self._listen()
        self._timer.start()

    def stop(self) -> None:
        """No session, nothing to lock."""
        self._rest()
        self._timer.stop()
        self._end_warning()

    def tick(self) -> None:
        """Once a second: count down, or lock."""
        self._listen()
        left = self._limit - (self._clock.monotonic() - self._last)
        if left <= 0:
            self.stop()
            self.idle.emit()
        elif left <= WARNING_S:
            self._warned = True
            self.counting.emit(int(left + 0.999))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Any sign of life starts the time anew."""
        if event.type() in _SIGNS_OF_LIFE:
            self._last = self._clock.monotonic()
            self._rest()
            self._end_warning()
        return False

    def _listen(self) -> None:
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)

    def _rest(self) -> None:
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def _end_warning(self) -> None:
        if self._warned:
            self._warned = False
            self.counting.emit(-1)
