"""A signed act on its way: two documents, its PDF and its data, both or none (contract §8.1, §9)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, ErrorCode, Failure
from desktop.domain.record import Document, Patient

DATA_TYPE = "application/fhir+json"
# Nobody judged it: the same bytes may go later.
_UNJUDGED = frozenset({Code.CANCELLED, Code.SESSION_ENDED, Code.PLATFORM_BUSY, Code.PLATFORM_MAINTENANCE})
_NETWORK = "DSP-4"
Left = TypeVar("Left")


@dataclass(frozen=True, slots=True)
class PublicationCodes:
    """How a feature calls what can become of a publication: it tells each in its own words.

    ``unknown``: only a look-up tells. ``half_taken``: one of the two stands, and is looked into. The others
    are told.
    """

    unknown: ErrorCode
    half_taken: ErrorCode
    without_data: ErrorCode
    without_pdf: ErrorCode
    all: tuple[ErrorCode, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """What was signed, frozen: a second sending has the same bytes.

    ``document`` is the deposit of the PDF, ``data`` that of the Bundle: one patient, one submission, each
    with its own ``unique_id`` (the Bundle's is ``Bundle.identifier``) and each replacing its former one.
    ``version`` counts from 1. ``known_as`` is what people call it by, "" for nothing. ``access_code`` opens
    it to who has its paper: it goes to the platform beside the data, never in what was signed.
    """

    document: Deposit
    data: Deposit
    version: int
    pdf: bytes = field(repr=False)
    bundle: bytes = field(repr=False)
    known_as: str = ""
    access_code: str = field(default="", repr=False)

    @property
    def id(self) -> str:
        """The PDF's masterIdentifier: what the publication is known by here and there."""
        return self.document.unique_id

    @property
    def patient_id(self) -> str:
        """The platform's Patient id."""
        return self.document.patient.id


def is_judged(code: ErrorCode) -> bool:
    """Whether somebody looked at what was sent and refused it; else it never left, or may go later."""
    return code not in _UNJUDGED and not code.value.startswith(_NETWORK)


class Stands(StrEnum):
    """Which part of a publication the platform has."""

    BOTH = "both"
    WITHOUT_DATA = "without-data"
    WITHOUT_PDF = "without-pdf"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found under the two identifiers, size and digest proved; None: it is not there."""

    document: Document | None
    data: Document | None

    @property
    def stands(self) -> Stands:
        """In one word."""
        if self.document is None:
            return Stands.NEITHER if self.data is None else Stands.WITHOUT_PDF
        return Stands.WITHOUT_DATA if self.data is None else Stands.BOTH


class Stage(StrEnum):
    """How far a publication came; the words stand in the database, never renamed.

    SIGNED: nothing has left. SENT: something may have left, only the platform knows. HALF: one of the two
    stands, and the other was not taken. The others are told to the doctor: PUBLISHED, REFUSED, WITHOUT_DATA
    (he may have the data sent once more), and GIVEN_UP: it did not go at once, in a session that keeps
    nothing for later.
    """

    SIGNED = "signed"
    SENT = "sent"
    HALF = "half"
    PUBLISHED = "published"
    WITHOUT_DATA = "without-data"
    REFUSED = "refused"
    GIVEN_UP = "given-up"

    @property
    def is_over(self) -> bool:
        """Nothing goes on by itself."""
        return self not in (Stage.SIGNED, Stage.SENT, Stage.HALF)

    @property
    def is_unpublished(self) -> bool:
        """It is over, and nothing of it stands on the platform."""
        return self in (Stage.REFUSED, Stage.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class Progress(Generic[Left]):
    """Where one publication stands. ``failure``: why it does not go on, or how it ended.

    ``goes_on``: the next step needs nobody; ``wait`` are the seconds until it can tell anything new, 0 = now.
    ``document_id``: the platform's, once it is published, else ""; ``in_force``: what this step left for who
    writes the next one, where it published it. ``known_as`` as the publication's.
    """

    id: str
    patient: Patient
    version: int
    signed_at: datetime
    stage: Stage
    failure: Failure | None = None
    wait: float = 0.0
    goes_on: bool = False
    document_id: str = ""
    in_force: Left | None = None
    known_as: str = ""
