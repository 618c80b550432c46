"""The declaration read, and notice given once."""

from datetime import date

from desktop.domain.errors import Failure, Result
from desktop.domain.record import Patient
from desktop.features.declaration.domain import Consent, DeclarationCode, Standing, standing
from desktop.features.declaration.port import DeclarationPort


class DeclarationService:
    """Call it in a worker."""

    def __init__(self, port: DeclarationPort) -> None:
        self._port = port

    def read(self, patient: Patient, today: date) -> Result[Standing | None]:
        """As the platform tells it, and what it means *today*."""
        told = self._port.declaration(patient.id)
        if isinstance(told, Failure):
            return told
        return standing(told, patient.dsp, today) if told is not None else None

    def give_notice(self, patient: Patient, stands: Standing, consent: Consent) -> Result[Standing]:
        """A lost answer is looked for: the notice stands in the declaration, or was not given."""
        told = self._port.give_notice(patient.id, stands.told.id, consent)
        if not isinstance(told, Failure):
            return standing(told, patient.dsp, stands.today)
        if told.code is not DeclarationCode.UNKNOWN:
            return told
        found = self.read(patient, stands.today)
        if isinstance(found, Standing):
            given = found.told.declaration.notice_on is not None
            return found if given else Failure(DeclarationCode.NOT_GIVEN)
        return told
