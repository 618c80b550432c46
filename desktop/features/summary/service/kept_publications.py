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
    "UPDATE summary_publication SET step = ?, failure = ?, document = ?, changed_at = ?"
    " WHERE id = ? AND step = ? RETURNING id"
)
_WHOLE: Final = "SELECT step, failure, document, content, pdf, bundle FROM summary_publication WHERE id = ?"
_LISTED: Final = "SELECT step, failure, document, content FROM summary_publication ORDER BY changed_at, id"


@dataclass(frozen=True, slots=True)
class KeptPublication:
    """What is sent, and how far it came; ``document_id`` is the platform's, "" before it is published."""

    publication: Publication
    stage: Stage
    failure: Failure | None
    document_id: str = ""

    @property
    def progress(self) -> Progress:
        """Without what it holds."""
        sent = self.publication
        on = not self.stage.is_over
        signed_at = sent.document.confirmed_at
        return Progress(
            sent.id, sent.document.patient, sent.version, signed_at, self.stage, self.failure,
            goes_on=on, document_id=self.document_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """Publications without their bytes, the one that waits longest first; ``unreadable`` rows besides."""

    publications: tuple[Progress, ...]
    unreadable: int = 0


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
        self, kept: KeptPublication, stage: Stage, failure: Failure | None = None, document_id: str = ""
    ) -> Result[KeptPublication]:
        """Where it stands now; CHANGED_ELSEWHERE when somebody else moved it meanwhile."""
        code, now = failure.code.value if failure is not None else "", self._now().isoformat()
        values = (stage.value, code, document_id, now, kept.publication.id, kept.stage.value)
        moved = self._rows.write_durably(lambda rows: rows.execute(_MOVE, values))
        if isinstance(moved, Failure):
            return moved
        if not moved:
            return Failure.of(Code.CHANGED_ELSEWHERE)
        return replace(kept, stage=stage, failure=failure, document_id=document_id)

    def of(self, id: str) -> Result[KeptPublication]:
        """One with its bytes; NOT_FOUND, STORE_DAMAGED where nobody can read it any more."""
        found = self._rows.read(lambda rows: rows.execute(_WHOLE, (id,)))
        if isinstance(found, Failure):
            return found
        if not found:
            return Failure.of(Code.NOT_FOUND)
        return _read(*found[0]) or Failure.of(Code.STORE_DAMAGED)

    def all(self) -> Result[Listed]:
        """Every publication of this holder; one damaged row hides none of the others."""
        found = self._rows.read(lambda rows: rows.execute(_LISTED))
        if isinstance(found, Failure):
            return found
        read = [one.progress for row in found if (one := _read(*row)) is not None]
        return Listed(tuple(read), len(found) - len(read))

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


def _read(
    step: str, failure: str, document: str, content: Any, pdf: bytes = b"", bundle: bytes = b""
) -> KeptPublication | None:
    """None for a row that is damaged, or of a newer program."""
    try:
        frozen, stage = msgspec.json.decode(content, type=_Frozen), Stage(step)
    except (msgspec.MsgspecError, ValueError, TypeError):
        return None
    publication = Publication(frozen.document, frozen.data, frozen.version, pdf, bundle)
    return KeptPublication(publication, stage, Failure.of(_code(failure)) if failure else None, document)


def _code(value: str) -> ErrorCode:
    """A code of a newer program is told as what it is to this one."""
    known: list[ErrorCode] = [*Code, *PublishingCode]
    return next((code for code in known if code.value == value), Code.UNEXPECTED)
