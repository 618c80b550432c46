"""What the patient summary asks of the platform (contract §5, §9)."""

from datetime import timedelta
from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.record import Document, Mandate
from desktop.features.summary.domain.publication import Publication, Standing
from desktop.ports.wire_call import Right, WireCall

PUBLISH = WireCall("POST", "", Right.RECORD)
CONTENT = WireCall("GET", "Binary/{id}", Right.RECORD)
ROW = WireCall("GET", "DocumentReference/{id}", Right.RECORD)
LOOK_UP = WireCall("POST", "DocumentReference/_search", Right.RECORD)
LOOK_UP_OWN = WireCall("POST", "DocumentReference/_search", Right.SESSION)
SUPERSEDE = WireCall("PATCH", "DocumentReference/{id}", Right.RECORD)
CALLS = (PUBLISH, CONTENT, ROW, LOOK_UP, LOOK_UP_OWN, SUPERSEDE)


class SummaryPort(Protocol):
    """Publishing a version, and reading the data that stand beside a PDF.

    Every call may block. Those of :class:`PublishingCode` are told apart; others are the kernel's.
    """

    def structured(self, data: Document) -> Result[bytes]:
        """The Bundle of *data*, a row that is the data of a PDF: one traced read (CF-060, CF-062).

        Size and SHA-1 are proved. NO_DATA for any other row, DIGEST_MISMATCH.
        """
        ...

    def publish(self, publication: Publication) -> Result[Standing]:
        """Both, in one transaction that is sent once; the Standing is :attr:`Stands.BOTH`.

        UNKNOWN: only :meth:`standing` may tell, nothing is sent again here. HALF_TAKEN: one of the two
        stands, and the platform said that it did not take the other. NOT_ENTITLED for who is not his
        médecin référent (CF-071), DATA_REFUSED, OTHER_PATIENT, NEWER_VERSION, OFFLINE (certainly nothing
        left), and the kernel's.
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
