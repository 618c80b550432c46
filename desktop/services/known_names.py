"""What this session may call by its name: patients opened today, documents of their cached lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.errors import Failure
from desktop.domain.record import Document
from desktop.domain.trace import Trace
from desktop.ports.store import StorePort
from desktop.services.record import RecordService


@dataclass(frozen=True, slots=True)
class Names:
    """By the platform's ids; what is not there has no name that this session knows.

    ``listed_at``: of patients whose list was read at this opening, when the platform was asked for it.
    """

    patients: Mapping[str, str]
    documents: Mapping[str, Document]
    listed_at: Mapping[str, datetime]

    def leaves_out(self, trace: Trace) -> bool:
        """Whether the traced document is for certain not in the user's list.

        A list that is still on its way, of an earlier opening, or older than the act says nothing about it.
        """
        listed = self.listed_at.get(trace.patient_id)
        return trace.document_id not in self.documents and listed is not None and trace.when <= listed


NO_NAMES = Names({}, {}, {})


class KnownNames:
    """Asks the holder's store; call it in a worker."""

    def __init__(self, store: StorePort, record: RecordService) -> None:
        self._store = store
        self._record = record

    def among(self, patient_ids: Iterable[str]) -> Names:
        """The names of today's patients, and the documents of those in *patient_ids*."""
        found = self._record.recent()
        recents = () if isinstance(found, Failure) else found
        patients = {recent.patient.id: recent.patient.name for recent in recents}
        documents: dict[str, Document] = {}
        listed_at: dict[str, datetime] = {}
        for patient_id in sorted(set(patient_ids) & patients.keys()):
            asked = self._record.listed_at(patient_id)
            listed = self._store.documents(patient_id)
            if isinstance(listed, Failure):
                continue
            documents |= {document.id: document for document in listed}
            if asked is not None:
                listed_at[patient_id] = asked
        return Names(patients, documents, listed_at)
