"""A signed summary on its way: kept, sent, looked up, completed, told (contract §9). Call it in a worker.

A kill at any moment neither loses nor doubles it. Nothing leaves before SENT is on the disk; what may have
left is asked for, and « it is not there » is believed only when it was said twice, the profile's settle time
apart (CF-079, as for any deposit): servers search an index that lags, and make two of what is sent twice.
What this run did not sign itself may have left too: its store may be a copy that was put back.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.record import Mandate
from desktop.features.summary.domain.publication import (
    Progress,
    Publication,
    PublishingCode,
    Stage,
    Standing,
    Stands,
)
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.kept_publications import KeptPublication, KeptPublications
from desktop.ports.kept import KeptPort

_NOTHING = Standing(None, None)
# Nobody judged the summary: the same bytes may go later.
_PASSING = frozenset({Code.CANCELLED, Code.SESSION_ENDED, Code.PLATFORM_BUSY, Code.PLATFORM_MAINTENANCE})
_ASKED = (Code.CANCELLED, Code.SESSION_ENDED)  # somebody has to do something first
_NETWORK = "DSP-4"
_SOON = 5.0  # seconds: the shortest wait of the outbox


class Publications:
    """Every call brings one publication one step further, and says where it stands."""

    def __init__(
        self,
        port: SummaryPort,
        rows: KeptPort,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._kept = KeptPublications(rows, now)
        self._monotonic = monotonic
        self._signed_here: set[str] = set()  # in this run, by this program: nothing of it can have left
        self._absent: dict[str, tuple[Stands, float]] = {}
        self._one = threading.Lock()

    def keep(self, publication: Publication) -> Result[Progress]:
        """What the card has just signed; from here on nothing of it is lost."""
        kept = self._kept.add(publication)
        if isinstance(kept, Failure):
            return kept
        self._signed_here.add(publication.id)
        return KeptPublication(publication, Stage.SIGNED, None).progress

    def pending(self) -> Result[tuple[Progress, ...]]:
        """What has not been told yet, also what a killed program left."""
        return self._kept.all()

    def advance(self, id: str, mandate: Mandate | None) -> Result[Progress]:
        """One step further; *mandate* is that of the open record, without one it is only asked for.

        A failure of the store is returned; what the platform said stands in the Progress.
        """
        with self._one:
            kept = self._kept.of(id)
            if isinstance(kept, Failure) or kept.stage.is_over:
                return kept if isinstance(kept, Failure) else kept.progress
            if kept.stage is Stage.SIGNED and id in self._signed_here:
                return self._send(kept, _NOTHING, mandate)
            return self._look(kept, mandate)

    def again(self, id: str) -> Result[Progress]:
        """The data are sent once more, where they were refused: at the next opening of the record."""
        with self._one:
            kept = self._kept.of(id)
            if isinstance(kept, Failure) or kept.stage is not Stage.WITHOUT_DATA:
                return kept if isinstance(kept, Failure) else kept.progress
            return _told(self._kept.move(kept, Stage.HALF))

    def told(self, id: str) -> Result[None]:
        """The doctor read how it ended: its row goes, but stays for :meth:`again` where data are missing."""
        kept = self._kept.of(id)
        if isinstance(kept, Failure):
            return None if kept.code is Code.NOT_FOUND else kept
        return self._kept.drop(id) if kept.stage in (Stage.PUBLISHED, Stage.REFUSED) else None

    def _look(self, kept: KeptPublication, mandate: Mandate | None) -> Result[Progress]:
        """What stands decides; where one of the two stands, the other was not taken for certain."""
        standing = self._port.standing(kept.publication)
        if isinstance(standing, Failure):
            if standing.code is Code.DIGEST_MISMATCH:  # other bytes stand there, and stay
                return _told(self._kept.move(kept, Stage.REFUSED, standing))
            return _after(kept.progress, standing)
        if standing.stands is Stands.BOTH:
            return _told(self._kept.move(kept, Stage.PUBLISHED))
        half = kept.stage is Stage.HALF and standing.stands is not Stands.NEITHER
        wait = 0.0 if half else self._until_believed(kept.publication.id, standing.stands)
        if wait > 0:
            return replace(kept.progress, wait=wait)
        if kept.stage is Stage.SENT and kept.failure is not None:  # refused, and it is not there
            return self._ended(kept, standing.stands, kept.failure)
        return self._send(kept, standing, mandate)

    def _until_believed(self, id: str, stands: Stands) -> float:
        """Seconds until the same answer proves what it says; measured anew after a restart."""
        now = self._monotonic()
        said, since = self._absent.get(id, (stands, now))
        if said is not stands:
            since = now
        self._absent[id] = stands, since
        return max(0.0, self._port.settle().total_seconds() - (now - since))

    def _send(self, kept: KeptPublication, standing: Standing, mandate: Mandate | None) -> Result[Progress]:
        publication = kept.publication
        if mandate is None or mandate.id != publication.document.mandate.id:  # CF-031
            right = Code.NO_MANDATE if mandate is None else Code.OTHER_RIGHT
            return replace(kept.progress, failure=Failure.of(right), goes_on=False)
        sending = self._kept.move(kept, Stage.SENT)
        if isinstance(sending, Failure):
            return sending
        self._absent.pop(publication.id, None)
        answer = (
            self._port.publish(publication)
            if standing.stands is Stands.NEITHER
            else self._port.complete(publication, standing)
        )
        if isinstance(answer, Standing):
            return _told(self._kept.move(sending, Stage.PUBLISHED))
        if answer.code is PublishingCode.UNKNOWN:
            return replace(sending.progress, failure=answer)
        if answer.code is PublishingCode.HALF_TAKEN:
            return _told(self._kept.move(sending, Stage.HALF, answer))
        return self._refused(kept.stage, sending, standing, answer)

    def _refused(
        self, before: Stage, sending: KeptPublication, standing: Standing, failure: Failure
    ) -> Result[Progress]:
        """A refusal is looked up; that of a second sending is believed as an absence is, after a while."""
        found = self._port.standing(sending.publication)
        stands = standing.stands if isinstance(found, Failure) else found.stands
        if stands is Stands.BOTH:
            return _told(self._kept.move(sending, Stage.PUBLISHED))
        if before is Stage.SENT:
            return _told(self._kept.move(sending, Stage.SENT, None if _passes(failure.code) else failure))
        if _passes(failure.code):
            stage = Stage.SIGNED if stands is Stands.NEITHER else Stage.HALF
            return _told(self._kept.move(sending, stage, failure))
        return self._ended(sending, stands, failure)

    def _ended(self, kept: KeptPublication, stands: Stands, failure: Failure) -> Result[Progress]:
        if stands is Stands.NEITHER:
            return _told(self._kept.move(kept, Stage.REFUSED, failure))
        if stands is Stands.WITHOUT_DATA:
            said = Failure.of(PublishingCode.WITHOUT_DATA)
            return _told(self._kept.move(kept, Stage.WITHOUT_DATA, said))
        return _told(self._kept.move(kept, Stage.HALF, Failure.of(PublishingCode.WITHOUT_PDF)))


def _told(moved: Result[KeptPublication]) -> Result[Progress]:
    if isinstance(moved, Failure) or moved.stage.is_over or moved.failure is None:
        return moved if isinstance(moved, Failure) else moved.progress
    return _after(moved.progress, moved.failure)


def _after(progress: Progress, failure: Failure) -> Progress:
    """What went wrong is told, and tried again soon where only time is needed."""
    if failure.code is PublishingCode.HALF_TAKEN:
        return replace(progress, failure=failure)
    soon = failure.code is PublishingCode.UNKNOWN or (_passes(failure.code) and failure.code not in _ASKED)
    return replace(progress, failure=failure, wait=_SOON if soon else 0.0, goes_on=soon)


def _passes(code: ErrorCode) -> bool:
    return code in _PASSING or code.value.startswith(_NETWORK)
