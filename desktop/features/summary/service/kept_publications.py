"""Publications on the disk: each step stands there before what follows from it. Call it in a worker."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec

from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.features.summary.domain.publication import Progress, Publication, PublishingCode, Stage
from desktop.ports.kept import KeptPort, Rows

_PUT: Final = (
    "INSERT INTO summary_publication (id, patient, step, content, pdf, bundle, failure, changed_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_PASSED_OVER: Final = "DELETE FROM summary_publication WHERE patient = ? AND step = 'without-data'"
_MOVE: Final = (
    "UPDATE summary_publication SET step = ?, failure = ?, changed_at = ? WHERE id = ? AND step = ?"
    " RETURNING id"
)
_WHOLE: Final = "SELECT step, failure, content, pdf, bundle FROM summary_publication WHERE id = ?"
_LISTED: Final = "SELECT step, failure, content FROM summary_publication ORDER BY changed_at, id"


@dataclass(frozen=True, slots=True)
class KeptPublication:
    """What is sent, and how far it came."""

    publication: Publication
    stage: Stage
    failure: Failure | None

    @property
    def progress(self) -> Progress:
        """Without what it holds."""
        sent = self.publication
        on = not self.stage.is_over
        signed_at = sent.document.confirmed_at
        return Progress(
            sent.id, sent.document.patient, sent.version, signed_at, self.stage, self.failure, goes_on=on
        )


class KeptPublications:
    """Every change is a compare-and-set, on the disk before it is believed."""

    def __init__(self, rows: KeptPort, now: Callable[[], datetime]) -> None:
        self._rows = rows
        self._now = now

    def add(self, publication: Publication) -> Result[None]:
        """It was signed; nothing of it has left. The data that a former one lacks are not needed any more."""
        content = msgspec.json.encode(_Frozen(publication.document, publication.data, publication.version))
        row = (
            publication.id, publication.patient_id, Stage.SIGNED.value, content,
            publication.pdf, publication.bundle, "", self._now().isoformat(),
        )  # fmt: skip

        def put(rows: Rows) -> None:
            rows.execute(_PASSED_OVER, (publication.patient_id,))
            rows.execute(_PUT, row)

        return self._rows.write_durably(put)

    def move(
        self, kept: KeptPublication, stage: Stage, failure: Failure | None = None
    ) -> Result[KeptPublication]:
        """Where it stands now; CHANGED_ELSEWHERE when somebody else moved it meanwhile."""
        code = failure.code.value if failure is not None else ""
        values = (stage.value, code, self._now().isoformat(), kept.publication.id, kept.stage.value)
        moved = self._rows.write_durably(lambda rows: rows.execute(_MOVE, values))
        if isinstance(moved, Failure):
            return moved
        return replace(kept, stage=stage, failure=failure) if moved else Failure.of(Code.CHANGED_ELSEWHERE)

    def of(self, id: str) -> Result[KeptPublication]:
        """One with its bytes; NOT_FOUND."""
        found = self._rows.read(lambda rows: rows.execute(_WHOLE, (id,)))
        if isinstance(found, Failure):
            return found
        if not found:
            return Failure.of(Code.NOT_FOUND)
        step, failure, content, pdf, bundle = found[0]
        return _read(step, failure, content, pdf, bundle)

    def all(self) -> Result[tuple[Progress, ...]]:
        """Every publication of this holder, without its bytes; the one that waits longest first."""
        found = self._rows.read(lambda rows: rows.execute(_LISTED))
        if isinstance(found, Failure):
            return found
        return tuple(_read(*row).progress for row in found)

    def drop(self, id: str) -> Result[None]:
        """The doctor read how it ended."""
        gone = self._rows.write_durably(
            lambda rows: rows.execute("DELETE FROM summary_publication WHERE id = ?", (id,))
        )
        return gone if isinstance(gone, Failure) else None


class _Frozen(msgspec.Struct, frozen=True):
    document: Deposit
    data: Deposit
    version: int


def _read(step: str, failure: str, content: Any, pdf: bytes = b"", bundle: bytes = b"") -> KeptPublication:
    frozen = msgspec.json.decode(content, type=_Frozen)
    publication = Publication(frozen.document, frozen.data, frozen.version, pdf, bundle)
    return KeptPublication(publication, Stage(step), Failure.of(_code(failure)) if failure else None)


def _code(value: str) -> ErrorCode:
    """A code of a newer program is told as what it is to this one."""
    known: list[ErrorCode] = [*Code, *PublishingCode]
    return next((code for code in known if code.value == value), Code.UNEXPECTED)
