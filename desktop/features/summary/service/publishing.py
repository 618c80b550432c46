"""A signed summary on its way: the driver of every publication, with what a summary leaves behind."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from desktop.features.summary.domain.afterwards import InForce
from desktop.features.summary.domain.publication import CODES
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.aftermath import Aftermath
from desktop.ports.kept import KeptPort
from desktop.services import kept_publications, publications
from desktop.services.kept_publications import KeptPublications

Listed: TypeAlias = kept_publications.ListedPublications[InForce]
Worked: TypeAlias = publications.Worked[InForce]


class Publications(publications.Publications[InForce]):
    """See :class:`desktop.services.publications.Publications`; rows of ``summary_publication``."""

    def __init__(
        self,
        port: SummaryPort,
        rows: KeptPort,
        now: Callable[[], datetime],
        keeps: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        kept = KeptPublications(rows, "summary_publication", CODES, now)
        left = Aftermath(rows)
        super().__init__(port, kept, CODES, left.settle, left.settle_without_data, keeps, monotonic)
