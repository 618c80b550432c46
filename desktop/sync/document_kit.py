"""For a feature that publishes documents: sent once, and proved as the kernel's are (contract §5)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, Mandate
from desktop.ports.wire_call import Right, WireCall

if TYPE_CHECKING:
    from desktop.domain.deposit import Deposit
    from desktop.sync.fhir_submission import Part
    from desktop.sync.wire import Answer, Lost
    from desktop.sync.wire_kit import WireKit


class DocumentKit:
    """Documents through the calls that the feature declared; each method names the one that it makes."""

    def __init__(self, kit: "WireKit") -> None:
        self._kit = kit

    def is_open(self, patient_id: str) -> bool:
        """Whether a patient's token is held: else only the author's view is there."""
        return self._kit.client().access.is_open(patient_id)

    def right(self, call: WireCall, deposit: "Deposit") -> Result[Mandate]:
        """The mandate by which *deposit* would go: of the token that is held, else of one that is asked for.

        The list of mandates is read before any token is asked for: none is under another right than the
        confirmed one (CF-031; OTHER_RIGHT, NO_MANDATE).
        """
        patient, confirmed = deposit.patient, deposit.mandate.id
        with self._kit.allowed(call, patient.id) as (client, _, _bearer):
            client.known.meet(patient)
            held = client.access.held_by(patient.id)
            if held is not None:
                return held
            running = client.patients.my_mandates(patient.id)
            if isinstance(running, Failure):
                return running
            if all(mandate.id != confirmed for mandate in running):
                return Failure.of(Code.OTHER_RIGHT if running else Code.NO_MANDATE)
            return client.access.open(patient, None)

    def settle(self) -> timedelta:
        """How long a server may not know of what it took (``lookup.settle`` of the profile)."""
        return timedelta(seconds=self._kit.client().profile.lookup_settle)

    def send(self, call: WireCall, parts: "Sequence[Part]") -> "Answer | Lost":
        """One ITI-65 transaction; it is sent once, and any answer of the platform comes back."""
        from desktop.sync import fhir_submission, submission_answer
        from desktop.sync.wire import FHIR, Call, Lost

        patient = parts[0].deposit.patient
        with self._kit.allowed(call, patient.id) as (client, caller, bearer):
            failure = client.access.ensure(patient)
            if failure is not None:
                return Lost(failure, sent=False)
            body = fhir_submission.transaction(parts, client.login.practitioner_id, client.profile)
            url, deadline = caller.addresses.at(call.path), submission_answer.deadline(body)
            sent = Call(call.method, url, content_type=FHIR, body=body, deadline=deadline)
            return caller.attempt(sent, bearer)

    def by_unique_id(self, call: WireCall, unique_id: str, patient_id: str) -> Result[Document | None]:
        """What stands under a masterIdentifier, never from a former answer; with *call*'s token."""
        with self._kit.allowed(call, patient_id) as (client, _, bearer):
            if call.right is Right.SESSION:
                return client.documents.own_by_unique_id(unique_id, patient_id)
            return client.documents.by_unique_id(unique_id, patient_id, bearer)

    def row(self, call: WireCall, document_id: str, patient_id: str) -> Result[Document]:
        """One row, metadata only."""
        with self._kit.allowed(call, patient_id) as (client, _, bearer):
            return client.documents.by_id(document_id, patient_id, bearer)

    def content(self, call: WireCall, document: Document) -> Result[bytes]:
        """The bytes of a row, size and SHA-1 proved: one traced read (CF-060)."""
        with self._kit.allowed(call, document.patient_id) as (client, _, _bearer):
            return client.documents.read(document, None)

    def retire(self, row: WireCall, patch: WireCall, document_id: str, patient_id: str) -> Failure | None:
        """Set a replaced version to superseded where the platform did not; why it may be current."""
        with self._kit.allowed(row, patient_id), self._kit.allowed(patch, patient_id) as (client, _, bearer):
            return client.documents.retire(document_id, patient_id, bearer)
