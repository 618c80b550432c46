"""Sixty locks at random moments, at a platform that forgives nothing (CF-058, CF-079)."""

import hashlib
import random

import pytest

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.record import Mandate, Patient
from desktop.services.outbox import OutboxService
from tests.fakes import FakeStore, open_store
from tests.force.locks import Locks
from tests.simulator_fixture import Simulator
from tests.unit.sync.live.doctor import SETTLE, Sender, deposit

LOCKS = 60
_SIZE = 200_000


@pytest.mark.timeout(900)  # against a hang
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
    transport = doctor.platform._connection.client().transport
    locks = Locks(transport, "send", doctor.lock, monkeypatch)
    told: list[OutboxRow] = []
    minute = 0
    for _ in range(LOCKS):
        locks.arm_at_random(chance, _SIZE)
        service.pump(told.append, locks.progress)
        doctor.lock()
        locks.disarm()
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
