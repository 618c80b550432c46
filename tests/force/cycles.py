"""Days of work in short: the same morning again and again, and what the window's memory does meanwhile."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.tour.consultation import CARD
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import NotSeen, Seen, key, press
from tests.force.figures import Figure
from tests.process_memory import held_bytes

RESTED = 2  # a pause begins behind this cycle
SETTLED = 10  # cycles before the first measure: caches are full by then
ALLOWED_MB = 5.0
DOCUMENTS = 3  # of the list, one after the other


def cycled(folder: Path, cycles: int) -> Figure:
    """Open a document, close it, lock, unlock: *cycles* times over one record of 400 documents.

    Growth is counted from the tenth on.
    """
    folder.mkdir(parents=True)
    began = time.monotonic()
    stage = TourRun(folder, "software")
    stage.whole = True
    stage.start()
    sizes = []
    try:
        _morning(stage)
        for number in range(cycles):
            _cycle(stage, number)
            if number == RESTED:
                _rest(stage)
            stage.program.ask("figures")  # so that the probe does not keep each pause of the window
            sizes.append(held_bytes(stage.pid) / 1e6)
    finally:
        stage.stop()
    growth = _level(sizes[-5:]) - _level(sizes[SETTLED - 5 : SETTLED])
    broken = (f"{growth:.1f} MB more than after the tenth",) if growth > ALLOWED_MB else ()
    spent = time.monotonic() - began
    measured = f"{growth:+.1f} MB (≤ {ALLOWED_MB:g}), {sizes[-1]:.0f} MB at the end, {spent:.0f} s"
    return Figure("cycles: read, lock, unlock", cycles, broken, measured)


def _level(sizes: list[float]) -> float:
    """The lowest of a few: what is in flight at one moment is no growth."""
    return min(sizes)


def _morning(stage: TourRun) -> None:
    program = stage.program
    stage.console.click(f"insert-{CARD}")
    program.type_into("pin-field", stage.pin)
    key("Return")
    program.wait("search-field")
    program.type_into("search-field", stage.suggestion(1)["matricule"])
    key("Return")
    program.tick("identity-confirm")
    program.type_into("code-field", stage.code)
    key("Return")
    program.wait("document-list")


def _rest(stage: TourRun) -> None:
    """Until what a lock gave up is overwritten: the first time takes room that stays, and cycles that follow
    one another faster than it begins would put it off to any later one."""

    def overwritten() -> bool:
        return any(name == "overwritten" for name, _ in stage.program.ask("figures")["marks"])

    stage.program.until("what was given up is overwritten", overwritten, 60)


def _tried(act: Callable[[], bool]) -> bool:
    """A person clicks again where a click came while the list was filled or a page moved."""
    try:
        return act()
    except NotSeen:
        return False


def _cycle(stage: TourRun, number: int) -> None:
    program = stage.program

    def row() -> Seen | None:
        seen = program.find("document-list")
        rows = seen.raw.get("rows", []) if seen else []
        if len(rows) < DOCUMENTS:
            return None
        chosen = rows[number % DOCUMENTS]
        return Seen("document-list", "", tuple(chosen["rect"]), True, chosen)

    def shown() -> bool:
        press(program.at_rest("documents in the list", row).centre, times=2)
        return program.until("a page", lambda: program.find("viewer-pages") is not None, 5) is not None

    program.until("a document", lambda: _tried(shown), 60)

    def closed() -> bool:
        program.click("viewer-close")
        return program.until("closed", lambda: not program.find("viewer-close"), 5) is not None

    program.until("the list again", lambda: not program.find("viewer-close") or _tried(closed), 60)
    key("ctrl+l")
    program.type_into("pin-field", stage.pin)
    key("Return")
    program.wait("document-list")
