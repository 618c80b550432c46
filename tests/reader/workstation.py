"""One workplace on the real chain: readers, monitor and card port, for the tests and the soak."""

import threading
import time
from collections.abc import Callable

from desktop.domain.card import CardInfo, ReaderSnapshot, SlotState
from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.child_monitor import ChildMonitor
from desktop.smartcard.emulator import real_chain
from desktop.smartcard.followed import is_followed
from desktop.smartcard.pause import PAUSE_AT, PAUSED_AT
from desktop.smartcard.pkcs11_card import Pkcs11Card
from tests.unit.smartcard.card_factory import PIN, PUK, Folder, card, key
from tests.waiting import LIMIT_S, ended, until

__all__ = ["PIN", "PUK", "Folder", "Workstation", "card", "key"]


class Workstation:
    """One workplace: readers, monitor and card port on the real chain."""

    def __init__(self, folder: Folder, chain: real_chain.RealChain, deadlines: CardDeadlines) -> None:
        self.folder, self.chain = folder, chain
        self.seen: list[ReaderSnapshot] = []
        self._news = threading.Condition()
        self.monitor = ChildMonitor(environment=chain.environment(), retries=(0.05, 0.2))
        self.port = Pkcs11Card(
            module=real_chain.opensc_module(),
            snapshot=self.monitor.latest,
            deadlines=deadlines,
            environment=chain.environment(),
            opensc_drivers=real_chain.OPENSC_DRIVERS,
        )
        self.monitor.start(self._note)

    def _note(self, snapshot: ReaderSnapshot) -> None:
        with self._news:
            self.seen.append(snapshot)
            self._news.notify_all()

    def wait(self, wanted: Callable[[ReaderSnapshot], bool], seconds: float = LIMIT_S) -> ReaderSnapshot:
        """The first snapshot from now on (the present one included) that is as wanted."""
        limit = time.monotonic() + seconds
        with self._news:
            while not (self.seen and wanted(self.seen[-1])):
                left = limit - time.monotonic()
                assert left > 0, f"not seen; last: {self.seen[-1:]}"
                self._news.wait(left)
            return self.seen[-1]

    def wait_slot(self, reader: int, state: SlotState) -> ReaderSnapshot:
        """Until the monitor says so."""
        return self.wait(lambda s: len(s.readers) > reader and s.readers[reader].slot is state)

    def insert(self, id: str = "gp", reader: int = 0, *, mute: bool = False, delay_ms: int = 0) -> None:
        """Insert and wait for the monitor."""
        self.folder.insert(id, reader, mute=mute, delay_ms=delay_ms)
        self.wait_slot(reader, SlotState.MUTE if mute else SlotState.PRESENT)

    def pull(self, reader: int = 0) -> None:
        """Pull and wait for the monitor."""
        self.folder.pull(reader)
        self.wait_slot(reader, SlotState.EMPTY)

    def slow(self, delay_ms: int, reader: int = 0) -> None:
        """Each command takes this long from now on."""
        self.folder.slow(delay_ms, reader)
        self.followed()

    def pull_unseen(self, reader: int = 0) -> None:
        """Pull, and wait for nothing but the card to be out: the reader polls, it may not know yet."""
        self.folder.pull(reader)
        self.followed()

    def swap_unseen(self, id: str, reader: int = 0) -> None:
        """Another card on the same contacts; no reader tells of it."""
        self.folder.swap_unseen(id, reader)
        self.followed()

    def followed(self) -> None:
        """The emulated cards are as the folder says."""
        until("the emulator", lambda: is_followed(self.folder.path / "reader.json"))

    def stop_at(self, step: str) -> None:
        """The next card that gets to *step* (of ``pause.STEPS``) stops there until it is pulled."""
        (self.folder.path / PAUSED_AT).unlink(missing_ok=True)
        (self.folder.path / PAUSE_AT).write_text(step, encoding="utf-8")

    def stopped(self) -> None:
        """Wait for the card at the step that it stops at."""
        until("the card at its step", (self.folder.path / PAUSED_AT).exists)

    def begin(self, work: Callable[[], object]) -> Callable[[], object]:
        """Run *work* beside; what is given back waits for its end and gives its answer."""
        answers: list[object] = []
        run = threading.Thread(target=lambda: answers.append(work()), name="card work")
        run.start()
        until("the card's child at work", lambda: self.port._running or answers)

        def answer() -> object:
            ended(run)
            return answers[0]

        return answer

    def card(self) -> CardInfo:
        """The only card."""
        cards = self.port.cards()
        assert isinstance(cards, tuple), cards
        (one,) = cards
        return one

    def close(self) -> None:
        self.monitor.stop()
        self.port.close()
