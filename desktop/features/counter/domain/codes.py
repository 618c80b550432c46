"""What only the counter can meet, each with its own sentence and next step."""

from desktop.domain.errors import ErrorCode


class CounterCode(ErrorCode):
    """The platform's refusals (contract §8), and what is found out here.

    UNKNOWN: an answer was lost, « gardez la boîte »; NOT_YET: asked, and « no » is not believed yet
    (``seconds``); NOT_RECORDED: it was not recorded for certain, and may be sent again; UNDO_UNKNOWN: the day
    that is read then tells. Those of pictures are of a file or clipboard in which a code was looked for.
    """

    NOT_FOUND = "DSP-C740"
    SECOND_FACTOR = "DSP-C741"
    BLOCKED = "DSP-C742"
    RESERVED = "DSP-C743"
    STATE = "DSP-C744"
    NOT_DELIVERABLE = "DSP-C745"
    LEASE_LOST = "DSP-C746"
    QUANTITY = "DSP-C747"
    PAPER_FORM = "DSP-C748"
    DATA_REFUSED = "DSP-C749"
    OTHER_PATIENT = "DSP-C750"
    ASKED_BACK = "DSP-C751"
    UNDO_TOO_LATE = "DSP-C752"
    UNKNOWN = "DSP-C753"
    NOT_RECORDED = "DSP-C754"
    NOT_YET = "DSP-C755"
    PICTURE_NO_CODE = "DSP-C756"
    PICTURE_MANY_CODES = "DSP-C757"
    NOT_A_PICTURE = "DSP-C758"
    PICTURE_TOO_LARGE = "DSP-C759"
    NOTHING_PASTED = "DSP-C760"
    REPORT_DUE = "DSP-C761"
    UNDO_UNKNOWN = "DSP-C762"


REFUSALS = {
    "rx_second_factor": CounterCode.SECOND_FACTOR,
    "rx_blocked": CounterCode.BLOCKED,
    "rx_reserved": CounterCode.RESERVED,
    "rx_state": CounterCode.STATE,
    "rx_not_deliverable": CounterCode.NOT_DELIVERABLE,
    "rx_lease_lost": CounterCode.LEASE_LOST,
    "rx_quantity": CounterCode.QUANTITY,
    "rx_paper_form": CounterCode.PAPER_FORM,
    "rx_data_refused": CounterCode.DATA_REFUSED,
    "rx_other_patient": CounterCode.OTHER_PATIENT,
    "rx_asked_back": CounterCode.ASKED_BACK,
    "rx_undo_too_late": CounterCode.UNDO_TOO_LATE,
    "rx_report_due": CounterCode.REPORT_DUE,
}
"""The platform's codes that no other part of the program meets (contract §8)."""
