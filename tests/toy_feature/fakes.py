"""The platform's notes in memory."""

from desktop.domain.errors import Result
from tests.fakes import FakePlatform
from tests.toy_feature.port import NotesPort

MINE = "Ma propre note secrète"


class FakeNotes(NotesPort):
    """Answers, failures and delays are the fake platform's, under the names of these calls."""

    def __init__(self, platform: FakePlatform) -> None:
        self._platform = platform
        self.added: list[tuple[str, str]] = []

    def mine(self) -> Result[tuple[str, ...]]:
        return self._platform.call("mine") or (MINE,)

    def of_patient(self, patient_id: str) -> Result[tuple[str, ...]]:
        own = tuple(words for patient, words in self.added if patient == patient_id)
        return self._platform.call("of_patient") or (f"Note de {patient_id}", *own)

    def add(self, patient_id: str, words: str) -> Result[None]:
        failure = self._platform.call("add")
        if failure is None:
            self.added.append((patient_id, words))
        return failure
