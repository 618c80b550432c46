"""A summary on its way: two documents of one version, its PDF and its data, both or none (contract §9)."""

from typing import TypeAlias

from desktop.domain import publication as shared
from desktop.domain.errors import ErrorCode
from desktop.domain.publication import DATA_TYPE, Publication, PublicationCodes, Stage, Standing, Stands
from desktop.features.summary.domain.afterwards import InForce

__all__ = ["DATA_TYPE", "Publication", "Stage", "Standing", "Stands"]

CATEGORY = "resume-patient"
Progress: TypeAlias = shared.Progress[InForce]
"""Where one publication stands; its ``in_force`` is what the next draft begins from."""


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

CODES = PublicationCodes(
    PublishingCode.UNKNOWN,
    PublishingCode.HALF_TAKEN,
    PublishingCode.WITHOUT_DATA,
    PublishingCode.WITHOUT_PDF,
    tuple(PublishingCode),
)
