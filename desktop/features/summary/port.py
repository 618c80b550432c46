"""What the patient summary asks of the platform (contract §5, §9)."""

from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.record import Document
from desktop.ports.signed_pair import SignedPairPort
from desktop.ports.wire_call import Right, WireCall

PUBLISH = WireCall("POST", "", Right.RECORD)
CONTENT = WireCall("GET", "Binary/{id}", Right.RECORD)
ROW = WireCall("GET", "DocumentReference/{id}", Right.RECORD)
LOOK_UP = WireCall("POST", "DocumentReference/_search", Right.RECORD)
LOOK_UP_OWN = WireCall("POST", "DocumentReference/_search", Right.SESSION)
SUPERSEDE = WireCall("PATCH", "DocumentReference/{id}", Right.RECORD)
AUTHOR = WireCall("GET", "Practitioner/{id}", Right.SESSION)
CALLS = (PUBLISH, CONTENT, ROW, LOOK_UP, LOOK_UP_OWN, SUPERSEDE, AUTHOR)


class SummaryPort(SignedPairPort, Protocol):
    """Publishing a version, and reading the data that stand beside a PDF.

    Every call may block. Those of :class:`PublishingCode` are told apart; others are the kernel's.
    NOT_ENTITLED for who is not his médecin référent (CF-071), DATA_REFUSED, OTHER_PATIENT, NEWER_VERSION.
    """

    def structured(self, data: Document) -> Result[bytes]:
        """The Bundle of *data*, a row that is the data of a PDF: one traced read (CF-060, CF-062).

        Size and SHA-1 are proved. NO_DATA for any other row, DIGEST_MISMATCH.
        """
        ...

    def card_numbers(self, author_id: str) -> Result[tuple[str, ...]]:
        """The numbers on the certificates of that professional's cards, by the directory; () = not told.

        No access to the record, and no trace.
        """
        ...
