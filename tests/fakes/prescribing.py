"""Ordonnances on a platform in memory."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.errors import Failure, Result
from desktop.domain.prescription.lifecycle import LineAct, LineActor, LineState, transition
from desktop.domain.prescription.ordonnance import Ordonnance
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance
from desktop.domain.publication import Publication, Standing
from desktop.domain.record import Document, Mandate
from desktop.features.prescribing.domain.codes import RxCode
from desktop.features.prescribing.port import PrescribingPort
from desktop.sync.prescription import signed
from desktop.sync.profile import Systems
from tests.samples.practice import document

SYSTEMS = Systems()


class FakePrescribing(PrescribingPort):
    """``issued``: what the platform has; ``sent``: the publications that came. ``refusals``: what the next
    calls of publish and act say instead, one each. ``lost``: the next sending arrives, its answer does not.
    ``deaf``: so many look-ups that fail.
    ``facts``: what the record's summary says, ``read`` the summaries that were read."""

    def __init__(self) -> None:
        self.issued: tuple[StandingOrdonnance, ...] = ()
        self.sent: list[Publication] = []
        self.refusals: list[Failure] = []
        self.lost = False
        self.deaf = 0
        self.acts: list[tuple[LineAct, str]] = []
        self.readings: list[str] = []
        self.read: list[str] = []
        self.facts = SummaryFacts(None, None)

    def compose(self, ordonnance: Ordonnance, identifier: str) -> bytes:
        return signed.write(ordonnance, identifier, SYSTEMS)

    def mine(self, patient_id: str, since: datetime) -> Result[tuple[StandingOrdonnance, ...]]:
        self.readings.append(patient_id)
        return self.issued

    def record_facts(self, data: Document, today: date) -> Result[SummaryFacts]:
        self.read.append(data.id)
        return self.facts

    def act(self, standing: StandingLine, act: LineAct, reason: str) -> Result[StandingLine]:
        self.acts.append((act, reason))
        if self.refusals:
            return self.refusals.pop(0)
        row = transition(standing.state, act, LineActor.PRESCRIBER)
        if row is None or row.to is None:
            return Failure.of(RxCode.STATE)
        return replace(standing, state=row.to, reason=reason, version=standing.version + "1")

    def publish(self, publication: Publication) -> Result[Standing]:
        if self.refusals:
            return self.refusals.pop(0)
        self.sent.append(publication)
        ordonnance = signed.read(publication.bundle, SYSTEMS)
        assert ordonnance is not None
        lines = tuple(
            StandingLine(f"{ordonnance.code}-{line.number}", "1", line, LineState.ACTIVE)
            for line in ordonnance.lines
        )
        self.issued = (StandingOrdonnance(ordonnance, lines, signed=publication.bundle), *self.issued)
        if self.lost:
            self.lost = False
            return Failure.of(RxCode.UNKNOWN)
        return self._stands(publication)

    def complete(self, publication: Publication, standing: Standing) -> Result[Standing]:
        return self.publish(publication)

    def right(self, publication: Publication) -> Result[Mandate]:
        return publication.document.mandate

    def standing(self, publication: Publication) -> Result[Standing]:
        if self.deaf:
            self.deaf -= 1
            return Failure.of(RxCode.UNKNOWN)
        there = any(one.id == publication.id for one in self.sent)
        return self._stands(publication) if there else Standing(None, None)

    def settle(self) -> timedelta:
        return timedelta(seconds=0)

    def _stands(self, publication: Publication) -> Standing:
        return Standing(document(publication.document, "pdf-1"), document(publication.data, "data-1"))
