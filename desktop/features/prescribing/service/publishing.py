"""A signed ordonnance on its way: the driver of every publication, with the draft behind it."""

import time
from collections.abc import Callable
from datetime import datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.publication import Publication
from desktop.features.prescribing.domain.codes import CODES
from desktop.features.prescribing.port import PrescribingPort
from desktop.features.prescribing.service.drafts import RxDrafts
from desktop.ports.kept import KeptPort
from desktop.services.kept_publications import KeptPublications
from desktop.services.publications import Publications


class RxPublications(Publications[str]):
    """See :class:`desktop.services.publications.Publications`; what it leaves is the ordonnance's code."""

    def __init__(
        self,
        port: PrescribingPort,
        rows: KeptPort,
        now: Callable[[], datetime],
        keeps: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        kept = KeptPublications(rows, "prescribing_publication", CODES, now)
        super().__init__(port, kept, CODES, self._leave, keeps, monotonic)
        self._drafts = RxDrafts(rows)

    def _leave(self, publication: Publication, _document_id: str) -> Result[str | None]:
        """The draft has done its work."""
        dropped = self._drafts.drop(publication.patient_id)
        return dropped if isinstance(dropped, Failure) else publication.known_as
