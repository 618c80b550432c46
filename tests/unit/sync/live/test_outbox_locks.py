"""Sixty locks at random moments, at a platform that forgives nothing (CF-058, CF-079)."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

import pytest

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Mandate, Patient
from desktop.ports.platform import Progress
from desktop.services.outbox import OutboxService
from desktop.sync.wire import Answer, Call, Lost
from tests.fakes import FakeStore, open_store
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import SETTLE, Doctor, Sender, deposit

LOCKS = 60
_SIZE = 200_000
_MOMENTS = ("before", "in the body", "before its answer is read")
_CALLS = 9  # on the wire for a deposit that was lost once, and a few of the next


class Locks:
    """Locks the session at a call on the wire: before it, in its body, or before its answer is read."""

    def __init__(self, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
        self._doctor = doctor
        self._left, self._moment, self._least = -1, "", 0
        transport = doctor.platform._connection.client().transport
        self._send: Callable[..., Answer | Lost] = transport.send
        monkeypatch.setattr(transport, "send", self.send)

    def arm(self, calls: int, moment: str, *, least: int = 0) -> None:
        """At one of the next calls; *least*: those with a body as long are counted only."""
        self._left, self._moment, self._least = calls, moment, least

    def send(self, call: Call, **options: Any) -> Answer | Lost:
        short = len(call.body or b"") < self._least
        self._left -= not short
        if self._left or short or self._moment == "in the body":
            return self._send(call, **options)
        if self._moment == "before":
            self._doctor.lock()
            return Lost(Failure.of(Code.CANCELLED), sent=False)
        self._send(call, **options)  # the platform has done its work
        self._doctor.lock()
        return Lost(Failure.of(Code.CANCELLED), sent=True)

    def progress(self, _unique_id: str) -> Progress:
        def uploaded(done: int, total: int) -> None:
            if self._moment == "in the body" and self._left <= 0 and done < total:
                self._moment = ""
                self._doctor.lock()

        return uploaded


@pytest.mark.timeout(180)
@pytest.mark.parametrize("repeated", [400, 422])
def test_cf079_sixty_locks_lose_double_and_refuse_nothing(
    sender: Sender, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, repeated: int
) -> None:
    doctor, patient, mandate = sender
    simulator.control.intake(repeated=repeated, settle_s=SETTLE)
    chance = random.Random(repeated)
    store = open_store()
    names = _confirmed(store, patient, mandate)
    service = OutboxService(doctor.platform, store, doctor.clock, lambda: 0.0)
    locks = Locks(doctor, monkeypatch)
    told: list[OutboxRow] = []
    minute = 0
    for _ in range(LOCKS):
        moment = chance.choice(_MOMENTS)
        if chance.random() < 0.5:
            locks.arm(chance.randint(1, _CALLS), moment)
        else:
            locks.arm(1, moment, least=_SIZE)
        service.pump(told.append, locks.progress)
        doctor.lock()
        locks.arm(-1, "")
        doctor.log_in()
        service.recover()
        service.wake()
        minute += chance.random() < 0.5  # else the next look-up comes at once
        doctor.later(minute * SETTLE)
    for _ in range(4):
        minute += 1
        doctor.later(minute * SETTLE)
        service.pump(told.append)
    simulator.control.intake()
    assert {row.state for row, _ in store.shelf().rows.values()} == {OutboxState.SENT}
    assert not [row for row in told if row.state is OutboxState.TERMINAL], "called refused wrongly"
    assert sum(row.state is OutboxState.UNKNOWN for row in told) > LOCKS / 4, "the locks hit nothing"
    sent = simulator.control.state()["sendings"]
    assert {name: sent.get(name) for name in names} == dict.fromkeys(names, 1), "sent twice"


def _confirmed(store: FakeStore, patient: Patient, mandate: Mandate) -> list[str]:
    """As many deposits as locks, each with its own bytes, large enough to be cut in between."""
    names = []
    for number in range(LOCKS):
        content = b"%%PDF-1.4\n%d\n" % number + b"x" * _SIZE + b"\n%%EOF\n"
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        made = deposit(patient, mandate, content, sha1=sha1)
        store.enqueue(made, content)
        names.append(made.unique_id)
    return names
