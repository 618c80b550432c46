"""The session is locked at random moments while letters go to a platform that forgives nothing (CF-079)."""

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.ports.platform import Progress
from desktop.sync.wire import Answer, Call, Lost
from tests.force.cuts import until_it_works
from tests.force.figures import Figure
from tests.force.forked import ChildError, Tell, whole
from tests.force.practice import CONTENT, Stage, doctor, wrong_deposits

MOMENTS = ("before", "in the body", "before its answer is read")
CALLS = 9  # on the wire for a deposit that was lost once, and a few of the next
_HELD = "under way at a lock: "


class Locks:
    """Locks the session at a call on the wire: before it, in its body, or before its answer is read."""

    def __init__(self, place: object, name: str, lock: Callable[[], None], patch: pytest.MonkeyPatch) -> None:
        """Stands where *place* has the *name* of what sends."""
        self._lock = lock
        self._left, self._moment, self._least = -1, "", 0
        self._send: Callable[..., Answer | Lost] = getattr(place, name)
        patch.setattr(place, name, self.send)

    def arm(self, calls: int, moment: str, *, least: int = 0) -> None:
        """At one of the next calls; *least*: those with a body as long are counted only."""
        self._left, self._moment, self._least = calls, moment, least

    def arm_at_random(self, dice: random.Random, size: int) -> None:
        """At any of the next calls, or in the sending of *size* bytes."""
        moment = dice.choice(MOMENTS)
        if dice.random() < 0.5:
            self.arm(dice.randint(1, CALLS), moment)
        else:
            self.arm(1, moment, least=size)

    def disarm(self) -> None:
        """No more."""
        self.arm(-1, "")

    def send(self, call: Call, **options: Any) -> Answer | Lost:
        short = len(call.body or b"") < self._least
        self._left -= not short
        if self._left or short or self._moment == "in the body":
            return self._send(call, **options)
        if self._moment == "before":
            self._lock()
            return Lost(Failure.of(Code.CANCELLED), sent=False)
        self._send(call, **options)  # the platform has done its work
        self._lock()
        return Lost(Failure.of(Code.CANCELLED), sent=True)

    def progress(self, _unique_id: str) -> Progress:
        def uploaded(done: int, total: int) -> None:
            if self._moment == "in the body" and self._left <= 0 and done < total:
                self._moment = ""
                self._lock()

        return uploaded


def locked(folder: Path, stage: Stage, locks: int, dice: random.Random) -> Figure:
    """As many locks, over as many letters; the vault is closed at each."""
    began = time.monotonic()
    folder.mkdir(parents=True)
    try:
        said = whole(partial(_trial, stage, folder, locks, dice.randrange(10**6)))
    except ChildError as error:
        said = [f"failed: {error}"]
    stage.later()
    under_way = sum(line.startswith(_HELD) for line in said)
    broken = [line for line in said if not line.startswith(_HELD)]
    if not under_way:
        broken.append("no lock hit a deposit")
    measured = f"{under_way} with a letter under way, {time.monotonic() - began:.0f} s"
    return Figure("locks at random moments", locks, tuple(broken), measured)


def _trial(stage: Stage, home: Path, locks: int, seed: int, tell: Tell) -> None:
    dice = random.Random(seed)
    refused: list[OutboxRow] = []

    def changed(row: OutboxRow) -> None:
        if row.state is OutboxState.TERMINAL:
            refused.append(row)

    with doctor(stage, home) as one, pytest.MonkeyPatch.context() as patch:

        def lock() -> None:
            one.platform.drop_session()
            one.vault.close_now()

        names = [one.confirm(f"Lettre {number}").unique_id for number in range(locks)]
        at = Locks(one.wire, "pass_on", lock, patch)
        for _ in range(locks):
            at.arm_at_random(dice, len(CONTENT))
            one.outbox.pump(changed, at.progress)
            lock()
            at.disarm()
            until_it_works(one.log_in)
            _count_under_way(one.store.outbox(), tell)
            one.outbox.recover()
            one.outbox.wake()
            if dice.random() < 0.5:  # else the next look-up comes at once
                one.a_minute_later()
        rows = one.settle()
    if refused:
        tell(f"called refused: {', '.join(str(row.failure) for row in refused)}")
    if wrong := wrong_deposits(stage, home, rows, names):
        tell(wrong)


def _count_under_way(rows: object, tell: Tell) -> None:
    assert isinstance(rows, tuple), rows
    if any(row.state in (OutboxState.SENDING, OutboxState.VERIFYING) for row in rows):
        tell(f"{_HELD}asked for again")
