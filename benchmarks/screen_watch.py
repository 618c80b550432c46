"""When a program's first window is mapped and when its picture rests, as the X server tells it."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from Xlib import X, display
from Xlib.ext import damage

_STILL_S = 0.3
_CARET_PX = 3  # a blinking text cursor is no change of the picture
_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Shown:
    """Milliseconds from the start of the process.

    ``rested``: the last change before the picture did not change for 300 ms. ``last``: the last change while
    it was watched (:meth:`ScreenWatch.run`). ``processor_ms``: user and system time of the whole run.
    """

    mapped: float
    rested: float
    last: float
    processor_ms: float


class ScreenWatch:
    """Sees every window and every change of one screen (``DISPLAY``), on which nothing else happens."""

    def __init__(self) -> None:
        self._display = display.Display()
        root = self._display.screen().root
        root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._display.damage_query_version()
        root.damage_create(damage.DamageReportRawRectangles)
        self._display.sync()

    def run(self, command: Sequence[str], env: Mapping[str, str], cwd: Path, watch_s: float) -> Shown:
        """Start *command*, watch until *watch_s* after its picture rests, and end it. TimeoutError."""
        self._forget()
        began = time.perf_counter()
        program = subprocess.Popen(
            command, env=env, cwd=cwd, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            mapped, rested, last = self._watch(began, watch_s)
        finally:
            os.killpg(program.pid, signal.SIGTERM)
            usage = _end(program)
        mapped_ms, rested_ms, last_ms = (1000 * (moment - began) for moment in (mapped, rested, last))
        return Shown(mapped_ms, rested_ms, last_ms, 1000 * usage)

    def _watch(self, began: float, watch_s: float) -> tuple[float, float, float]:
        changed = self._display.extension_event.DamageNotify
        mapped = rested = last = 0.0
        while (now := time.perf_counter()) - began < _LIMIT_S:
            if mapped and now - last > _STILL_S and not rested:
                rested = last
            if rested and now - rested > watch_s:
                return mapped, rested, last
            select.select([self._display.fileno()], [], [], 0.02)
            now = time.perf_counter()
            while self._display.pending_events():
                event = self._display.next_event()
                if event.type == X.MapNotify:
                    mapped = mapped or now
                    last = now
                elif event.type == changed and event.area.width > _CARET_PX:
                    last = now
        raise TimeoutError("no window, or a picture that never rests")

    def _forget(self) -> None:
        """What the program before left on the screen."""
        deadline = time.perf_counter() + _STILL_S
        while time.perf_counter() < deadline:
            if self._display.pending_events():
                self._display.next_event()
                deadline = time.perf_counter() + _STILL_S
            else:
                time.sleep(0.01)


def _end(program: subprocess.Popen[bytes]) -> float:
    """Seconds of processor time."""
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime
