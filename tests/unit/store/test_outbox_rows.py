"""The outbox in the real store: many rows cost a step nothing, and one that nobody can read stops none."""

from datetime import timedelta

import pytest

from desktop.domain.deposit import OutboxMark, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.services.deposit import DepositService
from desktop.services.outbox import OutboxService
from desktop.store import outbox_tables
from desktop.store.codec import pack, unpack_row
from desktop.store.sqlcipher import Connection
from desktop.store.store import Store
from tests.fakes import FakeClock, FakePdf, FakePlatform
from tests.samples.practice import CONTENT, NOW, deposit, mandate, patient
from tests.unit.store.conftest import ok

MANY = 5000


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was decoded."""
    seen: list[bytes] = []

    def counting(data: bytes) -> OutboxRow:
        seen.append(data)
        return unpack_row(data)

    monkeypatch.setattr(outbox_tables, "unpack_row", counting)
    return seen


def _insert(store: Store, rows: list[tuple[str, bytes]]) -> None:
    """Rows without contents, as a disk gave them back."""

    def work(c: Connection) -> None:
        c.executemany("INSERT INTO outbox (unique_id, data) VALUES (?, ?)", rows)

    ok(store._write(work))


def _many(store: Store, state: OutboxState, first: int = 1000) -> None:
    _insert(
        store,
        [
            (made.unique_id, pack(OutboxRow(made, state, changed_at=NOW)))
            for made in (deposit(first + n) for n in range(MANY))
        ],
    )


def _service(store: Store, *, started_s: float = 0) -> OutboxService:
    """*started_s*: how long it has run."""
    clock = FakeClock()
    platform = FakePlatform(clock).sign_in()
    platform.mandates = {"p1": mandate()}
    service = OutboxService(platform, store, clock, lambda: 0.0)
    clock.advance(started_s)
    return service


def test_five_thousand_rows_are_not_decoded_for_a_step(store: Store, decoded: list[bytes]) -> None:
    _many(store, OutboxState.HELD)
    service = _service(store)
    ok(service.recover())
    ok(service.wake("p9"))
    assert ok(service.pump()) == 0 and decoded == [], "nothing is due: nothing is decoded"
    for number in (1, 2, 3):
        ok(store.enqueue(deposit(number), CONTENT))
    assert ok(service.pump()) == 3
    assert len(decoded) <= 3, "each row that is due, once"
    decoded.clear()
    ok(store.drop_sent(NOW + timedelta(hours=1)))
    assert len(decoded) <= 3, "only what was sent"


def test_form_that_is_kept_decodes_no_row(store: Store, decoded: list[bytes]) -> None:
    _many(store, OutboxState.TERMINAL)
    service = DepositService(FakePdf(), store, FakeClock())
    ok(service.keep_draft(patient(), ()))
    assert service._queued() >= {deposit(1000).unique_id} and decoded == []


UNREADABLE = [b"", b"{", b"[]", b"null", b'{"state":"queued"}', b'{"state":"no such"}', b"\xff\x00", b"{}"]


@pytest.mark.parametrize("data", UNREADABLE)
def test_row_that_nobody_can_read_stops_none_and_is_counted(store: Store, data: bytes) -> None:
    _insert(store, [("urn:uuid:1", data)])
    for number in (2, 3):
        ok(store.enqueue(deposit(number), CONTENT))
    service = _service(store, started_s=60)
    ok(service.recover())
    ok(service.wake())
    assert ok(service.pump()) == 2
    assert [row.deposit.unique_id for row in ok(store.outbox())] == ["urn:uuid:3", "urn:uuid:2"]
    assert ok(service.listed())[1] == 1
    assert store.outbox_row("urn:uuid:1") == Failure(Code.STORE_DAMAGED)
    ok(store.drop_sent(NOW + timedelta(days=3)))
    assert ok(store.outbox()) == () and ok(service.listed())[1] == 1, "it is never swept"


def test_unreadable_row_does_not_swallow_its_deposit_when_it_is_confirmed_again(store: Store) -> None:
    _insert(store, [("urn:uuid:1", b"{")])
    ok(store.enqueue(deposit(), CONTENT))
    assert ok(store.outbox_row("urn:uuid:1")).state is OutboxState.QUEUED
    assert store.outbox_content("urn:uuid:1") == CONTENT


def test_marks_say_where_each_row_stands_oldest_first(store: Store) -> None:
    ok(store.enqueue(deposit(1), CONTENT))
    ok(store.enqueue(deposit(2), CONTENT))
    later = NOW + timedelta(minutes=1)
    ok(store.update_outbox(OutboxRow(deposit(2), OutboxState.UNKNOWN, next_try=later)))
    assert ok(store.outbox_marks()) == (
        OutboxMark("urn:uuid:1", "p1", OutboxState.QUEUED),
        OutboxMark("urn:uuid:2", "p1", OutboxState.UNKNOWN, later),
    )
