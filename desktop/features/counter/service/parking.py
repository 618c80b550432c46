"""Acts that were interrupted (CF-014): kept at a lock, offered again to the same pharmacist."""

from desktop.domain.errors import Result
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.service.kept_rows import ParkedAct, park, parked_acts, unpark
from desktop.ports.kept import KeptPort


class Parking:
    """Call it in the store's lane."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def park(self, parked: ParkedAct) -> Result[None]:
        """In the place of a former one of the same ordonnance."""
        return self._rows.write_durably(lambda rows: park(rows, parked))

    def waiting(self) -> Result[tuple[ParkedAct, ...]]:
        """The last one first."""
        return self._rows.read(parked_acts)

    def over(self, act: CounterAct) -> Result[None]:
        """It goes on, or was given up."""
        return self._rows.write_durably(lambda rows: unpark(rows, act.code))
