"""Publications on the disk: each step stands there before what follows from it. Call it in a worker."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from desktop.common.built_types import built
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.publication import Progress, Publication, PublicationCodes, Stage
from desktop.ports.kept import KeptPort, Rows

Left = TypeVar("Left")


@dataclass(frozen=True, slots=True)
class KeptPublication:
    """What is sent, and how far it came; ``document_id`` is the platform's, "" before it is published."""

    publication: Publication
    stage: Stage
    failure: Failure | None
    document_id: str = ""

    @property
    def progress(self) -> Progress[Any]:
        """Without what it holds."""
        sent = self.publication
        on = not self.stage.is_over
        signed_at = sent.document.confirmed_at
        return Progress(
            sent.id, sent.document.patient, sent.version, signed_at, self.stage, self.failure,
            goes_on=on, document_id=self.document_id, known_as=sent.known_as,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedPublications(Generic[Left]):
    """Publications without their bytes, the one that waits longest first; ``unreadable`` rows besides."""

    publications: tuple[Progress[Left], ...]
    unreadable: int = 0


class KeptPublications:
    """Every change is a compare-and-set, on the disk before it is believed.

    *table* is the feature's, with the columns ``id``, ``patient``, ``step``, ``content``, ``pdf``,
    ``bundle``, ``failure``, ``changed_at`` and ``document``.
    """

    def __init__(
        self, rows: KeptPort, table: str, codes: PublicationCodes, now: Callable[[], datetime]
    ) -> None:
        self._rows, self._codes, self._now = rows, codes, now
        self._put = (
            f"INSERT INTO {table} (id, patient, step, content, pdf, bundle, failure, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        self._passed_over = f"DELETE FROM {table} WHERE patient = ? AND step = 'without-data'"
        self._move = (
            f"UPDATE {table} SET step = ?, failure = ?, document = ?, changed_at = ?"
            " WHERE id = ? AND step = ? RETURNING id"
        )
        self._whole = f"SELECT step, failure, document, content, pdf, bundle FROM {table} WHERE id = ?"
        self._listed = f"SELECT step, failure, document, content FROM {table} ORDER BY changed_at, id"
        self._drop = f"DELETE FROM {table} WHERE id = ?"

    def add(self, publication: Publication) -> Result[None]:
        """It was signed; nothing of it has left. The data that a former one lacks are not needed any more."""
        frozen = _Frozen(
            publication.document, publication.data, publication.version,
            publication.known_as, publication.access_code,
        )  # fmt: skip
        content = msgspec.json.encode(frozen)
        row = (
            publication.id, publication.patient_id, Stage.SIGNED.value, content,
            publication.pdf, publication.bundle, "", self._now().isoformat(),
        )  # fmt: skip

        def put(rows: Rows) -> None:
            rows.execute(self._passed_over, (publication.patient_id,))
            rows.execute(self._put, row)

        return self._rows.write_durably(put)

    def move(
        self, kept: KeptPublication, stage: Stage, failure: Failure | None = None, document_id: str = ""
    ) -> Result[KeptPublication]:
        """Where it stands now; CHANGED_ELSEWHERE when somebody else moved it meanwhile."""
        code, now = failure.code.value if failure is not None else "", self._now().isoformat()
        values = (stage.value, code, document_id, now, kept.publication.id, kept.stage.value)
        moved = self._rows.write_durably(lambda rows: rows.execute(self._move, values))
        if isinstance(moved, Failure):
            return moved
        if not moved:
            return Failure.of(Code.CHANGED_ELSEWHERE)
        return replace(kept, stage=stage, failure=failure, document_id=document_id)

    def of(self, id: str) -> Result[KeptPublication]:
        """One with its bytes; NOT_FOUND, STORE_DAMAGED where nobody can read it any more."""
        found = self._rows.read(lambda rows: rows.execute(self._whole, (id,)))
        if isinstance(found, Failure):
            return found
        if not found:
            return Failure.of(Code.NOT_FOUND)
        return self._read(*found[0]) or Failure.of(Code.STORE_DAMAGED)

    def all(self) -> Result[ListedPublications[Any]]:
        """Every publication of this holder; one damaged row hides none of the others."""
        found = self._rows.read(lambda rows: rows.execute(self._listed))
        if isinstance(found, Failure):
            return found
        read = [one.progress for row in found if (one := self._read(*row)) is not None]
        return ListedPublications(tuple(read), len(found) - len(read))

    def drop(self, id: str) -> Result[None]:
        """The doctor read how it ended."""
        gone = self._rows.write_durably(lambda rows: rows.execute(self._drop, (id,)))
        return gone if isinstance(gone, Failure) else None

    def _read(
        self, step: str, failure: str, document: str, content: Any, pdf: bytes = b"", bundle: bytes = b""
    ) -> KeptPublication | None:
        """None for a row that is damaged, or of a newer program."""
        try:
            frozen, stage = msgspec.json.decode(content, type=built(_Frozen)), Stage(step)
        except (msgspec.MsgspecError, ValueError, TypeError):
            return None
        publication = Publication(
            frozen.document, frozen.data, frozen.version, pdf, bundle, frozen.known_as, frozen.access_code
        )
        failed = Failure.of(self._code(failure)) if failure else None
        return KeptPublication(publication, stage, failed, document)

    def _code(self, value: str) -> ErrorCode:
        """A code of a newer program is told as what it is to this one."""
        known: list[ErrorCode] = [*Code, *self._codes.all]
        return next((code for code in known if code.value == value), Code.UNEXPECTED)


class _Frozen(msgspec.Struct, frozen=True):
    document: Deposit
    data: Deposit
    version: int
    known_as: str = ""
    access_code: str = ""
