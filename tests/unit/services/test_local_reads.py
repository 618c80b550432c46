"""CF-060, contract §6: a read from the cache is never invisible, and one bad trace stops no other."""

import logging
from dataclasses import replace

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.network import NetworkState
from desktop.ports.platform import LocalRead
from desktop.services.documents import DocumentService
from desktop.services.local_reads import BUSY_PAUSE, REFUSED_PAUSE
from desktop.services.record import OpenRecord
from tests.fakes import FakeClock, FakePlatform, open_store
from tests.samples.practice import ACCOUNT, NOW, deposit, document, mandate, patient

RECORD = OpenRecord(patient(), mandate(), None)
KNOWN = document(deposit(), "d1")


class Practice:
    """A cache with one document; the platform notes the traces that it takes."""

    def __init__(self) -> None:
        self.clock, self.store = FakeClock(), open_store()
        self.platform = FakePlatform(self.clock).sign_in()
        self.store.save_body(KNOWN, b"body", None)
        self.service = DocumentService(self.platform, self.store, self.clock)

    def queue(self, *ids: str) -> None:
        for name in ids:
            self.store.queue_local_read(LocalRead(name, "p1", "d1", "m1", NOW))

    def waiting(self) -> list[str]:
        return list(self.store.shelf().reads)

    def read(self, record: OpenRecord = RECORD) -> Result[bytes]:
        return self.service.read(record, KNOWN, ACCOUNT)


@pytest.fixture
def practice() -> Practice:
    return Practice()


def test_online_the_trace_goes_at_once(practice: Practice) -> None:
    assert practice.read() == b"body"
    assert len(practice.platform.heard) == 1 and practice.waiting() == []


@pytest.mark.parametrize("offline", [True, False])
def test_without_the_platform_it_waits(practice: Practice, *, offline: bool) -> None:
    """CF-060."""
    practice.platform.set_network(NetworkState.OFFLINE)
    assert practice.read(replace(RECORD, offline=offline)) == b"body"
    assert len(practice.waiting()) == 1 and practice.platform.offered == []


@pytest.mark.parametrize("offline", [True, False])
def test_what_can_be_neither_kept_nor_sent_is_not_shown(practice: Practice, *, offline: bool) -> None:
    """CF-060."""
    practice.platform.set_network(NetworkState.OFFLINE)
    practice.store.full = True
    assert practice.read(replace(RECORD, offline=offline)) == Failure(Code.READ_UNTRACED)


def test_a_full_disk_alone_hides_nothing(practice: Practice) -> None:
    practice.store.full = True
    assert practice.read() == b"body"
    assert len(practice.platform.heard) == 1


def test_one_refused_trace_stops_no_other_and_is_kept(
    practice: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    practice.queue("bad", "good", "also good")
    practice.platform.refused_reads["bad"] = Failure(Code.NOT_FOUND)
    with caplog.at_level(logging.WARNING):
        assert practice.service.report_pending() == 2
    assert practice.platform.heard == ["good", "also good"] and practice.waiting() == ["bad"]
    (line,) = caplog.messages
    assert "1 " in line and "DSP-507" in line
    assert not any(word in line for word in ("bad", "p1", "d1", "m1"))


def test_a_refused_trace_is_offered_again_later(practice: Practice) -> None:
    practice.queue("bad")
    practice.platform.refused_reads["bad"] = Failure(Code.PLATFORM_ERROR)
    for _ in range(3):
        assert practice.service.report_pending() == 0
    assert practice.platform.offered == ["bad"], "not every five seconds"
    practice.platform.refused_reads.clear()
    practice.clock.advance(REFUSED_PAUSE)
    assert practice.service.report_pending() == 1 and practice.waiting() == []


def test_a_closed_network_is_not_asked_and_an_open_one_at_once(practice: Practice) -> None:
    practice.queue("a", "b")
    practice.platform.set_network(NetworkState.OFFLINE)
    assert practice.service.report_pending() == 0 and practice.platform.offered == []
    practice.platform.set_network(NetworkState.ONLINE)
    assert practice.service.report_pending() == 2


def test_a_busy_platform_is_left_in_peace(practice: Practice) -> None:
    practice.queue("a", "b")
    practice.platform.answers["report_local_read"] = Failure(Code.PLATFORM_BUSY)
    for _ in range(3):
        practice.service.report_pending()
    assert practice.platform.offered == ["a"]
    practice.platform.answers.clear()
    practice.clock.advance(BUSY_PAUSE)
    assert practice.service.report_pending() == 2


def test_what_the_disk_will_not_let_go_is_told_once(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.queue("a")
    with monkeypatch.context() as full:
        full.setattr(practice.store, "drop_local_read", lambda _id: Failure(Code.DISK_FULL))
        assert [practice.service.report_pending() for _ in range(3)] == [1, 0, 0]
    practice.service.report_pending()
    assert practice.platform.offered == ["a"] and practice.waiting() == []
