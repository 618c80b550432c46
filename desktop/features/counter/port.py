"""What the counter asks of the platform (contract §8); every call by the session's token."""

from datetime import date, datetime, timedelta
from typing import Protocol

from desktop.domain.errors import Result
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId
from desktop.domain.prescription.standing import Dispense, StandingLine, StandingOrdonnance
from desktop.features.counter.domain.delivery import Correction, Delivery, Insurance
from desktop.ports.wire_call import Right, WireCall

FIND = WireCall("POST", "MedicationRequest/_search", Right.SESSION)
RESERVE = WireCall("POST", "MedicationRequest/{id}/$reserve", Right.SESSION)
RELEASE = WireCall("POST", "MedicationRequest/{id}/$release", Right.SESSION)
DELIVER = WireCall("POST", "", Right.SESSION)
DISPENSES = WireCall("GET", "MedicationDispense", Right.SESSION)
UNDO = WireCall("POST", "MedicationDispense/{id}/$undo", Right.SESSION)
CALLS = (FIND, RESERVE, RELEASE, DELIVER, DISPENSES, UNDO)


class CounterPort(Protocol):
    """Every call may block. Those of :class:`CounterCode` are told apart; others are the kernel's."""

    def by_code(self, code: OrdonnanceCode) -> Result[StandingOrdonnance]:
        """By its QR: one trace, no record is opened (CF-078). NOT_FOUND."""
        ...

    def by_identifier(self, identifier: OrdonnanceId, born: date) -> Result[StandingOrdonnance]:
        """By what was typed, with the birth date (CF-110). SECOND_FACTOR, BLOCKED, NOT_FOUND."""
        ...

    def by_matricule(self, matricule: Matricule) -> Result[tuple[StandingOrdonnance, ...]]:
        """The patient's, newest first; () for none."""
        ...

    def again(self, code: str, token: str) -> Result[StandingOrdonnance]:
        """One whose lease *token* is in our hands, as it stands now; no trace, no former answer."""
        ...

    def reserve(self, line: StandingLine, insurance: Insurance) -> Result[StandingLine]:
        """Ten minutes, or ten more where ``line.lease`` is ours. RESERVED, STATE, NOT_DELIVERABLE."""
        ...

    def release(self, line: StandingLine) -> Result[StandingLine]:
        """Given back; also right when nothing was held."""
        ...

    def deliver(self, delivery: Delivery) -> Result[tuple[Dispense, ...]]:
        """All of it or nothing, sent once.

        UNKNOWN: only :meth:`arrived` may tell. LEASE_LOST, QUANTITY, STATE, NOT_DELIVERABLE, PAPER_FORM,
        ASKED_BACK, DATA_REFUSED, OTHER_PATIENT, and the kernel's.
        """
        ...

    def arrived(self, identifiers: tuple[str, ...]) -> Result[tuple[Dispense, ...]]:
        """Which of them the platform has now; never from a former answer, no trace."""
        ...

    def day(self, since: datetime) -> Result[tuple[Dispense, ...]]:
        """What this pharmacy handed over since then, newest first; one trace."""
        ...

    def ordonnance_of(self, dispense: Dispense) -> Result[StandingOrdonnance]:
        """Of a delivery of this pharmacy and day; no trace. NOT_ENTITLED later."""
        ...

    def undo(
        self, dispense: Dispense, reason: str, box: str, correction: Correction | None
    ) -> Result[Dispense]:
        """Same pharmacy, same day (CF-116); *box* says where the box is (« back » or « kept »).

        *correction* where others of its report stand. REPORT_DUE: which stand has changed, nothing is undone.
        UNDO_UNKNOWN: :meth:`day` tells; what is undone may be asked for again.
        """
        ...

    def settle(self) -> timedelta:
        """How long a server may not know of what it took (the profile's ``lookup.settle``)."""
        ...
