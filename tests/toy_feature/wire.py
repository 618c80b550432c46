"""Notes as ``Basic`` resources."""

import msgspec

from desktop.domain.errors import Failure, Result
from desktop.sync.fhir_shapes import Concept, Struct
from desktop.sync.wire_kit import WireKit
from tests.toy_feature.port import ADD, MINE, OF_PATIENT


class Basic(Struct):
    """A note: its words stand in ``code.text``."""

    id: str = ""
    code: Concept | None = None


class NotesWire:
    """NotesPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def mine(self) -> Result[tuple[str, ...]]:
        found = self._kit.search(MINE, {"author": self._kit.me()}, Basic)
        return found if isinstance(found, Failure) else _words(found)

    def of_patient(self, patient_id: str) -> Result[tuple[str, ...]]:
        found = self._kit.search(OF_PATIENT, {"patient": f"Patient/{patient_id}"}, Basic, patient_id)
        return found if isinstance(found, Failure) else _words(found)

    def add(self, patient_id: str, words: str) -> Result[None]:
        subject = {"reference": f"Patient/{patient_id}"}
        body = {"resourceType": "Basic", "code": {"text": words}, "subject": subject}
        sent = self._kit.fetch(ADD, patient_id, body=msgspec.json.encode(body))
        return sent if isinstance(sent, Failure) else None


def _words(found: tuple[Basic, ...]) -> tuple[str, ...]:
    return tuple(note.code.text for note in found if note.code)
