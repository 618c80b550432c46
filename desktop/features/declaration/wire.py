"""The declaration as FHIR R4 ``EpisodeOfCare`` (contract §9)."""

import msgspec

from desktop.domain.errors import Failure, Result
from desktop.features.declaration.domain import Consent, DeclarationCode, Told
from desktop.features.declaration.port import NOTICE, READ
from desktop.sync.fhir_shapes import Struct, shaped
from desktop.sync.referent_facts import Fact, declaration, named
from desktop.sync.wire import Lost
from desktop.sync.wire_kit import WireKit


class Episode(Struct):
    """EpisodeOfCare."""

    id: str = ""
    extension: list[Fact] = []


class DeclarationWire:
    """DeclarationPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def declaration(self, patient_id: str) -> Result[Told | None]:
        """As the port says."""
        found = self._kit.search(READ, {"patient": f"Patient/{patient_id}"}, Episode, patient_id)
        if isinstance(found, Failure):
            return found
        return next((told for told in map(_told, found) if told is not None), None)

    def give_notice(self, patient_id: str, id: str, consent: Consent) -> Result[Told]:
        """As the port says."""
        parameter = {"name": "agreed", "valueBoolean": consent.value}
        body = msgspec.json.encode({"resourceType": "Parameters", "parameter": [parameter]})
        answer = self._kit.once(NOTICE, patient_id, id=id, body=body, headers={})
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, Lost):
            return Failure.of(DeclarationCode.UNKNOWN) if answer.sent else answer.failure
        read = shaped(answer.body, Episode)
        told = _told(read) if read is not None else None
        return told if told is not None else Failure.of(DeclarationCode.UNKNOWN)


def _told(raw: Episode) -> Told | None:
    fact = named(raw.extension).get("mr-declaration")
    return Told(raw.id, declaration(fact)) if raw.id and fact is not None else None
