"""Drafts in the holder's store: written durably, read back as they were. Call it in a worker."""

from dataclasses import dataclass
from typing import Final

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Failure, Result
from desktop.features.prescribing.domain.draft import RxDraft
from desktop.ports.kept import KeptPort

_PUT: Final = "INSERT OR REPLACE INTO prescribing_draft (patient, content, saved_at) VALUES (?, ?, ?)"
_OF: Final = "SELECT content FROM prescribing_draft WHERE patient = ?"
_DROP: Final = "DELETE FROM prescribing_draft WHERE patient = ?"


@dataclass(frozen=True, slots=True)
class FoundRxDraft:
    """``draft`` goes on, None where nothing was begun; ``unreadable``: there is one that nobody can read any
    more, and the next one takes its place."""

    draft: RxDraft | None
    unreadable: int = 0


class RxDrafts:
    """One draft a patient."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def keep(self, draft: RxDraft) -> Result[None]:
        """On the disk before this returns; one without any word goes."""
        if draft.is_empty:
            return self.drop(draft.patient_id)
        row = (
            draft.patient_id,
            msgspec.json.encode(draft),
            draft.saved_at.isoformat() if draft.saved_at else "",
        )
        kept = self._rows.write_durably(lambda rows: rows.execute(_PUT, row))
        return kept if isinstance(kept, Failure) else None

    def of(self, patient_id: str) -> Result[RxDraft | None]:
        """The draft that goes on; None where nothing was begun."""
        found = self.found(patient_id)
        return found if isinstance(found, Failure) else found.draft

    def found(self, patient_id: str) -> Result[FoundRxDraft]:
        """The draft that goes on, or that one cannot be read."""
        found = self._rows.read(lambda rows: rows.execute(_OF, (patient_id,)))
        if isinstance(found, Failure):
            return found
        try:
            return FoundRxDraft(msgspec.json.decode(found[0][0], type=built(RxDraft)) if found else None)
        except (msgspec.MsgspecError, ValueError, TypeError):
            return FoundRxDraft(None, 1)

    def drop(self, patient_id: str) -> Result[None]:
        """It was signed and published, or nothing of it is left."""
        gone = self._rows.write_durably(lambda rows: rows.execute(_DROP, (patient_id,)))
        return gone if isinstance(gone, Failure) else None
