"""A signed act on its way: kept, sent, looked up, completed, told (contract §8.1, §9). Call it in a worker.

A kill at any moment neither loses nor doubles it. Nothing leaves before SENT is on the disk; what may have
left is asked for, and « it is not there » is believed only when it was said twice, the profile's settle time
apart (CF-079, as for any deposit): servers search an index that lags, and make two of what is sent twice.
What this run did not sign itself may have left too: its store may be a copy that was put back.
"""

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.publication import (
    Left,
    Progress,
    Publication,
    PublicationCodes,
    Stage,
    Standing,
    Stands,
    is_judged,
)
from desktop.ports.signed_pair import SignedPairPort
from desktop.services.kept_publications import KeptPublication, KeptPublications, ListedPublications
from desktop.services.outbox import next_wait

_log = logging.getLogger("dsp.deposit")
_NOTHING = Standing(None, None)
_ASKED = (Code.CANCELLED, Code.SESSION_ENDED)  # somebody has to do something first
_SOON = 5.0  # seconds: the shortest wait of the outbox
_STORE_WAIT = 60.0  # seconds: what the store refused (a full disk) is tried again


@dataclass(frozen=True, slots=True)
class Worked(Generic[Left]):
    """What one step came to: the publication that moved, None where none was due; ``wait``: seconds until the
    next step can tell anything new, None where none goes on by itself."""

    moved: Progress[Left] | None
    wait: float | None


class Publications(Generic[Left]):
    """Brings each publication to its end, one step a call. A session that does not *keep* has no later: what
    did not go at once is given up, as the outbox does, and only what may have left is still asked for.

    *after* writes what a proven publication (and its document's id) leaves behind in the store,
    *without_data* what one leaves whose document stands alone. Asked twice, each does the same: a kill in
    between costs nothing.
    """

    def __init__(
        self,
        port: SignedPairPort,
        kept: KeptPublications,
        codes: PublicationCodes,
        after: Callable[[Publication, str], Result[Left | None]],
        without_data: Callable[[Publication, str], Result[Left | None]],
        keeps: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._kept = kept
        self._codes = codes
        self._after, self._without_data = after, without_data
        self._keeps = keeps
        self._monotonic = monotonic
        self._signed_here: set[str] = set()  # in this run, by this program: nothing of it can have left
        self._absent: dict[str, tuple[Stands, float]] = {}
        self._due: dict[str, float] = {}  # when the next step is worth it; inf: somebody has to do something
        self._tries: Counter[str] = Counter()
        self._woken = False
        self._one = threading.Lock()

    def keep(self, publication: Publication) -> Result[Progress[Left]]:
        """What the card has just signed; from here on nothing of it is lost."""
        kept = self._kept.add(publication)
        if isinstance(kept, Failure):
            return kept
        self._signed_here.add(publication.id)
        return KeptPublication(publication, Stage.SIGNED, None).progress

    def pending(self) -> Result[ListedPublications[Left]]:
        """What has not been told yet, also what a killed program left."""
        return self._kept.all()

    def wake(self) -> None:
        """What waits is tried at the next step: a session begins, somebody looks, the network is back."""
        self._woken = True

    def step(self) -> Result[Worked[Left]]:
        """The one that waits longest of those that are due goes one step further."""
        if self._woken:
            self._woken = False
            self._due.clear()
            self._tries.clear()
        listed = self._kept.all()
        if isinstance(listed, Failure):
            return listed
        going = [one for one in listed.publications if not one.stage.is_over]
        now = self._monotonic()
        due = next((one for one in going if self._due.get(one.id, now) <= now), None)
        moved = self._moved(due) if due is not None else None
        waits = [self._due.get(one.id, now) for one in going if one is not due or not _is_over(moved)]
        soonest = min(waits, default=math.inf)
        return Worked(moved, None if soonest == math.inf else max(0.0, soonest - self._monotonic()))

    def advance(self, id: str) -> Result[Progress[Left]]:
        """One step further, under the right that runs, or none; how it stands.

        A failure of the store is returned; what the platform said stands in the Progress.
        """
        with self._one:
            kept = self._kept.of(id)
            if isinstance(kept, Failure):
                return kept
            if kept.stage.is_over:
                return kept.progress
            if kept.stage is Stage.SIGNED and id in self._signed_here:
                return self._send(kept, _NOTHING)
            return self._look(kept)

    def again(self, id: str) -> Result[Progress[Left]]:
        """The data are sent once more, where they were refused: at the next opening of the record."""
        with self._one:
            kept = self._kept.of(id)
            if isinstance(kept, Failure) or kept.stage is not Stage.WITHOUT_DATA:
                return kept if isinstance(kept, Failure) else kept.progress
            self._due.pop(id, None)  # it was over: no step was worth it any more
            return self._told(self._kept.move(kept, Stage.HALF))

    def told(self, id: str) -> Result[None]:
        """The doctor read how it ended: its row goes, but stays for :meth:`again` where data are missing."""
        kept = self._kept.of(id)
        if isinstance(kept, Failure):
            return None if kept.code is Code.NOT_FOUND else kept
        over = kept.stage is Stage.PUBLISHED or kept.stage.is_unpublished
        return self._kept.drop(id) if over else None

    def _moved(self, due: Progress[Left]) -> Progress[Left]:
        """One step of *due*, and when the next one is worth it; a row that fails is nothing to the others."""
        try:
            moved = self.advance(due.id)
        except Exception as error:  # noqa: BLE001 - a bug in one row's step is that row's
            _log.error("a step of a publication ended by %s", type(error).__name__)
            moved = Failure.of(Code.UNEXPECTED)
        if isinstance(moved, Failure):
            moved = replace(due, failure=moved, wait=_STORE_WAIT)
        wait = moved.wait
        if moved.failure is not None and wait:
            wait = max(wait, next_wait(self._tries[due.id], 0.0).total_seconds())
            self._tries[due.id] += 1
        self._due[due.id] = self._monotonic() + wait if moved.goes_on else math.inf
        return replace(moved, wait=wait)

    def _published(self, kept: KeptPublication, standing: Standing) -> Result[Progress[Left]]:
        """Both stand. What follows for the draft comes first: a kill in between asks the platform again."""
        document_id = standing.document.id if standing.document else ""
        return self._left(
            kept, Stage.PUBLISHED, None, document_id, self._after(kept.publication, document_id)
        )

    def _left(
        self,
        kept: KeptPublication,
        stage: Stage,
        failure: Failure | None,
        document_id: str,
        now: Result[Left | None],
    ) -> Result[Progress[Left]]:
        if isinstance(now, Failure):
            return now
        moved = self._kept.move(kept, stage, failure, document_id)
        return moved if isinstance(moved, Failure) else replace(moved.progress, in_force=now)

    def _not_now(self, kept: KeptPublication, stands: Stands, failure: Failure) -> Result[Progress[Left]]:
        """It certainly did not leave. In a session that keeps nothing it does not leave later either."""
        if stands is Stands.NEITHER and not self._keeps():
            return self._told(self._kept.move(kept, Stage.GIVEN_UP, failure))
        return self._later(kept.progress, failure)

    def _look(self, kept: KeptPublication) -> Result[Progress[Left]]:
        """What stands decides; where one of the two stands, the other was not taken for certain."""
        asked = self._monotonic()
        standing = self._port.standing(kept.publication)
        if isinstance(standing, Failure):
            if standing.code is Code.DIGEST_MISMATCH:  # other bytes stand there, and stay
                return self._told(self._kept.move(kept, Stage.REFUSED, standing))
            return self._later(kept.progress, standing)
        if standing.stands is Stands.BOTH:
            return self._published(kept, standing)
        half = kept.stage is Stage.HALF and standing.stands is not Stands.NEITHER
        wait = 0.0 if half else self._until_believed(kept.publication.id, standing.stands, asked)
        if wait > 0:
            return replace(kept.progress, wait=wait)
        if kept.stage is Stage.SENT and kept.failure is not None:  # refused, and it is not there
            return self._ended(kept, standing, kept.failure)
        return self._send(kept, standing)

    def _until_believed(self, id: str, stands: Stands, asked: float) -> float:
        """Seconds until the same answer proves what it says; measured anew after a restart.

        The second question counts from when it was *asked*: the platform may have looked then, and answered
        late.
        """
        now = self._monotonic()
        said, since = self._absent.get(id, (stands, now))
        if said is not stands:
            since = now
        self._absent[id] = stands, since
        return max(0.0, self._port.settle().total_seconds() - max(0.0, asked - since))

    def _send(self, kept: KeptPublication, standing: Standing) -> Result[Progress[Left]]:
        publication = kept.publication
        right = self._port.right(publication)
        if not isinstance(right, Failure) and right.id != publication.document.mandate.id:  # CF-031
            right = Failure.of(Code.OTHER_RIGHT)
        if isinstance(right, Failure):
            return self._not_now(kept, standing.stands, right)
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
            return self._published(sending, answer)
        if answer.code is self._codes.unknown:
            return replace(sending.progress, failure=answer)
        if answer.code is self._codes.half_taken:
            return self._told(self._kept.move(sending, Stage.HALF, answer))
        return self._refused(kept.stage, sending, standing, answer)

    def _refused(
        self, before: Stage, sending: KeptPublication, standing: Standing, failure: Failure
    ) -> Result[Progress[Left]]:
        """A refusal is looked up; that of a second sending is believed as an absence is, after a while.

        Where nobody answers the look-up, « refused » is not said yet: a platform may refuse what it has.
        """
        found = self._port.standing(sending.publication)
        now = standing if isinstance(found, Failure) else found
        if now.stands is Stands.BOTH:
            return self._published(sending, now)
        judged = failure if is_judged(failure.code) else None
        if before is Stage.SENT or (judged is not None and isinstance(found, Failure)):
            asked = self._kept.move(sending, Stage.SENT, judged)
            return asked if isinstance(asked, Failure) else replace(asked.progress, failure=None)
        if judged is None:
            stage = Stage.SIGNED if now.stands is Stands.NEITHER else Stage.HALF
            moved = self._kept.move(sending, stage, failure)
            return moved if isinstance(moved, Failure) else self._not_now(moved, now.stands, failure)
        return self._ended(sending, now, failure)

    def _ended(self, kept: KeptPublication, standing: Standing, failure: Failure) -> Result[Progress[Left]]:
        if standing.stands is Stands.NEITHER:
            return self._told(self._kept.move(kept, Stage.REFUSED, failure))
        if standing.document is not None:
            said, document_id = Failure.of(self._codes.without_data), standing.document.id
            now = self._without_data(kept.publication, document_id)
            return self._left(kept, Stage.WITHOUT_DATA, said, document_id, now)
        return self._told(self._kept.move(kept, Stage.HALF, Failure.of(self._codes.without_pdf)))

    def _told(self, moved: Result[KeptPublication]) -> Result[Progress[Left]]:
        if isinstance(moved, Failure) or moved.stage.is_over or moved.failure is None:
            return moved if isinstance(moved, Failure) else moved.progress
        return self._later(moved.progress, moved.failure)

    def _later(self, progress: Progress[Left], failure: Failure) -> Progress[Left]:
        """What went wrong is told, and tried again soon where only time is needed."""
        if failure.code is self._codes.half_taken:
            return replace(progress, failure=failure)
        soon = failure.code is self._codes.unknown or (
            not is_judged(failure.code) and failure.code not in _ASKED
        )
        return replace(progress, failure=failure, wait=_SOON if soon else 0.0, goes_on=soon)


def _is_over(progress: Progress[Any] | None) -> bool:
    return progress is not None and progress.stage.is_over
