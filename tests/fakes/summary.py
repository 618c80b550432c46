"""Summaries on a platform in memory, and what may become of each sending."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from types import MappingProxyType

from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.record import Document, Mandate
from desktop.features.summary.domain.publication import (
    DATA_TYPE,
    Publication,
    PublishingCode,
    Standing,
)
from desktop.features.summary.port import SummaryPort
from desktop.ports.clock import ClockPort
from tests.fakes.clock import FakeClock
from tests.fakes.gate import Gate
from tests.samples.practice import document

SETTLE = 60.0  # seconds


class Killed(BaseException):
    """The program ends here."""


class Fate(Enum):
    """What becomes of one sending."""

    TAKEN = "taken"
    LOST = "its answer is lost"
    NEVER = "it is lost itself"
    HALF = "the data are refused"
    HALF_LOST = "the data are refused and the answer is lost"
    REFUSED = "refused"
    BUSY = "busy"
    OFFLINE = "it never left"
    KILLED_BEFORE = "killed before it leaves"
    KILLED_AFTER = "killed when it has arrived"


_SAID: Mapping[Fate, ErrorCode] = MappingProxyType(
    {
        Fate.LOST: PublishingCode.UNKNOWN,
        Fate.NEVER: PublishingCode.UNKNOWN,
        Fate.HALF_LOST: PublishingCode.UNKNOWN,
        Fate.REFUSED: Code.NOT_ENTITLED,
        Fate.BUSY: Code.PLATFORM_BUSY,
        Fate.OFFLINE: Code.OFFLINE,
    }
)
_ARRIVE_NOT = (Fate.NEVER, Fate.REFUSED, Fate.BUSY, Fate.OFFLINE)


class FakeSummary(SummaryPort):
    """``data``: the Bundles by document id; ``cards``: numbers by professional; ``readings`` and ``sent`` are
    the calls, ``fates`` what becomes of the next sendings, TAKEN without one; ``failure`` refuses all of
    them. ``gate`` holds calls while it is shut and ``held``. ``granted``: the right that runs, None for the
    one that was confirmed.

    Not a kind server: it makes two of what is sent twice (``arrived``: when each came, by identifier), and
    with a *clock* its search lags behind by the settle time. ``deaf``: so many look-ups that fail;
    ``unlike``: they find other bytes than were sent.
    """

    def __init__(self, clock: ClockPort | None = None) -> None:
        self.data: dict[str, bytes] = {}
        self.cards: dict[str, tuple[str, ...]] = {}
        self.readings: list[str] = []
        self.sent: list[Publication] = []
        self.fates: list[Fate] = []
        self.arrived: dict[str, list[float]] = {}
        self.failure: Failure | None = None
        self.granted: Result[Mandate] | None = None
        self.deaf = 0
        self.unlike = False
        self.gate = Gate()
        self.held = False
        self._clock = clock or FakeClock()
        self._lag = SETTLE if clock is not None else 0.0

    def structured(self, data: Document) -> Result[bytes]:
        self.readings.append(data.id)
        if self.held and not self.gate.passes():
            return Failure.of(Code.CANCELLED)
        return self.data.get(data.id) or Failure.of(Code.NOT_FOUND)

    def card_numbers(self, author_id: str) -> Result[tuple[str, ...]]:
        return self.failure or self.cards.get(author_id, ())

    def settle(self) -> timedelta:
        return timedelta(seconds=SETTLE)

    def right(self, publication: Publication) -> Result[Mandate]:
        return self.granted or publication.document.mandate

    def publish(self, publication: Publication) -> Result[Standing]:
        return self.complete(publication, Standing(None, None))

    def complete(self, publication: Publication, standing: Standing) -> Result[Standing]:
        self.sent.append(publication)
        if self.held and not self.gate.passes():
            return Failure.of(Code.CANCELLED)
        if self.failure is not None:
            return self.failure
        fate = self.fates.pop(0) if self.fates else Fate.TAKEN
        if fate is Fate.KILLED_BEFORE:
            raise Killed
        missing = [publication.id] if standing.document is None else []
        if standing.data is None and fate not in (Fate.HALF, Fate.HALF_LOST):
            missing.append(publication.data.unique_id)
        for id in () if fate in _ARRIVE_NOT else missing:
            self.arrived.setdefault(id, []).append(self._clock.monotonic())
        if fate is Fate.KILLED_AFTER:
            raise Killed
        if fate is Fate.HALF:
            return Failure.of(PublishingCode.HALF_TAKEN if missing else PublishingCode.DATA_REFUSED)
        return Failure.of(_SAID[fate]) if fate in _SAID else self._stands(publication, lag=0.0)

    def standing(self, publication: Publication) -> Result[Standing]:
        if self.deaf:
            self.deaf -= 1
            return Failure.of(PublishingCode.UNKNOWN)
        if self.unlike:
            return Failure.of(Code.DIGEST_MISMATCH)
        return self._stands(publication, lag=self._lag)

    def copies(self, unique_id: str) -> int:
        """How often it stands there."""
        return len(self.arrived.get(unique_id, ()))

    def _stands(self, publication: Publication, *, lag: float) -> Standing:
        known = [id for id, at in self.arrived.items() if at[0] + lag <= self._clock.monotonic()]
        pdf = document(publication.document, f"pdf-{publication.version}")
        data = document(publication.data, f"data-{publication.version}")
        return Standing(
            pdf if pdf.unique_id in known else None,
            replace(data, content_type=DATA_TYPE, transforms=pdf.id) if data.unique_id in known else None,
        )
