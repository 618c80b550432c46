"""The sections of a summary: their LOINC codes and what each must say (domain §7.4, features A.1)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class SectionKey(StrEnum):
    """A section; the word stands in drafts and as text key ``summary.section_<key>``: never renamed."""

    ALERTS = "alerts"
    ALLERGIES = "allergies"
    PROBLEMS = "problems"
    MEDICATION = "medication"
    IMMUNIZATIONS = "immunizations"
    RESULTS = "results"
    PROCEDURES = "procedures"
    DEVICES = "devices"
    PAST_PROBLEMS = "past-problems"
    PREGNANCY = "pregnancy"
    SOCIAL_HISTORY = "social-history"
    FUNCTIONAL_STATUS = "functional-status"
    VITAL_SIGNS = "vital-signs"
    PLAN_OF_CARE = "plan-of-care"
    ADVANCE_DIRECTIVES = "advance-directives"
    FAMILY_HISTORY = "family-history"
    CHILDHOOD = "childhood"


class EntryKind(StrEnum):
    """What a section's entries are; each is a class of :mod:`.entries`."""

    PROBLEM = "problem"
    ALLERGY = "allergy"
    MEDICATION = "medication"
    IMMUNIZATION = "immunization"
    OBSERVATION = "observation"
    PROCEDURE = "procedure"
    DEVICE = "device"
    ALERT = "alert"
    REMARK = "remark"


class Duty(StrEnum):
    """IPS 2.0.1, duty of who creates a summary: must say something, should if known, may."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class SectionRule:
    """``loinc`` is the section's code; ``duty`` that of IPS 2.0.1; ``kind`` what its entries are."""

    key: SectionKey
    loinc: str
    duty: Duty
    kind: EntryKind


SECTIONS: Final = tuple(
    SectionRule(*row)
    for row in (
        (SectionKey.ALERTS, "104605-1", Duty.OPTIONAL, EntryKind.ALERT),
        (SectionKey.ALLERGIES, "48765-2", Duty.REQUIRED, EntryKind.ALLERGY),
        (SectionKey.PROBLEMS, "11450-4", Duty.REQUIRED, EntryKind.PROBLEM),
        (SectionKey.MEDICATION, "10160-0", Duty.REQUIRED, EntryKind.MEDICATION),
        (SectionKey.IMMUNIZATIONS, "11369-6", Duty.RECOMMENDED, EntryKind.IMMUNIZATION),
        (SectionKey.RESULTS, "30954-2", Duty.RECOMMENDED, EntryKind.OBSERVATION),
        (SectionKey.PROCEDURES, "47519-4", Duty.RECOMMENDED, EntryKind.PROCEDURE),
        (SectionKey.DEVICES, "46264-8", Duty.RECOMMENDED, EntryKind.DEVICE),
        (SectionKey.PAST_PROBLEMS, "11348-0", Duty.OPTIONAL, EntryKind.PROBLEM),
        (SectionKey.PREGNANCY, "10162-6", Duty.OPTIONAL, EntryKind.OBSERVATION),
        (SectionKey.SOCIAL_HISTORY, "29762-2", Duty.OPTIONAL, EntryKind.OBSERVATION),
        (SectionKey.FUNCTIONAL_STATUS, "47420-5", Duty.OPTIONAL, EntryKind.REMARK),
        (SectionKey.VITAL_SIGNS, "8716-3", Duty.OPTIONAL, EntryKind.OBSERVATION),
        (SectionKey.PLAN_OF_CARE, "18776-5", Duty.OPTIONAL, EntryKind.REMARK),
        (SectionKey.ADVANCE_DIRECTIVES, "42348-3", Duty.OPTIONAL, EntryKind.REMARK),
        (SectionKey.FAMILY_HISTORY, "10157-6", Duty.OPTIONAL, EntryKind.REMARK),
        (SectionKey.CHILDHOOD, "11329-0", Duty.OPTIONAL, EntryKind.REMARK),
    )
)
"""In the order in which they are read: alerts, allergies, problems and medication first (features A.3)."""

RULES: Final = {rule.key: rule for rule in SECTIONS}
REQUIRED: Final = tuple(rule.key for rule in SECTIONS if rule.duty is Duty.REQUIRED)


class SectionState(StrEnum):
    """What a section says; « nothing », « none » and « not known » are three things (CF-074, features A.2).

    UNDECIDED is no answer yet: a required section in it cannot be published (CF-083). REFUSED: the patient
    objects; outside it looks like UNAVAILABLE (CF-086).
    """

    UNDECIDED = "undecided"
    LINES = "lines"
    NONE_KNOWN = "none-known"
    UNAVAILABLE = "unavailable"
    NOT_ASKED = "not-asked"
    REFUSED = "refused"
