"""Everything that can be done to a card, at random, for a long time.

``python -m tests.reader.soak 1000``: inserts, pulls, swaps, slow and silent cards, killed children, crashed
services, while a doctor keeps logging in. Prints one line of figures; exit code 0 only if every rule held:
no call and no news later than 3 s (the tests allow a busy machine a minute), no failure that blames the PIN,
no try lost, state right at the end, no thread and no process left.
"""

import argparse
import collections
import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil

from desktop.domain.card import CardProof, CardTasks, ReaderSnapshot, SlotState
from desktop.domain.card_image import load_card
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.emulator import real_chain
from tests.reader.workstation import PIN, Folder, Workstation, card
from tests.waiting import LIMIT_S

T = TypeVar("T")
HANG_S = 3.0
DEADLINES = CardDeadlines(read=1.6, work=1.6)
CARDS = ("gp", "nurse")
# What may happen to a doctor whose card is played with; everything else breaks a rule.
HONEST = {
    Code.CARD_REMOVED, Code.CARD_SERVICE_MISSING, Code.CARD_TIMEOUT, Code.CARD_FAILED,
    Code.CARD_SWAPPED,  # truly: the card was changed between its reading and its use
    Code.CARD_MUTE, Code.CARD_UNKNOWN, Code.CARD_BUSY, Code.MODULE_CRASHED,
    Code.MODULE_HANGS,  # a child that a busy machine starts late: these deadlines are short
    Code.CANCELLED,  # a reading that was aborted
}  # fmt: skip


@dataclass
class Figures:
    """What was seen."""

    events: collections.Counter[str] = field(default_factory=collections.Counter)
    answers: collections.Counter[str] = field(default_factory=collections.Counter)
    broken: list[str] = field(default_factory=list)
    slowest_call: float = 0.0
    slowest_news: float = 0.0
    seconds: float = 0.0

    def line(self) -> str:
        done = " ".join(f"{k}={v}" for k, v in sorted(self.events.items()))
        answers = " ".join(f"{k}={v}" for k, v in sorted(self.answers.items()))
        return (
            f"{sum(self.events.values())} events in {self.seconds:.0f} s ({done}); doctor: {answers}; "
            f"slowest call {self.slowest_call:.2f} s, slowest news {self.slowest_news:.2f} s; "
            f"rules broken: {len(self.broken)}"
        )


class Doctor(threading.Thread):
    """Logs in again and again with the right PIN, whatever happens to the card."""

    def __init__(self, station: Workstation, figures: Figures, hang_s: float) -> None:
        super().__init__(name="doctor")
        self._station, self._figures, self._hang_s = station, figures, hang_s
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.wait(0.05):
            cards = self._timed("cards", self._station.port.cards)
            if isinstance(cards, Failure):
                self._note(cards)
                continue
            for info in cards:
                tasks = CardTasks(b"header.payload", None)
                pin = Secret(bytearray(PIN))
                answer = self._timed("perform", partial(self._station.port.perform, info, pin, tasks))
                if pin:
                    self._figures.broken.append("a PIN was not wiped")
                self._note(answer)

    def _timed(self, what: str, call: Callable[[], T]) -> T:
        begun = time.monotonic()
        answer = call()
        took = time.monotonic() - begun
        self._figures.slowest_call = max(self._figures.slowest_call, took)
        if took > self._hang_s:
            self._figures.broken.append(f"{what} took {took:.1f} s")
        return answer

    def _note(self, answer: object) -> None:
        if isinstance(answer, Failure):
            self._figures.answers[answer.code.name] += 1
            if answer.code not in HONEST:
                self._figures.broken.append(f"{answer.code.name} {dict(answer.facts)}")
        else:
            self._figures.answers["proof"] += isinstance(answer, CardProof)


class Soak:
    """Plays *count* random events."""

    def __init__(self, station: Workstation, count: int, seed: int, hang_s: float) -> None:
        self._station, self._count, self._hang_s = station, count, hang_s
        self._random = random.Random(seed)
        self.figures = Figures()

    def run(self) -> Figures:
        begun = time.monotonic()
        doctor = Doctor(self._station, self.figures, self._hang_s)
        doctor.start()
        try:
            for _ in range(self._count):
                self._event()
                time.sleep(self._random.choice((0, 0.02, 0.1, 0.3, 0.6)))
            self._settle()
        finally:
            doctor.enough.set()
            doctor.join()
        self._prove()
        self.figures.seconds = time.monotonic() - begun
        return self.figures

    def _event(self) -> None:
        plays = {
            self._insert: 30, self._pull: 25, self._swap: 12, self._abort: 8, self._kill_child: 8,
            self._slow: 8, self._silent: 3, self._mute: 3, self._crash_service: 3,
        }  # fmt: skip
        (play,) = self._random.choices(list(plays), list(plays.values()))
        self.figures.events[play.__name__.strip("_")] += 1
        play()

    def _reader(self) -> int:
        return self._random.randrange(2)

    def _card_for(self, reader: int) -> str:
        # A card is a thing: it is in one reader at a time.
        other = self._station.folder.readers()[1 - reader].card
        return self._random.choice([c for c in CARDS if c != other])

    def _insert(self) -> None:
        reader = self._reader()
        if self._station.folder.readers()[reader].card is None:
            self._station.folder.insert(self._card_for(reader), reader)

    def _pull(self) -> None:
        self._station.folder.pull(self._reader())

    def _swap(self) -> None:
        reader = self._reader()
        self._station.folder.insert(self._card_for(reader), reader)

    def _mute(self) -> None:
        reader = self._reader()
        self._station.folder.insert(self._card_for(reader), reader, mute=True)

    def _abort(self) -> None:
        self._station.port.abort()

    def _kill_child(self) -> None:
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "desktop.smartcard.pkcs11_child" in child.cmdline():
                    child.send_signal(signal.SIGKILL)

    def _slow(self) -> None:
        self._station.folder.slow(self._random.choice((0, 10, 50)), self._reader())

    def _silent(self) -> None:
        """A card that never answers, then is pulled."""
        reader = self._reader()
        self._station.folder.slow(60_000, reader)
        time.sleep(self._random.choice((0.1, 0.5)))
        self._station.folder.pull(reader)

    def _crash_service(self) -> None:
        self._station.chain.kill_service()
        self._news(lambda s: not s.service_running)
        self._station.chain.start_service()
        self._news(lambda s: s.service_running)

    def _news(self, wanted: object) -> None:
        begun = time.monotonic()
        try:
            self._station.wait(wanted, self._hang_s)  # type: ignore[arg-type]
        except AssertionError as error:
            self.figures.broken.append(str(error))
        self.figures.slowest_news = max(self.figures.slowest_news, time.monotonic() - begun)

    def _settle(self) -> None:
        """Known state: each card in its reader; the monitor must say so."""
        for reader in (0, 1):
            self._station.folder.pull(reader)
        self._news(lambda s: s.service_running and len(s.readers) == 2 and not s.occupied())
        for reader, name in enumerate(CARDS):
            self._station.folder.insert(name, reader)
        self._news(both_present)

    def _prove(self) -> None:
        """State right at the end: both cards log in, all tries are there. No deadline is short any more."""
        self._station.port._deadlines = CardDeadlines(read=LIMIT_S, work=LIMIT_S)
        cards = self._station.port.cards()
        if not isinstance(cards, tuple) or len(cards) != len(CARDS):
            self.figures.broken.append(f"cards at the end: {cards}")
            return
        for info in cards:
            proof = self._station.port.perform(info, Secret(bytearray(PIN)), CardTasks(b"x", None))
            if not isinstance(proof, CardProof):
                self.figures.broken.append(f"login at the end: {proof}")
        for name in CARDS:
            image = load_card(self._station.folder.card_path(name))
            if image.pin_tries != image.max_tries:
                self.figures.broken.append(f"{name} lost tries: {image.pin_tries}")


def both_present(snapshot: ReaderSnapshot) -> bool:
    """Two usable cards."""
    return [r.slot for r in snapshot.readers] == [SlotState.PRESENT] * 2


def soak(chain: real_chain.RealChain, count: int, seed: int, *, hang_s: float = HANG_S) -> Figures:
    """Run on a started chain; threads and processes are counted before and after.

    *hang_s*: no call and no news may take longer.
    """
    folder = Folder(chain.cards)
    for name in CARDS:
        folder.add(card(name))
    threads, processes = set(threading.enumerate()), set(psutil.Process().children())
    station = Workstation(folder, chain, DEADLINES)
    try:
        station.wait(lambda s: s.service_running and len(s.readers) == 2)
        figures = Soak(station, count, seed, hang_s).run()
    finally:
        for reader in (0, 1):
            folder.pull(reader)
        station.close()
    left = [t.name for t in threading.enumerate() if t not in threads and not t.daemon]
    left += [str(p.pid) for p in psutil.Process().children() if p not in processes]
    if left:
        figures.broken.append(f"left behind: {left}")
    return figures


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    reason = real_chain.available()
    if reason is not None:
        print(f"the soak cannot run: {reason}")
        return 2
    with tempfile.TemporaryDirectory() as home:
        folder = Folder(Path(home) / "cards")
        chain = real_chain.RealChain(folder.path)
        chain.start()
        os.environ.update(chain.environment())
        try:
            figures = soak(chain, options.events, options.seed)
        finally:
            chain.stop()
    print(f"seed {options.seed}: {figures.line()}")
    for rule in figures.broken[:20]:
        print("  broken:", rule)
    return 1 if figures.broken else 0


if __name__ == "__main__":
    sys.exit(main())
