"""What prescribing asks of the platform (contract §8.1, §8.2, §8.4)."""

from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Protocol

from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.errors import Result
from desktop.domain.prescription.lifecycle import LineAct
from desktop.domain.prescription.ordonnance import Ordonnance
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance
from desktop.domain.record import Document
from desktop.ports.signed_pair import SignedPairPort
from desktop.ports.wire_call import Right, WireCall

PUBLISH = WireCall("POST", "", Right.RECORD)
ROW = WireCall("GET", "DocumentReference/{id}", Right.RECORD)
LOOK_UP = WireCall("POST", "DocumentReference/_search", Right.RECORD)
LOOK_UP_OWN = WireCall("POST", "DocumentReference/_search", Right.SESSION)
SUPERSEDE = WireCall("PATCH", "DocumentReference/{id}", Right.RECORD)
MINE = WireCall("POST", "MedicationRequest/_search", Right.SESSION)
OPERATIONS: Final = MappingProxyType(
    {
        LineAct.CANCEL: "$cancel",
        LineAct.STOP: "$stop",
        LineAct.SUSPEND: "$suspend",
        LineAct.RESUME: "$resume",
    }
)
ACTS: Final = MappingProxyType(
    {
        (kind, act): WireCall("POST", f"{kind}/{{id}}/{operation}", Right.SESSION)
        for kind in ("MedicationRequest", "ServiceRequest")
        for act, operation in OPERATIONS.items()
    }
)
CONTENT = WireCall("GET", "Binary/{id}", Right.RECORD)
CALLS = (PUBLISH, CONTENT, ROW, LOOK_UP, LOOK_UP_OWN, SUPERSEDE, MINE, *ACTS.values())


class PrescribingPort(SignedPairPort, Protocol):
    """Publishing an ordonnance (refusals: :class:`RxCode`), and following one's own.

    NOT_ENTITLED for professions that do not prescribe.
    """

    def compose(self, ordonnance: Ordonnance, identifier: str) -> bytes:
        """The Bundle to be signed; *identifier* is the ``masterIdentifier`` of the data. Asks nobody."""
        ...

    def mine(self, patient_id: str, since: datetime) -> Result[tuple[StandingOrdonnance, ...]]:
        """My own of this patient, the newest first; no mandate is needed and no record is traced."""
        ...

    def record_facts(self, data: Document, today: date) -> Result[SummaryFacts]:
        """Allergies and treatment out of the data of a summary: one traced read (CF-060, CF-062).

        SUMMARY_UNREADABLE for what is no FHIR document; SUMMARY_OF_ANOTHER; DIGEST_MISMATCH.
        """
        ...

    def act(self, standing: StandingLine, act: LineAct, reason: str) -> Result[StandingLine]:
        """Cancel, stop, suspend or resume a line of mine; how it stands then.

        IN_PROGRESS (``pharmacy``, ``since`` as an hour): a pharmacy has it on its counter and is told
        (CF-108). STATE, CHANGED_ELSEWHERE; ACT_UNKNOWN: only :meth:`mine` tells.
        """
        ...
