"""Prescribing over the platform (contract §8.1, §8.2, §8.4)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import hour_words
from desktop.domain.prescription.lifecycle import LineAct
from desktop.domain.prescription.ordonnance import DISPENSED, Ordonnance
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance
from desktop.domain.record import Document
from desktop.features.prescribing.domain.codes import CODES, RxCode
from desktop.features.prescribing.port import (
    ACTS,
    CONTENT,
    LOOK_UP,
    LOOK_UP_OWN,
    MINE,
    PUBLISH,
    ROW,
    SUPERSEDE,
)
from desktop.sync import fhir_read
from desktop.sync.document_kit import DocumentKit
from desktop.sync.prescription import record_facts, signed, standing
from desktop.sync.prescription.terms import ORDONNANCE_FORMAT, instant
from desktop.sync.signed_pair import PairCalls, SignedPairWire
from desktop.sync.wire import Lost
from desktop.sync.wire_kit import WireKit


class PrescribingWire(SignedPairWire):
    """PrescribingPort over the platform."""

    def __init__(self, kit: WireKit, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        calls = PairCalls(PUBLISH, ROW, LOOK_UP, LOOK_UP_OWN, SUPERSEDE)
        super().__init__(kit, calls, ORDONNANCE_FORMAT, CODES)
        self._kit = kit
        self._contents = DocumentKit(kit)
        self._now = now

    def compose(self, ordonnance: Ordonnance, identifier: str) -> bytes:
        """As the port says."""
        return signed.write(ordonnance, identifier, self._kit.client().profile.systems)

    def mine(self, patient_id: str, since: datetime) -> Result[tuple[StandingOrdonnance, ...]]:
        """As the port says; a POST, so that nobody stands in an address."""
        fields = {
            "requester": f"Practitioner/{self._kit.me()}",
            "authored": f"ge{instant(since)}",
            "patient": f"Patient/{patient_id}",
        }
        found = self._kit.resources(MINE, fields, headers={"Cache-Control": "no-cache"})
        if isinstance(found, Failure):
            return found
        read = standing.read(found, self._kit.client().profile.systems, self._now())
        his = self._kit.those(read, lambda one: self._kit.is_of(patient_id, one.ordonnance.patient))
        return his if len(his) == len(read) else Failure(Code.LIST_INCOMPLETE)

    def record_facts(self, data: Document, today: date) -> Result[SummaryFacts]:
        """As the port says."""
        content = self._contents.content(CONTENT, data)
        if isinstance(content, Failure):
            return content
        client = self._kit.client()
        known = client.known.owner(data.patient_id).matricule
        named = record_facts.matricules(content, client.profile.systems, len(known))
        if named and known not in named:
            return Failure(RxCode.SUMMARY_OF_ANOTHER)
        return record_facts.read(content, today) or Failure.of(RxCode.SUMMARY_UNREADABLE)

    def act(self, standing_line: StandingLine, act: LineAct, reason: str) -> Result[StandingLine]:
        """As the port says."""
        medicine = standing_line.line.nature in DISPENSED
        call = ACTS["MedicationRequest" if medicine else "ServiceRequest", act]
        given = [{"name": "reason", "valueString": reason}] if reason else []
        body = json.dumps({"resourceType": "Parameters", "parameter": given}).encode()
        headers = {"If-Match": f'W/"{standing_line.version}"'}
        answer = self._kit.once(call, "", id=standing_line.id, body=body, headers=headers)
        if isinstance(answer, Failure):
            return _by_the_hour(answer) if answer.code is RxCode.IN_PROGRESS else answer
        if isinstance(answer, Lost):
            return Failure.of(RxCode.ACT_UNKNOWN) if answer.sent else answer.failure
        return standing.answered(answer.body, standing_line) or Failure.of(RxCode.ACT_UNKNOWN)


def _by_the_hour(failure: Failure) -> Failure:
    """« depuis 10:31 »: what a prescriber says on the telephone."""
    since = fhir_read.moment(str(failure.facts.get("since", "")))
    hour = hour_words(since) if since is not None else "–"
    return Failure.of(RxCode.IN_PROGRESS, pharmacy=str(failure.facts.get("pharmacy", "–")), since=hour)
