"""Every way in which an answer goes wrong, on every call of a deposit and of a session's tokens."""

import itertools
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Failure
from desktop.domain.record import Level
from tests.force.figures import Figure
from tests.force.forked import ChildError, Tell, whole
from tests.force.practice import Doctor, Stage, doctor, wrong_deposits

# Kinds and values of ``desktop.simulator.faults``: what a network, a proxy or a tired server does.
WAYS: tuple[tuple[str, float], ...] = (
    ("drop", 0), ("lost_answer", 0), ("cut", 0), ("cut", 1), ("cut", 200), ("captive_portal", 0),
    ("maintenance", 1), ("status", 429), ("status", 500), ("status", 502), ("status", 503), ("status", 504),
    ("dpop_nonce", 7),
)  # fmt: skip
PUBLISH = r"^POST /$"
# What is hit: the request as "METHOD /path", and what it is called here.
CALLS = {
    "publish": PUBLISH,
    "look-up": r"^(GET /DocumentReference|POST /DocumentReference/_search)$",
    "read back": r"^GET /DocumentReference/",
    "patch": r"^PATCH ",
    "token exchange and refresh": r"/token$",
}
TIMES = (1, 3)


def cut(folder: Path, stage: Stage, share: slice) -> Iterator[Figure]:
    """Each way on each call, once and three times in a row; *share*: which of all, for a short form."""
    for call, path in CALLS.items():
        began = time.monotonic()
        broken = []
        trials = list(itertools.product(WAYS, TIMES))[share]
        for number, ((kind, value), times) in enumerate(trials):
            home = folder / f"{call.replace(' ', '-')}-{number}"
            home.mkdir(parents=True)
            trial = _patch_trial if call == "patch" else _deposit_trial
            switch = Switch(stage, kind, path, times, value)
            try:
                said = whole(partial(trial, stage, home, switch))
            except ChildError as error:
                said = [f"failed: {error}"]
            stage.simulator.control.clear_faults()
            stage.later()
            broken += [f"{kind} {value:g} × {times}: {sentence}" for sentence in said]
        yield Figure(f"cut: {call}", len(trials), tuple(broken), f"{time.monotonic() - began:.0f} s")


class Switch:
    """One fault, switched on when the trial wants it."""

    def __init__(self, stage: Stage, kind: str, path: str, times: int, value: float) -> None:
        self._stage = stage
        self.path = path
        self._fault = (kind, path, times, value)

    def on(self) -> None:
        """From the next request on."""
        kind, path, times, value = self._fault
        self._stage.simulator.control.fault(kind, path, times=times, value=value)

    def off(self, one: Doctor) -> None:
        """The network is well again; the clock, which goes with the faults, stays."""
        self._stage.simulator.control.clear_faults()
        self._stage.simulator.control.clock(one.clock.ahead)

    def hits(self) -> int:
        """How many answers it spoilt so far."""
        faults = self._stage.simulator.control.state()["faults"]
        return sum(int(f["hits"]) for f in faults if f["path"] == self.path)


def _deposit_trial(stage: Stage, home: Path, switch: Switch, tell: Tell) -> None:
    with doctor(stage, home) as one:
        name = one.confirm("Lettre").unique_id
        if switch.path == CALLS["look-up"]:  # nobody asks for what was answered
            stage.simulator.control.fault("lost_answer", PUBLISH, times=1)
        switch.on()
        one.outbox.pump()
        spoken = _terminal(one)
        _again(one)
        one.outbox.recover()
        one.outbox.wake()
        one.outbox.pump()
        if not switch.hits():
            tell("nothing was hit")
        rows = one.settle()
    if spoken:
        tell(f"called refused at once: {spoken}")
    if wrong := wrong_deposits(stage, home, rows, [name]):
        tell(wrong)


def _again(one: Doctor) -> None:
    """A lock and a login on the way: tokens are asked for anew while the fault may still hold."""
    one.platform.drop_session()
    one.vault.close()
    until_it_works(one.log_in)


def until_it_works(work: Callable[[], None]) -> None:
    """A person tries again, ten times."""
    for left in reversed(range(10)):
        try:
            return work()
        except AssertionError:
            if not left:
                raise
    return None


def _terminal(one: Doctor) -> str:
    rows = one.outbox.rows()
    assert not isinstance(rows, Failure), rows
    return ", ".join(str(row.failure) for row in rows if row.state is OutboxState.TERMINAL)


def _patch_trial(stage: Stage, home: Path, switch: Switch, tell: Tell) -> None:
    with doctor(stage, home) as one:
        one.confirm("À changer")
        (row,) = one.settle()
        one.a_minute_later()
        record, document = one.opened(), one.listed(row.document_id)
        switch.on()
        told = one.documents.change_level(record, document, Level.CONFIDENTIEL)
        if not switch.hits():
            tell("nothing was hit")
        switch.off(one)
        now = one.listed(row.document_id)
        untold = one.store.recoveries()
    if not isinstance(told, Failure) and now.level is not Level.CONFIDENTIEL:
        tell("told as changed, and is not")
    if isinstance(told, Failure) is (untold == ()):
        tell(f"{told} and in doubt: {untold}")
    if now.level not in (Level.STANDARD, Level.CONFIDENTIEL):
        tell(f"the level is {now.level}")
