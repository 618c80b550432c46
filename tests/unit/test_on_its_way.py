"""What a session that keeps nothing leaves behind of signed acts: each is counted (CF-058)."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.publication import Progress, Publication, Stage
from desktop.kernel.errand import Round
from desktop.kernel.on_its_way import OnItsWay
from desktop.kernel.workbench import Workbench
from desktop.services.publications import Publications, Worked
from tests.samples.practice import deposit
from tests.samples.summary import publication


class _Errand:
    """Keeps what it is given at once."""

    def keep(self, work: Callable[[], Result[object]], failed: Callable[[Failure], object]) -> None:
        kept = work()
        if isinstance(kept, Failure):
            failed(kept)


class _Service:
    """Keeps all; :meth:`end` says that one has ended."""

    refusal: Failure | None = None

    def step(self) -> Result[Worked[None]]:
        return Failure.of(Code.UNEXPECTED)

    def wake(self) -> None:
        """Nothing sleeps."""

    def keep(self, sent: Publication) -> Result[Progress[None]]:
        return self.refusal or _progress(sent, Stage.SIGNED)


def _progress(sent: Publication, stage: Stage) -> Progress[None]:
    document = sent.document
    return Progress(sent.id, document.patient, 1, document.confirmed_at, stage)


class _Room:
    def __init__(self) -> None:
        self.left: list[int] = []
        self.service = _Service()
        bench = SimpleNamespace(errand=self._begin, keeps=lambda: False, leave_behind=self.left.append)
        service = cast("Publications[None]", self.service)
        self.way: OnItsWay[None] = OnItsWay(cast(Workbench, bench), service)

    def _begin(self, step: object, told: Callable[[Worked[None]], Round], waking: object) -> _Errand:
        self.tell = told
        return _Errand()

    def send(self, number: int) -> Publication:
        sent = publication(deposit(number), f"urn:uuid:data{number}", b"%PDF-1.7 signed")
        self.way.send(lambda: sent, lambda failure: None)
        return sent


@pytest.fixture
def room() -> _Room:
    return _Room()


def test_two_of_one_patient_are_two(room: _Room) -> None:
    first, second = room.send(1), room.send(2)
    assert first.patient_id == second.patient_id and first.id != second.id
    room.way.locked()
    assert room.left == [2]


def test_the_end_of_one_is_not_the_end_of_the_other(room: _Room) -> None:
    first, _second = room.send(1), room.send(2)
    room.tell(Worked(_progress(first, Stage.PUBLISHED), None))
    room.way.locked()
    assert room.left == [1]
    room.way.locked()
    assert room.left == [1, 0], "counted once"


def test_what_could_not_be_kept_is_not_under_way(room: _Room) -> None:
    room.service.refusal = Failure.of(Code.DISK_FULL)
    room.send(1)
    room.way.locked()
    assert room.left == [0]
