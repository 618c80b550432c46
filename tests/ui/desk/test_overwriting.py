"""Freed memory is overwritten after contents were given up, in short turns (CF-017, CF-031)."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure
from desktop.ui.desk.overwriting import AFTER_MS, Overwriting
from tests.ui.desk.conftest import Bench
from tests.ui.turning import count_turns


@pytest.fixture
def gone(bench: Bench) -> list[str]:
    """One entry each time that the office says so."""
    said: list[str] = []
    bench.office.contents_gone.connect(lambda: said.append("gone"))
    bench.log_in()
    bench.open_record()
    said.clear()
    return said


ENDS: dict[str, Callable[[Bench], object]] = {
    "lock": lambda bench: bench.desks.session.lock(),
    "logout": lambda bench: bench.desks.session.log_out(),
    "record closed": lambda bench: bench.desks.record.close(),
    "mandate's end": lambda bench: bench.desks.record.end(Failure(Code.MANDATE_ENDED)),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_cf017_every_end_of_contents_is_told(
    bench: Bench, gone: list[str], end: Callable[[Bench], object]
) -> None:
    end(bench)
    bench.settle()
    assert gone


def test_each_step_has_a_turn_of_its_own(qtbot: QtBot) -> None:
    events, parent, turn = list[str](), QObject(), count_turns(qtbot)
    turns, meanwhile = set[int](), list[Callable[[], object]]()

    def overwrite() -> Iterator[None]:
        for number in range(3):
            events.append(f"step {number}")
            turns.add(turn())
            if meanwhile:
                meanwhile.pop()()
            yield
        events.append("over")

    overwriting = Overwriting(lambda: events.append("let go"), overwrite, parent)
    overwriting.contents_gone()
    assert [t.interval() for t in overwriting.timers] == list(AFTER_MS)
    assert all(t.isActive() for t in overwriting.timers) and events == []
    overwriting.timers[0].timeout.emit()
    qtbot.waitUntil(lambda: "over" in events)
    assert events == ["let go", "step 0", "step 1", "step 2", "over"] and len(turns) == 3
    events.clear()
    meanwhile.append(overwriting.timers[2].timeout.emit)
    overwriting.timers[1].timeout.emit()
    qtbot.waitUntil(lambda: "over" in events)
    again = ["let go", "step 0", "step 1", "step 2", "over"]
    assert events == ["let go", "step 0", *again], "begun anew, never two at once"
