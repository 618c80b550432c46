"""A delivery that is recorded once: kept before it leaves, asked for when its answer was lost (CF-107).

« It is not there » is believed when it was said twice, the profile's settle time apart (CF-079): a search
lags behind what a server took. Until then the box stays at the counter, and nobody guesses.
"""

import logging
import math
import time
from collections.abc import Callable

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.prescription.standing import Dispense
from desktop.domain.publication import is_judged
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.domain.delivery import Delivery
from desktop.features.counter.port import CounterPort
from desktop.features.counter.service.kept_rows import (
    ParkedAct,
    damaged,
    deliveries,
    drop_delivery,
    park,
    put_delivery,
    unpark,
)
from desktop.ports.kept import KeptPort, Rows

_log = logging.getLogger("dsp.deposit")


class Deliveries:
    """Call it in a worker."""

    def __init__(
        self, port: CounterPort, rows: KeptPort, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._port = port
        self._rows = rows
        self._monotonic = monotonic
        self._absent: dict[str, float] = {}  # when it was first said not to be there

    def send(self, delivery: Delivery, act: CounterAct) -> Result[tuple[Dispense, ...]]:
        """Send it once. UNKNOWN: ask (:meth:`ask`). Any other failure: certainly nothing of it stands.

        The *act* that it came from is kept beside it: should it not have been recorded, it goes on (CF-014).
        """

        def keep(rows: Rows) -> None:
            put_delivery(rows, delivery)
            park(rows, ParkedAct(act, delivery.confirmed_at))

        noted = self._rows.write_durably(keep)
        if isinstance(noted, Failure):
            return noted
        self._absent.pop(delivery.identifiers[0], None)
        answer = self._port.deliver(delivery)
        if isinstance(answer, Failure):
            return answer if answer.code is CounterCode.UNKNOWN else self._refused(delivery, answer)
        return self._arrived(delivery, answer)

    def ask(self, delivery: Delivery) -> Result[tuple[Dispense, ...]]:
        """Whether it was recorded. NOT_YET (``seconds``): ask again; NOT_RECORDED: it may be sent again."""
        asked = self._monotonic()
        found = self._port.arrived(delivery.identifiers)
        if isinstance(found, Failure):
            return found
        if found:
            return self._arrived(delivery, found)
        wait = self._until_believed(delivery.identifiers[0], asked)
        if wait > 0:
            return Failure.of(CounterCode.NOT_YET, seconds=math.ceil(wait))
        dropped = self._drop(delivery)
        return dropped if isinstance(dropped, Failure) else Failure(CounterCode.NOT_RECORDED)

    def pending(self) -> Result[tuple[Delivery, ...]]:
        """What nobody has been told of: of a lost answer, or of a program that was killed."""
        return self._rows.read(deliveries)

    def ask_all(self) -> Result[tuple[Dispense, ...] | None]:
        """The first of which the end is known: as :meth:`ask`. Else why it is not: the soonest to ask again.

        None: nothing waits. One that cannot be asked for is nothing to the others.
        """
        waiting = self.pending()
        if isinstance(waiting, Failure):
            return waiting
        held: list[Failure] = []
        for one in waiting:
            answer = self._asked(one)
            if not isinstance(answer, Failure) or answer.code is CounterCode.NOT_RECORDED:
                return answer
            held.append(answer)
        return min(held, key=_wait, default=None)

    def unreadable(self) -> Result[int]:
        """Rows of one's own work that nobody can read any more."""
        return self._rows.read(damaged)

    def _asked(self, delivery: Delivery) -> Result[tuple[Dispense, ...]]:
        try:
            return self.ask(delivery)
        except Exception as error:  # noqa: BLE001 - a bug in one row's step is that row's
            _log.error("a question about a delivery ended by %s", type(error).__name__)
            return Failure(Code.UNEXPECTED)

    def _drop(self, delivery: Delivery) -> Result[None]:
        """It was certainly not recorded."""
        return self._rows.write_durably(lambda rows: drop_delivery(rows, delivery))

    def _until_believed(self, identifier: str, asked: float) -> float:
        """The second question counts from when it was *asked*: the platform may have looked then."""
        first = self._absent.setdefault(identifier, self._monotonic())
        return self._port.settle().total_seconds() - max(0.0, asked - first)

    def _refused(self, delivery: Delivery, failure: Failure) -> Result[tuple[Dispense, ...]]:
        """An earlier sending may stand there, and be why this one is refused: a retry on the way, for
        instance. Where nobody answers, the refusal is not believed yet."""
        found = self._port.arrived(delivery.identifiers)
        if isinstance(found, Failure):
            if is_judged(failure.code):
                return Failure.of(CounterCode.UNKNOWN)
        elif found:
            return self._arrived(delivery, found)
        dropped = self._drop(delivery)
        return dropped if isinstance(dropped, Failure) else failure

    def _arrived(self, delivery: Delivery, found: tuple[Dispense, ...]) -> Result[tuple[Dispense, ...]]:
        def over(rows: Rows) -> None:
            drop_delivery(rows, delivery)
            unpark(rows, delivery.code)

        written = self._rows.write_durably(over)
        if isinstance(written, Failure):
            return written
        return found


def _wait(failure: Failure) -> float:
    """Of one without a time the program asks again soon."""
    seconds = failure.facts.get("seconds", 0)
    return float(seconds) if isinstance(seconds, int | float) else 0.0
