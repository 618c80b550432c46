"""Which summary the record has, as this session's list tells; nothing is read of it (CF-062)."""

from desktop.domain.errors import Result
from desktop.domain.record import Document, DocumentStatus
from desktop.services.known_names import KnownNames

SUMMARY = "resume-patient"


def newest_summary(known: KnownNames, patient_id: str) -> Result[Document | None]:
    """The data beside the newest summary in force; None where the list has none."""
    documents = known.among([patient_id]).documents.values()
    data = [
        one for one in documents
        if one.patient_id == patient_id and one.category == SUMMARY and one.transforms
        and one.status is DocumentStatus.CURRENT
    ]  # fmt: skip
    return max(data, key=lambda one: one.created.timestamp() if one.created else 0.0, default=None)
