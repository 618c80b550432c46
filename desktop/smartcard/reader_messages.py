"""What the reader child tells, on its pipe: by the standard library alone, as it is read while the window
is made."""

import json
from dataclasses import dataclass

from desktop.domain.card import Reader, ReaderSnapshot, SlotState


@dataclass(frozen=True, slots=True)
class ReadersNow:
    """A snapshot on its way. ``gone``: PC/SC's code of why there is no service, "" where it is not known."""

    snapshot: ReaderSnapshot
    gone: str = ""

    def frame(self) -> bytes:
        """As it is sent."""
        snapshot = self.snapshot
        readers = [[one.name, one.slot.value, one.atr.hex(), one.events] for one in snapshot.readers]
        gone = "" if snapshot.service_running else self.gone
        return json.dumps([snapshot.service_running, readers, gone]).encode()


def read_frame_of(frame: bytes | bytearray, *, remote: bool) -> ReadersNow:
    """What :meth:`ReadersNow.frame` sent, in a session that is *remote* or not; ValueError for nonsense."""
    try:
        running, told, gone = json.loads(frame)
        readers = tuple(
            Reader(str(name), SlotState(slot), bytes.fromhex(atr), int(events))
            for name, slot, atr, events in told
        )
        return ReadersNow(ReaderSnapshot(bool(running), readers, remote), str(gone))
    except (TypeError, ValueError) as error:
        raise ValueError(type(error).__name__) from error
