"""A signed ordonnance on its way: the driver of every publication, with the draft behind it."""

import time
from collections.abc import Callable
from datetime import datetime

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.publication import Publication
from desktop.features.prescribing.domain.codes import CODES
from desktop.features.prescribing.port import PrescribingPort
from desktop.features.prescribing.service.drafts import RxDrafts
from desktop.ports.kept import KeptPort
from desktop.services.kept_publications import KeptPublications
from desktop.services.publications import Publications


class RxPublications(Publications[frozenset[str]]):
    """See :class:`desktop.services.publications.Publications`; what it leaves are the identifiers of the
    lines that went from the draft."""

    def __init__(
        self,
        port: PrescribingPort,
        rows: KeptPort,
        now: Callable[[], datetime],
        keeps: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        kept = KeptPublications(rows, "prescribing_publication", CODES, now)
        super().__init__(port, kept, CODES, self._leave, lambda *_: None, keeps, monotonic)
        self._drafts = RxDrafts(rows)

    def _leave(self, publication: Publication, _document_id: str) -> Result[frozenset[str] | None]:
        """Lines that were issued have done their work; what was written since goes on."""
        draft = self._drafts.of(publication.patient_id)
        if isinstance(draft, Failure) or draft is None:
            return draft if isinstance(draft, Failure) else frozenset()
        issued = frozenset(
            line.identifier for line in draft.lines if line.identifier.encode() in publication.bundle
        )
        kept = self._drafts.keep(draft.after(issued))
        return kept if isinstance(kept, Failure) else issued

    def told(self, id: str) -> Result[None]:
        """Its row goes, also where the data are missing: another ordonnance is signed in its place."""
        kept = self._kept.of(id)
        if isinstance(kept, Failure):
            return None if kept.code is Code.NOT_FOUND else kept
        return self._kept.drop(id) if kept.stage.is_over else None
