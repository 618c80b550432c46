"""What the ALD statement asks of the platform."""

from datetime import datetime, timedelta
from typing import Protocol

from desktop.domain.errors import Result
from desktop.features.ald.domain import Form, Sent, SignedForm
from desktop.ports.wire_call import Right, WireCall

LIST = WireCall("GET", "QuestionnaireResponse", Right.RECORD)
SEND = WireCall("POST", "QuestionnaireResponse", Right.RECORD)
FIND = WireCall("GET", "QuestionnaireResponse", Right.SESSION)


class AldPort(Protocol):
    """The statements of a patient's médecin référent (contract §9); anybody else is refused (CF-071)."""

    def statements(self, patient_id: str) -> Result[tuple[Sent, ...]]:
        """All that I sent of this patient, newest first; one trace."""
        ...

    def compose(self, patient_id: str, form: Form, at: datetime) -> bytes:
        """What is signed: the statement as it leaves, made *at*. Asks nobody."""
        ...

    def send(self, patient_id: str, signed: SignedForm) -> Result[Sent]:
        """Send what was signed, once. UNKNOWN: it may have arrived, only :meth:`find` tells."""
        ...

    def find(self, identifier: str) -> Result[Sent | None]:
        """What stands under this identifier of mine, never from a former answer; None = nothing.

        UNKNOWN for one that cannot be read.
        """
        ...

    def settle(self) -> timedelta:
        """How long a server may not know of what it took (the profile's ``lookup.settle``)."""
        ...
