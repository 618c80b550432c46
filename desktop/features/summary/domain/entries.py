"""What one line of a summary says: frozen values that lose nothing of what was written or read.

Numbers are texts, because 7.20 is not 7.2 to a laboratory; a date has the precision that was known.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final

from desktop.features.summary.domain.sections import EntryKind

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year, a month or a day, as FHIR writes it: ``1998``, ``1998-03``, ``1998-03-14``; ValueError else."""

    iso: str

    def __post_init__(self) -> None:
        match = _PARTIAL.fullmatch(self.iso)
        if match is None:
            raise ValueError("not a date of FHIR")
        year, month, day = (int(part or 1) for part in match.groups())
        date(year, month, day)

    @property
    def is_whole(self) -> bool:
        """Whether it is a day, not a month or a year."""
        return len(self.iso) == len("1998-03-14")

    @property
    def first(self) -> date:
        """The first day that it may mean."""
        year, month, day = (int(part) for part in f"{self.iso}-01-01"[:10].split("-"))
        return date(year, month, day)

    @property
    def last(self) -> date:
        """The last day that it may mean."""
        if len(self.iso) == len("1998-03-14"):
            return self.first
        year, month = (int(part) for part in f"{self.iso}-12"[:7].split("-"))
        return date(year, month, calendar.monthrange(year, month)[1])

    def is_after(self, today: date) -> bool:
        """Whether all of it lies in the future."""
        return self.first > today


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` as printed, a decimal of FHIR; ``unit`` as a person reads it, ``ucum`` its code or ""."""

    value: str
    unit: str
    ucum: str = ""
    comparator: str = ""

    def __post_init__(self) -> None:
        if _DECIMAL.fullmatch(self.value) is None:
            raise ValueError("not a decimal of FHIR")


@dataclass(frozen=True, slots=True)
class Coding:
    """A code of a system (absolute URI). ``display`` is of the system's own table, "" when it has none."""

    system: str
    code: str
    display: str = ""
    language: str = ""


class ClinicalStatus(StrEnum):
    """FHIR condition-clinical and allergyintolerance-clinical."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    RESOLVED = "resolved"


class Verification(StrEnum):
    """How certain it is. What was REFUTED is shown as refuted: neither active nor gone (features A.6)."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    REFUTED = "refuted"


class Severity(StrEnum):
    """Of a problem or a reaction."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``text`` is what is printed, never empty; ``codings`` are beside it, never instead of it."""

    kind: ClassVar[EntryKind]
    text: str
    codings: tuple[Coding, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Entry):
    """FHIR Condition. ``ald`` is the number of the list of 32 (domain §7.2)."""

    kind: ClassVar[EntryKind] = EntryKind.PROBLEM
    status: ClinicalStatus = ClinicalStatus.ACTIVE
    verification: Verification | None = None
    severity: Severity | None = None
    onset: PartialDate | None = None
    ended: PartialDate | None = None
    ald: int | None = None


class AllergyType(StrEnum):
    """What kind of thing happened. SIDE_EFFECT is an intolerance to FHIR, and said in words."""

    ALLERGY = "allergy"
    INTOLERANCE = "intolerance"
    SIDE_EFFECT = "side-effect"


class Criticality(StrEnum):
    """FHIR allergy-intolerance-criticality."""

    LOW = "low"
    HIGH = "high"
    UNABLE_TO_ASSESS = "unable-to-assess"


@dataclass(frozen=True, slots=True)
class Reaction:
    """One manifestation: its words, its codes, how severe."""

    text: str
    codings: tuple[Coding, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy(Entry):
    """FHIR AllergyIntolerance; ``text`` is the substance."""

    kind: ClassVar[EntryKind] = EntryKind.ALLERGY
    type: AllergyType | None = None
    criticality: Criticality | None = None
    status: ClinicalStatus = ClinicalStatus.ACTIVE
    verification: Verification | None = None
    onset: PartialDate | None = None
    reactions: tuple[Reaction, ...] = ()


class MedicationStatus(StrEnum):
    """FHIR medication-statement-status, those that a summary holds."""

    ACTIVE = "active"
    INTENDED = "intended"
    ON_HOLD = "on-hold"
    STOPPED = "stopped"
    COMPLETED = "completed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication(Entry):
    """FHIR MedicationStatement; ``text`` is what is taken (DCI or product), its ATC code among ``codings``.

    ``ingredients`` are the DCI; ``strength`` « 850 mg »; ``form`` and ``route`` words with their EDQM code;
    ``dosage`` is what is printed of dose and rhythm (« 1-0-1 »). ``as_needed`` None: not said.
    """

    kind: ClassVar[EntryKind] = EntryKind.MEDICATION
    ingredients: tuple[str, ...] = ()
    strength: str = ""
    form: str = ""
    form_coding: Coding | None = None
    route: str = ""
    route_coding: Coding | None = None
    dosage: str = ""
    as_needed: bool | None = None
    start: PartialDate | None = None
    stop: PartialDate | None = None
    status: MedicationStatus = MedicationStatus.ACTIVE
    reason: str = ""
    prescriber: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunization(Entry):
    """FHIR Immunization; ``text`` is the vaccine, ``target`` what it protects against."""

    kind: ClassVar[EntryKind] = EntryKind.IMMUNIZATION
    given: PartialDate | None = None
    target: str = ""
    dose: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Entry):
    """FHIR Observation: a result, a vital sign, tobacco, a pregnancy. ``text`` is what was observed.

    ``value`` a quantity, a coded answer or words, None with ``absent`` as the reason (FHIR
    data-absent-reason). ``reference`` is the laboratory's own words, ``interpretation`` its own flag.
    """

    kind: ClassVar[EntryKind] = EntryKind.OBSERVATION
    value: Quantity | Coding | str | None = None
    absent: str = ""
    at: PartialDate | None = None
    performer: str = ""
    reference: str = ""
    interpretation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Entry):
    """FHIR Procedure."""

    kind: ClassVar[EntryKind] = EntryKind.PROCEDURE
    performed: PartialDate | None = None
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Entry):
    """FHIR DeviceUseStatement with its Device."""

    kind: ClassVar[EntryKind] = EntryKind.DEVICE
    since: PartialDate | None = None
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Entry):
    """FHIR Flag. Only active ones are in a summary (features A.6)."""

    kind: ClassVar[EntryKind] = EntryKind.ALERT
    since: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Entry):
    """Words of a section that has no entries of its own in the standard, or whose codes nobody gave."""

    kind: ClassVar[EntryKind] = EntryKind.REMARK
    since: PartialDate | None = None


ENTRY_TYPES: Final[dict[EntryKind, type[Entry]]] = {
    t.kind: t
    for t in (Problem, Allergy, Medication, Immunization, Observation, Procedure, Device, Alert, Remark)
}
