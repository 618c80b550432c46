"""What stands in a record's historique before the demo begins (domain §6): deposits, openings, readings.

The search itself is that of ``accesses``; a record that no médecin référent and no cercle member may ever
read the history of gets no past.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.record import Level, MandateKind
from desktop.simulator.audit import Act, Actor, trace_of, trace_of_other
from desktop.simulator.feature import SimulatedFeature, no_state
from desktop.simulator.seed_data import PATIENT_AUTHOR, Dataset, SeedDocument, SeedPatient
from desktop.simulator.tables import SEEDED, MandateRow, PractitionerRow, TraceRow
from desktop.simulator.traced import Action

_STANDING = (MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL)
_PRACTICE, _HOSPITAL = "Logiciel de cabinet 4.2", "SI hospitalier 7.0"
_EVERY_THIRD = 3
"""Nobody reads everything."""


def seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """The past of every record whose history somebody may read."""
    people = {p.id: p for p in database.scalars(select(PractitionerRow))}
    mandates = {m.id: m for m in database.scalars(select(MandateRow))}
    documents: dict[str, list[SeedDocument]] = {}
    for document in dataset.documents():
        documents.setdefault(document.patient_id, []).append(document)
    traces = [
        trace
        for patient in dataset.patients()
        if any(m.kind in _STANDING for m in patient.mandates)
        for trace in _Past(people, patient, mandates, now).traces(documents.get(patient.id, ()))
    ]
    for number, trace in enumerate(traces):
        trace.id = f"{SEEDED}{number:06d}"
    database.bulk_save_objects(traces)


class _Past:
    """The traces of one record, none of them in the future."""

    def __init__(
        self,
        people: dict[str, PractitionerRow],
        patient: SeedPatient,
        mandates: dict[str, MandateRow],
        now: datetime,
    ) -> None:
        self._people = people
        self._patient = patient
        self._mandates = [mandates[f"m-{patient.id}-{n}"] for n in range(len(patient.mandates))]
        self._now = now

    def traces(self, documents: Sequence[SeedDocument]) -> Iterator[TraceRow]:
        """All of them."""
        for mandate in self._mandates:
            yield from self._by(mandate, mandate.start, Act(Action.MANDATE_OPENED, self._patient.id))
        for document in documents:
            yield from self._deposit(document)
        for mandate in self._mandates:
            if mandate.kind in _STANDING:
                yield from self._readings(mandate, documents)

    def _deposit(self, document: SeedDocument) -> Iterator[TraceRow]:
        action = Action.SEND_VERSION if document.replaces else Action.SEND
        act = Act(action, document.patient_id, document.id, "1")
        author = self._people.get(document.author_id)
        if document.author_id == PATIENT_AUTHOR:
            yield from self._other("titulaire", document.registered, act)
        elif author is not None and document.registered <= self._now:
            software = _PRACTICE if author.holder_id else _HOSPITAL
            yield trace_of(document.registered, Actor(author, software, as_author=True), act)
        later = document.registered + timedelta(days=2, hours=3)
        if document.level is Level.CONFIDENTIEL:
            change = f"{Level.STANDARD.value}→{Level.CONFIDENTIEL.value}"
            level = Act(Action.LEVEL, document.patient_id, document.id, "1", change)
            yield from self._other("titulaire", later, level)
        if document.disabled:
            disabled = Act(Action.DISABLE, document.patient_id, document.id)
            yield from self._other("administrateur", later, disabled)

    def _readings(self, mandate: MandateRow, documents: Sequence[SeedDocument]) -> Iterator[TraceRow]:
        """A visit some hours after every third deposit: the record is opened, listed, the document read."""
        hidden = (Level.PRIVE, Level.ANNONCE)
        others = [
            d for d in documents
            if d.registered > mandate.start and d.author_id != mandate.practitioner_id
            and d.level not in hidden and not d.disabled
        ]  # fmt: skip
        for document in others[::_EVERY_THIRD]:
            visit = document.registered + timedelta(hours=20)
            patient = document.patient_id
            yield from self._by(mandate, visit, Act(Action.OPEN, patient))
            yield from self._by(mandate, visit + timedelta(seconds=1), Act(Action.LIST, patient))
            read = Act(Action.READ, patient, document.id, "1")
            yield from self._by(mandate, visit + timedelta(seconds=40), read)

    def _by(self, mandate: MandateRow, when: datetime, act: Act) -> Iterator[TraceRow]:
        person = self._people.get(mandate.practitioner_id)
        if person is not None and when <= self._now:
            yield trace_of(when, Actor(person, _PRACTICE, mandate), act)

    def _other(self, who: str, when: datetime, act: Act) -> Iterator[TraceRow]:
        if when <= self._now:
            yield trace_of_other(when, who, act)


FEATURE = SimulatedFeature(
    name="history",
    routes=(),
    tables=(),
    capability=(),
    acts=(),
    console={},
    seed=seed,
    state=no_state,
    data={},
    transactions={},
    scans=(),
)
