"""The longest gap of the GUI thread in each tour: what runs in it, or holds Python's lock against it.

Judged is the gap without the time in which the thread was ready and had no processor: on a machine that
others use too, that is not the program's. Beside it stand the whole gap and the thread's processor time.
The tour takes no pictures: while the whole screen is read, the display serves nobody, and the window waits.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.journey import GAP_TARGET, Figures, gap_words
from tests.e2e.tour.__main__ import TOURS
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import NotSeen
from tests.e2e.tour.playing import Tour
from tests.fakes.cups import cups

SHOWN = 3  # steps of a tour, those with the longest gaps


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Once through each tour, from a platform that is whole."""
    return [row for name, tour in TOURS.items() for row in _tour_rows(name, tour)]


def _tour_rows(name: str, tour_of: type[Tour]) -> list[tuple[str, str, str]]:
    figures = played(tour_of)
    if not figures.own:
        return [(f"tour {name}", GAP_TARGET, "not played")]
    longest = sorted(figures.own, key=lambda step: -max(figures.own[step], default=0.0))[:SHOWN]
    return [
        (
            f"longest gap, {name}: {step}",
            GAP_TARGET,
            gap_words(figures.own[step], figures.gaps[step], figures.busy[step]),
        )
        for step in longest
    ]


def played(tour_of: type[Tour], at_step: Callable[[str], None] = lambda _: None) -> Figures:
    """The figures of each step that was reached; *at_step* is called after each."""
    with tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder, cups(*tour_of.printers) as printer:
        stage = TourRun(Path(folder), "software")
        stage.printer = printer if printer.printers else None
        stage.whole = True
        (pictures := Path(folder) / "pictures").mkdir()
        tour = tour_of(stage, pictures)
        tour.take_picture = lambda *_: None
        try:
            stage.start()
            figures = Figures(stage.program)

            def stepped(step: str) -> None:
                figures.end(step)
                at_step(step)

            tour.after = stepped
            if not tour.play():
                raise NotSeen(str(tour.results[-1]))
        finally:
            tour.close()
            stage.stop()
    return figures
