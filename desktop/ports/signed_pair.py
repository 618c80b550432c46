"""Publishing a signed act: a PDF and the data that it shows, both or none (contract §8.1, §9)."""

from datetime import timedelta
from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.publication import Publication, Standing
from desktop.domain.record import Mandate


class SignedPairPort(Protocol):
    """Every call may block. UNKNOWN and HALF_TAKEN are the feature's own codes
    (:class:`desktop.domain.publication.PublicationCodes`)."""

    def publish(self, publication: Publication) -> Result[Standing]:
        """Both, in one transaction that is sent once; the Standing is :attr:`Stands.BOTH`.

        UNKNOWN: only :meth:`standing` may tell, nothing is sent again here. HALF_TAKEN: one of the two
        stands, and the platform said that it did not take the other. OFFLINE (certainly nothing left), the
        feature's refusals, and the kernel's.
        """
        ...

    def complete(self, publication: Publication, standing: Standing) -> Result[Standing]:
        """What *standing* lacks, sent once; failures as :meth:`publish`."""
        ...

    def right(self, publication: Publication) -> Result[Mandate]:
        """The mandate by which it would be sent: that of the patient's open record; else, where the confirmed
        one still runs, that of a token which is asked for now, as for a deposit.

        NO_MANDATE, OTHER_RIGHT (only another one runs), and the kernel's.
        """
        ...

    def standing(self, publication: Publication) -> Result[Standing]:
        """What stands under the two identifiers now; never from a former answer of the platform.

        With the patient's token while his record is open, else as the author. UNKNOWN where that cannot be
        told, DIGEST_MISMATCH where it is not what was sent.
        """
        ...

    def settle(self) -> timedelta:
        """How long a server may not know of what it took (the profile's ``lookup.settle``)."""
        ...
