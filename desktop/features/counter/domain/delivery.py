"""What leaves the counter in one transaction: deliveries and refusals, and the report that goes with them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.prescription.ordonnance import PatientIdentity
from desktop.domain.prescription.standing import Dispense
from desktop.domain.texts import Language

CATEGORY = "dispensation-medicamenteuse"


class Insurance(StrEnum):
    """OUTSIDE: more than six months after the first delivery, at the patient's own cost (CF-104)."""

    WITHIN = "within"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Report:
    """The « dispensation médicamenteuse » of the record (CF-077); ids made once, before anything is sent."""

    unique_id: str
    submission_id: str
    title: str
    language: Language
    author_name: str
    pdf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Correction:
    """The next version of a report of which one delivery is undone: it tells of those that stand.

    ``replaces`` is the platform's id of the report as it stood when this was written.
    """

    patient: PatientIdentity
    at: datetime
    report: Report
    replaces: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """All of one act, frozen at its confirmation: a second sending has the same bytes.

    ``tokens`` are the leases by the line's platform id. ``report`` is None where nothing was handed over.
    """

    code: str
    patient: PatientIdentity
    confirmed_at: datetime
    dispenses: tuple[Dispense, ...]
    tokens: tuple[tuple[str, str], ...] = field(repr=False)
    report: Report | None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """What each is known by, here and there."""
        return tuple(one.identifier for one in self.dispenses)
