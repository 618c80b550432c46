"""What this session may call by its name: patients opened today, documents of their cached lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.domain.errors import Failure
from desktop.ports.store import StorePort
from desktop.services.record import RecordService


@dataclass(frozen=True, slots=True)
class Names:
    """By the platform's ids; what is not there has no name that this session knows."""

    patients: Mapping[str, str]
    documents: Mapping[str, str]


NO_NAMES = Names({}, {})


class KnownNames:
    """Asks the holder's store; call it in a worker."""

    def __init__(self, store: StorePort, record: RecordService) -> None:
        self._store = store
        self._record = record

    def among(self, patient_ids: Iterable[str]) -> Names:
        """The names of today's patients, and the titles of the documents of those in *patient_ids*."""
        found = self._record.recent()
        recents = () if isinstance(found, Failure) else found
        patients = {recent.patient.id: recent.patient.name for recent in recents}
        titles: dict[str, str] = {}
        for patient_id in sorted(set(patient_ids) & patients.keys()):
            listed = self._store.documents(patient_id)
            titles |= {d.id: d.title for d in (() if isinstance(listed, Failure) else listed) if d.title}
        return Names(patients, titles)
