"""A summary on its way: two documents of one version, its PDF and its data, both or none (contract §9)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.deposit import Deposit
from desktop.domain.errors import ErrorCode, Failure
from desktop.domain.record import Document, Patient
from desktop.features.summary.domain.afterwards import InForce

CATEGORY = "resume-patient"
DATA_TYPE = "application/fhir+json"


class PublishingCode(ErrorCode):
    """What only the publication of a summary can meet. HALF_TAKEN is looked into, the others are told.

    NOT_VALID is found before anything is signed: ``where`` names the line or its section, ``rule`` the rule.
    """

    UNKNOWN = "DSP-S720"
    HALF_TAKEN = "DSP-S721"
    WITHOUT_DATA = "DSP-S722"
    WITHOUT_PDF = "DSP-S723"
    DATA_REFUSED = "DSP-S724"
    OTHER_PATIENT = "DSP-S725"
    NO_DATA = "DSP-S726"
    NEWER_VERSION = "DSP-S727"
    NOT_VALID = "DSP-S728"


REFUSALS = {
    "summary_data_refused": PublishingCode.DATA_REFUSED,
    "summary_other_patient": PublishingCode.OTHER_PATIENT,
    "summary_newer_version": PublishingCode.NEWER_VERSION,
}
"""The platform's codes that no other part of the program meets (contract §9)."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What was signed, frozen: a second sending has the same bytes.

    ``document`` is the deposit of the PDF, ``data`` that of the Bundle: one patient, one submission, each
    with its own ``unique_id`` (the Bundle's is ``Bundle.identifier``) and each replacing its former one.
    ``version`` counts from 1.
    """

    document: Deposit
    data: Deposit
    version: int
    pdf: bytes = field(repr=False)
    bundle: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The PDF's masterIdentifier: what the publication is known by here and there."""
        return self.document.unique_id

    @property
    def patient_id(self) -> str:
        """The platform's Patient id."""
        return self.document.patient.id


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
class Progress:
    """Where one publication stands. ``failure``: why it does not go on, or how it ended.

    ``goes_on``: the next step needs nobody; ``wait`` are the seconds until it can tell anything new, 0 = now.
    ``document_id``: the platform's, once it is published, else ""; ``in_force``: what the next draft begins
    from, where this step published it.
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
    in_force: InForce | None = None
