"""The favourites of the card holder, beside the ordonnance that is written."""

from collections.abc import Callable

from desktop.domain.prescription.ordonnance import Line
from desktop.features.prescribing.domain.favourites import Favourite, favourite_of
from desktop.features.prescribing.service.favourites import Favourites
from desktop.kernel.workbench import Workbench
from desktop.ui.ask import Asks
from desktop.ui.tasks import Lane


class FavouriteFlow:
    """*changed* is called with all of them once the store has them so; *on* is told failures."""

    def __init__(
        self, bench: Workbench, changed: Callable[[tuple[Favourite, ...]], object], on: Asks
    ) -> None:
        self._bench, self._changed, self._on = bench, changed, on
        self.kept = Favourites(bench.rows)

    def turn(self, line: Line, known: tuple[Favourite, ...]) -> None:
        """*line* is kept; one that is kept already is forgotten."""
        favourite, now, kept = favourite_of(line), self._bench.now(), self.kept
        if favourite in known:
            self.forget(favourite)
        else:
            self._bench.ask(lambda: kept.keep(favourite, now), self._changed, self._on, lane=Lane.STORE)

    def forget(self, favourite: Favourite) -> None:
        """It is none any more."""
        kept = self.kept
        self._bench.ask(lambda: kept.drop(favourite), self._changed, self._on, lane=Lane.STORE)
