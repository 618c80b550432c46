"""What only prescribing can meet (contract §8)."""

from desktop.domain.errors import ErrorCode
from desktop.domain.publication import PublicationCodes


class RxCode(ErrorCode):
    """HALF_TAKEN is looked into, the others are told. IN_PROGRESS has ``pharmacy`` and ``since`` (CF-108)."""

    UNKNOWN = "DSP-P720"
    HALF_TAKEN = "DSP-P721"
    WITHOUT_DATA = "DSP-P722"
    WITHOUT_PDF = "DSP-P723"
    DATA_REFUSED = "DSP-P724"
    SIGNATURE_REFUSED = "DSP-P725"
    OTHER_PATIENT = "DSP-P726"
    CODE_TAKEN = "DSP-P727"
    IN_PROGRESS = "DSP-P728"
    STATE = "DSP-P729"
    ACT_UNKNOWN = "DSP-P730"
    SUMMARY_UNREADABLE = "DSP-P731"
    SUMMARY_OF_ANOTHER = "DSP-P732"


REFUSALS = {
    "rx_data_refused": RxCode.DATA_REFUSED,
    "rx_signature_refused": RxCode.SIGNATURE_REFUSED,
    "rx_other_patient": RxCode.OTHER_PATIENT,
    "rx_code_taken": RxCode.CODE_TAKEN,
    "rx_in_progress": RxCode.IN_PROGRESS,
    "rx_state": RxCode.STATE,
}
"""The platform's codes that no other part of the program meets (contract §8.1, §8.4)."""

CODES = PublicationCodes(
    RxCode.UNKNOWN, RxCode.HALF_TAKEN, RxCode.WITHOUT_DATA, RxCode.WITHOUT_PDF, tuple(RxCode)
)
