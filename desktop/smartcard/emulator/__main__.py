"""Plays the cards of a folder into pcscd's virtual readers.

``python -m desktop.smartcard.emulator --dir DIR``: reader i of ``DIR/reader.json`` is the virtual reader on
port BASE + i; editing that file inserts and pulls.
"""

import argparse
import logging
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.domain.card_image import SimulatedReader, load_card, load_readers
from desktop.smartcard.emulator.piv_card import PivCard
from desktop.smartcard.emulator.vpcd import CardInReader
from desktop.smartcard.followed import tell_followed
from desktop.smartcard.pause import stops_at

log = logging.getLogger("dsp.emulator")
BASE_PORT = 35963
_POLL_S = 0.03
# The virtual reader looks every 400 ms: a card must be away that long for its absence to be seen.
SETTLE_S = 0.5


@dataclass(slots=True)
class VirtualReader:
    """What one virtual reader holds, and since when it has been empty."""

    port: int
    wanted: SimulatedReader | None = None
    inside: CardInReader | None = None
    emptied: float = -SETTLE_S


class Emulator:
    """Keeps the virtual readers like the file."""

    def __init__(self, folder: Path, base_port: int = BASE_PORT, settle: float = SETTLE_S) -> None:
        self._folder = folder
        self._base = base_port
        self._settle = settle
        self._slots: list[VirtualReader] = []
        self._followed = b""

    def run(self, stop: threading.Event) -> None:
        """Until *stop* is set."""
        while not stop.wait(_POLL_S):
            self.tick()
        for slot in self._slots:
            _pull(slot)

    def tick(self) -> None:
        """Compare and act once."""
        path = self._folder / "reader.json"
        try:
            said, readers = path.read_bytes(), load_readers(path)
        except (OSError, ValueError, TypeError):
            return  # being written
        while len(self._slots) < len(readers):
            self._slots.append(VirtualReader(self._base + len(self._slots)))
        for slot, reader in zip(self._slots, readers, strict=False):
            self._follow(slot, reader)
        if said != self._followed:
            self._followed = said
            tell_followed(path, said)

    def _follow(self, slot: VirtualReader, reader: SimulatedReader) -> None:
        before, slot.wanted = slot.wanted, reader
        changed = before is None or (before.card, before.events, before.mute) != (
            reader.card, reader.events, reader.mute,
        )  # fmt: skip
        if slot.inside is not None and (changed or not slot.inside.connected):
            unseen = before is not None and before.events == reader.events and reader.card is not None
            if unseen and slot.inside.connected and not reader.mute:
                self._swap_unseen(slot.inside, reader)
                return
            _pull(slot)
        rested = time.monotonic() - slot.emptied >= self._settle
        if reader.card is not None and slot.inside is None and rested:
            self._insert(slot, reader)

    def _card(self, reader: SimulatedReader) -> PivCard | None:
        path = self._folder / "cards" / f"{reader.card}.json"
        try:
            return PivCard(load_card(path), lambda image: image.save(path), partial(stops_at, self._folder))
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("no usable card image: %s", type(error).__name__)
            return None

    def _swap_unseen(self, inside: CardInReader, reader: SimulatedReader) -> None:
        """Another card on the same contacts: the reader's event counter stays as it is."""
        card = self._card(reader)
        if card is not None:
            inside.swap(card)

    def _insert(self, slot: VirtualReader, reader: SimulatedReader) -> None:
        card = self._card(reader)
        if card is None:
            return

        def delay() -> float:
            return 0.0 if slot.wanted is None else slot.wanted.delay_ms / 1000

        try:
            slot.inside = CardInReader(card, slot.port, mute=reader.mute, delay=delay)
        except OSError:
            return  # the service is not running: next tick


def _pull(slot: VirtualReader) -> None:
    if slot.inside is not None:
        slot.inside.pull()
        slot.inside = None
        slot.emptied = time.monotonic()


def main() -> None:
    """Run until standard input ends (the parent is gone) or the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m desktop.smartcard.emulator")
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--base-port", type=int, default=BASE_PORT)
    parser.add_argument("--settle-ms", type=int, default=round(SETTLE_S * 1000))
    options = parser.parse_args()
    stop = threading.Event()

    def wait_for_parent() -> None:
        sys.stdin.buffer.read()
        stop.set()

    threading.Thread(target=wait_for_parent, daemon=True).start()
    Emulator(options.dir, options.base_port, options.settle_ms / 1000).run(stop)


if __name__ == "__main__":
    main()
