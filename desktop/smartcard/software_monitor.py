"""Watches the simulated readers' file the way the PC/SC monitor watches the service."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from desktop.domain.card import Reader, ReaderSnapshot, SlotState
from desktop.domain.card_image import SimulatedReader, load_card, load_readers
from desktop.smartcard.listener import tell

log = logging.getLogger("dsp.card")
POLL_S = 0.1


class SoftwareMonitor:
    """ReaderMonitorPort on ``DIR/reader.json``.

    A tester's files beside it: ``service-stopped``, ``card-held`` (another program has the card in the
    reader whose number is in it), ``remote-session``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._latest: ReaderSnapshot | None = None

    def start(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        """Begin; *changed* is called from the monitor's thread, first with the present state."""
        self._stop.clear()
        self._latest = None
        self._thread = threading.Thread(target=self._watch, args=(changed,), name="software-readers")
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when it is gone."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def latest(self) -> ReaderSnapshot | None:
        """The last snapshot; None before the first."""
        return self._latest

    def _watch(self, changed: Callable[[ReaderSnapshot], None]) -> None:
        seen: object = ()
        while True:
            mark = self._mark()
            if mark != seen:
                snapshot = self._read()
                if snapshot is not None:
                    seen = mark
                    if snapshot != self._latest:
                        self._latest = snapshot
                        tell(changed, snapshot)
            if self._stop.wait(POLL_S):
                return

    def _mark(self) -> tuple[object, ...]:
        # As with PC/SC, another program's taking of a card is no event: it shows at the next one.
        names = ("service-stopped", "remote-session")
        played = tuple((self._folder / name).exists() for name in names)
        try:
            stat = (self._folder / "reader.json").stat()
        except OSError:
            return (played, None)
        return (played, stat.st_mtime_ns, stat.st_size, stat.st_ino)

    def _read(self) -> ReaderSnapshot | None:
        if (self._folder / "service-stopped").exists():
            return ReaderSnapshot(service_running=False, remote_session=self._remote())
        try:
            readers = load_readers(self._folder / "reader.json")
        except (OSError, ValueError, TypeError):
            return None  # being replaced at this moment: the next tick reads it
        return ReaderSnapshot(True, tuple(self._reader(r) for r in readers), self._remote())

    def _remote(self) -> bool:
        return (self._folder / "remote-session").exists()

    def _reader(self, reader: SimulatedReader) -> Reader:
        if reader.card is None:
            return Reader(reader.name, SlotState.EMPTY, b"", reader.events)
        if reader.mute:
            return Reader(reader.name, SlotState.MUTE, b"", reader.events)
        try:
            atr = bytes.fromhex(load_card(self._folder / "cards" / f"{reader.card}.json").atr_hex)
        except (OSError, ValueError, KeyError, TypeError):
            return Reader(reader.name, SlotState.MUTE, b"", reader.events)
        slot = SlotState.EXCLUSIVE if held(self._folder, reader) else SlotState.PRESENT
        return Reader(reader.name, slot, atr, reader.events)


def held(folder: Path, reader: SimulatedReader) -> bool:
    """Whether another program is playing with the card in *reader*."""
    try:
        number = int((folder / "card-held").read_text())
        return load_readers(folder / "reader.json")[number - 1].name == reader.name
    except (OSError, ValueError, IndexError, TypeError):
        return False
