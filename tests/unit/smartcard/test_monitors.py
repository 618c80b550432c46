"""The reader monitors: nothing needs a restart, a swap is a counter jump."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.card import Reader, ReaderSnapshot, SlotState
from desktop.smartcard import piv_pin
from desktop.smartcard.pcsc_monitor import PNP, PcscMonitor
from desktop.smartcard.recognition import reader_named
from desktop.smartcard.remote_session import is_remote_session
from desktop.smartcard.scard import AsciiReaders
from desktop.smartcard.software_monitor import SoftwareMonitor
from tests.unit.smartcard.card_factory import ATR, Folder, card
from tests.waiting import LIMIT_S

SHORT = (0.01, 0.02)


class FakeScard:
    """A PC/SC service in memory: readers with state, counter and ATR; waits like the real one."""

    INFINITE = 0xFFFFFFFF
    SCARD_S_SUCCESS, SCARD_E_TIMEOUT, SCARD_E_CANCELLED = 0, 0x8010000A, 0x80100002
    SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED = 0x8010001D, 0x8010001E
    SCARD_E_UNKNOWN_READER, SCARD_E_NO_READERS_AVAILABLE = 0x80100009, 0x8010002E
    SCARD_SCOPE_USER = 0
    SCARD_STATE_UNAWARE, SCARD_STATE_CHANGED, SCARD_STATE_UNKNOWN = 0, 2, 4
    SCARD_STATE_EMPTY, SCARD_STATE_PRESENT, SCARD_STATE_EXCLUSIVE, SCARD_STATE_MUTE = 16, 32, 128, 512

    def __init__(self, *, pnp: bool = True) -> None:
        self.changed = threading.Condition()
        self.error = 0
        self.readers: dict[str, tuple[int, bytes]] = {}
        self.pnp = pnp
        self.cancelled = False
        self.contexts = 0

    def set(self, name: str, state: int, counter: int = 0, atr: bytes = b"") -> None:
        with self.changed:
            self.readers[name] = (state | counter << 16, atr)
            self.changed.notify_all()

    def remove(self, name: str) -> None:
        with self.changed:
            del self.readers[name]
            self.changed.notify_all()

    def fail(self, error: int) -> None:
        with self.changed:
            self.error = error
            self.changed.notify_all()

    def SCardEstablishContext(self, _scope: int) -> tuple[int, object]:
        self.contexts += 1
        return self.error, object()

    def SCardReleaseContext(self, _context: object) -> int:
        return 0

    def SCardCancel(self, _context: object) -> int:
        with self.changed:
            self.cancelled = True
            self.changed.notify_all()
        return 0

    def SCardListReaders(self, _context: object, _groups: list[str]) -> tuple[int, list[str]]:
        if self.error:
            return self.error, []
        return (0, list(self.readers)) if self.readers else (self.SCARD_E_NO_READERS_AVAILABLE, [])

    def SCardGetStatusChange(
        self, _context: object, timeout: int, ask: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        with self.changed:
            self.changed.wait_for(
                lambda: self.error or self.cancelled or self._answer(ask)[1],
                None if timeout == self.INFINITE else timeout / 1000,
            )
            if self.error:
                return self.error, []
            if self.cancelled:
                self.cancelled = False
                return self.SCARD_E_CANCELLED, []
            rows, changed = self._answer(ask)
            return (0 if changed else self.SCARD_E_TIMEOUT), rows

    def _answer(self, ask: list[tuple[str, int]]) -> tuple[list[tuple[str, int, list[int]]], bool]:
        rows, any_changed = [], False
        for name, known in ask:
            if name == PNP:
                state = len(self.readers) << 16 if self.pnp else self.SCARD_STATE_UNKNOWN
                atr = b""
            elif name in self.readers:
                state, atr = self.readers[name]
            else:
                state, atr = self.SCARD_STATE_UNKNOWN, b""
            different = state != known
            any_changed |= different
            rows.append((name, state | (self.SCARD_STATE_CHANGED if different else 0), list(atr)))
        return rows, any_changed


class Listener:
    def __init__(self) -> None:
        self.queue: queue.SimpleQueue[ReaderSnapshot] = queue.SimpleQueue()

    def __call__(self, snapshot: ReaderSnapshot) -> None:
        self.queue.put(snapshot)

    def next(self) -> ReaderSnapshot:
        return self.queue.get(timeout=LIMIT_S)


@pytest.fixture
def scard() -> FakeScard:
    return FakeScard()


@pytest.fixture
def heard(scard: FakeScard) -> Iterator[Listener]:
    listener = Listener()
    monitor = PcscMonitor(load=lambda: AsciiReaders(scard), remote=lambda: False, retries=SHORT)
    monitor.start(listener)
    yield listener
    monitor.stop()


def test_reader_plugged_later_card_in_swap_and_out(scard: FakeScard, heard: Listener) -> None:
    assert heard.next() == ReaderSnapshot(service_running=True)
    scard.set("A", scard.SCARD_STATE_EMPTY)
    assert heard.next().readers[0].slot is SlotState.EMPTY
    scard.set("A", scard.SCARD_STATE_PRESENT, 1, b"\x3b\x00")
    reader = heard.next().readers[0]
    assert (reader.slot, reader.atr, reader.events) == (SlotState.PRESENT, b"\x3b\x00", 1)
    scard.set("A", scard.SCARD_STATE_PRESENT, 3, b"\x3b\x00")
    swapped = heard.next().readers[0]
    assert (swapped.slot, swapped.events) == (SlotState.PRESENT, 3), "a swap is only a counter jump"
    scard.set("A", scard.SCARD_STATE_EMPTY, 4)
    assert heard.next().readers[0].atr == b""
    scard.remove("A")
    assert heard.next().readers == ()


STATES = [
    (FakeScard.SCARD_STATE_PRESENT | FakeScard.SCARD_STATE_MUTE, b"", SlotState.MUTE),
    (FakeScard.SCARD_STATE_PRESENT, b"", SlotState.MUTE),
    (FakeScard.SCARD_STATE_PRESENT | FakeScard.SCARD_STATE_EXCLUSIVE, b"\x3b", SlotState.EXCLUSIVE),
    (FakeScard.SCARD_STATE_PRESENT, b"\x3b", SlotState.PRESENT),
]


@pytest.mark.parametrize(("state", "atr", "slot"), STATES)
def test_slot_states(scard: FakeScard, state: int, atr: bytes, slot: SlotState) -> None:
    scard.set("A", state, 1, atr)
    listener = Listener()
    monitor = PcscMonitor(load=lambda: scard, remote=lambda: False, retries=SHORT)
    monitor.start(listener)
    try:
        assert listener.next().readers[0].slot is slot
    finally:
        monitor.stop()


@pytest.mark.parametrize("error", ["SCARD_E_NO_SERVICE", "SCARD_E_SERVICE_STOPPED"])
def test_service_stops_and_comes_back(scard: FakeScard, heard: Listener, error: str) -> None:
    heard.next()
    scard.fail(getattr(scard, error))
    assert heard.next() == ReaderSnapshot(service_running=False)
    scard.set("A", scard.SCARD_STATE_EMPTY)
    scard.fail(0)
    assert heard.next().readers[0].name == "A"
    assert scard.contexts > 1, "a new context after a service error"


def test_without_plug_and_play_readers_are_listed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.smartcard.pcsc_monitor.RELIST_MS", 10)
    scard = FakeScard(pnp=False)
    listener = Listener()
    monitor = PcscMonitor(load=lambda: scard, remote=lambda: False, retries=SHORT)
    monitor.start(listener)
    try:
        assert listener.next().readers == ()
        scard.set("A", scard.SCARD_STATE_EMPTY)
        assert listener.next().readers[0].name == "A"
    finally:
        monitor.stop()


def test_absent_pyscard_is_a_missing_service_not_a_crash() -> None:
    listener = Listener()
    monitor = PcscMonitor(load=lambda: None, remote=lambda: True, retries=SHORT)
    monitor.start(listener)
    try:
        assert listener.next() == ReaderSnapshot(service_running=False, remote_session=True)
    finally:
        monitor.stop()


def test_a_failing_listener_does_not_end_the_monitor(scard: FakeScard) -> None:
    told = Listener()

    def fails_first(snapshot: ReaderSnapshot) -> None:
        told(snapshot)
        raise ValueError("a bug in the listener")

    monitor = PcscMonitor(load=lambda: scard, remote=lambda: False, retries=SHORT)
    monitor.start(fails_first)
    try:
        told.next()
        scard.set("A", scard.SCARD_STATE_EMPTY)
        assert told.next().readers[0].name == "A"
    finally:
        monitor.stop()


def test_an_unexpected_exception_starts_the_monitor_again(
    scard: FakeScard, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = scard.SCardListReaders
    answers: list[object] = [OverflowError("driver"), None]

    def list_readers(context: object, groups: list[str]) -> tuple[int, list[str]]:
        answer = answers.pop(0) if answers else None
        if isinstance(answer, Exception):
            raise answer
        return good(context, groups)

    monkeypatch.setattr(scard, "SCardListReaders", list_readers)
    listener = Listener()
    monitor = PcscMonitor(load=lambda: scard, remote=lambda: False, retries=SHORT)
    monitor.start(listener)
    try:
        assert not listener.next().service_running
        assert listener.next().service_running
    finally:
        monitor.stop()


def test_latest_is_what_was_told(scard: FakeScard) -> None:
    monitor = PcscMonitor(load=lambda: scard, remote=lambda: False, retries=SHORT)
    assert monitor.latest() is None
    listener = Listener()
    monitor.start(listener)
    try:
        assert listener.next() == monitor.latest()
    finally:
        monitor.stop()


SESSIONS = [
    ({}, False),
    ({"XRDP_SESSION": "1"}, True),
    ({"SSH_CONNECTION": "a b c d", "DISPLAY": "localhost:10.0"}, True),
    ({"SSH_CONNECTION": "a b c d", "DISPLAY": ":0"}, False),
]


@pytest.mark.parametrize(("environment", "expected"), SESSIONS)
def test_remote_session(environment: dict[str, str], expected: bool) -> None:
    assert is_remote_session(environment) is expected


# -- the PIV counter ------------------------------------------------------------------------------


class OneCard(FakeScard):
    SCARD_E_SHARING_VIOLATION = 0x8010000B
    SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1, SCARD_SHARE_SHARED = 1, 2, 2
    SCARD_LEAVE_CARD, SCARD_RESET_CARD, SCARD_PCI_T0, SCARD_PCI_T1 = 0, 1, "T0", "T1"

    def __init__(self, answer: list[int], connect: int = 0) -> None:
        super().__init__()
        self.set("A", self.SCARD_STATE_PRESENT)
        self.answer, self.connect = answer, connect
        self.sent: list[list[int]] = []
        self.disposition: int | None = None
        self.asked = ""

    def SCardConnect(self, _context: object, reader: str, *_: object) -> tuple[int, object, int]:
        self.asked = reader
        return self.connect, object(), 2

    def SCardTransmit(self, _handle: object, _pci: object, apdu: list[int]) -> tuple[int, list[int]]:
        self.sent.append(apdu)
        return 0, self.answer

    def SCardDisconnect(self, _handle: object, disposition: int) -> int:
        self.disposition = disposition
        return 0


ANSWERS = [
    ([0x63, 0xC3], 3),
    ([0x63, 0xC1], 1),
    ([0x69, 0x83], 0),
    ([0x90, 0x00], None),
    ([0x6D, 0x00], None),
    ([], None),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_piv_tries(answer: list[int], expected: int | None) -> None:
    scard = OneCard(answer)
    assert piv_pin.tries_left("A", load=lambda: scard) == expected
    assert scard.sent == [[0x00, 0x20, 0x00, 0x80]], "an empty VERIFY, and nothing selected"
    assert scard.disposition == scard.SCARD_LEAVE_CARD


def test_piv_tries_of_a_card_in_use_are_unknown() -> None:
    assert piv_pin.tries_left("A", load=lambda: OneCard([], connect=0x8010000B)) is None
    assert piv_pin.tries_left("A", load=lambda: None) is None


OMNIKEY = "HID Global OMNIKEY 3x21 Smart Card Reader [OMNIKEY 3x21 Smart Card Reader] "
LONG = "Identiv uTrust 3700 F CL Reader [uTrust 3700 F CL Reader] (55041834200367) "


@pytest.mark.parametrize(
    ("readers", "slot", "asked"),
    [
        (("A", LONG + "00 00"), LONG[:64], LONG + "00 00"),
        (("A", OMNIKEY + "00 00"), OMNIKEY[:61] + "...", OMNIKEY + "00 00"),
        (("A", "A 1"), "A", "A"),
        (("A...", "A..."), "A...", "A..."),
    ],
)
def test_a_reader_whose_name_pkcs11_cuts_is_still_asked(
    readers: tuple[str, ...], slot: str, asked: str
) -> None:
    """Otherwise no tries were shown, and the card stayed logged in after its work."""
    scard = OneCard([0x90, 0x00])
    for reader in readers:
        scard.set(reader, scard.SCARD_STATE_PRESENT)
    for ask in (piv_pin.tries_left, piv_pin.is_held, piv_pin.log_out):
        scard.asked = ""
        ask(slot, load=lambda: scard)
        assert scard.asked == asked


class SeveralCards(OneCard):
    """A card in each reader; each that is asked is noted with how it was left."""

    def __init__(self, *readers: str) -> None:
        super().__init__([0x6D, 0x00])
        self.left: dict[str, int] = {}
        self.readers.clear()
        for reader in readers:
            self.set(reader, self.SCARD_STATE_PRESENT)

    def SCardConnect(self, _context: object, reader: str, *_: object) -> tuple[int, Any, int]:
        reader.encode("ascii")  # as pyscard's converter, which knows no other names
        return 0, reader, 2

    def SCardDisconnect(self, handle: Any, disposition: int) -> int:
        self.left[handle] = disposition
        return 0


NOT_RESOLVED = [
    ((OMNIKEY + "00 00", OMNIKEY + "01 00"), OMNIKEY[:61] + "..."),
    ((OMNIKEY + "00 00", OMNIKEY + "01 00"), "a slot of another name"),
    ((OMNIKEY + "00 00", "Lecteur d'accueil à puce"), "Lecteur d'accueil à puce"),
]


@pytest.mark.parametrize(("readers", "slot"), NOT_RESOLVED)
def test_a_reader_that_is_not_resolved_tells_nothing_and_its_card_is_reset(
    readers: tuple[str, ...], slot: str
) -> None:
    """A card that may be logged in is not left so."""
    scard = SeveralCards(*readers)
    asked = AsciiReaders(scard)
    assert piv_pin.tries_left(slot, load=lambda: asked) is None
    assert not piv_pin.is_held(slot, load=lambda: asked) and not scard.left, "never the wrong one of two"
    assert not piv_pin.log_out(slot, load=lambda: asked)
    assert scard.left == {name: scard.SCARD_RESET_CARD for name in readers if name.isascii()}


def test_of_two_readers_of_one_short_name_the_one_with_a_card_is_asked() -> None:
    scard = OneCard([0x63, 0xC3])
    scard.set(OMNIKEY + "00 00", scard.SCARD_STATE_EMPTY)
    scard.set(OMNIKEY + "01 00", scard.SCARD_STATE_PRESENT)
    assert piv_pin.tries_left(OMNIKEY[:61] + "...", load=lambda: scard) == 3
    assert scard.asked == OMNIKEY + "01 00"


def test_a_reader_whose_name_nobody_can_ask_for_costs_the_others_nothing(
    scard: FakeScard, heard: Listener
) -> None:
    heard.next()
    scard.set("Lecteur d'accueil à puce", scard.SCARD_STATE_EMPTY)
    scard.set("B", scard.SCARD_STATE_EMPTY)
    while not (now := heard.next()).readers:
        pass
    assert [reader.name for reader in now.readers] == ["B"] and now.service_running


def test_one_of_two_readers_with_the_same_short_name_is_the_one_with_a_card() -> None:
    names, slot = (OMNIKEY + "00 00", OMNIKEY + "01 00"), OMNIKEY[:61] + "..."
    both = [Reader(name, SlotState.PRESENT) for name in names]
    one = [both[0], Reader(names[1], SlotState.EMPTY)]
    assert reader_named(ReaderSnapshot(True, tuple(one)), slot) == both[0]
    assert reader_named(ReaderSnapshot(True, tuple(both)), slot) is None
    assert reader_named(ReaderSnapshot(True, tuple(both)), names[1]) == both[1]


@pytest.mark.parametrize(("connect", "held"), [(0, False), (0x8010000B, True), (0x8010000C, False)])
def test_a_card_that_another_program_has_taken(connect: int, held: bool) -> None:
    assert piv_pin.is_held("A", load=lambda: OneCard([], connect=connect)) is held
    assert not piv_pin.is_held("A", load=lambda: None)


@pytest.mark.parametrize(("answer", "over", "disposition"), [([0x90, 0], True, 0), ([0x6A, 0x86], False, 1)])
def test_piv_log_out_resets_a_card_that_knows_no_log_out(
    answer: list[int], over: bool, disposition: int
) -> None:
    scard = OneCard(answer)
    assert piv_pin.log_out("A", load=lambda: scard) is over
    assert scard.disposition == disposition


# -- simulated readers ----------------------------------------------------------------------------


@pytest.fixture
def simulated(folder: Folder) -> Iterator[Listener]:
    folder.add(card())
    listener = Listener()
    monitor = SoftwareMonitor(folder.path)
    monitor.start(listener)
    yield listener
    monitor.stop()


def test_simulated_readers(folder: Folder, simulated: Listener) -> None:
    first = simulated.next()
    assert [r.slot for r in first.readers] == [SlotState.EMPTY, SlotState.EMPTY]
    folder.insert("gp", 1)
    reader = simulated.next().readers[1]
    assert (reader.slot, reader.atr) == (SlotState.PRESENT, bytes.fromhex(ATR))
    assert reader.events == first.readers[1].events + 1
    folder.insert("gp", 1)
    assert simulated.next().readers[1].events == reader.events + 1
    folder.insert("gp", 1, mute=True)
    assert simulated.next().readers[1].slot is SlotState.MUTE
    folder.pull(1)
    assert simulated.next().readers[1].slot is SlotState.EMPTY


def test_simulated_service_stop(folder: Folder, simulated: Listener) -> None:
    simulated.next()
    (folder.path / "service-stopped").touch()
    assert simulated.next() == ReaderSnapshot(service_running=False)
    (folder.path / "service-stopped").unlink()
    assert simulated.next().service_running


def test_no_file_no_reader_and_rubbish_is_waited_out(tmp_path: Path) -> None:
    listener = Listener()
    monitor = SoftwareMonitor(tmp_path)
    monitor.start(listener)
    try:
        assert listener.next() == ReaderSnapshot(service_running=True)
        (tmp_path / "reader.json").write_text('[{"name":')
        (tmp_path / "reader.json").write_text('[{"name": "R"}]')
        assert listener.next().readers[0].name == "R"
    finally:
        monitor.stop()
