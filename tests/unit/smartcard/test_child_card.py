"""What the parent makes of a child that dies, hangs or talks nonsense, and of the monitor's word."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.children.process import Gone
from desktop.children.standby import Standby
from desktop.domain.card import CardSource, CardTasks, Reader, ReaderSnapshot, SlotState
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.smartcard.child_card import CardDeadlines, ChildCard
from desktop.smartcard.child_client import CardChild, Reply
from desktop.smartcard.child_messages import PinFacts, StoredCertificate, TokenReading
from tests.unit.smartcard.card_factory import ATR, PIN, Folder, _usage, card, certificate, der
from tests.waiting import LIMIT_S, ended, until

LOGIN = CardTasks(b"x", None)
CHILD = """
import os
from desktop.smartcard.child_server import CardAnswer, serve
def boom(a, s): raise KeyError("secret text")
def echo(a, s): return CardAnswer(a, bytearray(bytes(s[0].buffer)[::-1]) if s else None)
def nonsense(a, s): return CardAnswer({"not": "a list"})
def pid(a, s): return CardAnswer(os.getpid())
def locked(a, s):
    return CardAnswer(int(open("/proc/self/status").read().split("VmLck:")[1].split()[0]))
serve({f.__name__: f for f in (boom, echo, nonsense, pid, locked)})
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CardChild]:
    (tmp_path / "scripted_child.py").write_text(CHILD)
    monkeypatch.setattr(
        "desktop.children.process.own_command",
        lambda module: [sys.executable, str(tmp_path / module)],
    )
    child = CardChild("scripted_child.py", [], {})
    yield child
    child.close()


def test_answers_and_a_secret_both_ways(child: CardChild) -> None:
    secret = Secret(bytearray(b"1234"))
    reply = child.call("echo", {"a": [1, "é"]}, [secret], deadline=LIMIT_S)
    assert isinstance(reply, Reply)
    assert reply.as_type(dict) == {"a": [1, "é"]}
    assert reply.secret is not None
    assert reply.secret.buffer == b"4321"
    assert child.exit_code() in (0, -signal.SIGKILL), "a child that saw a secret ends after its work"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how much is locked")
def test_cf004_a_pin_lies_in_locked_memory_of_the_child(child: CardChild) -> None:
    before = child.call("locked", {}, deadline=LIMIT_S)
    assert isinstance(before, Reply) and before.as_type(int) == 0, "the positive control"
    during = child.call("locked", {}, [Secret(bytearray(b"1234"))], deadline=LIMIT_S)
    assert isinstance(during, Reply)
    kept = during.as_type(int)
    assert isinstance(kept, int) and kept > 0


def test_stays_alive_without_a_secret(child: CardChild) -> None:
    pids = [child.call("pid", {}, deadline=LIMIT_S) for _ in range(2)]
    assert all(isinstance(p, Reply) and p.as_type(int) == child.pid for p in pids)


def test_a_bug_in_the_child_carries_no_value(child: CardChild) -> None:
    assert child.call("boom", {}, deadline=LIMIT_S) == Failure(Code.UNEXPECTED, {"error": "KeyError"})


def test_nonsense_counts_as_a_crash(child: CardChild) -> None:
    reply = child.call("nonsense", {}, deadline=LIMIT_S)
    assert isinstance(reply, Reply)
    assert reply.as_type(list[int]) == Failure.of(Code.CHILD_CRASHED)


# -- the monitor's word -----------------------------------------------------------------------------


class Watched(ChildCard):
    """The software card's child under a monitor that the test plays."""

    def __init__(self, folder: Path, snapshot: list[ReaderSnapshot | None], *, work: float = LIMIT_S) -> None:
        """*work*: deadline of a call with a PIN; short only where a test wants it to pass."""
        deadlines = CardDeadlines(read=LIMIT_S, work=work)
        super().__init__(CardSource.SOFTWARE, snapshot=lambda: snapshot[0], deadlines=deadlines)
        self._folder = folder

    def _stacks(self, atrs: Sequence[bytes]) -> Result[Sequence[str]]:
        return ("software",)

    def _standby(self, stack: str) -> Standby[CardChild]:
        return Standby(lambda: CardChild("desktop.smartcard.software_child", [str(self._folder)], {}))

    def _crashed(self, stack: str) -> Failure:
        return Failure.of(Code.CHILD_CRASHED)


def seen(slot: SlotState, events: int = 1) -> ReaderSnapshot:
    return ReaderSnapshot(True, (Reader("Reader 0", slot, bytes.fromhex(ATR), events),))


UNREADABLE = [
    (ReaderSnapshot(False), Code.CARD_SERVICE_MISSING),
    (seen(SlotState.MUTE), Code.CARD_MUTE),
    (seen(SlotState.EXCLUSIVE), Code.CARD_BUSY),
    (seen(SlotState.PRESENT), Code.CARD_UNKNOWN),
]


@pytest.mark.parametrize(("snapshot", "expected"), UNREADABLE)
def test_no_readable_card_says_which_link_is_missing(
    folder: Folder, snapshot: ReaderSnapshot, expected: Code
) -> None:
    port = Watched(folder.path, [snapshot])
    try:
        failure = port.cards()
        assert isinstance(failure, Failure)
        assert failure.code is expected
    finally:
        port.close()


JUDGED = [
    (seen(SlotState.PRESENT), Code.CARD_TIMEOUT),
    (seen(SlotState.EMPTY, 2), Code.CARD_REMOVED),
    (seen(SlotState.PRESENT, 3), Code.CARD_REMOVED),
    (ReaderSnapshot(True), Code.CARD_REMOVED),
    (ReaderSnapshot(False), Code.CARD_SERVICE_MISSING),
    (seen(SlotState.EXCLUSIVE), Code.CARD_BUSY),
]


@pytest.mark.parametrize(("after", "expected"), JUDGED)
def test_a_doubtful_failure_is_explained_by_the_monitor(
    folder: Folder, after: ReaderSnapshot, expected: Code
) -> None:
    folder.add(card())
    folder.insert("gp")
    snapshot: list[ReaderSnapshot | None] = [seen(SlotState.PRESENT)]

    class Changing(Watched):
        def _call(self, stack: str, op: str, *rest: Any, **options: Any) -> Reply | Failure | Gone:
            if op == "perform":
                snapshot[0] = after
            return super()._call(stack, op, *rest, **options)

    port = Changing(folder.path, snapshot, work=0.4)
    try:
        cards = port.cards()
        assert isinstance(cards, tuple)
        folder.slow(60_000)  # the child will meet its deadline
        failure = port.perform(cards[0], Secret(bytearray(PIN)), LOGIN)
        assert isinstance(failure, Failure)
        assert failure.code is expected
    finally:
        port.close()


SWAPPED = [
    (seen(SlotState.PRESENT), Code.CARD_SWAPPED),  # unseen by the reader
    (seen(SlotState.EMPTY, 2), Code.CARD_REMOVED),
    (seen(SlotState.PRESENT, 3), Code.CARD_REMOVED),
    (ReaderSnapshot(False), Code.CARD_SERVICE_MISSING),
]


@pytest.mark.parametrize(("after", "expected"), SWAPPED)
def test_another_card_is_told_only_where_the_reader_saw_nothing(
    folder: Folder, after: ReaderSnapshot, expected: Code
) -> None:
    """What a module reads while a card is pulled is not to be trusted."""
    folder.add(card())
    folder.insert("gp")
    snapshot: list[ReaderSnapshot | None] = [seen(SlotState.PRESENT)]

    class Other(Watched):
        def _call(self, stack: str, op: str, *rest: Any, **options: Any) -> Reply | Failure | Gone:
            if op == "cards":
                return super()._call(stack, op, *rest, **options)
            snapshot[0] = after
            return Failure.of(Code.CARD_SWAPPED)

    port = Other(folder.path, snapshot)
    try:
        cards = port.cards()
        assert isinstance(cards, tuple)
        failure = port.perform(cards[0], Secret(bytearray(PIN)), LOGIN)
        assert isinstance(failure, Failure)
        assert failure.code is expected
    finally:
        port.close()


def test_a_card_the_module_lost_but_the_reader_has_is_a_failure_not_a_removal(folder: Folder) -> None:
    folder.add(card())
    folder.insert("gp")
    port = Watched(folder.path, [seen(SlotState.PRESENT)])
    try:
        cards = port.cards()
        assert isinstance(cards, tuple)
        folder.pull()
        failure = port.perform(cards[0], Secret(bytearray(PIN)), LOGIN)
        assert isinstance(failure, Failure)
        assert failure.code is Code.CARD_FAILED
    finally:
        port.close()


def test_a_closed_port_answers_cancelled(folder: Folder) -> None:
    port = Watched(folder.path, [None])
    port.close()
    assert port.cards() == Failure.of(Code.CANCELLED)


def test_a_card_never_read_is_read_first(folder: Folder) -> None:
    folder.add(card())
    folder.insert("gp")
    first, second = Watched(folder.path, [None]), Watched(folder.path, [None])
    try:
        cards = first.cards()
        assert isinstance(cards, tuple)
        assert not isinstance(second.perform(cards[0], Secret(bytearray(PIN)), LOGIN), Failure)
    finally:
        first.close()
        second.close()


def test_half_a_card_is_read_again_by_a_fresh_child(folder: Folder) -> None:
    """A card pulled while it was read stays half in a module's memory: no « certificate missing » of that."""
    folder.add(card())
    folder.insert("gp")
    snapshot: list[ReaderSnapshot | None] = [seen(SlotState.PRESENT)]

    class HalfFirst(Watched):
        looks = 0

        def _call(self, stack: str, op: str, *rest: Any, **options: Any) -> Reply | Failure | Gone:
            reply = super()._call(stack, op, *rest, **options)
            if op == "cards":
                self.looks += 1
                if self.looks == 1:
                    assert isinstance(reply, Reply)
                    rows = msgspec.json.decode(reply.value)
                    rows[0]["certificates"] = []
                    self.first = self._children[stack].child().pid
                    return Reply(msgspec.Raw(msgspec.json.encode(rows)))
            return reply

    port = HalfFirst(folder.path, snapshot)
    try:
        cards = port.cards()
        assert isinstance(cards, tuple), cards
        assert len(cards) == 1
        assert port._children["software"].child().pid != port.first
    finally:
        port.close()


def test_a_reading_that_we_cut_says_nothing_of_the_card(folder: Folder) -> None:
    """Not « removed »: nobody touched the card."""
    folder.add(card())
    folder.insert("gp")
    folder.slow(60_000)
    port = Watched(folder.path, [seen(SlotState.PRESENT)])
    read: list[object] = []
    reading = threading.Thread(target=lambda: read.append(port.cards()))
    reading.start()
    try:
        until("the child at work", lambda: port._running)
        port.abort()
        ended(reading)
        assert read == [Failure.of(Code.CANCELLED)]
    finally:
        port.close()


@pytest.mark.parametrize(("first_look_s", "second_gets"), [(LIMIT_S - 5, 5.0), (LIMIT_S + 5, 1.0)])
def test_the_deadline_is_for_all_looks_of_one_reading(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, first_look_s: float, second_gets: float
) -> None:
    """Two looks that nearly reach it would be twice the wait that was promised."""

    class Clock:
        now, sleep = 100.0, staticmethod(lambda seconds: None)

        @classmethod
        def monotonic(cls) -> float:
            return cls.now

    monkeypatch.setattr("desktop.smartcard.child_card.time", Clock)
    given: list[float] = []

    class Slow(Watched):
        def _call(self, stack: str, op: str, *rest: Any, **options: Any) -> Reply | Failure | Gone:
            given.append(rest[2])
            Clock.now += first_look_s
            return Reply(msgspec.Raw(b"[]"))

    port = Slow(folder.path, [seen(SlotState.PRESENT)])
    answer = port.cards()
    assert isinstance(answer, Failure)
    assert answer.code is Code.CARD_UNKNOWN
    assert given == [LIMIT_S, second_gets]


# -- a child that does not even get ready -------------------------------------------------------------


class Clock:
    """Time passes only where somebody takes some."""

    def __init__(self) -> None:
        self.now = 100.0
        self._due: list[tuple[float, Callable[[], object]]] = []

    def monotonic(self) -> float:
        return self.now

    perf_counter = monotonic

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for due in [due for due in self._due if due[0] <= self.now]:
            self._due.remove(due)
            due[1]()

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """*act* happens when that time has passed."""
        self._due.append((self.now + seconds, act))


class FakeChild(CardChild):
    """No process; a hanging one uses up whatever it is given."""

    def __init__(self, stack: str, port: "TwoModules") -> None:
        self.stack, self.port = stack, port
        self._answered = False

    def alive(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def call(
        self, op: str, arguments: object, secrets: Sequence[Secret] = (), *, deadline: float
    ) -> Reply | Gone:
        self.port.calls.append((self.stack, op, deadline))
        if self.stack in self.port.hanging:
            self.port.clock.sleep(deadline)
            return Gone.TIMEOUT
        self._answered = True
        leaf = der(certificate("Dr gp auth", "rsa", _usage(digital_signature=True)))
        row = TokenReading(
            "Reader 0", "L", "1", "M", PinFacts(), certificates=(StoredCertificate("01", leaf),)
        )
        return Reply(msgspec.Raw(b"null" if op == "ready" else msgspec.json.encode([row])))


class TwoModules(ChildCard):
    """Two stacks of which some hang; Reader 0 holds a card."""

    def __init__(self, clock: Clock, *hanging: str) -> None:
        there = seen(SlotState.PRESENT)
        super().__init__(CardSource.PKCS11, snapshot=lambda: there, deadlines=CardDeadlines(read=10, work=4))
        self.clock, self.hanging = clock, hanging
        self.calls: list[tuple[str, str, float]] = []

    def _stacks(self, atrs: Sequence[bytes]) -> Result[Sequence[str]]:
        return ("vendor", "opensc")

    def _standby(self, stack: str) -> Standby[CardChild]:
        return Standby(lambda: FakeChild(stack, self))

    def _hangs(self, stack: str) -> Failure:
        return Failure.of(Code.MODULE_HANGS, path=stack)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("desktop.smartcard.child_card.time", clock)
    return clock


def test_the_next_module_is_asked_while_time_is_left(clock: Clock) -> None:
    """One deadline (10 s) for all: a module that hangs has its share of it, and is asked last later on."""
    port = TwoModules(clock, "vendor")
    for expected in (
        [("vendor", "ready", 5.0), ("opensc", "ready", 5.0), ("opensc", "cards", 5.0)],
        [("opensc", "cards", 10.0)],
    ):
        port.calls.clear()
        cards = port.cards()
        assert isinstance(cards, tuple), cards
        assert port.calls == expected


def test_only_hanging_modules_are_named_and_not_waited_for_twice(clock: Clock) -> None:
    port = TwoModules(clock, "vendor", "opensc")
    assert port.cards() == Failure.of(Code.MODULE_HANGS, path="vendor")
    assert port.calls == [("vendor", "ready", 5.0), ("opensc", "ready", 5.0)]


def test_no_pin_for_a_module_that_hangs(clock: Clock) -> None:
    """The PIN is handed over only to a child that answers; no try can be lost."""
    port = TwoModules(clock)
    cards = port.cards()
    assert isinstance(cards, tuple)
    port.hanging = ("vendor", "opensc")
    for standby in port._children.values():
        standby.replace()
    port.calls.clear()
    pin = Secret(bytearray(PIN))
    assert port.perform(cards[0], pin, LOGIN) == Failure.of(Code.MODULE_HANGS, path="vendor")
    assert not pin
    assert port.calls == [("vendor", "ready", 4.0)]


def _half_of(folder: Folder) -> msgspec.Raw:
    """A token whose certificates could not be read any more."""
    port = Watched(folder.path, [seen(SlotState.PRESENT)])
    try:
        reply = port._call("software", "cards", {"present": ["Reader 0"]}, (), 10, patience=10)
        assert isinstance(reply, Reply)
        rows = msgspec.json.decode(reply.value)
        rows[0]["certificates"] = []
        return msgspec.Raw(msgspec.json.encode(rows))
    finally:
        port.close()


@pytest.mark.parametrize("moved", [True, False])
def test_half_a_card_says_nothing_while_the_reader_tells_of_movement(
    folder: Folder, clock: Clock, *, moved: bool
) -> None:
    """A card exchanged at every look: « certificate missing » only of one that lay still."""
    folder.add(card())
    folder.insert("gp")
    half = _half_of(folder)
    snapshot: list[ReaderSnapshot | None] = [seen(SlotState.PRESENT)]

    class Halves(Watched):
        looks = 0

        def _call(self, stack: str, op: str, *rest: Any, **options: Any) -> Reply | Failure | Gone:
            self.looks += 1
            if moved and self.looks == 4:
                return super()._call(stack, op, *rest, **options)
            clock.sleep(1)  # no second look is owed to the time that is left
            if moved:
                clock.after(0.2, partial(snapshot.__setitem__, 0, seen(SlotState.PRESENT, self.looks + 1)))
            return Reply(half)

    port = Halves(folder.path, snapshot)
    try:
        found = port.cards()
        if moved:
            assert isinstance(found, tuple), found
        else:
            assert found == Failure.of(Code.CERTIFICATE_MISSING)
    finally:
        port.close()


def test_a_key_that_a_half_known_token_lacks_is_judged_by_the_monitor(folder: Folder, clock: Clock) -> None:
    """The key was there when the card was read: it is the card that went, or the module that lost it."""
    folder.add(card())
    folder.insert("gp")
    snapshot: list[ReaderSnapshot | None] = [seen(SlotState.PRESENT)]

    class KeyLost(Watched):
        def _call(self, stack: str, op: str, *rest: Any, **options: Any) -> Reply | Failure | Gone:
            if op == "perform":
                return Failure.of(Code.CERTIFICATE_MISSING)
            return super()._call(stack, op, *rest, **options)

    port = KeyLost(folder.path, snapshot)
    try:
        cards = port.cards()
        assert isinstance(cards, tuple)
        still = port.perform(cards[0], Secret(bytearray(PIN)), LOGIN)
        clock.after(0.2, partial(snapshot.__setitem__, 0, seen(SlotState.EMPTY, 2)))
        gone = port.perform(cards[0], Secret(bytearray(PIN)), LOGIN)
        assert isinstance(still, Failure) and isinstance(gone, Failure)
        assert (still.code, gone.code) == (Code.CARD_FAILED, Code.CARD_REMOVED)
    finally:
        port.close()
