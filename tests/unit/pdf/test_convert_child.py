"""Conversions end when the program says so: a lock kills them, a deadline kills them, the next one works."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure
from desktop.pdf.service import PdfDeadlines, PdfService
from tests.unit.pdf.pdf_samples import hostile, letter
from tests.waiting import ended, until


@pytest.fixture
def service() -> Iterator[PdfService]:
    running = PdfService(PdfDeadlines(convert=3.0))
    yield running
    running.close()


def test_a_bomb_is_answered_in_time_and_takes_nothing_with_it(service: PdfService) -> None:
    assert service.convert(hostile()["content bomb"], "a.pdf") == Failure.of(Code.FILE_UNSAFE)
    after = PdfService()
    try:
        assert isinstance(after.convert(letter(None), "a.pdf"), Conversion)
    finally:
        after.close()


def test_a_lock_ends_a_conversion_at_once() -> None:
    service = PdfService()
    answers: list[object] = []
    bomb = hostile()["content bomb"]
    lane = threading.Thread(target=lambda: answers.append(service.convert(bomb, "a.pdf")))
    try:
        child = service._children.convert.child()
        lane.start()
        until("the call runs", child._lock.locked)
        service.wipe()
        ended(lane)
        assert answers == [Failure.of(Code.CANCELLED)]
        assert not child.alive()
        assert not Path(f"/proc/{child.pid}/exe").exists()
    finally:
        service.close()


def test_a_conversion_can_write_no_file(service: PdfService) -> None:
    """The child gives itself a file size of nothing, so no page in clear can reach the disk."""
    limits = Path("/proc/self/limits")
    if not limits.exists():
        pytest.skip("the limits of a process can be read on Linux only")
    service.warm()
    service.check(letter(None))
    child = service._children.work.child()
    told = Path(f"/proc/{child.pid}/limits").read_text(encoding="ascii")
    assert next(line for line in told.splitlines() if line.startswith("Max file size")).split()[3] == "0"
